"""
Whose conversation it is now: an identity (one address of a contact) leads to its home for ever, merges to the root.

The root's head speaks for everybody who was merged into it. Messages and rows are kept under the home. An address
remembers the root beside its home (a hint, `near`), so that reading costs the same after twenty merges as after none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..conversation import Conversation, TimelineMessage
from ..model import Address, ContactId, ConversationId
from . import items, keys, writes
from .items import Item
from .table import Table

PROVED_KEPT = 6  # proofs of one address: more than a brand signs of anybody


class Home(NamedTuple):
    """The contact and the conversation that an address belongs to for ever."""

    contact_id: ContactId
    conversation_id: ConversationId


class Roots:
    """Reads heads, each once, and follows merges from a home to its root."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._heads: dict[str, Conversation | None] = {}

    def head(self, conversation_id: str) -> Conversation | None:
        """Return a head as it was when it was first asked for here."""
        if conversation_id not in self._heads:
            self._heads[conversation_id] = self.table.head(ConversationId(conversation_id))
        return self._heads[conversation_id]

    def of_identity(self, known: Item) -> Conversation | None:
        """
        Return the root's head of an address, by its item; None while it is being erased.

        A hint counts only while the head that it names says the same number as it (`Conversation.tree`): a split
        changes the numbers of all heads above it, in its transaction or before it.
        """
        near = self.head(known["near"]) if known.get("near") else None
        if near is not None and near.tree and near.tree == int(known.get("near_tree", 0)):
            return self.above(near)
        return self.of(items.conversation_of(known))

    def of(self, conversation_id: str) -> Conversation | None:
        """Return the root's head of a conversation; None where there is none."""
        return self.above(self.head(conversation_id))

    def above(self, head: Conversation | None) -> Conversation | None:
        """Return the last head of those that lead on from this one."""
        while head is not None and head.merged_into:
            head = self.head(head.merged_into)
        return head


def home_of(known: Item) -> Home:
    """Return the home of an address, by its item."""
    return Home(ContactId(known["contact_id"]), items.conversation_of(known))


def path(table: Table, conversation_id: str) -> list[Conversation]:
    """Return the heads from a conversation up to its root."""
    found, head = list[Conversation](), table.head(ConversationId(conversation_id))
    while head is not None:
        found.append(head)
        head = table.head(ConversationId(head.merged_into)) if head.merged_into else None
    return found


def remember(table: Table, address: Address, known: Item, root: Conversation) -> None:
    """
    Keep beside an address where its merges lead. One conditional write; can be run again, and may be lost.

    A root that was never merged with has no number, and needs no hint.
    """
    home, said = known["conversation_id"], (known.get("near"), int(known.get("near_tree", 0)))
    if home == root.conversation_id or not root.tree or said == (root.conversation_id, root.tree):
        return
    change, still = "SET near = :near, near_tree = :tree, #v = :v", "conversation_id = :home"
    values = {"near": root.conversation_id, "tree": root.tree, "home": home, "v": items.MERGED_VERSION}
    table.write(writes.update(keys.identity(table.brand, address), change, still, **values))


def remember_proved(table: Table, address: Address, known: Item, marks: Sequence[str]) -> None:
    """Keep beside an address which proofs were acted upon, so that its next message asks for nothing. May be lost."""
    both = list(dict.fromkeys((*known.get("proved", ()), *marks)))[-PROVED_KEPT:]
    if both != known.get("proved"):
        change, still = "SET proved = :proved", "conversation_id = :home"
        values = {"proved": both, "home": known["conversation_id"]}
        table.write(writes.update(keys.identity(table.brand, address), change, still, **values))


def uncovered(table: Table, head: Conversation, limit: int) -> Iterator[TimelineMessage]:
    """Return the messages from the oldest undecided one on, in the order of their time, of all who wait here."""
    if not head.uncovered_from:
        return
    homes = head.uncovered_in or (head.conversation_id,)
    found = [
        each for home in homes for each in table.messages_from(ConversationId(home), head.uncovered_from, limit=limit)
    ]
    yield from sorted(found, key=lambda message: keys.order_of(message.message_id))
