"""
Marks a row as sent: by the worker that sent it, or by the receipt that proves it, whichever comes first.

A worker that was killed after its send blocks the customer's FIFO group until its notification comes again. The
platform's receipt comes at once, so it marks the row without that wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict

from ..engine import daily_figures
from ..model import (
    DELIVERY,
    AccountPaused,
    Address,
    DeliveryReport,
    DeliveryStatus,
    EventId,
    MediaFetched,
    Millis,
    OutboxRow,
    PersonId,
    ReminderDue,
    ReportedRow,
    at_desk,
)
from ..quality import answer_samples
from ..services import Services
from ..store import finished, keys, rows
from ..store.table import Table


def mark_sent(table: Table, row: OutboxRow, now: Millis, services: Services, *, own: bool = False) -> None:
    """
    Mark a claimed row as sent; all its parts have their platform id. The recipient's next row may then be read.

    `own`: the caller sent it just now, under its own lease.

    An agent's sent answer is also noted on its ticket, which is shown anew. All this is written before the row ends,
    so that after a crash the next worker repeats it.
    """
    traits = services.traits(row.address.channel)
    surface = traits.public if row.public else traits.private
    by_metadata = surface is not None and surface.proof == "echo" and traits.echoes_refer
    ids = tuple(part.platform_id for part in row.parts)
    # In the list of a channel that shares this account, what is sent here stands without our reference (`gap_sweep`).
    unnamed = surface is None or not by_metadata or (bool(traits.shares) and not surface.listed)
    marks = ids if traits.echoes_own and unnamed else ()
    desk_ts = ids[0] if row.traits.opens else ""
    if row.traits.confirmed:
        send_report(table, delivery_report(row, "done", ""), services)
    if row.traits.traceless:
        if rows.take_out(table, row):
            services.metrics("row_sent", channel=row.address.channel)
        return
    if row.kind == "agent_reply":
        _answered(table, row, now, services)
    answer_samples.ask(table, row, now)
    moved = daily_figures.slower(row, now, services.day(table.brand))
    if own:
        ended = rows.finish_own(table, row, now=now, marks=marks, desk_ts=desk_ts, counts=moved)
    else:
        ended = rows.finish(table, row, "sent", now=now, marks=marks, desk_ts=desk_ts, counts=moved)
    if ended:
        services.metrics("row_sent", channel=row.address.channel)
    elif own:  # this worker stood still for longer than its lease, and another ended the row without a proof
        sent_after_all(table, row.row_id, ids, services)


def sent_after_all(table: Table, row_id: str, platform_ids: Sequence[str], services: Services) -> None:
    """Mark a row that ended as unknown as sent, and count it."""
    day = services.day(table.brand)
    finished.upgrade(
        table, row_id, platform_ids, services.clock(), lambda message: daily_figures.of_finished(message, day)
    )


def _answered(table: Table, row: OutboxRow, now: Millis, services: Services) -> None:
    ticket = rows.answered(
        table, row, now, lambda before: daily_figures.first_answer(before, now, services.playbook(table.brand).hours)
    )
    if ticket is not None and ticket.desk_account:
        where = at_desk(services.desk.name, ticket.desk_account, ticket.ticket_id)
        services.queues.notify(table.brand, rows.put_update(table, ticket, where, now).recipient)


class About(TypedDict):
    """The fields that every report about a row has."""

    event_id: EventId
    address: Address
    sent_at: None
    target_id: str
    row: ReportedRow


def about(row: OutboxRow, subject: str, address: Address | None = None) -> About:
    """
    Return the fields of every report about `row`; `subject` is its name on the wire.

    The same report twice is one event. `address`: whom it is about, if that is not the row's own recipient.
    """
    return {
        "event_id": EventId(report_id(row.row_id, subject)),
        "address": row.address if address is None else address,
        "sent_at": None,
        "target_id": row.ticket_id,
        "row": ReportedRow(row_id=row.row_id, kind=row.kind, covers=row.covers, ticket_id=row.ticket_id),
    }


def delivery_report(row: OutboxRow, status: DeliveryStatus, code: str) -> DeliveryReport:
    """Return the report that a row was not delivered, perhaps not, or not sent."""
    return DeliveryReport(**about(row, DELIVERY[status]), status=status, code=code)


def reminder_report(row: OutboxRow) -> ReminderDue:
    """Return the report that a reminder is due; its row's recipient names the ticket and the reminder."""
    return ReminderDue(**about(row, ReminderDue.SUBJECT), reminder=row.address.person_id.rpartition(":")[2])


def account_paused(row: OutboxRow, code: str) -> AccountPaused:
    """Return the report of a paused account: about the account, as the row's recipient may be erased meanwhile."""
    itself = replace(row.address, person_id=PersonId(""))
    return AccountPaused(**about(row, AccountPaused.SUBJECT, itself), code=code)


def send_report(
    table: Table, report: DeliveryReport | ReminderDue | AccountPaused | MediaFetched, services: Services
) -> None:
    """Put a report about a row on process's queue."""
    services.queues.inbox(table.brand, [report], services.clock())


def report_id(row_id: str, subject: str) -> str:
    """Return the event id of a report: the same report twice is one event."""
    return keys.digest("report", row_id, subject)
