"""
The life of an outbox row: pending -> claimed (attempt, lease) -> sent | failed | unknown | cancelled.

Every write after a claim conditions on the attempt, so a worker that lost its lease can change nothing. A row is in the
due index from its commit (store.commit) to its end, so that the sweep finds lost ones. A finished row leaves the outbox
and becomes a message of its conversation: in one transaction, or by single writes under a lease (`settle_own`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

from ..conversation import TicketRecord
from ..errors import Conflict
from ..model import AccountId, Address, Millis, OutboxRow, Part, PersonId, RowState
from ..ports import DESK_CHANNEL
from . import counters, items, keys, wire
from .commit import new_row
from .counters import Count
from .table import CONFLICT_TRIES, DAY_MS, MARKER_DAYS, Table

ClaimOutcome = Literal["claimed", "lost", "fenced"]


def claim(table: Table, row: OutboxRow, *, now: Millis, lease_ms: int, fence: int | None, token: str) -> ClaimOutcome:
    """
    Take the row for one attempt (`row.attempt` + 1), lease until now + lease_ms. `token`: random, this caller's own.

    `fence`: the conversation's fencing token must still be this (bot rows); None: no check. "lost": another worker has
    the row or it is finished. "fenced": a person has spoken since it was committed; the row is then claimed, to be
    ended only. The token is read after the claim, so it is at least as fresh as in one transaction over both, at a
    third of the price (docs/decisions).
    """
    if not _conditional(table, _claim_update(table, row, now, lease_ms, token)):
        # A client may repeat a claim whose answer was lost: then the row is ours after all.
        stored = table.get(keys.open_row(table.brand, row.row_id))
        if stored is None or stored.get("claimed_by") != token:
            return "lost"
    if fence is None:
        return "claimed"
    head = table.head(row.conversation_id)
    return "claimed" if head is not None and head.fence == fence else "fenced"


def _claim_update(table: Table, row: OutboxRow, now: Millis, lease_ms: int, token: str) -> dict[str, Any]:
    values = {
        ":claimed": "claimed",
        ":next": row.attempt + 1,
        ":lease": now + lease_ms,
        ":token": token,
        ":pending": "pending",
        ":now": int(now),
    }
    condition = "(#state = :pending OR lease_until <= :now) AND "
    if row.attempt:
        condition += "attempt = :attempt"
        values[":attempt"] = row.attempt
    else:
        condition += "attribute_not_exists(attempt)"
    update = _on_open_row(table, row)
    update["UpdateExpression"] = "SET #state = :claimed, attempt = :next, lease_until = :lease, claimed_by = :token"
    update["ConditionExpression"] = "attribute_exists(pk) AND " + condition
    update["ExpressionAttributeNames"] = {"#state": "state"}
    update["ExpressionAttributeValues"] = wire.to_avs(values)
    return update


def _on_open_row(table: Table, row: OutboxRow) -> dict[str, Any]:
    key = keys.open_row(table.brand, row.row_id)
    return {"TableName": table.name, "Key": wire.to_avs({"pk": key.pk, "sk": key.sk})}


def part_sent(table: Table, row: OutboxRow, index: int, platform_id: str) -> bool:
    """Store that one part was sent, under this attempt. False when the row was taken away or is finished."""
    update = _on_open_row(table, row)
    update["UpdateExpression"] = f"SET parts[{index}].id = :id"
    update["ConditionExpression"] = "attempt = :attempt"
    update["ExpressionAttributeValues"] = wire.to_avs({":id": platform_id, ":attempt": row.attempt})
    return _conditional(table, update)


def prove_part(table: Table, row: OutboxRow, index: int, platform_id: str) -> bool:
    """Store the platform's own proof that a part was sent, whoever sent it. False when the row is finished."""
    update = _on_open_row(table, row)
    update["UpdateExpression"] = f"SET parts[{index}].id = :id"
    update["ConditionExpression"] = "attribute_exists(pk)"
    update["ExpressionAttributeValues"] = wire.to_avs({":id": platform_id})
    return _conditional(table, update)


def release(table: Table, row: OutboxRow, *, not_before: Millis, claimed: bool, tries: int, error_code: str) -> bool:
    """
    Give a claimed row back, to be tried after `not_before`.

    `claimed` True keeps it claimed with its lease ended: only a proof may decide (the request may have arrived). False
    makes it pending again: it was certainly not sent. False is returned when the row was taken away.
    """
    values: dict[str, object] = {
        ":state": "claimed" if claimed else "pending",
        ":zero": 0,
        ":nb": int(not_before),
        ":tries": tries,
        ":code": error_code,
        ":attempt": row.attempt,
    }
    update = _on_open_row(table, row)
    update["UpdateExpression"] = (
        "SET #state = :state, lease_until = :zero, not_before = :nb, tries = :tries, error_code = :code"
    )
    update["ConditionExpression"] = "attempt = :attempt"
    update["ExpressionAttributeNames"] = {"#state": "state"}
    update["ExpressionAttributeValues"] = wire.to_avs(values)
    return _conditional(table, update)


