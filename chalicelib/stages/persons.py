"""
One person under several ids of one platform: a phone number and a business-scoped id, an old number and a new one.

Ids that one webhook names together are one contact from then on. If they were two contacts, these are merged as
`guichet contact merge` would do it, unless something stands against it.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import Conflict, UsageError
from ..model import Address, ContactId, ConversationId, Millis
from ..services import Deps
from ..store import people
from ..store.table import Table

Known = Mapping[Address, tuple[ContactId, ConversationId]]


def known_of(table: Table, addresses: tuple[Address, ...]) -> Known:
    """Return the addresses that were seen before, in their order, with contact and conversation."""
    return {address: found for address in addresses if (found := table.identity(address)) is not None}


def joined(table: Table, known: Known, now: Millis, deps: Deps) -> bool:
    """
    Merge the contacts that a webhook names together; False if they are one, or cannot be merged now.

    Two open tickets, or an answer that is being sent, stand against it; the next message tries again.
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
