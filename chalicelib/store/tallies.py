"""
Counts by day that a brand's bot is watched by: one item a day and subject, added to by one write, gone after 40 days.

Subjects are languages and intents, never people. A subject's items lie together, so a month is one query.
"""

from __future__ import annotations

from datetime import UTC, datetime

from ..model import Millis
from . import items, keys, wire
from .items import Item
from .table import Table

DAYS = 30
KEPT_DAYS = 40
_DAY_MS = 86_400_000


def add(table: Table, subject: str, column: str, now: Millis) -> int:
    """Adds one to today's column of a subject; returns the sum of the day's columns."""
    key = keys.tally(table.brand, subject, _day(now))
    answer = table.update(
        TableName=table.name,
        Key=wire.to_avs({"pk": key.pk, "sk": key.sk}),
        UpdateExpression="ADD #column :one SET #ttl = :ttl, #v = :v",
        ExpressionAttributeNames={"#column": column, "#ttl": "ttl", "#v": "v"},
        ExpressionAttributeValues=wire.to_avs(
            {":one": 1, ":ttl": (now + KEPT_DAYS * _DAY_MS) // 1000, ":v": items.VERSION}
        ),
        ReturnValues="ALL_NEW",
    )
    return sum(_counts(wire.from_avs(answer["Attributes"])).values())


def month(table: Table, subject: str, now: Millis) -> dict[str, int]:
    """A subject's counts over the last `DAYS` days, summed by column."""
    first = keys.tally(table.brand, subject, _day(Millis(now - DAYS * _DAY_MS)))
    last = keys.tally(table.brand, subject, _day(now))
    total: dict[str, int] = {}
    for _, item in table.query(first.pk, first.sk, last.sk):
        for name, count in _counts(item).items():
            total[name] = total.get(name, 0) + count
    return total


def _counts(item: Item) -> dict[str, int]:
    return {name: int(value) for name, value in item.items() if name not in {"pk", "sk", "ttl", "v"}}


def _day(now: Millis) -> str:
    return datetime.fromtimestamp(now / 1000, UTC).strftime("%Y-%m-%d")
