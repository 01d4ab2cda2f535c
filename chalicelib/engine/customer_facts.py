"""
What a platform tells about a customer: the ids of one person, a new phone number, a name.

A name that messages do not carry is asked of the platform once, and stored. No answer waits for it: it is sent without.
A platform that tells none is asked again a day later.
"""

from __future__ import annotations

from dataclasses import replace

from ..conversation import ENDED, Conversation
from ..model import Address, AddressChange, BrandId, Event, PersonId, ProfileFetched
from ..model.queued import ProfileLookup
from ..store import keys
from .change_set import Draft
from .ticket_thread import desk_row

AGAIN_MS = 86_400_000


def named_by(event: Event) -> tuple[Address, ...]:
    """Return the addresses of the person of an event, the one that it came from first."""
    if not event.alias:
        return (event.address,)
    return (event.address, replace(event.address, person_id=PersonId(event.alias)))


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


def ask_name(draft: Draft, address: Address) -> None:
    """Note that the platform is to be asked for the name, unless it is known or was just asked."""
    head = draft.after
    if head.name or not draft.environment.traits(address.channel).profiles or draft.now - head.name_asked_at < AGAIN_MS:
        return
    draft.set(name_asked_at=draft.now)
    draft.asks_name = True


def name_lookup(brand: BrandId, head: Conversation, address: Address) -> ProfileLookup:
    """Return the notification that asks for the name."""
    return ProfileLookup(
        brand=brand, address=address, conversation_id=head.conversation_id, since=int(head.name_asked_at)
    )


def name_told(draft: Draft, event: ProfileFetched) -> bool:
    """Store the name that the platform told, and show it on the open ticket."""
    name = event.name
    if not name or draft.after.name:
        return False
    draft.set(name=name)
    draft.learned_name = name
    ticket = draft.stored
    if ticket is not None and ticket.state not in ENDED and not ticket.name:
        named = replace(ticket, name=name)
        draft.set_ticket(named)
        desk_row(draft, named, "ticket_update")
    return True
