"""
Who speaks in a conversation: the bot, the bot beside a ticket, or a person. The table is docs/conversation-states.md.

Standard library only, pure. `engine.handover` changes it.
"""

from __future__ import annotations

from typing import Literal

from ..conversation import ENDED, Conversation, TicketRecord

Standing = Literal["free", "beside", "grave", "person"]

BESIDE_MOST = 2  # automatic messages beside one ticket
WITH_A_PERSON = ("claimed", "sending", "failed", "held")  # states of a ticket in which its assignee is at work


def standing(head: Conversation, ticket: TicketRecord | None) -> Standing:
    """Return who speaks now. `ticket`: the conversation's open one, if there is any."""
    if head.mode == "human" or (ticket is None and head.ticket_id):
        return "person"
    if ticket is None or ticket.state in ENDED:
        return "free"
    if has_a_person(ticket):  # the desk has claimed it, process is about to hear of it
        return "person"
    return "grave" if ticket.grave else "beside"


def has_a_person(ticket: TicketRecord | None) -> bool:
    """Whether somebody has this ticket and is at work on it."""
    return ticket is not None and bool(ticket.assignee) and ticket.state in WITH_A_PERSON
