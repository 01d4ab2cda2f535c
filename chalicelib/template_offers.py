"""
Whether a held answer may go as a template now, what the customer would read, and what the platform bills. Pure.

Only an approved template in the customer's own language is offered, and a person sees its words and its price first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from .conversation import TicketRecord
from .model import Template
from .playbook.schema import Playbook
from .playbook.template_use import ANSWER, TemplateUse
from .ports import Surface, Traits
from .template_port import APPROVED, ListedTemplate, as_value, filled, in_language, price_of
from .text import measure

CARE = ("utility", "service")  # categories in which a customer's own question may be answered
ADVERTISING = "marketing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """
    An answer as a template. `text`: what it reads as. `price`: USD; None: nobody knows it.

    `lacks`: why it cannot go, "" where it can: a word, after a colon what it is about.
    """

    name: str = ""
    text: str = field(default="", repr=False)
    template: Template | None = field(default=None, repr=False)
    category: str = ""
    price: float | None = None
    lacks: str = ""

    @property
    def mark(self) -> str:
        """10 hex characters that tell one offer from another: a click names what it saw."""
        told = "\x00".join((repr(self.template), self.text, self.category, repr(self.price)))
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:10]


def offer(ticket: TicketRecord, playbook: Playbook, traits: Traits) -> Offer | None:
    """Return how a ticket's held answer may go as a template; None where the channel or the brand has none."""
    surface = None if ticket.public else traits.private
    if not playbook.templates or surface is None or not surface.template_limit or not ticket.answer:
        return None
    use = playbook.templates.get(ticket.language)
    if use is None:
        return Offer(lacks="language")
    address = ticket.address
    listed = playbook.listed_templates.get(f"{address.channel}#{address.account_id}", ())
    found = in_language(listed, use.name, ticket.language)
    lacks = lacking(use, found)
    if found is None or lacks:
        return Offer(name=use.name, lacks=lacks)
    return _filled(ticket, use, found, surface, traits)


def _filled(ticket: TicketRecord, use: TemplateUse, found: ListedTemplate, surface: Surface, traits: Traits) -> Offer:
    values = tuple(as_value(each.replace(ANSWER, as_value(ticket.answer))) for each in use.values)
    text = filled(found.body, values)
    if measure(text, "chars") > surface.template_limit:
        return Offer(name=found.name, lacks=f"long:{surface.template_limit}")
    return Offer(
        name=found.name,
        text=text,
        template=Template(found.key, found.language, values),
        category=found.category,
        price=price_of(traits.template_prices, ticket.address.person_id, found.category),
    )


def lacking(use: TemplateUse, found: ListedTemplate | None) -> str:
    """Return why an answer cannot go by a template that the playbook names; "" where it can."""
    if found is None:
        return "unlisted"
    if found.status != APPROVED:
        return f"status:{found.status}"
    if found.lacks:
        return f"needs:{found.lacks}"
    if found.category not in CARE and not (use.marketing and found.category == ADVERTISING):
        return f"category:{found.category}"
    return "" if found.places == len(use.values) else f"places:{found.places}"


MISTAKES = {
    "unlisted": "the platform lists no template `{name}` in this language: have it approved, or run "
    "`guichet template sync`",
    "status": "the platform says {about} of `{name}`: it goes once it is approved",
    "needs": "`{name}` needs {about} beside a text, which no answer has",
    "category": "`{name}` is {about} at the platform; an answer is no advertising: have it approved as utility, or "
    "write `marketing: true`",
    "places": "`{name}` has {about} places and not as many values",
}


def mistakes(playbook: Playbook, account: str, listed: Sequence[ListedTemplate]) -> list[tuple[str, str]]:
    """Return (language, what is wrong) of the templates that a playbook names, by an account's list."""
    found = []
    for language, use in playbook.templates.items():
        word, _, about = lacking(use, in_language(listed, use.name, language)).partition(":")
        if word:
            found.append((language, f"{account}: " + MISTAKES[word].format(name=use.name, about=about)))
    return found
