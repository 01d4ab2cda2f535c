"""
The copies at desks of an erased person's messages. Each is deleted by a row of its own, which deliver sends.

These rows name nobody: they belong to a conversation of the erasure, whose id is a hash of the contact's, and hold
the workspace's ids of the messages. So they can wait while it is down, after everything else was erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ..conversation import TicketRecord, TimelineMessage
from ..model import ROW_TRAITS, Address, ConversationId, Millis, OutboxRow, Part, at_desk
from ..store import items, keys, writes
from ..store.commit import new_row
from ..store.table import MARKER_DAYS, Table

ORDERS = 100_000  # a second's worth of places
MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """
    One copy at a desk: a message or file by the workspace's id, or what a row may have posted, by the row's digest.

    `workspace`, `account`: of the desk. `thread`, `since`: in which thread, and since when, it is looked for.
    """

    workspace: str
    account: str
    sort: Literal["message", "file", "row"]
    place: str
    thread: str = ""
    since: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """
    How far the deletion of copies is: how many wait for it, and which the workspace will not delete (with its reason).

    `by_hand`: what people typed there themselves, which no app may delete. Both list (desk, the workspace's id, why).
    """

    waiting: int
    refused: tuple[tuple[str, str, str], ...]
    by_hand: tuple[tuple[str, str, str], ...]
    recipients: tuple[str, ...] = ()  # to notify: their rows delete the copies

    @property
    def clear(self) -> bool:
        """Return whether no copy is left: none waits, was refused, or must be deleted by hand."""
        return not (self.waiting or self.refused or self.by_hand)


def of_messages(
    messages: Iterable[TimelineMessage], tickets: Mapping[str, TicketRecord], workspace: str
) -> tuple[set[Copy], set[str]]:
    """
    Return the copies that a timeline, and tickets of this workspace, know of.

    And "<account> <id>" of what people typed at the desk themselves.
    """
    found: set[Copy] = set()
    typed: set[str] = set()
    for message in messages:
        ticket = tickets.get(message.ticket_id)
        if message.note and message.anchor and ticket is not None:
            typed.add(f"{ticket.desk_account} {message.anchor}")
        if not (message.address.desk and message.row_id):
            continue
        if ROW_TRAITS[message.kind].file:
            found |= _file(message.address, message.platform_ids)
            continue
        found |= _posted(message.address, [ts for ts in message.platform_ids if "." in ts])
        if message.state == "unknown":
            thread = ticket.desk_ts if ticket else ""
            found.add(_unproven(message.address, message.row_id, thread, message.received_at))
    for ticket in tickets.values():
        if ticket.desk_ts:
            found |= _posted(at_desk(workspace, ticket.desk_account, ""), [ticket.desk_ts])
    return found, typed


def of_row(row: OutboxRow, tickets: Mapping[str, TicketRecord]) -> set[Copy]:
    """Return the copy that an unfinished row may have posted at a desk."""
    if not (row.address.desk and row.attempt and row.traits.posts):
        return set()
    ticket = tickets.get(row.ticket_id)
    known = [part.platform_id for part in row.parts if part.platform_id]
    if row.traits.file:
        return _file(row.address, known)
    if known:
        return _posted(row.address, known)
    return {
        _unproven(row.address, row.row_id, ticket.desk_ts if ticket and not row.traits.opens else "", row.created_at)
    }


def _copy(desk: Address, sort: Literal["message", "file", "row"], place: str, thread: str = "", since: int = 0) -> Copy:
    workspace, account = str(desk.channel), str(desk.account_id)
    return Copy(workspace=workspace, account=account, sort=sort, place=place, thread=thread, since=since)


def _posted(desk: Address, ids: Iterable[str]) -> set[Copy]:
    return {_copy(desk, "message", each) for each in ids}


def _file(desk: Address, known: Sequence[str]) -> set[Copy]:
    """Return the copy of a file, if its row has an id: a file gets one before its bytes are sent."""
    return {_copy(desk, "file", known[0].partition(" ")[0])} if known else set()


def _unproven(desk: Address, row_id: str, thread: str, since: int) -> Copy:
    return _copy(desk, "row", keys.digest(row_id), thread, int(since))


def note(table: Table, contact_id: str, copies: Iterable[Copy], typed: set[str], at: Millis, now: Millis) -> None:
    """Write a row for each copy, and which desks are concerned. Safe to run again."""
    found = sorted(copies, key=lambda copy: (copy.account, copy.sort, copy.place))
    if not found and not typed:
        return
    key = keys.desk_erasure(table.brand, contact_id)
    before = table.get(key) or {}
    accounts = {*before.get("accounts", ()), *(copy.account for copy in found)}
    item: items.Item = {"v": items.VERSION, "at": int(now), "ttl": items.ttl(now, MARKER_DAYS)}
    item |= {"accounts": sorted(accounts), "typed": sorted({*before.get("typed", ()), *typed})}
    table.put(key, item)
    for copy in found:
        _put_row(table, contact_id, copy, at)


def _put_row(table: Table, contact_id: str, copy: Copy, at: Millis) -> None:
    where = _address(contact_id, copy.workspace, copy.account)
    asked = {"erase": copy.sort, "id": copy.place, "thread": copy.thread, "since": copy.since}
    body = items.compact({name: value for name, value in asked.items() if value})
    first = at * 100 + int(keys.digest(copy.sort, copy.place, length=8), 16) % ORDERS
    for order in range(first, first + MOST):
        row = OutboxRow(
            row_id=keys.row_id(keys.erasure_conversation(contact_id), order, where),
            kind="erasure",
            author="system",
            address=where,
            conversation_id=ConversationId(keys.erasure_conversation(contact_id)),
            state="pending",
            created_at=at,
            not_before=at,
            parts=(Part(text=""),),
            anchor=copy.place,
            body=body,
        )
        if table.write(new_row(table, row)):
            return
        there = table.open_row(row.row_id)
        if there is not None and there.body == body:
            return


def _address(contact_id: str, workspace: str, account: str) -> Address:
    return at_desk(workspace, account, keys.erasure_conversation(contact_id))


def look(table: Table, contact_id: str, workspace: str) -> Desk | None:
    """Return how far the deletion of a contact's copies is; None where there were none, or `forget` was called."""
    item = table.get(keys.desk_erasure(table.brand, contact_id))
    if item is None:
        return None
    recipients = [keys.recipient(_address(contact_id, workspace, account)) for account in item["accounts"]]
    waiting = {each: len(table.open_rows(each, limit=MOST)) for each in recipients}
    ended = table.timeline(ConversationId(keys.erasure_conversation(contact_id)))
    return Desk(
        waiting=sum(waiting.values()),
        refused=tuple((each.address.account_id, each.anchor, each.error_code) for each in ended),
        by_hand=tuple((*each.split(" ", 1), "typed by a person") for each in item["typed"]),
        recipients=tuple(each for each, count in waiting.items() if count),
    )


def forget(table: Table, contact_id: str) -> None:
    """Remove the record of the deletions, once all copies are deleted or a person was told of the others."""
    for message in list(table.timeline(ConversationId(keys.erasure_conversation(contact_id)))):
        table.write(writes.delete(keys.message(table.brand, message.message_id)))
    table.write(writes.delete(keys.desk_erasure(table.brand, contact_id)))
