"""
A brand's daily figures: one item a local day, channel and shard, added to by the transaction that it counts.

So a figure is exact, whatever is redelivered or crashes: it is written with the marker or with the end of a row, or not
at all. Conversations are spread over shards, so that no item is hot. Nothing of a person is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ..model import Millis
from . import items, keys, writes
from .table import Table
from .writes import CONFLICT_TRIES, LOST, Lost, Write

KEPT_DAYS = 100
READ_MOST = 10_000  # items of one shard: days times channels are far fewer

Count = tuple[str, str, str, int]  # local day, channel, name, how many more (or fewer)
Figures = Mapping[tuple[str, str], Mapping[str, int]]  # (local day, channel) -> name -> how many


def writes_of(table: Table, seed: str, counts: Iterable[Count], now: Millis) -> list[Write]:
    """Return the updates that add these counts: one for each day and channel. `seed` selects the shard."""
    total: dict[tuple[str, str], Counter[str]] = {}
    for day, channel, name, more in counts:
        total.setdefault((day, channel), Counter())[name] += more
    added = {where: {name: n for name, n in sorted(names.items()) if n} for where, names in sorted(total.items())}
    return [_add(table, seed, *where, names, now) for where, names in added.items() if names]


def update(table: Table, change: Write, seed: str, counts: Iterable[Count], now: Millis) -> bool:
    """Make one conditional update together with its counts. False when its condition fails: nothing is written."""
    added = writes_of(table, seed, counts, now)
    if not added:
        return table.write(change)

    def attempt() -> bool | Lost:
        refused = table.transact([change, *added])
        if "ConditionalCheckFailed" in refused:
            return False
        return LOST if refused else True

    return writes.until_done(attempt, "an item is being written by somebody else", CONFLICT_TRIES)


def _add(table: Table, seed: str, day: str, channel: str, names: Mapping[str, int], now: Millis) -> Write:
    key = keys.figures(table.brand, keys.figures_shard(seed), day, channel)
    columns = ", ".join(f"#{n} :{n}" for n in range(len(names)))
    added = {str(n): more for n, more in enumerate(names.values())}
    return writes.add(key, columns, items.ttl(now, KEPT_DAYS), "", writes.numbered(names), **added)


def read(table: Table, first_day: str, last_day: str) -> Figures:
    """Return all figures of these days, both included: one query a shard."""
    total: dict[tuple[str, str], Counter[str]] = {}
    for shard in range(keys.FIGURES_SHARDS):
        low = keys.figures(table.brand, shard, first_day, "")
        high = keys.figures(table.brand, shard, last_day, "~")
        for sk, item in table.query(low.pk, low.sk, high.sk, limit=READ_MOST):
            names = total.setdefault(keys.day_and_channel(sk), Counter())
            for name, value in item.items():
                if name not in {"pk", "sk", "ttl", "v"}:
                    names[name] += int(value)
    return total
