"""
People as stored: a contact, its addresses, and those who were merged into it.

A merge moves nothing: an address belongs to its first contact for ever (`roots`), whose messages stay where they are.
So one person's timeline is that of several conversations, merged by the time of the platforms. `merging` and
`splitting` write what is read here.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

from ..conversation import Conversation, TimelineMessage, address_of
from ..errors import UsageError
from ..model import Address, ContactId, ConversationId, Millis
from . import items, keys, writes
from .items import Item
from .table import Table
from .writes import Write

MEMBERSHIP = ("channel", "account", "person", "why")
MERGES_READ = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """
    A contact as stored. `merged` are the contacts that were merged into it and not split off again.

    `memberships`: one item an address; the one that lies in the contact's own item has no `sk`. Addresses of those who
    were merged into it are theirs (`everyone`).
    """

    contact_id: ContactId
    conversation_id: ConversationId
    name: str
    since: Millis
    addresses: tuple[Address, ...]
    memberships: tuple[Item, ...]
    merged_into: str = ""
    merged: tuple[Item, ...] = ()


def person(table: Table, contact_id: str) -> Person | None:
    """Read a contact; None when this brand has none of that id."""
    item = table.contact(contact_id)
    if item is None:
        return None
    memberships = [*_own_membership(item), *table.memberships(contact_id)]
    pk = keys.contact(table.brand, contact_id).pk
    merges = table.under(pk, keys.MERGE_PREFIX, limit=MERGES_READ)
    return Person(
        contact_id=ContactId(contact_id),
        conversation_id=items.conversation_of(item),
        name=str(item.get("name", "")),
        since=Millis(int(item.get("since", 0))),
        addresses=tuple(address_in(each) for each in memberships),
        memberships=tuple(memberships),
        merged_into=str(item.get("merged_into", "")),
        merged=tuple(each for _, each in merges),
    )


def _own_membership(contact: Item) -> Iterator[Item]:
    """Return a contact's first address, which is stored in the contact's own item."""
    if "person" in contact:
        yield {name: contact[name] for name in ("v", *MEMBERSHIP)}


def known(table: Table, contact_id: str) -> Person:
    """Read a contact. Raises UsageError when this brand has none of that id."""
    who = person(table, contact_id)
    if who is None:
        raise UsageError(f"{table.brand} has no contact '{contact_id}'; `guichet contact show` finds one.")
    return who


def still_there(table: Table, contact_id: str) -> Write:
    """Return a write that changes nothing, and fails the transaction where the contact was erased meanwhile."""
    return writes.update(keys.contact(table.brand, contact_id), "SET #v = :v", writes.THERE, v=items.VERSION)


def address_in(item: Item) -> Address:
    """Return the address that an item names."""
    return address_of(item["channel"], item["account"], item["person"])


def root_of(table: Table, contact_id: str) -> Person:
    """Return who a contact is now, after all merges. Raises UsageError when this brand has none of that id."""
    who = known(table, contact_id)
    while who.merged_into:
        who = known(table, who.merged_into)
    return who


def everyone(table: Table, who: Person) -> Iterator[Person]:
    """Return this contact, and everybody who was merged into it, in the order of the merges."""
    yield who
    for record in sorted(who.merged, key=lambda each: int(each["at"])):
        merged = person(table, record["contact_id"])
        if merged is not None:
            yield from everyone(table, merged)


def contacts(table: Table, who: Person) -> list[str]:
    """Return the contact of a person, and those of everybody merged into them."""
    return [str(each.contact_id) for each in everyone(table, who)]


def create(table: Table, address: Address, name: str, now: Millis) -> None:
    """
    Make the contact and the conversation of a new address, before its first message is decided. Safe to run again.

    Two workers make the same ones, and one of them is refused.
    """
    contact_id, conversation_id = keys.new_ids(table.brand, address)
    where = {"channel": address.channel, "account": address.account_id, "person": address.person_id}
    points: Item = {"v": items.VERSION, "conversation_id": conversation_id, "since": int(now), **where}
    head = Conversation(
        conversation_id=ConversationId(conversation_id), contact_id=ContactId(contact_id), rev=1, changed_at=now
    )
    person = points | {"why": "first message"} | ({"name": name} if name else {})
    table.together(
        [
            writes.put_new(keys.identity(table.brand, address), points | {"contact_id": contact_id}),
            writes.put_new(keys.contact(table.brand, contact_id), person),
            writes.put_new(keys.head(table.brand, conversation_id), items.conversation_item(head)),
        ]
    )


def conversations(table: Table, who: Person) -> list[ConversationId]:
    """Return the conversation of a person, and those of everybody merged into them."""
    return [each.conversation_id for each in everyone(table, who)]


def addresses(table: Table, who: Person) -> tuple[Address, ...]:
    """Return all addresses of a person, those of everybody merged into them included."""
    return tuple(address for each in everyone(table, who) for address in each.addresses)


def timeline(table: Table, who: Person) -> Iterator[TimelineMessage]:
    """Return everything said with this person, merged conversations included, oldest first."""
    pages = [table.timeline(each) for each in conversations(table, who)]
    yield from heapq.merge(*pages, key=lambda message: keys.order_of(message.message_id))
