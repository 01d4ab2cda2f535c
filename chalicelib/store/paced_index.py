"""
The order of a paced queue: where the rows for one desk stand in the due index.

Every row for a desk is in that desk's shard from its commit to its end, sorted by position: urgent rows first, rows
that may be grouped into a digest last, each of the three ranks by time. It costs no more than any other shard.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..model import Account, Address, OutboxRow, QueueRank
from . import keys, row_queues

# A position is a number: rank, then milliseconds since 1970.
_RANKS: Mapping[QueueRank, int] = {"first": 0, "": 1, "last": 2}
_RANK = 10**14
FIRST, LAST = _RANKS["first"], _RANKS["last"]


def shard(where: Address | Account) -> str:
    """Return the shard of a desk."""
    return f"line#{where.channel}#{where.account_id}"


def digested_shard(where: Address | Account) -> str:
    """Return the shard of rows that are shown by a digest: only news of their ticket notifies for them."""
    return f"folded#{where.channel}#{where.account_id}"


def position(rank: QueueRank, at: int) -> int:
    """Return the position of a row of this rank that is ready at `at` (ms)."""
    return ranked(_RANKS[rank], at)


def ranked(rank: int, at: int) -> int:
    """Return the position of a rank at a time."""
    return rank * _RANK + at


def rank_of(position: int) -> int:
    """Return the rank of a position: FIRST is urgent, LAST may be grouped into a digest."""
    return position // _RANK


def time_of(position: int) -> int:
    """Return when the row at this position is ready."""
    return position % _RANK


def due_entry(row: OutboxRow, ready_at: int, now: int) -> tuple[str, int]:
    """Return shard and position in the due index of an unfinished row that is ready at `ready_at`."""
    if row_queues.queue_of(row.recipient) == "desk":
        return shard(row.address), position(row.stands, ready_at)
    return keys.due_shard(row.row_id), keys.looked_at(ready_at, now)
