"""
Delivery receipts: a status "sent" or an echo proves that a platform has a message, "failed" that it does not.

They may come before the send call has returned, twice, or long after; intake drops those that are old
(`known_reports`). Never changes the conversation's head.
"""

from __future__ import annotations

from dataclasses import replace

from ..conversation import TimelineMessage
from ..engine import daily_figures
from ..model import BrandId, DeliveryReport, Echo, Event, EventId, OutboxRow, Receipt, ReportedRow, ThreadFound
from ..services import Services
from ..store import finished, keys, rows
from ..store.table import Table
from ..text import same_words
from .known_reports import split_reference
from .mark_sent import mark_sent, report_id, sent_after_all


def receive(brand: BrandId, event: Event, services: Services) -> None:
    """Handle one receipt or echo of our own message. Safe to run again."""
    table = services.table(brand)
    if isinstance(event, Echo) and not event.row_id:
        _proven_by_words(table, event, services)
    elif isinstance(event, Echo):
        _proven(table, event.row_id, event.event_id, services)
        _thread(table, event, services)
    elif isinstance(event, Receipt) and event.row_id:
        _receipt(table, event, services)
    else:
        services.metrics("receipt_unplaced", channel=event.address.channel)


def _receipt(table: Table, event: Receipt, services: Services) -> None:
    reference = split_reference(event.row_id)
    if reference is None:
        services.metrics("receipt_unplaced", channel=event.address.channel)
        return
    row_id = reference[0]
    if event.status == "failed":
        _failed(table, event, row_id, services)
        return
    _proven(table, event.row_id, event.platform_id or event.event_id, services)


def _proven(table: Table, reference: str, platform_id: str, services: Services) -> None:
    """Store the proof for this part: an open row may be complete by it, a row of unknown result becomes sent."""
    found = split_reference(reference)
    if found is None:
        services.metrics("receipt_unplaced")
        return
    row_id, index = found
    message = table.finished_row(row_id)
    row = None if message is not None else table.open_row(row_id)
    if row is None:
        if message is None or message.state == "unknown":
            sent_after_all(table, row_id, (platform_id,), services)
        return
    if index >= len(row.parts):
        return
    if not row.parts[index].platform_id:
        rows.prove_part(table, row, index, platform_id)
    _mark_if_complete(table, row_id, services)


def _thread(table: Table, event: Echo, services: Services) -> None:
    """Tell process where a comment's writer is reached in private, where its platform has another channel for that."""
    row_id, _ = split_reference(event.row_id) or ("", 0)
    said: OutboxRow | TimelineMessage | None = (
        (table.finished_row(row_id) or table.open_row(row_id)) if row_id else None
    )
    if said is None or said.kind != "private_reply" or said.address.channel == event.address.channel:
        return
    event_id = EventId(keys.digest(ThreadFound.SUBJECT, row_id))
    found = ThreadFound(event_id=event_id, address=said.address, sent_at=None, to=event.address)
    services.queues.inbox(table.brand, [found], services.clock())


def _proven_by_words(table: Table, event: Echo, services: Services) -> None:
    """Store the proof of an echo that is surely ours and names no row: the first unproved part that says the same."""
    waiting = table.open_rows(keys.recipient(event.address))
    for row in (row for row in waiting if row.state == "claimed"):
        if any(part.platform_id == event.event_id for part in row.parts):
            return
        for index, part in enumerate(row.parts):
            if not part.platform_id and same_words(part.shown["text"], event.text):
                rows.prove_part(table, row, index, event.event_id)
                _mark_if_complete(table, row.row_id, services)
                return
    services.metrics("receipt_unplaced", channel=event.address.channel)


def _mark_if_complete(table: Table, row_id: str, services: Services) -> None:
    """Mark the row as sent if every part is proven, and notify for the customer's next row."""
    row = table.open_row(row_id)
    if row is None or row.state != "claimed" or not all(part.platform_id for part in row.parts):
        return
    mark_sent(table, row, services.clock(), services)
    services.metrics("row_proven", channel=row.address.channel)
    services.queues.notify(table.brand, row.recipient)


def _failed(table: Table, event: Receipt, row_id: str, services: Services) -> None:
    """Tell a person: the platform took the message and could not deliver it. Nothing is sent again."""
    row: OutboxRow | None = table.open_row(row_id)
    told: OutboxRow | TimelineMessage | None = row or table.finished_row(row_id)
    if told is None or (row is None and told.state not in ("sent", "unknown")):
        return
    failures = services.traits(event.address.channel).failures
    code = f"{failures.get(event.error_code, 'Refused')} {event.error_code}".strip()
    report = DeliveryReport(
        event_id=EventId(report_id(row_id, "row_failed")),
        address=event.address,
        sent_at=None,
        row=ReportedRow(row_id=row_id, kind=told.kind, covers=told.covers, ticket_id=told.ticket_id),
        status="failed",
        code=code,
    )
    services.queues.inbox(table.brand, [report], services.clock())
    day, now = services.day(table.brand), services.clock()
    if row is not None:
        less = daily_figures.of_row(row, day, times=-1)
        rows.finish(table, replace(row, error_code=code), "failed", now=now, counts=less)
    else:
        finished.fail_finished(table, row_id, code, now, lambda sent: daily_figures.of_finished(sent, day, times=-1))
    services.metrics("row_failed", channel=event.address.channel)
