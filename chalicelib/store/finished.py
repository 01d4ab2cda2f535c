"""
Changes to a row after its end: a late proof, a late failure.

A row that begins or stops to count as sent changes the brand's daily figures in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..conversation import TimelineMessage
from ..model import Millis
from . import daily_counters, keys, writes
from .daily_counters import Count
from .table import Table
from .writes import CONFLICT_TRIES, LOST, Lost

Counts = Callable[[TimelineMessage], Sequence[Count]]


def upgrade(table: Table, row_id: str, platform_ids: Sequence[str], now: Millis, counts: Counts) -> bool:
    """Mark a finished "unknown" row as sent after a late proof, and add `counts`. False when its state was another."""
    message = table.finished_row(row_id)
    if message is None or message.state != "unknown":
        return False
    values = {"state": "sent", "ids": list(platform_ids), "now": now}
    return _moved(table, message, "SET #state = :state, platform_ids = :ids, proven_at = :now", values, counts, now)


def fail_finished(table: Table, row_id: str, code: str, now: Millis, counts: Counts) -> bool:
    """
    Mark a finished row as failed after the platform's late report, and subtract `counts`.

    False when it is neither sent nor unknown.
    """

    def attempt() -> bool | Lost:
        message = table.finished_row(row_id)
        if message is None or message.state not in ("sent", "unknown"):
            return False
        less = counts if message.state == "sent" else lambda _: ()
        values = {"state": "failed", "code": code}
        return _moved(table, message, "SET #state = :state, error_code = :code", values, less, now) or LOST

    return writes.until_done(attempt, "the row's message is being written by somebody else", CONFLICT_TRIES)


def _moved(
    table: Table, message: TimelineMessage, change: str, values: Mapping[str, object], counts: Counts, now: Millis
) -> bool:
    """Change a message that is still in the state it was read in, together with its counts."""
    key = keys.message(table.brand, keys.finished_row(message.row_id))
    update = writes.update(key, change, "#state = :before", before=message.state, **values)
    return daily_counters.update(table, update, keys.conversation_of(message.row_id), counts(message), now)
