"""
Detects that many people guess order numbers: counted by the hour; above a limit, look-ups are blocked for an hour.

`decision.order_numbers` limits one person. Somebody with many accounts is found by what they have in common: the shop
knows none of their numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..decision.order_numbers import NOT_FOUND
from ..model import Address, BrandId, EventId, Millis, NumbersGuessed
from ..services import Services
from ..store import keys, quality_counters

HOUR_MS = 3_600_000
MISSES = 20  # of an hour: one person is good for three at most, so these are seven people or more
SHARE = 0.5  # of all that was looked up in it: customers of a large shop mistype as well


def count_numbers(brand: BrandId, answers: Sequence[Mapping[str, str]], address: Address, services: Services) -> None:
    """Count the numbers that the shop knew and did not know; ask process for a block if too many are unknown."""
    now, table = services.clock(), services.table(brand)
    hour = now // HOUR_MS
    subject = f"look_ups:{hour % 24:02d}"
    missed = sum(answer.get("status") == NOT_FOUND for answer in answers)
    if len(answers) > missed:
        quality_counters.add(table, subject, "found", now, by=len(answers) - missed)
    if not missed:
        return
    quality_counters.add(table, subject, "missed", now, by=missed)
    counts = quality_counters.days(table, subject, now, last=1).get(quality_counters.day_of(now), {})
    misses, asked = counts.get("missed", 0), sum(counts.values())
    if misses < MISSES or misses < SHARE * asked:
        return
    guessed = NumbersGuessed(
        event_id=EventId(keys.digest(NumbersGuessed.SUBJECT, brand, str(hour))),
        address=address,
        sent_at=None,
        until=Millis(now + HOUR_MS),
        missed=misses,
        asked=asked,
    )
    services.queues.inbox(brand, [guessed], now)
