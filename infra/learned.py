"""
Labelled sentences out of a brand's own tickets: what an agent confirmed or corrected by what they sent.

A ticket with one customer message teaches where the agent sent the suggestion as it was (confirmed), or sent words that
the playbook has for one other intent (corrected). Anything else teaches nothing. Order numbers, e-mails, phones and
dates leave as placeholders, and nothing is printed or logged but counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from chalicelib.conversation import TicketRecord
from chalicelib.playbook.schema import Playbook
from chalicelib.store import items
from chalicelib.store.people import every_item
from chalicelib.store.table import Table
from chalicelib.triage import features, masks

_ALIKE = 0.8  # share of words (of both together) that make an answer the playbook's own
_TICKET = "ticket"
_FIELD = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Lesson:
    """One sentence and its label; `how` says whether the guess was confirmed or corrected."""

    text: str
    intent: str
    language: str
    batch: str
    how: Literal["confirmed", "corrected"]


def lessons(table: Table, playbook: Playbook) -> Iterator[Lesson]:
    """What a brand's answered tickets teach. Reads the whole table once."""
    for key, item in every_item(table):
        if key.sk == _TICKET:
            found = lesson(items.ticket(item), playbook)
            if found:
                yield found


def lesson(ticket: TicketRecord, playbook: Playbook) -> Lesson | None:
    """What one ticket teaches, if anything."""
    asked = [quote for quote in ticket.quotes if quote.by == "customer"]
    if ticket.state not in ("answered", "closed", "settled") or len(asked) != 1 or not ticket.answer:
        return None
    if not asked[0].text.strip() or asked[0].attachments:
        return None
    text = masks.mask(features.clean(asked[0].text))
    batch = f"tickets-{ticket.created_at // (30 * 86_400_000)}"
    if ticket.suggestion and _words(ticket.answer) == _words(ticket.suggestion) and ticket.intent:
        return Lesson(text, ticket.intent, ticket.language, batch, "confirmed")
    known = set(_spoken(ticket.answer, ticket.language, playbook))
    if len(known) == 1 and ticket.intent not in known:
        return Lesson(text, known.pop(), ticket.language, batch, "corrected")
    return None


def _spoken(answer: str, language: str, playbook: Playbook) -> Iterator[str]:
    """The intents whose words the answer nearly is."""
    said = _words(answer)
    for name, intent in playbook.intents.items():
        every = [intent.replies, intent.public, intent.question, *intent.channels.values(), *intent.statuses.values()]
        words = [_words(_FIELD.sub("", texts[language])) for texts in every if language in texts]
        if any(_alike(said, each) for each in words):
            yield name


def _words(text: str) -> frozenset[str]:
    return frozenset(features.words_of(features.clean(text)))


def _alike(first: frozenset[str], second: frozenset[str]) -> bool:
    return len(first & second) >= _ALIKE * max(1, len(first | second))
