"""
What follows when a customer is reached under a new number: an open ticket says so, and its answer goes there.
"""

from __future__ import annotations

from dataclasses import replace

from ..conversation import ENDED
from ..model import Address, AddressChange, Event, PersonId
from ..store import keys
from .change_set import Draft
from .ticket_thread import desk_row


def moved(draft: Draft, event: AddressChange) -> None:
    """Handle a customer's new number: it becomes theirs, an open ticket says so, and its answer goes there."""
    old, new = named_by(event)
    heard = dict(draft.after.last_customer)
    if keys.recipient(old) in heard:
        draft.set(last_customer={**heard, keys.recipient(new): heard[keys.recipient(old)]})
    ticket = draft.stored
    if ticket is None or ticket.state in ENDED:
        return
    told = replace(ticket, address=new) if ticket.address == old else ticket
    draft.set_ticket(told)
    playbook = draft.loaded.playbook()
    desk_row(draft, told, "thread_note", draft.desk.note(told, playbook, "number_changed", {}))
    desk_row(draft, told, "ticket_update")


def named_by(event: Event) -> tuple[Address, ...]:
    """Return the addresses of the person of an event, the one that it came from first."""
    if not event.alias:
        return (event.address,)
    return (event.address, replace(event.address, person_id=PersonId(event.alias)))
