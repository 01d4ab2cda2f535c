"""
The life of an outbox row: pending -> claimed (attempt, lease) -> sent | failed | unknown | cancelled.

Notifications come at least once, so a row is claimed first. Every write after it conditions on the attempt, so a worker
that lost its lease can change nothing. A row is in the due index from its commit (store.commit) to its end, so that the
sweep finds lost ones. A finished row leaves the outbox and becomes a message of its conversation: in one transaction,
or by single writes under a lease (`finish_own`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from ..conversation import TicketRecord
from ..errors import Conflict
from ..model import Address, ConversationId, Millis, OutboxRow, Part, RowState
from . import daily_counters, items, keys, writes
from .commit import new_row
from .daily_counters import Count
from .keys import Key
from .table import MARKER_DAYS, Table
from .writes import CONFLICT_TRIES, LOST, THERE, Lost, Write

Ended = Literal["failed", "unknown", "silenced"]  # how a row ends that was not sent, as its report says
ClaimResult = Literal["claimed", "lost", "fenced"]
_DUE = "SET due_shard = :shard, due_at = :at"


def claim(table: Table, row: OutboxRow, *, now: Millis, lease_ms: int, fence: int | None, token: str) -> ClaimResult:
    """
    Take the row for one attempt (`row.attempt` + 1), lease until now + lease_ms. `token`: random, this caller's own.

    `fence`: the conversation's fencing token must still be this (bot rows); None: no check. "lost": another worker has
    the row or it is finished. "fenced": a person has spoken since it was committed; the row is then claimed, to be
    ended only. The token is read after the claim, so it is at least as fresh as in one transaction over both, at a
    third of the price (docs/decisions).
    """
    if not table.write(_claim(_open(table, row), row.attempt, now=now, lease=now + lease_ms, token=token)):
        # A client may repeat a claim whose answer was lost: then the row is ours after all.
        stored = table.get(keys.open_row(table.brand, row.row_id))
        if stored is None or stored.get("claimed_by") != token:
            return "lost"
    return "claimed" if fence is None or _unspoken(table, row, fence) else "fenced"


def _unspoken(table: Table, row: OutboxRow, fence: int) -> bool:
    """Return whether no person has spoken since a row was committed, here or where its conversation was merged to."""
    head = table.head(row.conversation_id)
    while head is not None and head.fence == fence and head.merged_into:
        fence = head.root_fence
        head = table.head(ConversationId(head.merged_into))
    return head is not None and head.fence == fence


def _claim(key: Key, attempt: int, **values: object) -> Write:
    """Return the claim of a row that `attempt` attempts were made of."""
    change = "SET #state = :claimed, attempt = :next, lease_until = :lease, claimed_by = :token"
    free = f"{THERE} AND (#state = :pending OR lease_until <= :now) AND "
    values |= {"claimed": "claimed", "pending": "pending", "next": attempt + 1}
    if attempt:
        return writes.update(key, change, free + "attempt = :attempt", attempt=attempt, **values)
    return writes.update(key, change, free + "attribute_not_exists(attempt)", **values)


def _open(table: Table, row: OutboxRow) -> Key:
    return keys.open_row(table.brand, row.row_id)


def part_sent(table: Table, row: OutboxRow, index: int, platform_id: str) -> bool:
    """Store that one part was sent, under this attempt. False when the row was taken away or is finished."""
    change, mine = f"SET parts[{index}].id = :id", "attempt = :attempt"
    return table.write(writes.update(_open(table, row), change, mine, id=platform_id, attempt=row.attempt))


def prove_part(table: Table, row: OutboxRow, index: int, platform_id: str) -> bool:
    """Store the platform's own proof that a part was sent, whoever sent it. False when the row is finished."""
    return table.write(writes.update(_open(table, row), f"SET parts[{index}].id = :id", THERE, id=platform_id))


