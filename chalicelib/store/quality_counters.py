"""
Quality counters of the monitor: one item a day and subject, added to by one write, deleted after 100 days.

Subjects are languages and intents, never people. A subject's items lie together, so a month is one query. In the same
partition lie the refusals of an intent's answers: one item a conversation, written with the decision, so that neither a
repeated event nor a customer who says it five times counts twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from ..model import BrandId, Millis
from . import items, keys, writes
from .items import Item
from .keys import Key
from .table import Table

KEPT_DAYS = 100
DAY_MS = 86_400_000
REFUSALS_READ = 1_000
PARTS_READ = 5_000


def add(table: Table, subject: str, column: str, now: Millis, by: int = 1) -> int:
    """Add to today's column of a subject; return the sum of the day's columns."""
    key = keys.quality_counter(table.brand, subject, day_of(now))
    item = table.written(writes.add(key, "#column :by", _ttl(now), "", {"column": column}, by=by))
    return sum(_counts(item or {}).values())


def note(table: Table, subject: str, part: str, columns: Iterable[str], now: Millis) -> None:
    """Add one to each of today's columns of a part of a subject: one write."""
    key = keys.quality_counter(table.brand, subject, f"{day_of(now)}#{part}")
    names = writes.numbered(columns)
    table.write(writes.add(key, ", ".join(f"#{n} :one" for n in names), _ttl(now), "", names, one=1))


def parts(table: Table, subject: str, now: Millis, last: int) -> dict[str, dict[str, dict[str, int]]]:
    """Return the counts of the `last` days of a subject's parts: part ("" for none) -> day -> column -> count."""
    first = keys.quality_counter(table.brand, subject, day_of(Millis(now - (last - 1) * DAY_MS)))
    newest = keys.quality_counter(table.brand, subject, f"{day_of(now)}#~")
    found: dict[str, dict[str, dict[str, int]]] = {}
    for sk, item in table.query(first.pk, first.sk, newest.sk, limit=PARTS_READ):
        _, day, *part = sk.split("#", 2)
        found.setdefault(part[0] if part else "", {})[day] = _counts(item)
    return found


def days(table: Table, subject: str, now: Millis, last: int = KEPT_DAYS) -> dict[str, dict[str, int]]:
    """Return a subject's counts of the `last` days: day -> column -> count, oldest day first."""
    first = keys.quality_counter(table.brand, subject, day_of(Millis(now - (last - 1) * DAY_MS)))
    newest = keys.quality_counter(table.brand, subject, day_of(now))
    return {sk.partition("#")[2]: _counts(item) for sk, item in table.query(first.pk, first.sk, newest.sk)}


def refusal(brand: BrandId, subject: str, conversation_id: str, kept: Item, now: Millis) -> tuple[Key, Item]:
    """Return the item that says that an intent's answer was refused here, to be written with the decision."""
    key = keys.refusal(brand, subject, conversation_id)
    return key, {"v": items.VERSION, "at": int(now), "ttl": _ttl(now), **kept}


def refusals(table: Table, subject: str) -> list[Item]:
    """Return every refusal of an intent's answers, oldest first."""
    pk = keys.quality_counter(table.brand, subject, "").pk
    found = table.under(pk, keys.REFUSAL_PREFIX, limit=REFUSALS_READ)
    return sorted((item for _, item in found), key=lambda item: item["at"])


def day_of(now: Millis) -> str:
    """Return the UTC day that a count belongs to."""
    return datetime.fromtimestamp(now / 1000, UTC).strftime("%Y-%m-%d")


def _counts(item: Item) -> dict[str, int]:
    return {name: int(value) for name, value in item.items() if name not in {"pk", "sk", "ttl", "v"}}


def _ttl(now: Millis) -> int:
    return items.ttl(now, KEPT_DAYS)
