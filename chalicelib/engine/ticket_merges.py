"""
Two people's merge makes their two open tickets one; a split gives each side its own back. Both threads say so.

Each is a reminder that the merge or the split wrote in its transaction (`store.merging`), so that none is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..conversation import ENDED, Quoted, TicketRecord, TicketState
from ..decision.danger import PRIORITIES
from ..model import Address, Millis
from ..store import keys
from .change_set import ChangeSet
from .ticket_counts import moved
from .ticket_quotes import QUOTES_KEPT
from .ticket_thread import desk_row, kept_whole

JOINED, PARTED = "joined", "parted"
KINDS = (JOINED, PARTED)


def on_due(changes: ChangeSet, ticket: TicketRecord, what: str) -> bool:
    """Handle what a merge or a split left to do with this ticket. False: nothing, or it is done."""
    return _joined(changes, ticket) if what == JOINED else _parted(changes, ticket)


def _joined(changes: ChangeSet, ticket: TicketRecord) -> bool:
    """Close the ticket of who was merged: the person's other one shows its messages, and goes on."""
    open_id = changes.after.ticket_id
    if ticket.state in ENDED or open_id == ticket.ticket_id:
        return False
    kept = changes.loaded.other_ticket(open_id) if open_id else None
    if kept is None or kept.state in ENDED:
        changes.set(ticket_id=ticket.ticket_id)
        return True
    closed = replace(ticket, state="closed", joined=kept.ticket_id)
    both = _both(changes, kept, ticket)
    changes.set_ticket(closed)
    changes.set_other_ticket(both)
    _tell(changes, closed, "joined")
    _tell(changes, both, "joined_here")
    return True


def _both(changes: ChangeSet, kept: TicketRecord, closed: TicketRecord) -> TicketRecord:
    both_quotes = (*_of_channel(kept), *_of_channel(closed))
    quotes = tuple(sorted(both_quotes, key=lambda quote: quote.at))
    waits = [each.waits_since for each in (kept, closed) if each.waits_since]
    again: TicketState = "claimed" if kept.assignee else "open"
    both = replace(
        kept,
        priority=max(kept.priority, closed.priority, key=PRIORITIES.index),
        grave=kept.grave or closed.grave,
        state=again if kept.state == "answered" and closed.waits_since else kept.state,
        quotes=quotes[-QUOTES_KEPT:],
        messages=kept.messages + closed.messages,
        emergencies=tuple(dict.fromkeys((*kept.emergencies, *closed.emergencies))),
        waits_since=Millis(min(waits, default=0)),
        promised_until=Millis(min((each for each in (kept.promised_until, closed.promised_until) if each), default=0)),
    )
    return kept_whole(changes, both, quotes, changes.loaded.playbook())


def _of_channel(ticket: TicketRecord) -> tuple[Quoted, ...]:
    """Return a ticket's quotes, each with its channel: they come to stand beside those of another."""
    return tuple(replace(quote, channel=quote.channel or ticket.address.channel) for quote in ticket.quotes)


def _parted(changes: ChangeSet, ticket: TicketRecord) -> bool:
    """Open the ticket of who was split off again, with what they wrote since; or say that a ticket was of two."""
    shown = changes.loaded.other_ticket(ticket.joined) if ticket.joined else None
    if changes.after.ticket_id != ticket.ticket_id or shown is None:
        if ticket.state in ENDED:
            return False
        _tell(changes, ticket, "parted")
        return True
    theirs = [quote for quote in shown.quotes if _is_theirs(changes, quote)]
    known = {quote.message_id for quote in ticket.quotes}
    since = [quote for quote in theirs if quote.message_id not in known]
    opened = replace(
        ticket,
        state="claimed" if ticket.assignee else "open",
        joined="",
        quotes=(*ticket.quotes, *since)[-QUOTES_KEPT:],
        messages=ticket.messages + len([quote for quote in since if quote.by == "customer"]),
        waits_since=ticket.waits_since or changes.now,
    )
    changes.set_ticket(opened)
    left = _without(changes, shown, theirs)
    changes.set_other_ticket(left)
    _tell(changes, opened, "parted")
    if left.state not in ENDED:
        _tell(changes, left, "parted")
    return True


def _is_theirs(changes: ChangeSet, quote: Quoted) -> bool:
    if not quote.message_id:
        return False
    home = str(keys.conversation_of(quote.message_id))
    return changes.loaded.root_of(home) == changes.loaded.conversation.conversation_id


def _without(changes: ChangeSet, shown: TicketRecord, theirs: Sequence[Quoted]) -> TicketRecord:
    """Return the ticket without the messages of who was split off; its answer goes to who wrote last of the others."""
    quotes = tuple(quote for quote in shown.quotes if quote not in theirs)
    left = replace(shown, quotes=quotes)
    own = [quote.message_id for quote in quotes if quote.by == "customer" and quote.message_id]
    last = changes.loaded.message(own[-1]) if own else None
    if last is None:
        return left
    where: Address = last.address
    answered = replace(
        left,
        address=where,
        public=last.public,
        anchor=last.anchor,
        conversation_id=keys.conversation_of(last.message_id),
        answer_by=changes.environment.window_end(changes.after, where, public=last.public, human=True),
    )
    return moved(changes, shown, answered)


def _tell(changes: ChangeSet, ticket: TicketRecord, kind: str) -> None:
    playbook = changes.loaded.playbook()
    desk_row(changes, ticket, "thread_note", changes.desk.note(ticket, playbook, kind, {}))
    desk_row(changes, ticket, "ticket_update")
