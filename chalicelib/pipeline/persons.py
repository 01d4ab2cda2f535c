"""
One person under several ids of one platform: a telephone number and a business-scoped id, an old number and a new one.

What a body names together is one contact: found by either from then on. Two that were two so far are merged as a
command would merge them, where nothing stands against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..errors import Conflict, UsageError
from ..model import Address, ContactId, ConversationId, Event, Millis, PersonId
from ..store import people
from ..store.table import Table
from .deps import Deps

Known = Mapping[Address, tuple[ContactId, ConversationId]]


def named_by(event: Event) -> tuple[Address, ...]:
    """The addresses of the person whom an event is about, the one that it came from first."""
    if not event.alias:
        return (event.address,)
    return (event.address, replace(event.address, person_id=PersonId(event.alias)))


def known_of(table: Table, addresses: tuple[Address, ...]) -> Known:
    """Those of the addresses that were seen before, in their order, with contact and conversation."""
    return {address: found for address in addresses if (found := table.identity(address)) is not None}


def joined(table: Table, known: Known, now: Millis, deps: Deps) -> bool:
    """
    Makes the contacts that a body names together one; False where they are, or cannot be made so now.

    Two open tickets, or an answer on its way to one of them, stand against it: the next message tries again.
    """
    contacts = list(dict.fromkeys(contact for contact, _ in known.values()))
    if len(contacts) < 2:
        return False
    try:
        people.merge(table, contacts[0], contacts[1], "named together by the channel", now)
    except (UsageError, Conflict):
        deps.counter("people_kept_apart")
        return False
    return True
