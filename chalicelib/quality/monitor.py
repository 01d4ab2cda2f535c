"""
Quality monitor: compares live conversations with the model card's promise; makes the bot more careful, never less.

Two things are counted: how messages are distributed (`drift`), and how often a customer refuses an automatic answer. An
intent with more refusals than the promised precision allows is stopped, as `guichet stop --intent` does; only a person
starts it again. A refusal is written with the decision, once a conversation. The number of answers is counted after the
commit, outside of it: a count lost in a crash changes little. No text is read or kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..conversation import JUDGES, MONITOR
from ..engine.counts import DecisionCount, scope_of
from ..engine.verdicts import broken
from ..model import Address, BrandId, EventId, Millis, PersonId, StopRequested
from ..services import Services
from ..store import keys, quality_counters
from ..store.items import Item
from ..store.table import Table
from . import answer_samples, drift

MONTH, WEEK = 30, 7  # days
# Log likelihood ratios over which an intent is stopped: of everything while it is new (a month at most since somebody
# started it), and of the last day, week and month for ever. tests/unit/quality/test_monitor.py says what they give.
NEW_BOUND, BOUND = 0.5, 8.0
REFUSED_LEAST = 2


@dataclass(frozen=True, slots=True)
class Day:
    """
    Automatic answers of one intent in one day, and how many people refused them.

    `again`: how many of them only asked the same question again. Impatient customers do that too, so it counts half.
    """

    day: str
    answers: int
    refused: int
    again: int = 0

    @property
    def weight(self) -> float:
        """Return the refusals, weighted for the test."""
        return self.refused - self.again / 2


def note(brand: BrandId, counted: DecisionCount, address: Address, services: Services) -> None:
    """
    Count a decision, and act when the counts show too many refusals.

    A count may be lost (DynamoDB takes a thousand writes a second for one item): the decision does not wait for it.
    """
    table = services.table(brand)
    try:
        if counted.sampled:
            drift.note(brand, counted.classification, counted.sampled, address, services)
        if counted.what == "said":
            quality_counters.add(table, scope_of(counted.intent), f"said{counted.epoch}", services.clock())
    except table.client.exceptions.ClientError:
        services.metrics("count_lost")
    if counted.what == "refused":
        look(brand, counted.intent, address, services)


def take_back(brand: BrandId, intent: str, services: Services) -> None:
    """Subtract an answer that was cancelled before it was sent."""
    table = services.table(brand)
    switch = table.control(fresh=False).scopes.get(scope_of(intent))
    quality_counters.add(table, scope_of(intent), f"said{switch.epoch if switch else 0}", services.clock(), by=-1)


def look(brand: BrandId, intent: str, address: Address, services: Services) -> None:
    """
    Ask process to stop an intent with too many refusals or wrong answers. Safe to run again.

    The same stop asked for twice is one event. `address`: whose refusal it was; the report is about their account, so
    that it is independent of their erasure and lies in nobody's conversation.
    """
    table = services.table(brand)
    known = services.playbook(brand).intents.get(intent)
    switch = table.control().scopes.get(scope_of(intent))
    if known is None:
        return
    judged = answer_samples.lines(table, services.playbook(brand), intent, switch.since if switch else Millis(0))
    drift.report_shifts(brand, drift.by_judges(intent, judged, known.target_precision), address, services)
    if switch is not None and switch.stopped:
        return
    epoch, by_judges = switch.epoch if switch else 0, broken(judged)
    counted = count(table, intent, epoch, services.clock())
    if by_judges or promise_broken(counted, known.target_precision, services.clock()):
        asked = StopRequested(
            event_id=EventId(keys.digest(StopRequested.SUBJECT, intent, str(epoch))),
            address=replace(address, person_id=PersonId("")),
            sent_at=None,
            intent=intent,
            epoch=epoch,
            by=JUDGES if by_judges else MONITOR,
        )
        services.queues.inbox(brand, [asked], services.clock())


def count(table: Table, intent: str, epoch: int, now: Millis) -> list[Day]:
    """Return answers and refusals, day by day, since somebody last started this intent; oldest day first."""
    found = answers(table, intent, epoch, now)
    known = refusals(table, intent, epoch, now)
    refused = Counter(quality_counters.day_of(Millis(each["at"])) for each in known)
    again = Counter(quality_counters.day_of(Millis(each["at"])) for each in known if each.get("again"))
    return [Day(day, found.get(day, 0), refused[day], again[day]) for day in sorted({*found, *refused})]


def answers(table: Table, intent: str, epoch: int, now: Millis) -> dict[str, int]:
    """Return the answers of this epoch by day, for the days with any count."""
    return {
        day: counts.get(f"said{epoch}", 0)
        for day, counts in quality_counters.days(table, scope_of(intent), now).items()
    }


def refusals(table: Table, intent: str, epoch: int, now: Millis) -> list[Item]:
    """Return the refusals of this epoch, of the days that are kept: one item a conversation, oldest first."""
    since = now - quality_counters.KEPT_DAYS * quality_counters.DAY_MS
    return [
        each
        for each in quality_counters.refusals(table, scope_of(intent))
        if each["epoch"] == epoch and each["at"] > since
    ]


def promise_broken(days: Sequence[Day], target: float, now: Millis) -> bool:
    """
    Return whether so many refusals of so many answers contradict the promised precision: a sequential test.

    It is evaluated after each refusal, so its bounds are those of a test that may stop at any time.
    """
    used = [day for day in days if day.answers > 0 or day.refused]
    if sum(day.weight for day in used) < REFUSED_LEAST:
        return False
    windows = {last: [day for day in used if day.day >= _first(now, last)] for last in (1, WEEK, MONTH)}
    if len(windows[MONTH]) == len(used) and evidence(used, target) >= NEW_BOUND:
        return True
    return any(evidence(window, target) >= BOUND for window in windows.values())


def evidence(days: Sequence[Day], target: float) -> float:
    """Return the log likelihood ratio of a broken promise against a kept one."""
    refused = sum(day.weight for day in days)
    return drift.log_ratio(refused, max(0, sum(day.answers for day in days) - refused), target)


def _first(now: Millis, last: int) -> str:
    return quality_counters.day_of(Millis(now - (last - 1) * quality_counters.DAY_MS))
