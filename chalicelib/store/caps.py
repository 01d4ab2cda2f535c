"""
Daily caps on a brand's automatic answers, counted exactly: with the answer, in its transaction.

The count is written under the condition that a slot is left. So a repeated event or a crash neither counts nor answers
twice, and the cap is never passed. A large cap is spread over several items, so that no item is hot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..model import Millis, OutboxRow
from . import items, keys, writes
from .table import Table
from .writes import Write

SHARD_OF = 4  # answers for which one item is enough: of thirty at once, few meet at one
SHARDS_MOST = 16
_KEPT_DAYS = 7


@dataclass(frozen=True, slots=True)
class CapSlot:
    """One slot under a daily cap: what the cap counts, the day, and the item that counts it."""

    subject: str
    day: str
    shard: int
    most: int = 0  # what this item counts at most

    @property
    def name(self) -> str:
        """Return the slot as text: a row stores it, so that the slot can be returned."""
        return f"{self.subject} {self.day} {self.shard}"


def given_back(cancelled: Iterable[OutboxRow]) -> list[CapSlot]:
    """Return the slots of answers that are cancelled before they are sent."""
    kept = [row.decided.slot for row in cancelled if row.kind in ("reply", "ask")]
    parts = [name.split(" ") for name in kept if name]
    return [CapSlot(subject, day, int(shard)) for subject, day, shard in parts]


def taken(table: Table, subject: str, day: str) -> dict[int, int]:
    """Return how many slots are taken under a cap, by shard. One small query."""
    low, high = keys.cap(table.brand, subject, day, 0), keys.cap(table.brand, subject, day, SHARDS_MOST)
    return {int(sk.rsplit("#", 1)[1]): int(item.get("n", 0)) for sk, item in table.query(low.pk, low.sk, high.sk)}


def free(
    used: Mapping[int, int], subject: str, day: str, cap: int, seed: str, back: Iterable[CapSlot] = ()
) -> CapSlot | None:
    """
    Return a free slot under the cap, None where none is left. `used`: as `taken` returns it.

    `back`: slots that the same transaction returns. `seed` says where the search begins.
    """
    given = Counter(used)
    given.subtract(slot.shard for slot in back if (slot.subject, slot.day) == (subject, day))
    if given.total() >= cap:
        return None
    shards = max(1, min(SHARDS_MOST, cap // SHARD_OF))
    first = int(keys.digest(seed, length=4), 16)
    for shard in ((first + step) % shards for step in range(shards)):
        most = cap // shards + (shard < cap % shards)
        if given[shard] < most:
            return CapSlot(subject, day, shard, most)
    return None


def writes_of(table: Table, taken: Iterable[CapSlot], back: Iterable[CapSlot], now: Millis) -> list[Write]:
    """Return the updates of one transaction: a slot is taken under its condition, one is returned without."""
    most = {(slot.subject, slot.day, slot.shard): slot.most for slot in taken}
    net = Counter(most.keys())
    net.subtract((slot.subject, slot.day, slot.shard) for slot in back)
    return [_counted(table, where, by, most.get(where, 0), now) for where, by in sorted(net.items()) if by]


def _counted(table: Table, where: tuple[str, str, int], by: int, most: int, now: Millis) -> Write:
    key, ttl = keys.cap(table.brand, *where), items.ttl(now, _KEPT_DAYS)
    if by < 0:
        return writes.add(key, "n :by", ttl, by=by)
    return writes.add(key, "n :by", ttl, "attribute_not_exists(n) OR n < :most", by=by, most=most)
