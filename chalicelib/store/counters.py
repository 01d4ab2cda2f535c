"""
A brand's daily figures: one item a local day, channel and shard, added to by the transaction that it counts.

So a figure is exact, whatever is redelivered or crashes: it is written with the marker or with the end of a row, or not
at all. Conversations are spread over shards, so that no item is hot. Nothing of a person is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import Conflict
from ..model import Millis
from . import items, keys, wire
from .items import Item
from .table import CONFLICT_TRIES, DAY_MS, Table

KEPT_DAYS = 100
READ_MOST = 10_000  # items of one shard: days times channels are far fewer

Count = tuple[str, str, str, int]  # local day, channel, name, how many more (or fewer)
Figures = Mapping[tuple[str, str], Mapping[str, int]]  # (local day, channel) -> name -> how many


def writes(table: Table, seed: str, counts: Iterable[Count], now: Millis) -> list[dict[str, Any]]:
    """Return the updates that add these counts: one for each day and channel. `seed` selects the shard."""
    total: dict[tuple[str, str], Counter[str]] = {}
    for day, channel, name, more in counts:
        total.setdefault((day, channel), Counter())[name] += more
    added = {where: {name: n for name, n in sorted(names.items()) if n} for where, names in sorted(total.items())}
    return [{"Update": _add(table, seed, *where, names, now)} for where, names in added.items() if names]


def update(table: Table, change: Mapping[str, Any], seed: str, counts: Iterable[Count], now: Millis) -> bool:
    """Make one conditional update together with its counts. False when its condition fails: nothing is written."""
    added = writes(table, seed, counts, now)
    for _ in range(CONFLICT_TRIES):
        try:
            if added:
                table.client.transact_write_items(TransactItems=[{"Update": change}, *added])
            else:
                table.update(**change)
        except table.client.exceptions.ConditionalCheckFailedException:
            return False
        except table.client.exceptions.ClientError as error:
            codes = wire.cancellation_codes(error)
            if codes is None:
                raise
            if "ConditionalCheckFailed" in codes:
                return False
            continue
        return True
    raise Conflict("an item is being written by somebody else")


def _add(table: Table, seed: str, day: str, channel: str, names: Mapping[str, int], now: Millis) -> dict[str, Any]:
    key = keys.figures(table.brand, keys.figures_shard(seed), day, channel)
    added = ", ".join(f"#{number} :{number}" for number in range(len(names)))
    values: Item = {f":{number}": more for number, more in enumerate(names.values())}
    values |= {":ttl": (now + KEPT_DAYS * DAY_MS) // 1000, ":v": items.VERSION}
    return {
        "TableName": table.name,
        "Key": wire.to_avs({"pk": key.pk, "sk": key.sk}),
        "UpdateExpression": f"ADD {added} SET #ttl = :ttl, #v = :v",
        "ExpressionAttributeNames": {f"#{number}": name for number, name in enumerate(names)}
        | {"#ttl": "ttl", "#v": "v"},
        "ExpressionAttributeValues": wire.to_avs(values),
    }


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
