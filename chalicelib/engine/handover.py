"""
Hand-over (human handoff): what changes who speaks, the bot or a person (`decision.who_speaks`).

A grave ticket, a customer's message and the end of a ticket change it. The table is docs/conversation-states.md. An
open ticket without an agent does not silence the bot, unless it is grave. A person does, until the ticket ends, the
customer thanks, or nobody has written for a day.
"""

from __future__ import annotations

from ..conversation import ENDED, TicketRecord
from ..decision import sensitive_words
from ..decision.input import DecisionInput
from ..decision.who_speaks import has_a_person
from ..model import Sentiment, Urgency
from .change_set import ChangeSet

QUIET_MS = 24 * 3_600_000
GRAVE_REASONS = frozenset(
    {"critical", "complaint", "asked_for_human", "not_helped", "vulnerable", "disputed", "account_blocked", "loop"}
)
GRAVE_INTENTS = frozenset(
    {"complaint", "human_request", "damaged_item", "missing_item", "wrong_item", "not_received", "report_scam"}
)


def open_ticket(changes: ChangeSet) -> TicketRecord | None:
    """Return the conversation's open ticket as it will be; an agent may act on an older one meanwhile."""
    wanted = changes.after.ticket_id
    known = (ticket for ticket in (changes.ticket, changes.stored) if ticket and ticket.ticket_id == wanted)
    return next(known, None) or (changes.loaded.other_ticket(wanted) if wanted else None)


def is_grave(inputs: DecisionInput, reason: str, intent: str | None) -> bool:
    """Return whether a ticket for these messages is too grave for the bot to answer anything else beside it."""
    found = (*inputs.singles, inputs.whole)
    upset = any(each.urgency is not Urgency.NORMAL or each.sentiment is Sentiment.NEGATIVE for each in found)
    said = sensitive_words.endangers(inputs.text) or sensitive_words.mourns(inputs.text)
    return upset or said or reason in GRAVE_REASONS or intent in GRAVE_INTENTS


def customer_wrote(changes: ChangeSet) -> None:
    """Let the bot speak again where a person did, if nobody has written for a day."""
    head, ticket = changes.after, changes.stored
    if head.mode == "human" and changes.now - head.wrote_at >= QUIET_MS and not has_a_person(ticket):
        changes.set(mode="bot")
    changes.set(wrote_at=changes.now)


def customer_thanked(changes: ChangeSet) -> None:
    """Let the bot speak again: the customer thanked, and no ticket waits for a person."""
    ticket = changes.ticket if changes.ticket is not None else changes.stored
    if ticket is None or ticket.state in (*ENDED, "answered"):
        changes.set(mode="bot")


def ticket_ended(changes: ChangeSet, ticket: TicketRecord) -> None:
    """
    Let the bot decide on the next message: the ticket was closed, handed back or settled.

    An old ticket changes nothing about the one that is open now.
    """
    if changes.after.ticket_id in ("", ticket.ticket_id):
        changes.set(mode="bot", ticket_id="", said=(), beside_count=0)
