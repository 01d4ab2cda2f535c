"""
Lines: the paced queue of one Slack channel, in which its rows wait for their turn.

Every row for Slack is in its channel's line from its commit to its end. A line is a shard of the due index, sorted by
place: urgent rows first, rows that may be grouped into a digest last, each of the three ranks by time. It costs no more
than any other shard.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..model import Account, Address, OutboxRow, Stands
from . import keys, lanes

# A place is a number: rank, then milliseconds since 1970.
_RANKS: Mapping[Stands, int] = {"first": 0, "": 1, "last": 2}
_RANK = 10**14
FIRST, LAST = _RANKS["first"], _RANKS["last"]


def shard(where: Address | Account) -> str:
    """Return the line of a Slack channel."""
    return f"line#{where.channel}#{where.account_id}"


def folded_shard(where: Address | Account) -> str:
    """Return the shard of rows that a digest stands for: nothing notifies for them but what comes for their ticket."""
    return f"folded#{where.channel}#{where.account_id}"


def place(stands: Stands, at: int) -> int:
    """Return the place in the line of what is ready at `at` (ms)."""
    return ranked(_RANKS[stands], at)


def ranked(rank: int, at: int) -> int:
    """Return the place of a rank at a time."""
    return rank * _RANK + at


def rank_of(place_: int) -> int:
    """Return the rank of a place: FIRST is urgent, LAST may be grouped into a digest."""
    return place_ // _RANK


def time_of(place_: int) -> int:
    """Return when what stands at this place is ready."""
    return place_ % _RANK


def standing(row: OutboxRow, ready_at: int, now: int) -> tuple[str, int]:
    """Return shard and place in the due index of an unfinished row that is ready at `ready_at`."""
    if lanes.lane_of(keys.recipient(row.address)) == "desk":
        return shard(row.address), place(row.stands, ready_at)
    return keys.due_shard(row.row_id), keys.looked_at(ready_at, now)