def release(table: Table, row: OutboxRow, *, not_before: Millis, claimed: bool, tries: int, error_code: str) -> bool:
    """
    Give a claimed row back, to be tried after `not_before`.

    `claimed` True keeps it claimed with its lease ended: only a proof may decide (the request may have arrived). False
    makes it pending again: it was certainly not sent. False is returned when the row was taken away.
    """
    change = "SET #state = :state, lease_until = :zero, not_before = :nb, tries = :tries, error_code = :code"
    state: RowState = "claimed" if claimed else "pending"
    values = {"state": state, "zero": 0, "nb": not_before, "tries": tries, "code": error_code, "attempt": row.attempt}
    return table.write(writes.update(_open(table, row), change, "attempt = :attempt", **values))


# What stands in place of a row's tries once it is reported how it ended: whoever finds it then only ends it.
_GIVEN_UP: Mapping[Ended, int] = {"failed": 101, "unknown": 102, "silenced": 103}


def give_up(table: Table, row: OutboxRow, status: Ended, error_code: str) -> bool:
    """
    Store how a claimed row ends, before anybody is told: what was told is not sent after all by the next worker.

    False when the row was taken away.
    """
    change = "SET tries = :tries, error_code = :code"
    values = {"tries": _GIVEN_UP[status], "code": error_code, "attempt": row.attempt}
    return table.write(writes.update(_open(table, row), change, "attempt = :attempt", **values))


def given_up(row: OutboxRow) -> Ended | None:
    """Return how a row ends that its worker left after it was given up."""
    return next((status for status, tries in _GIVEN_UP.items() if tries == row.tries), None)


def index_due(table: Table, row: OutboxRow, due_shard: str, due_at: Millis) -> None:
    """Move an unfinished row in the due index: the sweep (or a reconnect) will notify for it at this time."""
    table.write(writes.update(_open(table, row), _DUE, THERE, shard=due_shard, at=due_at))


def move_due(table: Table, key: Key, due_shard: str, due_at: int, *, old: int) -> bool:
    """Move an entry of the due index that is at `old`. False when it is gone, or another worker has moved it."""
    return table.write(moved(key, due_shard, due_at, old=old))


def moved(key: Key, due_shard: str, due_at: int, *, old: int) -> Write:
    """Return the update that moves an entry of the due index which is at `old`."""
    return writes.update(key, _DUE, "due_at = :old", shard=due_shard, at=due_at, old=old)


def finish(
    table: Table,
    row: OutboxRow,
    state: RowState,
    *,
    now: Millis,
    marks: Sequence[str] = (),
    desk_ts: str = "",
    counts: Sequence[Count] = (),
) -> bool:
    """
    End the row: out of the outbox, into the timeline. `row.attempt` must be the stored one.

    `marks`: platform ids whose echo counts as handled from now on. `desk_ts`: the message that a ticket became.
    `counts`: what this end changes in the brand's daily figures. False when another worker ended it first (or has a
    newer attempt): nothing was written.
    """
    made = [_out_of_the_outbox(table, row), _in_the_timeline(table, replace(row, state=state), now)]
    made += [_echo_marker(table, row, mark, now) for mark in marks]
    made += _posted_ticket(table, row, desk_ts) if desk_ts else ()
    made += daily_counters.writes_of(table, row.conversation_id, counts, now)
    return _finished(table, row, made)


def finish_own(
    table: Table,
    row: OutboxRow,
    *,
    now: Millis,
    marks: Sequence[str] = (),
    desk_ts: str = "",
    counts: Sequence[Count] = (),
) -> bool:
    """
    End as sent a row that the caller sent under its own lease: like `finish`, in single writes at half the cost.

    Markers and ticket are written first, then the message; the row is deleted last. After a crash in between the row is
    still claimed, and the next worker ends it (by `take_out`, if the message is there). An erasure waits for the lease
    (`erase`), so no message is written after it. False when another worker ended it first.
    """
    if counts:  # seldom: these and the message must stand together, so all of it is one transaction
        return finish(table, row, "sent", now=now, marks=marks, desk_ts=desk_ts, counts=counts)
    for mark in marks:
        table.write(_echo_marker(table, row, mark, now))
    if desk_ts and not all(map(table.write, _posted_ticket(table, row, desk_ts))):
        return False
    table.write(_in_the_timeline(table, replace(row, state="sent"), now))
    return take_out(table, row)


