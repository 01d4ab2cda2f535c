"""
The end of a row that was sent, by whoever learns of it first: the worker that sent it, or the receipt that proves it.

A worker that was killed after its send holds the customer's FIFO group until its doorbell comes back; the platform's
receipt comes at once, so it settles the row without waiting.
"""

from __future__ import annotations

from ..model import Address, EventId, Fact, Millis, OutboxRow
from ..store import keys, rows
from ..store.table import Table
from . import figures, sent
from .deps import Deps
from .outcome import report_id

TRACELESS = ("ticket_update", "erasure", "digest")  # kinds whose work stands elsewhere once it is done


def settle_sent(table: Table, row: OutboxRow, now: Millis, deps: Deps, *, own: bool = False) -> None:
    """
    Ends a claimed row whose parts all have their platform id; the next row may be looked at then.

    `own`: the caller sent it just now, under its own lease.

    An agent's answer that is out is noted on its ticket, and the desk is shown that. All of it is done before the row
    ends, so whoever finds the row unfinished does it again.
    """
    traits = deps.traits(row.address.channel)
    surface = traits.public if row.public else traits.private
    by_metadata = surface is not None and surface.proof == "echo"
    ids = tuple(part.platform_id for part in row.parts)
    marks = ids if traits.echoes_own and not by_metadata else ()
    desk_ts = ids[0] if row.kind == "ticket" else ""
    if row.kind in TRACELESS:
        if rows.take_out(table, row):
            deps.counter("row_sent", channel=row.address.channel)
        return
    if row.kind == "agent_reply":
        _answered(table, row, now, deps)
    sent.ask(table, row, now)
    moved = figures.slower(row, now, deps.day(table.brand))
    if own:
        settled = rows.settle_own(table, row, now=now, marks=marks, desk_ts=desk_ts, counts=moved)
    else:
        settled = rows.settle(table, row, "sent", now=now, marks=marks, desk_ts=desk_ts, counts=moved)
    if settled:
        deps.counter("row_sent", channel=row.address.channel)


def _answered(table: Table, row: OutboxRow, now: Millis, deps: Deps) -> None:
    ticket = rows.answered(
        table, row, now, lambda before: figures.first_answer(before, now, deps.playbook(table.brand).hours)
    )
    if ticket is not None and ticket.desk_account:
        deps.queues.ring(table.brand, keys.recipient(rows.put_drawn(table, ticket, now).address))


def report(table: Table, row: OutboxRow, subject: str, code: str, deps: Deps, *, about: Address | None = None) -> None:
    """
    Tells process what became of a row (`outcome.REPORTS`). The same report twice is one event.

    `about`: where it is not about the row's own recipient.
    """
    address = row.address if about is None else about
    fields = {"kind": row.kind, "code": code, "covers": " ".join(row.covers), "ticket": row.ticket_id}
    told = Fact(
        event_id=EventId(report_id(row.row_id, subject)),
        address=address,
        sent_at=None,
        target_id=row.ticket_id,
        subject=subject,
        key=row.row_id,
        fields=tuple(fields.items()),
    )
    deps.queues.inbox(table.brand, [told], deps.clock())
