"""
What a decision adds to the counts of `quality.monitor`, and of what is not automatic yet (`quality.rehearsal`).

Pure. A refusal is written with the decision, once a conversation; everything else is counted after its commit.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal
from zlib import crc32

from ..decision.answered_before import repeated_soon
from ..decision.decide import decide
from ..decision.input import View
from ..decision.would_say import at_auto, by_status, in_words
from ..model import Ask, BrandId, Classification, Consent, Decision, Greet, Hold, Ignore, Millis, Reply, Ticket
from ..store import keys, proofs, tallies
from ..store.items import Item
from ..store.proofs import Place
from .daily_figures import FIGURE
from .verdicts import wording

SAMPLE = 8  # one message of so many is counted: a write for each would cost more than it tells
MANY_NUMBERS = "many_numbers"
ASKED_AFTER = ("asked_for_human", "not_helped")  # reasons of a ticket that refuse an automatic answer
# Reasons of a ticket that say that only the brand's leave is missing.
HELD_BACK = frozenset({"autonomy_shadow", "autonomy_suggest", "suggest_in_public", "unapproved", "expired"})


@dataclass(frozen=True, slots=True)
class Noted:
    """
    What one decision adds: its classification, and an answer given or refused, by intent.

    `sampled`: the message, where it is counted for drift, else "". `epoch`: of the intent's switch; what was said
    before the last stop no longer counts. `again`: it was refused by the same question alone.
    """

    classification: Classification
    sampled: str
    intent: str = ""
    what: Literal["", "said", "refused"] = ""
    epoch: int = 0
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """An answer that was not given only because the brand does not allow it."""

    intent: str
    place: Place
    language: str
    text: str = field(repr=False)
    answer: str = field(repr=False)
    at: Millis
    channel: str
    bundle: str
    state: str
    contact: str
    under: str

    @property
    def figure(self) -> str:
        """Return the name that it counts under: a short one, so that the day's item stays under a kilobyte."""
        name = f"{FIGURE}:{self.intent}:{self.language}"
        return f"{name}:{self.place}" if self.place == "public" else name


def sampled(message_id: str) -> bool:
    """Return whether this message is counted."""
    return crc32(message_id.encode()) % SAMPLE == 0


def of_decision(view: View, decision: Decision) -> list[str]:
    """Return the names that a ticket counts under: too many numbers, or an automatic answer before it."""
    if not isinstance(decision, Ticket):
        return []
    many = [MANY_NUMBERS] if decision.reason == MANY_NUMBERS else []
    if not view.said:
        return many
    asked = decision.reason in ASKED_AFTER
    opened = not view.conversation.ticket_id
    return [*many, *(["asked_after"] if asked else []), *(["came_back"] if opened else [])]


def scope_of(intent: str) -> str:
    """Return the name of one intent's switch, which its counts use too."""
    return f"intent:{intent}"


def noted(view: View, decision: Decision) -> Noted | None:
    """Return what a decision adds to the counts; a hold adds nothing, its messages are decided on again."""
    counted = str(view.last.message_id) if sampled(view.last.message_id) else ""
    match decision:
        case Hold() | Ignore() | Greet() | Consent():
            return None
        case Reply():
            return Noted(view.whole, counted, decision.intent, "said", _epoch(view, decision.intent))
        case Ticket():
            refused = _refused(view, decision)
            again = decision.reason == "already_said"
            return Noted(view.whole, counted, refused, "refused" if refused else "", _epoch(view, refused), again)
        case _:
            return Noted(view.whole, counted)


def _epoch(view: View, intent: str) -> int:
    switch = view.control.scopes.get(scope_of(intent))
    return switch.epoch if switch else 0


def _refused(view: View, decision: Ticket) -> str:
    """
    Return the intent whose automatic answer the customer refused; "" where none was.

    Words of refusal, or the same question with the same fields within the hour. A question about another order, or a
    later one, means that the first answer was accepted.
    """
    if decision.reason == "not_helped":
        return next((said.intent for said in reversed(view.said) if not said.asked), "")
    if decision.reason == "already_said" and repeated_soon(view, view.guess):
        return view.guess
    return ""


def refusal_item(
    brand: BrandId, noted: Noted, conversation_id: str, ticket_id: str, now: Millis
) -> tuple[keys.Key, Item]:
    """Return the item to write with a decision on a refusal; one conversation always gives the same item."""
    kept = {"epoch": noted.epoch, "ticket_id": ticket_id} | ({"again": True} if noted.again else {})
    return tallies.refusal(brand, scope_of(noted.intent), conversation_id, kept, now)


def rehearsed(view: View, decision: Decision) -> Rehearsed | None:
    """Return the answer that would have been given; None where more than the brand's permission is missing."""
    known = view.playbook.intents.get(view.topic or "")
    if not isinstance(decision, Ticket) or decision.reason not in HELD_BACK or known is None:
        return None
    opened = replace(view, playbook=at_auto(view.playbook))
    would = decide(opened)
    asks_system = isinstance(would, Hold) and bool(would.subject)
    if not (asks_system or isinstance(would, Reply | Ask)):
        return None
    reply = would.text if isinstance(would, Reply | Ask) else ""
    place: Place = "public" if view.public else "private"
    words = wording(view.playbook, known, place, view.language)
    return Rehearsed(
        intent=known.name,
        place=place,
        language=view.language,
        text=view.text,
        answer=in_words(reply, by_status(opened, would)),
        at=view.last.received_at,
        channel=view.channel,
        bundle=view.whole.model,
        state=str(view.whole.state or ""),
        contact=view.conversation.contact_id,
        under=proofs.under(view.whole.model, words),
    )