def _in_the_timeline(table: Table, row: OutboxRow, now: Millis) -> Write:
    """Return the put of the message that a row becomes when it ends."""
    key = keys.message(table.brand, keys.finished_row(row.row_id))
    return writes.put_new(key, items.message_item(items.finished(row, now)))


def take_out(table: Table, row: OutboxRow) -> bool:
    """
    End a row that leaves no message, since its effect is elsewhere (a ticket at a desk, a reminder, a fetched file).

    One conditional write, at a quarter of the cost of `finish`. False when another worker ended it first, or has a
    newer attempt.
    """
    return table.write(_out_of_the_outbox(table, row))


def withdraw(table: Table, row: OutboxRow, now: Millis) -> bool:
    """Delete a row unless a worker holds it under a lease that runs at `now`. False: a worker does."""
    free = "attribute_not_exists(lease_until) OR #state = :pending OR lease_until < :now"
    return table.write(writes.delete(_open(table, row), free, pending="pending", now=now))


def _out_of_the_outbox(table: Table, row: OutboxRow) -> Write:
    """Return the delete of an unfinished row, under the attempt it was read with."""
    if row.attempt:
        return writes.delete(_open(table, row), "attempt = :attempt", attempt=row.attempt)
    return writes.delete(_open(table, row), f"{THERE} AND attribute_not_exists(attempt)")


def _finished(table: Table, row: OutboxRow, made: Sequence[Write]) -> bool:
    """
    Run the transaction with some tries, then raise Conflict: a receipt or a click may write at the same moment.

    If the message is there already, its writer crashed before it deleted the row (`finish_own`).
    """

    def attempt() -> bool | Lost:
        refused = table.transact(made)
        if refused[:2] == ["None", "ConditionalCheckFailed"]:
            return take_out(table, row)
        if "ConditionalCheckFailed" in refused:
            return False
        return LOST if refused else True

    return writes.until_done(attempt, "row is being written by somebody else", CONFLICT_TRIES)


def _echo_marker(table: Table, row: OutboxRow, platform_id: str, now: Millis, condition: str = "") -> Write:
    key = keys.marker(table.brand, row.address.channel, row.address.account_id, platform_id)
    item = {"v": items.VERSION, "conversation_id": row.conversation_id, "row_id": row.row_id, "at": int(now)}
    return writes.put(key, item | {"ttl": items.ttl(now, MARKER_DAYS)}, condition)


def _posted_ticket(table: Table, row: OutboxRow, desk_ts: str) -> tuple[Write, Write]:
    """Return the update of a ticket that was posted at its desk, and the put of its thread."""
    ticket, thread = keys.ticket(table.brand, row.ticket_id), keys.thread(table.brand, row.address.account_id, desk_ts)
    posted = writes.update(ticket, "SET desk_ts = :ts ADD rev :one", THERE, ts=desk_ts, one=1)
    return posted, writes.put(thread, {"v": items.VERSION, "ticket_id": row.ticket_id})


def answered(
    table: Table, row: OutboxRow, now: Millis, counts: Callable[[TicketRecord], Sequence[Count]]
) -> TicketRecord | None:
    """
    Store on its ticket that an agent's answer was sent: one write, under the ticket's rev.

    `counts`: what the first answer to this ticket adds to the brand's daily figures, given the ticket before it.

    Messages that the customer wrote after the answer still wait: the ticket then stays its agent's to answer.

    Returns the new ticket; None when it is gone, or was answered otherwise since. Free to run again.
    """

    def attempt() -> TicketRecord | Lost | None:
        ticket = table.ticket(row.ticket_id)
        if ticket is None or ticket.row_id != row.row_id:
            return None
        if ticket.answered_at >= row.created_at:
            return ticket
        waits = ticket.messages > ticket.answer_covers
        after = replace(
            ticket,
            state="claimed" if waits else "answered",
            first_answer_at=ticket.first_answer_at or now,
            answered_at=now,
            waits_since=now if waits else Millis(0),
            told=0,
            undo_until=Millis(0),
            failure="",
            draft="",
            rev=ticket.rev + 1,
        )
        added = () if ticket.first_answer_at else counts(ticket)
        written = daily_counters.update(table, _answer(table, after), ticket.conversation_id, added, now)
        return after if written else LOST

    return writes.until_done(attempt, "ticket is being written by somebody else", CONFLICT_TRIES)


