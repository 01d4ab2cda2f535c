"""
Sweep: rings whatever is due beyond the reach of a timer. Runs each minute, in bounded time, and decides nothing.

An entry leaves the due index when its row is claimed, so a lost ring is rung again by the next sweep.
"""

from __future__ import annotations

from ..model import AccountId, ChannelName
from ..store import keys
from .deps import Deps

FOREVER = 2**53


def sweep(deps: Deps) -> int:
    """Rings every due recipient once; returns how many."""
    now = deps.clock()
    rung: set[tuple[str, str]] = set()
    for shard in keys.due_shards():
        for key, _ in deps.directory.due(shard, now):
            rung.add((keys.brand_of(key.pk), keys.row_of_key(key.pk)))
    _ring(rung, deps)
    return len(rung)


def reconnect(channel: ChannelName, account_id: AccountId, deps: Deps) -> int:
    """An account can send again: rings every recipient whose rows were parked for it; returns how many."""
    deps.directory.resume(channel, account_id, deps.clock())
    parked = list(deps.directory.all_due(keys.parked_shard(channel, account_id), FOREVER))
    found = {(str(keys.brand_of(key.pk)), keys.row_of_key(key.pk)) for key, _ in parked}
    _ring(found, deps)
    return len(found)


def _ring(found: set[tuple[str, str]], deps: Deps) -> None:
    for brand, recipient in sorted(found):
        deps.queues.ring(keys.brand_of(brand), recipient)