def index_due(table: Table, row: OutboxRow, due_shard: str, due_at: Millis) -> None:
    """Move an unfinished row in the due index: the sweep (or a reconnect) will notify for it at this time."""
    update = _on_open_row(table, row)
    update["UpdateExpression"] = "SET due_shard = :shard, due_at = :at"
    update["ConditionExpression"] = "attribute_exists(pk)"
    update["ExpressionAttributeValues"] = wire.to_avs({":shard": due_shard, ":at": int(due_at)})
    _conditional(table, update)


def move_due(table: Table, key: keys.Key, due_shard: str, due_at: int, *, old: int) -> bool:
    """Move an entry of the due index that is at `old`. False when it is gone, or another worker has moved it."""
    return _conditional(table, moved(table, key, due_shard, due_at, old=old))


def moved(table: Table, key: keys.Key, due_shard: str, due_at: int, *, old: int) -> dict[str, Any]:
    """Return the update that moves an entry of the due index which is at `old`."""
    update: dict[str, Any] = {"TableName": table.name, "Key": wire.to_avs({"pk": key.pk, "sk": key.sk})}
    update["UpdateExpression"] = "SET due_shard = :shard, due_at = :at"
    update["ConditionExpression"] = "due_at = :old"
    update["ExpressionAttributeValues"] = wire.to_avs({":shard": due_shard, ":at": due_at, ":old": old})
    return update


def settle(
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

    `marks`: platform ids whose echo counts as handled from now on. `desk_ts`: the Slack message that a ticket became.
    `counts`: what this end changes in the brand's daily figures. False when another worker ended it first (or has a
    newer attempt): nothing was written.
    """
    writes: list[dict[str, Any]] = [
        {"Delete": _out_of_the_outbox(table, row)},
        {"Put": _in_the_timeline(table, replace(row, state=state), now)},
    ]
    writes += [{"Put": _echo_marker(table, row, mark, now)} for mark in marks]
    if desk_ts:
        update, thread = _posted_ticket(table, row, desk_ts)
        writes += [{"Update": update}, {"Put": thread}]
    writes += counters.writes(table, row.conversation_id, counts, now)
    return _settled(table, row, writes)


def settle_own(
    table: Table,
    row: OutboxRow,
    *,
    now: Millis,
    marks: Sequence[str] = (),
    desk_ts: str = "",
    counts: Sequence[Count] = (),
) -> bool:
    """
    End as sent a row that the caller sent under a lease that still runs: as `settle`, in single writes, for half.

    What it did is written first, then its message; the row is deleted last. A crash in between leaves it claimed, and
    the next worker ends it (by `take_out`, if the message is there). An erasure waits for the lease (`erase`), so no
    message is written after it. False when another worker ended it first.
    """
    if counts:  # seldom: these and the message must stand together, so all of it is one transaction
        return settle(table, row, "sent", now=now, marks=marks, desk_ts=desk_ts, counts=counts)
    for mark in marks:
        table.client.put_item(**_echo_marker(table, row, mark, now))
    if desk_ts:
        update, thread = _posted_ticket(table, row, desk_ts)
        if not _conditional(table, update):
            return False
        table.client.put_item(**thread)
    table.insert(**_in_the_timeline(table, replace(row, state="sent"), now))
    return take_out(table, row)


def _in_the_timeline(table: Table, row: OutboxRow, now: Millis) -> dict[str, Any]:
    """Return the put of the message that a row becomes when it ends."""
    key = keys.message(table.brand, keys.finished_row(row.row_id))
    item = items.message_item(items.finished(row, now)) | {"pk": key.pk, "sk": key.sk}
    put: dict[str, Any] = {"TableName": table.name, "Item": wire.to_avs(item)}
    return put | {"ConditionExpression": "attribute_not_exists(pk)"}


def take_out(table: Table, row: OutboxRow) -> bool:
    """
    End a row that leaves no message, since its effect is elsewhere (a ticket in Slack, a reminder, a fetched file).

    One conditional write, a quarter of `settle`. False when another worker ended it first, or has a newer attempt.
    """
    try:
        table.delete(**_out_of_the_outbox(table, row))
    except table.client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def withdraw(table: Table, row: OutboxRow, now: Millis) -> bool:
    """Delete a row unless a worker holds it under a lease that runs at `now`. False: a worker does."""
    delete = _on_open_row(table, row)
    delete["ConditionExpression"] = "attribute_not_exists(lease_until) OR #state = :pending OR lease_until < :now"
    delete["ExpressionAttributeNames"] = {"#state": "state"}
    delete["ExpressionAttributeValues"] = wire.to_avs({":pending": "pending", ":now": int(now)})
    try:
        table.delete(**delete)
    except table.client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _out_of_the_outbox(table: Table, row: OutboxRow) -> dict[str, Any]:
    """Return the delete of an unfinished row, under the attempt it was read with."""
    delete = _on_open_row(table, row)
    if row.attempt:
        delete["ConditionExpression"] = "attempt = :attempt"
        delete["ExpressionAttributeValues"] = wire.to_avs({":attempt": row.attempt})
    else:
        delete["ConditionExpression"] = "attribute_exists(pk) AND attribute_not_exists(attempt)"
    return delete


def _settled(table: Table, row: OutboxRow, writes: list[dict[str, Any]]) -> bool:
    """
    Run the transaction with some tries, then raise Conflict: a receipt or a click may write at the same moment.

    If the message is there already, its writer crashed before it deleted the row (`settle_own`).
    """
    for _ in range(CONFLICT_TRIES):
        try:
            table.client.transact_write_items(TransactItems=writes)
        except table.client.exceptions.ClientError as error:
            codes = wire.cancellation_codes(error)
            if codes is None:
                raise
            if codes[:2] == ["None", "ConditionalCheckFailed"]:
                return take_out(table, row)
            if "ConditionalCheckFailed" in codes:
                return False
            continue
        return True
    raise Conflict("row is being written by somebody else")


def _echo_marker(table: Table, row: OutboxRow, platform_id: str, now: Millis) -> dict[str, Any]:
    key = keys.marker(table.brand, row.address.channel, row.address.account_id, platform_id)
    item = {"v": items.VERSION, "conversation_id": row.conversation_id, "row_id": row.row_id, "at": int(now)}
    item["ttl"] = (now + MARKER_DAYS * DAY_MS) // 1000
    return {"TableName": table.name, "Item": wire.to_avs(item | {"pk": key.pk, "sk": key.sk})}


def _posted_ticket(table: Table, row: OutboxRow, desk_ts: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the update of a ticket that was posted in Slack, and the put of its thread."""
    ticket = keys.ticket(table.brand, row.ticket_id)
    update = {
        "TableName": table.name,
        "Key": wire.to_avs({"pk": ticket.pk, "sk": ticket.sk}),
        "UpdateExpression": "SET desk_ts = :ts ADD rev :one",
        "ConditionExpression": "attribute_exists(pk)",
        "ExpressionAttributeValues": wire.to_avs({":ts": desk_ts, ":one": 1}),
    }
    thread = keys.thread(table.brand, row.address.account_id, desk_ts)
    item = {"v": items.VERSION, "ticket_id": row.ticket_id, "pk": thread.pk, "sk": thread.sk}
    return update, {"TableName": table.name, "Item": wire.to_avs(item)}


