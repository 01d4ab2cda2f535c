"""
What a platform tells about a customer: the ids of one person, a new phone number, a name.

A name that messages do not carry is asked of the platform once, and stored. No answer waits for the name: it is sent
without. A platform that has none is asked again a day later.
"""

from __future__ import annotations

from dataclasses import replace

from ..conversation import ENDED, Conversation
from ..model import Address, AddressChange, BrandId, Event, Message, PersonId, ProfileFetched, ThreadFound
from ..model.queued import ProfileLookup
from ..store import keys
from .change_set import ChangeSet
from .ticket_thread import desk_row

AGAIN_MS = 86_400_000


def named_by(event: Event) -> tuple[Address, ...]:
    """Return the addresses of the person of an event, the one that it came from first."""
    if isinstance(event, ThreadFound):
        return (event.address, event.to)
    if not event.alias:
        return (event.address,)
    return (event.address, replace(event.address, person_id=PersonId(event.alias)))


def on_address_change(changes: ChangeSet, event: AddressChange) -> None:
    """Handle a customer's new number: it becomes theirs, an open ticket says so, and its answer goes there."""
    old, new = named_by(event)
    heard = dict(changes.after.last_customer)
    if keys.recipient(old) in heard:
        changes.set(last_customer={**heard, keys.recipient(new): heard[keys.recipient(old)]})
    ticket = changes.stored
    if ticket is None or ticket.state in ENDED:
        return
    told = replace(ticket, address=new) if ticket.address == old else ticket
    changes.set_ticket(told)
    playbook = changes.loaded.playbook()
    desk_row(changes, told, "thread_note", changes.desk.note(told, playbook, "number_changed", {}))
    desk_row(changes, told, "ticket_update")


def ask_name(changes: ChangeSet, address: Address) -> None:
    """Note that the platform is to be asked for the name, unless it is known or was just asked."""
    head = changes.after
    if (
        head.name
        or not changes.environment.traits(address.channel).profiles
        or changes.now - head.name_asked_at < AGAIN_MS
    ):
        return
    changes.set(name_asked_at=changes.now)
    changes.asks_name = True


def name_lookup(brand: BrandId, head: Conversation, address: Address) -> ProfileLookup:
    """Return the notification that asks for the name."""
    return ProfileLookup(
        brand=brand, address=address, conversation_id=head.conversation_id, since=int(head.name_asked_at)
    )


def name_in(event: Event) -> str:
    """Return the name that an event gives its customer; "" where it gives none."""
    if isinstance(event, Message):
        return event.display_name
    return event.name if isinstance(event, ProfileFetched) else ""


def on_profile_fetched(changes: ChangeSet, event: ProfileFetched) -> bool:
    """Store the name that the platform told, and show it on the open ticket."""
    name = event.name
    if not name or changes.after.name:
        return False
    changes.set(name=name)
    changes.learned_name = name
    ticket = changes.stored
    if ticket is not None and ticket.state not in ENDED and not ticket.name:
        named = replace(ticket, name=name)
        changes.set_ticket(named)
        desk_row(changes, named, "ticket_update")
    return True