def _answer(table: Table, ticket: TicketRecord) -> Write:
    change = (
        "SET #state = :state, first_answer_at = :first, answered_at = :now, waits_since = :waits, told = :zero, "
        "rev = :rev REMOVE undo_until, failure, draft"
    )
    values = {"state": ticket.state, "first": ticket.first_answer_at, "now": ticket.answered_at, "zero": 0}
    values |= {"waits": ticket.waits_since, "rev": ticket.rev, "before": ticket.rev - 1}
    return writes.update(keys.ticket(table.brand, ticket.ticket_id), change, "rev = :before", **values)


def snooze(table: Table, ticket_id: str, agent_id: str, until: Millis, now: Millis) -> bool:
    """
    Take a ticket out of its agent's lists until then, with the reminder that brings it back: one transaction.

    The reminder is of the kind that calls an agent to what is unread, which every release knows. False: this agent has
    no such ticket to act on.
    """

    def attempt() -> bool | Lost:
        ticket = table.ticket(ticket_id)
        if ticket is None or (ticket.assignee, ticket.state) != (agent_id, "claimed"):
            return False
        change = "SET snoozed_until = :until ADD rev :one"
        put_off = writes.update(
            keys.ticket(table.brand, ticket_id), change, "rev = :rev", until=until, rev=ticket.rev, one=1
        )
        refused = table.transact([put_off, new_row(table, _reminder(ticket, until, now))])
        if refused == ["None", "ConditionalCheckFailed"]:  # there is a reminder of this ticket for that moment already
            return True if table.write(put_off) else LOST
        return LOST if refused else True

    return writes.until_done(attempt, "ticket is being written by somebody else")


def _reminder(ticket: TicketRecord, at: Millis, now: Millis) -> OutboxRow:
    address = keys.reminder(ticket.ticket_id, "wrote")
    return OutboxRow(
        row_id=keys.row_id(ticket.conversation_id, at * 100, address),
        kind="clock",
        author="system",
        address=address,
        conversation_id=ticket.conversation_id,
        state="pending",
        created_at=now,
        not_before=at,
        parts=(),
        ticket_id=ticket.ticket_id,
    )


def announce(table: Table, row: OutboxRow, mark: str, now: Millis) -> bool:
    """Add a row that belongs to no event, together with the marker `mark`. False: the marker was there already."""
    return table.together([_echo_marker(table, row, mark, now, writes.NEW), new_row(table, row)])


def put_update(table: Table, ticket: TicketRecord, where: Address, now: Millis) -> OutboxRow:
    """
    Add a row that shows a ticket at its desk (`where`), by one write of its own; return the row.

    Its order is not taken from the conversation's head. Any order will do: deliver renders the ticket as it is then.
    """
    # Orders are hundredths of a millisecond (`ChangeSet.add_row` begins at 0): from 50 on none of a commit's is met.
    for order in range(now * 100 + 50, now * 100 + 50 + CONFLICT_TRIES):
        row = OutboxRow(
            row_id=keys.row_id(ticket.conversation_id, order, where),
            kind="ticket_update",
            author="system",
            address=where,
            conversation_id=ticket.conversation_id,
            state="pending",
            created_at=now,
            not_before=now,
            parts=(Part(text=""),),
            ticket_id=ticket.ticket_id,
        )
        if table.write(new_row(table, row)):
            return row
    raise Conflict("the ticket's rows are being written by somebody else")
