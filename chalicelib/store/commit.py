"""
The commit of one decision: head (under `rev`), marker, messages, outbox rows and ticket in ONE transaction.

The rows are a transactional outbox: a decision and what it sends are both there, or neither.

All or nothing. Idempotency and deduplication: an event whose marker is there is a Duplicate. Optimistic locking: where
another worker has raised `rev` it is a Conflict. Both are raised, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..conversation import Conversation, TicketRecord, TimelineMessage
from ..errors import Conflict, GuichetError
from ..model import Address, EventId, MessageId, Millis, OutboxRow
from . import caps, daily_counters, items, keys, open_index, paced_index, writes
from .items import Item
from .keys import Key
from .roots import Home
from .table import MARKER_DAYS, Table
from .writes import Write


class Duplicate(GuichetError):
    """The event was handled before; nothing was written."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The event that a commit handles."""

    address: Address
    event_id: EventId


Changed = str | int | bool | tuple[tuple[str, str], ...] | Mapping[str, object]


@dataclass(frozen=True, slots=True)
class MessageChange:
    """New values of some attributes of a stored message. The message must exist."""

    message_id: MessageId
    values: Mapping[str, Changed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """
    Everything that one decision changes. `before` is the head as read (rev 0: a new conversation), `after` the new one.

    `cancelled` rows must still be pending, or the commit is refused. `ticket_rev` is the stored rev of `ticket` (0: a
    new ticket); `others` are older tickets, each with the rev it was read with.
    """

    before: Conversation
    after: Conversation
    marked: Marked
    now: Millis
    messages: Sequence[TimelineMessage] = ()
    changes: Sequence[MessageChange] = ()
    rows: Sequence[OutboxRow] = ()
    cancelled: Sequence[OutboxRow] = ()
    ticket: TicketRecord | None = None
    ticket_rev: int = 0
    others: Sequence[TicketRecord] = ()
    identity: Address | None = None  # to be created with the conversation
    links: Sequence[Address] = ()  # more addresses of this person, to be found by from now on
    linked_by: str = ""  # why they are
    home: Home | None = None  # of the event's address, where that is not the conversation's own
    name: str = ""
    learned_name: str = ""  # of a contact that is there
    hold: tuple[int, int] | None = None  # (generation, until): the timer to be set after the commit
    extras: Sequence[tuple[Key, Item]] = ()  # other whole items; one with an "edition" replaces only the one before it
    counts: Sequence[daily_counters.Count] = ()  # what it adds to the brand's daily figures
    slots: Sequence[caps.CapSlot] = ()  # slots under daily caps that its automatic answers take
    slots_back: Sequence[caps.CapSlot] = ()  # slots that its cancelled answers return
    refused: str = ""  # intent whose answer a customer refused: kept in the marker, so that a redelivery looks again
    follows: str = ""  # a move or a code that goes on after it, "<move | code> <mark>": in the marker as well
    used: Sequence[tuple[Key, int]] = ()  # items to be deleted, each in the edition that the decision has read
    absent: Sequence[Key] = ()  # items that must not exist: the decision rests on that
    aside: bool = False  # an event about an unknown person: stored without a conversation

    @property
    def at_home(self) -> Home:
        """Return the contact and the conversation under which the event is kept."""
        return self.home or Home(self.after.contact_id, self.after.conversation_id)

    @property
    def marker_item(self) -> Item:
        """Return the event's marker: ids of its rows and its hold, so that a redelivery can notify for them again."""
        item: Item = {"v": items.VERSION, "at": int(self.now), "ttl": items.ttl(self.now, MARKER_DAYS)}
        if not self.aside:
            item["conversation_id"] = self.at_home.conversation_id
        if self.messages:
            item["message_id"] = self.messages[0].message_id
        if self.rows:
            item["rows"] = [row.row_id for row in self.rows]
        if self.hold:
            item["hold"] = list(self.hold)
        if self.refused:
            item["refused"] = self.refused
        if self.follows:
            item |= {"v": items.MERGED_VERSION, "follows": self.follows}
        return item


def commit(table: Table, change: Commit) -> None:
    """Write the change. Raises Duplicate (the event's marker exists) or Conflict (another worker was first)."""
    made = [_marker(table, change)]
    if not change.aside:
        made += [_head(table, change), *_identity(table, change), *_links(table, change), *_named(table, change)]
    made += [writes.put_new(keys.message(table.brand, m.message_id), items.message_item(m)) for m in change.messages]
    made += [
        writes.set_all(keys.message(table.brand, each.message_id), items.changed(each.values), writes.THERE)
        for each in change.changes
    ]
    made += [new_row(table, row) for row in change.rows]
    made += [_extra(key, item) for key, item in change.extras]
    made += [writes.delete(key, "edition = :read", read=edition) for key, edition in change.used]
    made += [writes.delete(key, writes.NEW) for key in change.absent]
    for row in change.cancelled:
        made += cancel_writes(table, row, change.now)
    if change.ticket is not None:
        made.append(_ticket(table, change.ticket, change.ticket_rev))
    made += [_ticket(table, each, each.rev) for each in change.others]
    made += daily_counters.writes_of(table, change.after.conversation_id, change.counts, change.now)
    made += caps.writes_of(table, change.slots, change.slots_back, change.now)
    refused = table.transact(made)
    if refused:
        if refused[0] == "ConditionalCheckFailed":
            raise Duplicate("event already taken in")
        raise Conflict("conversation changed meanwhile")


def _extra(key: Key, item: Item) -> Write:
    """Return the put of a whole item; one with an "edition" replaces only the edition before it."""
    edition = int(item.get("edition", 0))
    if edition == 1:
        return writes.put_new(key, item)
    return writes.put(key, item, "edition = :before", before=edition - 1) if edition else writes.put(key, item)


def new_row(table: Table, row: OutboxRow) -> Write:
    """Return the put of a new row. It is in the due index at once, as its notification may be lost."""
    due = items.due(*paced_index.due_entry(row, row.not_before, row.created_at))
    return writes.put_new(keys.open_row(table.brand, row.row_id), items.row_item(row) | due)


def _marker(table: Table, change: Commit) -> Write:
    address = change.marked.address
    key = keys.marker(table.brand, address.channel, address.account_id, change.marked.event_id)
    # TTL deletes late: a marker past its date counts as gone
    return writes.put(key, change.marker_item, f"{writes.NEW} OR #ttl < :now", now=change.now // 1000)


def _head(table: Table, change: Commit) -> Write:
    after = replace(change.after, rev=change.before.rev + 1, changed_at=change.now)
    key = keys.head(table.brand, after.conversation_id)
    # A conversation that waits is found by the sweep, should its timer be lost; its next commit takes it out again.
    waits = after.hold_until + keys.OVERDUE_MS if after.hold_until else 0
    due = items.due(keys.due_shard(after.conversation_id), waits) if waits else {}
    item = items.conversation_item(after) | due
    if change.before.is_new:
        return writes.put_new(key, item)
    return writes.put(key, item, "rev = :rev AND attribute_not_exists(merged_into)", rev=change.before.rev)


def _links(table: Table, change: Commit) -> list[Write]:
    """Return the puts of the contact's further addresses: each is found like the first, and listed with it."""
    made = []
    for address in change.links:
        own = {"v": items.VERSION, "why": change.linked_by} | _where(address)
        key = keys.membership(table.brand, change.at_home.contact_id, address)
        made += [writes.put_new(keys.identity(table.brand, address), _points(change, address))]
        made += [writes.put_new(key, own)]
    return made


def _named(table: Table, change: Commit) -> list[Write]:
    if not change.learned_name:
        return []
    key = keys.contact(table.brand, change.at_home.contact_id)
    return [writes.update(key, "SET #name = :name", writes.THERE, name=change.learned_name)]


def _where(address: Address) -> Item:
    return {"channel": address.channel, "account": address.account_id, "person": address.person_id}


def _points(change: Commit, address: Address) -> Item:
    contact_id, conversation_id = change.at_home
    points: Item = {"v": items.VERSION, "contact_id": contact_id, "conversation_id": conversation_id}
    return points | {"since": int(change.now)} | _where(address)


def _identity(table: Table, change: Commit) -> list[Write]:
    address = change.identity
    if address is None:
        return []
    contact_id, conversation_id = change.after.contact_id, change.after.conversation_id
    # Their first address lies in the contact itself (`people.person`); those of a merge have items of their own.
    person: Item = {"v": items.VERSION, "conversation_id": conversation_id, "since": int(change.now)}
    person |= _where(address) | {"why": "first message"}
    if change.name:
        person["name"] = change.name
    return [
        writes.put_new(keys.identity(table.brand, address), _points(change, address)),
        writes.put_new(keys.contact(table.brand, contact_id), person),
    ]


def cancel_writes(table: Table, row: OutboxRow, now: Millis) -> list[Write]:
    """Return the writes that cancel an unclaimed row and keep it in the timeline as cancelled."""
    gone = writes.delete(keys.open_row(table.brand, row.row_id), "#state = :pending", pending="pending")
    kept = items.message_item(items.finished(replace(row, state="cancelled"), now))
    return [gone, writes.put_new(keys.message(table.brand, keys.finished_row(row.row_id)), kept)]


def _ticket(table: Table, ticket: TicketRecord, stored_rev: int) -> Write:
    key, item = keys.ticket(table.brand, ticket.ticket_id), items.ticket_item(replace(ticket, rev=stored_rev + 1))
    item |= open_index.place(table.brand, ticket)
    return writes.put(key, item, "rev = :rev", rev=stored_rev) if stored_rev else writes.put_new(key, item)
