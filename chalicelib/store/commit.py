"""
The commit of one decision: head (under `rev`), marker, messages, outbox rows and ticket in ONE transaction.

All or nothing: otherwise Duplicate or Conflict is raised, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..conversation import Conversation, TicketRecord, TimelineMessage
from ..errors import Conflict, GuichetError
from ..model import Address, EventId, MessageId, Millis, OutboxRow
from . import caps, counters, items, keys, lines, wire
from .items import Item
from .keys import Key
from .table import DAY_MS, MARKER_DAYS, Table


class Duplicate(GuichetError):
    """The event was handled before; nothing was written."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The event that a commit handles."""

    address: Address
    event_id: EventId


Changed = str | int | bool | tuple[tuple[str, str], ...]


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
    name: str = ""
    learned_name: str = ""  # of a contact that is there
    hold: tuple[int, int] | None = None  # (generation, until) to ring by timer
    extras: Sequence[tuple[Key, Item]] = ()  # whole items to be written beside; one with an "edition" follows the last
    counts: Sequence[counters.Count] = ()  # what it adds to the brand's daily figures
    places: Sequence[caps.Place] = ()  # under a day's cap, that its answers take
    places_back: Sequence[caps.Place] = ()  # that the answers it takes back had taken
    refused: str = ""  # the intent whose answer was refused: to be looked at after the commit, and again if need be
    used: Sequence[tuple[Key, int]] = ()  # items that the decision took in, each in the edition it read: they go
    absent: Sequence[Key] = ()  # items that the decision rests on not being there
    aside: bool = False  # about somebody of whom nothing is known: no conversation begins by it

    @property
    def marker_item(self) -> Item:
        """Return what is kept of the event: enough to notify again for what it led to."""
        item: Item = {"v": items.VERSION, "at": int(self.now), "ttl": (self.now + MARKER_DAYS * DAY_MS) // 1000}
        if not self.aside:
            item["conversation_id"] = self.after.conversation_id
        if self.messages:
            item["message_id"] = self.messages[0].message_id
        if self.rows:
            item["rows"] = [row.row_id for row in self.rows]
        if self.hold:
            item["hold"] = list(self.hold)
        if self.refused:
            item["refused"] = self.refused
        return item


def commit(table: Table, change: Commit) -> None:
    """Write the change. Raises Duplicate (the event's marker exists) or Conflict (another worker was first)."""
    writes = [_marker(table, change)]
    writes += (
        []
        if change.aside
        else [_head(table, change), *_identity(table, change), *_links(table, change), *_named(table, change)]
    )
    writes += [_put_new(table, keys.message(table.brand, m.message_id), items.message_item(m)) for m in change.messages]
    writes += [_change(table, each) for each in change.changes]
    writes += [new_row(table, row) for row in change.rows]
    writes += [_extra(table, key, item) for key, item in change.extras]
    writes += [_taken_in(table, key, edition) for key, edition in change.used]
    writes += [_gone(table, key, "attribute_not_exists(pk)") for key in change.absent]
    for row in change.cancelled:
        writes += cancel_writes(table, row, change.now)
    if change.ticket is not None:
        writes.append(_ticket(table, change.ticket, change.ticket_rev))
    writes += [_ticket(table, each, each.rev) for each in change.others]
    writes += counters.writes(table, change.after.conversation_id, change.counts, change.now)
    writes += caps.writes(table, change.places, change.places_back, change.now)
    try:
        table.client.transact_write_items(TransactItems=writes)
    except table.client.exceptions.ClientError as error:
        codes = wire.cancellation_codes(error)
        if codes is None:
            raise
        if codes[0] == "ConditionalCheckFailed":
            raise Duplicate("event already taken in") from None
        raise Conflict("conversation changed meanwhile") from None


def _key(key: Key) -> dict[str, Any]:
    return wire.to_avs({"pk": key.pk, "sk": key.sk})


def _gone(table: Table, key: Key, condition: str) -> dict[str, Any]:
    return {"Delete": {"TableName": table.name, "Key": _key(key), "ConditionExpression": condition}}


def _extra(table: Table, key: Key, item: Item) -> dict[str, Any]:
    """Return the put of a whole item; a numbered one replaces only the edition before it."""
    edition = int(item.get("edition", 0))
    if edition == 1:
        return _put_new(table, key, item)
    put: dict[str, Any] = {"TableName": table.name, "Item": wire.to_avs(item | {"pk": key.pk, "sk": key.sk})}
    if edition:
        put["ConditionExpression"] = "edition = :before"
        put["ExpressionAttributeValues"] = wire.to_avs({":before": edition - 1})
    return {"Put": put}


def _taken_in(table: Table, key: Key, edition: int) -> dict[str, Any]:
    """Return the delete of an item that a decision has read in this edition."""
    delete = _gone(table, key, "edition = :read")
    delete["Delete"]["ExpressionAttributeValues"] = wire.to_avs({":read": edition})
    return delete


def _put_new(table: Table, key: Key, item: Item) -> dict[str, Any]:
    put = {"TableName": table.name, "Item": wire.to_avs(item | {"pk": key.pk, "sk": key.sk})}
    return {"Put": put | {"ConditionExpression": "attribute_not_exists(pk)"}}


def new_row(table: Table, row: OutboxRow) -> dict[str, Any]:
    """Return the put of a new row. It is in the due index at once: its notification may be lost, or far away."""
    due = items.due(*lines.standing(row, row.not_before, row.created_at))
    return _put_new(table, keys.open_row(table.brand, row.row_id), items.row_item(row) | due)


def _marker(table: Table, change: Commit) -> dict[str, Any]:
    address = change.marked.address
    key = keys.marker(table.brand, address.channel, address.account_id, change.marked.event_id)
    write = _put_new(table, key, change.marker_item)
    # TTL deletes late: a marker past its date counts as gone
    write["Put"]["ConditionExpression"] = "attribute_not_exists(pk) OR #ttl < :now"
    write["Put"]["ExpressionAttributeNames"] = {"#ttl": "ttl"}
    write["Put"]["ExpressionAttributeValues"] = wire.to_avs({":now": change.now // 1000})
    return write


def _head(table: Table, change: Commit) -> dict[str, Any]:
    after = replace(change.after, rev=change.before.rev + 1, changed_at=change.now)
    key = keys.head(table.brand, after.conversation_id)
    put: dict[str, Any] = {"TableName": table.name}
    # A conversation that waits is found by the sweep, should its timer be lost; its next commit takes it out again.
    waits = after.hold_until + keys.OVERDUE_MS if after.hold_until else 0
    due = items.due(keys.due_shard(after.conversation_id), waits) if waits else {}
    put["Item"] = wire.to_avs(items.conversation_item(after) | due | {"pk": key.pk, "sk": key.sk})
    if change.before.is_new:
        return {"Put": put | {"ConditionExpression": "attribute_not_exists(pk)"}}
    put["ConditionExpression"] = "rev = :rev AND attribute_not_exists(merged_into)"
    put["ExpressionAttributeValues"] = wire.to_avs({":rev": change.before.rev})
    return {"Put": put}


def _links(table: Table, change: Commit) -> list[dict[str, Any]]:
    """Return the puts of the contact's further addresses: each is found like the first, and listed with it."""
    writes = []
    for address in change.links:
        own = {"v": items.VERSION, "why": change.linked_by} | _where(address)
        key = keys.membership(table.brand, change.after.contact_id, address)
        writes += [_put_new(table, keys.identity(table.brand, address), _points(change, address))]
        writes += [_put_new(table, key, own)]
    return writes


def _named(table: Table, change: Commit) -> list[dict[str, Any]]:
    if not change.learned_name:
        return []
    update = {"TableName": table.name, "Key": _key(keys.contact(table.brand, change.after.contact_id))}
    update |= {"UpdateExpression": "SET #name = :name", "ConditionExpression": "attribute_exists(pk)"}
    update |= {"ExpressionAttributeNames": {"#name": "name"}}
    return [{"Update": update | {"ExpressionAttributeValues": wire.to_avs({":name": change.learned_name})}}]


def _where(address: Address) -> Item:
    return {"channel": address.channel, "account": address.account_id, "person": address.person_id}


def _points(change: Commit, address: Address) -> Item:
    contact_id, conversation_id = change.after.contact_id, change.after.conversation_id
    points: Item = {"v": items.VERSION, "contact_id": contact_id, "conversation_id": conversation_id}
    return points | {"since": int(change.now)} | _where(address)


def _identity(table: Table, change: Commit) -> list[dict[str, Any]]:
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
        _put_new(table, keys.identity(table.brand, address), _points(change, address)),
        _put_new(table, keys.contact(table.brand, contact_id), person),
    ]


def _change(table: Table, change: MessageChange) -> dict[str, Any]:
    names = {f"#{n}": name for n, name in enumerate(change.values)}
    values = {f":{n}": value for n, value in enumerate(change.values.values())}
    update = {
        "TableName": table.name,
        "Key": _key(keys.message(table.brand, change.message_id)),
        "UpdateExpression": "SET " + ", ".join(f"#{n} = :{n}" for n in range(len(names))),
        "ConditionExpression": "attribute_exists(pk)",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": wire.to_avs(values),
    }
    return {"Update": update}


def cancel_writes(table: Table, row: OutboxRow, now: Millis) -> list[dict[str, Any]]:
    """Return the writes that cancel an unclaimed row and keep it in the timeline as cancelled."""
    key = keys.open_row(table.brand, row.row_id)
    delete = {
        "TableName": table.name,
        "Key": _key(key),
        "ConditionExpression": "#state = :pending",
        "ExpressionAttributeNames": {"#state": "state"},
        "ExpressionAttributeValues": wire.to_avs({":pending": "pending"}),
    }
    kept = items.message_item(items.finished(replace(row, state="cancelled"), now))
    return [{"Delete": delete}, _put_new(table, keys.message(table.brand, keys.finished_row(row.row_id)), kept)]


def _ticket(table: Table, ticket: TicketRecord, stored_rev: int) -> dict[str, Any]:
    key = keys.ticket(table.brand, ticket.ticket_id)
    put: dict[str, Any] = {"TableName": table.name}
    put["Item"] = wire.to_avs(items.ticket_item(replace(ticket, rev=stored_rev + 1)) | {"pk": key.pk, "sk": key.sk})
    if stored_rev == 0:
        return {"Put": put | {"ConditionExpression": "attribute_not_exists(pk)"}}
    put["ConditionExpression"] = "rev = :rev"
    put["ExpressionAttributeValues"] = wire.to_avs({":rev": stored_rev})
    return {"Put": put}
