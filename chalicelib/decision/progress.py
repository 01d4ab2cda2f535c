"""
Where a conversation stands: who is to do what next, over all channels of the person. Told to people, never decided on.

Pure, of the head and its ticket alone. Who may speak is `who_speaks`; the tables are docs/conversation-states.md.
"""

from __future__ import annotations

from typing import Literal, get_args

from ..conversation import ENDED, Conversation, TicketRecord
from .who_speaks import has_a_person

Progress = Literal[
    "bot",
    "waiting for customer",
    "waiting for agent",
    "with agent",
    "held",
    "reminded",
    "settled",
    "re-opened",
]
PROGRESS: tuple[Progress, ...] = get_args(Progress)


def progress(head: Conversation, ticket: TicketRecord | None) -> Progress:
    """
    Return where a conversation stands. `ticket`: the head's open one; where it has none, the last one, if known.

    `held`: an answer waits until the customer writes. `reminded`: the team was told that an answer is due or late.
    `re-opened`: the customer wrote again after a person's answer.
    """
    if ticket is None or ticket.state in ENDED:
        return _without_ticket(head, ended=ticket is not None)
    if ticket.state == "held":
        return "held"
    if ticket.state == "answered":
        return "waiting for customer"
    if ticket.told and ticket.waits_since:
        return "reminded"
    if ticket.answered_at and ticket.waits_since and ticket.state in ("open", "claimed"):
        return "re-opened"
    return "with agent" if has_a_person(ticket) else "waiting for agent"


def _without_ticket(head: Conversation, *, ended: bool) -> Progress:
    if head.mode == "human":
        return "with agent"
    if head.asked_intent or head.menu or head.clarified:
        return "waiting for customer"
    return "settled" if ended and not (head.said or head.uncovered_from) else "bot"
