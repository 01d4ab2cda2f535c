"""
Lines: where the rows of one desk account wait for their turn, which is what the desk's own pace makes of them.

Every row of the desk's lane stands in its line from its commit to its end: a shard of the due index, in the order of
its places. What is urgent stands before everything, what may be folded into a digest behind everything, and each of
the three in the order of its time. Standing there costs no more than standing in any other shard.
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
    """The line of a desk account."""
    return f"line#{where.channel}#{where.account_id}"


def folded_shard(where: Address | Account) -> str:
    """Where rows wait that a digest tells of: nobody rings them, whatever comes for their ticket does."""
    return f"folded#{where.channel}#{where.account_id}"


def place(stands: Stands, at: int) -> int:
    """The place in the line of what is ready at `at` (ms)."""
    return ranked(_RANKS[stands], at)


def ranked(rank: int, at: int) -> int:
    """The place of a rank at a time."""
    return rank * _RANK + at


def rank_of(place_: int) -> int:
    """The rank of a place: FIRST is urgent, LAST may be folded."""
    return place_ // _RANK


def time_of(place_: int) -> int:
    """When what stands in this place is ready."""
    return place_ % _RANK


def standing(row: OutboxRow, ready_at: int, now: int) -> tuple[str, int]:
    """Shard and place in the due index of an unfinished row that is ready at `ready_at`."""
    if lanes.lane_of(keys.recipient(row.address)) == "desk":
        return shard(row.address), place(row.stands, ready_at)
    return keys.due_shard(row.row_id), keys.looked_at(ready_at, now)
