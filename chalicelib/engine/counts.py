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
from ..decision.input import DecisionInput
from ..decision.would_say import at_auto, by_status, in_words
from ..model import (
    Ask,
    BrandId,
    Classification,
    Consent,
    Decision,
    Gather,
    Greet,
    Hold,
    Ignore,
    Millis,
    Move,
    Reply,
    Ticket,
)
from ..store import judged_answers, keys, quality_counters
from ..store.items import Item
from ..store.judged_answers import Visibility
from .daily_figures import FIGURE
from .verdicts import wording

SAMPLE = 8  # one message of so many is counted: a write for each would cost more than it tells
MANY_NUMBERS = "many_numbers"
ASKED_AFTER = ("asked_for_human", "not_helped")  # reasons of a ticket that refuse an automatic answer
# Reasons of a ticket that say that only the brand's leave is missing.
HELD_BACK = frozenset({"autonomy_shadow", "autonomy_suggest", "suggest_in_public", "unapproved", "expired"})


@dataclass(frozen=True, slots=True)
class DecisionCount:
    """
    What one decision adds: its classification, and an answer given or refused, by intent.

    `sampled`: the message, where it is counted for drift, else "". `epoch`: of the intent's switch; answers before the
    last stop no longer count. `again`: the refusal is only the same question, asked again.
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
    place: Visibility
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


def of_decision(inputs: DecisionInput, decision: Decision) -> list[str]:
    """Return the names that a ticket counts under: too many numbers, or an automatic answer before it."""
    if not isinstance(decision, Ticket):
        return []
    many = [MANY_NUMBERS] if decision.reason == MANY_NUMBERS else []
    if not inputs.past_answers:
        return many
    asked = decision.reason in ASKED_AFTER
    opened = not inputs.conversation.ticket_id
    return [*many, *(["asked_after"] if asked else []), *(["came_back"] if opened else [])]


def scope_of(intent: str) -> str:
    """Return the name of one intent's switch, which its counts use too."""
    return f"intent:{intent}"


def decision_count(inputs: DecisionInput, decision: Decision) -> DecisionCount | None:
    """Return what a decision adds to the counts; a hold adds nothing, its messages are decided on again."""
    counted = str(inputs.last.message_id) if sampled(inputs.last.message_id) else ""
    match decision:
        case Hold() | Ignore() | Greet() | Consent() | Gather() | Move():
            return None
        case Reply():
            return DecisionCount(inputs.whole, counted, decision.intent, "said", _epoch(inputs, decision.intent))
        case Ticket():
            refused = _refused(inputs, decision)
            again = decision.reason == "already_said"
            return DecisionCount(
                inputs.whole, counted, refused, "refused" if refused else "", _epoch(inputs, refused), again
            )
        case _:
            return DecisionCount(inputs.whole, counted)


def _epoch(inputs: DecisionInput, intent: str) -> int:
    switch = inputs.control.scopes.get(scope_of(intent))
    return switch.epoch if switch else 0


def _refused(inputs: DecisionInput, decision: Ticket) -> str:
    """
    Return the intent whose automatic answer the customer refused; "" where none was.

    Words of refusal, or the same question with the same fields within the hour. A question about another order, or a
    later one, means that the first answer was accepted.
    """
    if decision.reason == "not_helped":
        return next((said.intent for said in reversed(inputs.past_answers) if not said.asked), "")
    if decision.reason == "already_said" and repeated_soon(inputs, inputs.guess):
        return inputs.guess
    return ""


def refusal_item(
    brand: BrandId, decision_count: DecisionCount, conversation_id: str, ticket_id: str, now: Millis
) -> tuple[keys.Key, Item]:
    """Return the item to write with a decision on a refusal; one conversation always gives the same item."""
    kept = {"epoch": decision_count.epoch, "ticket_id": ticket_id} | ({"again": True} if decision_count.again else {})
    return quality_counters.refusal(brand, scope_of(decision_count.intent), conversation_id, kept, now)


def rehearsed(inputs: DecisionInput, decision: Decision) -> Rehearsed | None:
    """Return the answer that would have been given; None where more than the brand's permission is missing."""
    known = inputs.playbook.intents.get(inputs.intent or "")
    if not isinstance(decision, Ticket) or decision.reason not in HELD_BACK or known is None:
        return None
    opened = replace(inputs, playbook=at_auto(inputs.playbook))
    would = decide(opened)
    asks_system = isinstance(would, Hold) and bool(would.subject)
    if not (asks_system or isinstance(would, Reply | Ask)):
        return None
    reply = would.text if isinstance(would, Reply | Ask) else ""
    place: Visibility = "public" if inputs.public else "private"
    words = wording(inputs.playbook, known, place, inputs.language)
    return Rehearsed(
        intent=known.name,
        place=place,
        language=inputs.language,
        text=inputs.text,
        answer=in_words(reply, by_status(opened, would)),
        at=inputs.last.received_at,
        channel=inputs.channel,
        bundle=inputs.whole.model,
        state=str(inputs.whole.state or ""),
        contact=inputs.conversation.contact_id,
        under=judged_answers.under(inputs.whole.model, words),
    )
