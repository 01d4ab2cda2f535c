"""
Every item of a brand, for commands: they say the price first, and read no faster than they said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from . import items, keys, wire, writes
from .items import Item
from .keys import Key
from .table import Table

Spent = Callable[[float], None]  # told of the read units that something took; it may wait


def sent_as(table: Table, platform_id: str, spent: Spent) -> str | None:
    """Return the message id of what a platform gave this id to; reads the whole table, as `every_item` does."""
    for key, item in every_item(table, spent):
        if key.sk.startswith(keys.MESSAGE_PREFIX) and platform_id in item.get("platform_ids", ()):
            return keys.message_id_from_sk(key.pk.rsplit("#", 1)[1], key.sk)
    return None


def every_item(table: Table, spent: Spent) -> Iterator[tuple[Key, Item]]:
    """
    Yield every item of this brand, eventually consistent: what was written in the last second may be missed.

    For commands alone, which say the price first: it reads the whole table, all brands of it, half a unit for each
    4 KB. `spent` is told each page's units, and waits so that whoever else reads there is not held up.
    """
    for answer in writes.pages(
        table.client.scan,
        TableName=table.name,
        FilterExpression="begins_with(pk, :brand)",
        ExpressionAttributeValues=wire.to_avs({":brand": keys.brand_prefix(table.brand)}),
        ReturnConsumedCapacity="TOTAL",
    ):
        spent(float(answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0)))
        for item in map(items.readable, map(wire.from_avs, answer["Items"])):
            yield Key(item["pk"], item["sk"]), item