def answered(
    table: Table, row: OutboxRow, now: Millis, counts: Callable[[TicketRecord], Sequence[Count]]
) -> TicketRecord | None:
    """
    Store on its ticket that an agent's answer was sent: one write, under the ticket's rev.

    `counts`: what the first answer to this ticket adds to the brand's daily figures, given the ticket before it.

    Messages that the customer wrote after the answer still wait: the ticket then stays its agent's to answer.

    Returns the new ticket; None when it is gone, or was answered otherwise since. Free to run again.
    """
    for _ in range(CONFLICT_TRIES):
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
        if counters.update(table, _answer_update(table, after), ticket.conversation_id, added, now):
            return after
    raise Conflict("ticket is being written by somebody else")


def _answer_update(table: Table, ticket: TicketRecord) -> dict[str, Any]:
    key = keys.ticket(table.brand, ticket.ticket_id)
    return {
        "TableName": table.name,
        "Key": wire.to_avs({"pk": key.pk, "sk": key.sk}),
        "UpdateExpression": (
            "SET #state = :state, first_answer_at = :first, answered_at = :now, waits_since = :waits, told = :zero, "
            "rev = :rev REMOVE undo_until, failure, draft"
        ),
        "ConditionExpression": "rev = :before",
        "ExpressionAttributeNames": {"#state": "state"},
        "ExpressionAttributeValues": wire.to_avs(
            {
                ":state": ticket.state,
                ":first": int(ticket.first_answer_at),
                ":now": int(ticket.answered_at),
                ":waits": int(ticket.waits_since),
                ":zero": 0,
                ":rev": ticket.rev,
                ":before": ticket.rev - 1,
            }
        ),
    }


def announce(table: Table, row: OutboxRow, mark: str, now: Millis) -> bool:
    """Add a row that belongs to no event, once for its `mark`: the marker is written with it. False: it was there."""
    marker = {"Put": _echo_marker(table, row, mark, now) | {"ConditionExpression": "attribute_not_exists(pk)"}}
    return table.together([marker, new_row(table, row)])


def put_drawn(table: Table, ticket: TicketRecord, now: Millis) -> OutboxRow:
    """
    Add a row that shows a ticket in Slack, by one write of its own; return the row.

    Its order is not taken from the conversation's head. Any order will do: deliver renders the ticket as it is then.
    """
    where = Address(DESK_CHANNEL, AccountId(ticket.desk_account), PersonId(ticket.ticket_id))
    # Orders are hundredths of a millisecond (`Draft.add_row` begins at 0): from 50 on none of a commit's is met.
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
        if table.insert(**new_row(table, row)["Put"]):
            return row
    raise Conflict("the ticket's rows are being written by somebody else")


def _conditional(table: Table, update: dict[str, Any]) -> bool:
    try:
        table.update(**update)
    except table.client.exceptions.ConditionalCheckFailedException:
        return False
    return True
