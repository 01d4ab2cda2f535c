"""
Hand-over (human handoff): what changes who speaks, the bot or a person (`decision.who_speaks`).

A grave ticket, the customer's words and the end of a ticket do. The table is docs/conversation-states.md. An open
ticket without an agent does not silence the bot, unless it is grave. A person does, until the ticket ends, the customer
thanks, or nobody has written for a day.
"""

from __future__ import annotations

from ..conversation import ENDED, TicketRecord
from ..decision import sensitive_words
from ..decision.input import View
from ..decision.who_speaks import has_a_person
from ..model import Sentiment, Urgency
from .change_set import Draft

QUIET_MS = 24 * 3_600_000
GRAVE_REASONS = frozenset(
    {"critical", "complaint", "asked_for_human", "not_helped", "vulnerable", "disputed", "account_blocked"}
)
GRAVE_INTENTS = frozenset(
    {"complaint", "human_request", "damaged_item", "missing_item", "wrong_item", "not_received", "report_scam"}
)


def open_ticket(draft: Draft) -> TicketRecord | None:
    """Return the conversation's open ticket as this draft leaves it; an agent may act on an older one meanwhile."""
    wanted = draft.after.ticket_id
    known = (ticket for ticket in (draft.ticket, draft.stored) if ticket and ticket.ticket_id == wanted)
    return next(known, None) or (draft.loaded.other_ticket(wanted) if wanted else None)


def is_grave(view: View, reason: str, intent: str | None) -> bool:
    """Return whether a ticket for these messages is too grave for the bot to answer anything else beside it."""
    found = (*view.singles, view.whole)
    upset = any(each.urgency is not Urgency.NORMAL or each.sentiment is Sentiment.NEGATIVE for each in found)
    said = sensitive_words.endangers(view.text) or sensitive_words.mourns(view.text)
    return upset or said or reason in GRAVE_REASONS or intent in GRAVE_INTENTS


def customer_wrote(draft: Draft) -> None:
    """Let the bot speak again where a person did, if nobody has written for a day."""
    head, ticket = draft.after, draft.stored
    if head.mode == "human" and draft.now - head.wrote_at >= QUIET_MS and not has_a_person(ticket):
        draft.set(mode="bot")
    draft.set(wrote_at=draft.now)


def customer_thanked(draft: Draft) -> None:
    """Let the bot speak again: the customer thanked, and no ticket waits for a person."""
    ticket = draft.ticket if draft.ticket is not None else draft.stored
    if ticket is None or ticket.state in (*ENDED, "answered"):
        draft.set(mode="bot")


def ticket_ended(draft: Draft, ticket: TicketRecord) -> None:
    """
    Let the bot decide on the next message: the ticket was closed, handed back or settled.

    An old ticket changes nothing about the one that is open now.
    """
    if draft.after.ticket_id in ("", ticket.ticket_id):
        draft.set(mode="bot", ticket_id="", said=(), beside_count=0)
