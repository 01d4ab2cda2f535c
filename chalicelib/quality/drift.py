"""
Drift: whether messages, and what judges say of sent answers, have changed since the model was measured.

High probabilities prove nothing once messages are different. So each intent's last two weeks are compared with its own
eight weeks before: how its probabilities are distributed (population stability index, PSI), and in which states its
messages are; and what judges found in each state is compared with the promised precision. One message in eight is
counted, by one write. A shift is reported at the desk by its name, once a week. No text is kept.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zlib import crc32

from ..engine.counts import SAMPLE
from ..engine.verdicts import RIGHT, verdict_of
from ..model import Address, BrandId, Classification, EventId, MessagesShifted, Millis, PersonId, Shift
from ..services import Services
from ..store import keys, quality_counters
from ..store.judged_answers import JudgedAnswer

LOOKS = 20  # one of so many sampled messages makes its worker compare the counts
LEAST = 150  # counted messages of a language that a comparison with the card needs
LIMIT = 0.5  # population stability index; above 0.25 is commonly called a shift, this is twice that
RECENT, BEFORE, MONTH = 14, 56, 30  # days
RECENT_LEAST, BEFORE_LEAST = 100, 200  # counted messages of a subject that a comparison with its past needs
WRONG_LEAST, TELLING = 2, 2.0  # wrong answers in a state, and the log likelihood ratio from which they are named
_LEAST_SHARE = 0.005
_BROKEN, _KEPT = 5.0, 0.5  # times the promised share of errors: an answer that is broken, and one that is kept


@dataclass(frozen=True, slots=True)
class _Subject:
    """The counts of one intent in one language."""

    tenths: tuple[int, ...]
    states: Mapping[str, int]


def note(brand: BrandId, found: Classification, message_id: str, address: Address, services: Services) -> None:
    """Count a message, and now and then compare the counts."""
    table, language = services.table(brand), found.language
    expected = services.scorer(brand).expected
    if language not in expected:
        return
    columns = [f"p{min(9, int(found.probability * 10))}", *([f"s:{found.state}"] if found.state else [])]
    quality_counters.note(table, f"language:{language}", found.intent or found.guess, columns, services.clock())
    if crc32(message_id.encode()) % (SAMPLE * LOOKS) == 0:
        counts = quality_counters.parts(table, f"language:{language}", services.clock(), RECENT + BEFORE)
        report_shifts(brand, shifts(counts, language, expected[language], services.clock()), address, services)


def report_shifts(brand: BrandId, found: Iterable[Shift], address: Address, services: Services) -> None:
    """Report shifts: each once a week, however often it is seen. `address`: whose account the report is about."""
    now = services.clock()
    year, week, _ = datetime.fromtimestamp(now / 1000, UTC).isocalendar()
    for shift in found:
        named = (shift.what, shift.language, shift.intent, shift.state)
        told = MessagesShifted(
            event_id=EventId(keys.digest(MessagesShifted.SUBJECT, brand, f"{year}-{week}", *named)),
            address=replace(address, person_id=PersonId("")),
            sent_at=None,
            shift=shift,
        )
        services.queues.inbox(brand, [told], now)


def shifts(
    counts: Mapping[str, Mapping[str, Mapping[str, int]]], language: str, expected: Sequence[float], now: Millis
) -> list[Shift]:
    """Return the shifts in the counts of a language (intent -> day -> column -> count)."""
    month = _subject(counts, _since(now, MONTH))
    found = []
    if sum(month.tenths) >= LEAST and stability(month.tenths, expected) > LIMIT:
        found.append(Shift("language", language))
    first = _since(now, RECENT)
    for intent, days in counts.items():
        recent = _subject({intent: days}, first)
        before = _subject({intent: days}, "", before=first)
        if sum(recent.tenths) >= RECENT_LEAST and sum(before.tenths) >= BEFORE_LEAST:
            found += _of_subject(language, intent, before, recent)
    return found


def _of_subject(language: str, intent: str, before: _Subject, recent: _Subject) -> list[Shift]:
    found = []
    if stability(recent.tenths, _shares(before.tenths)) > LIMIT:
        found.append(
            Shift("probability", language, intent, "", _per_cent(before.tenths, 9), _per_cent(recent.tenths, 9))
        )
    states = sorted({*before.states, *recent.states})
    then, now = ([each.states.get(state, 0) for state in states] for each in (before, recent))
    if sum(then) >= BEFORE_LEAST and sum(now) >= RECENT_LEAST and stability(now, _shares(then)) > LIMIT:
        most = max(range(len(states)), key=lambda at: abs(_per_cent(now, at) - _per_cent(then, at)))
        found.append(Shift("state", language, intent, states[most], _per_cent(then, most), _per_cent(now, most)))
    return found


def by_judges(intent: str, lines: Sequence[JudgedAnswer], target: float) -> list[Shift]:
    """Return the states in which an intent's judged answers keep less than was promised."""
    found = []
    for state in sorted({line.state for line in lines} - {""}):
        said = [verdict_of(line.verdicts) for line in lines if line.state == state]
        right = said.count(RIGHT)
        wrong = len(said) - right
        if wrong >= WRONG_LEAST and log_ratio(wrong, right, target) >= TELLING:
            share = round(100 * right / len(said))
            found.append(Shift("precision", "", intent, state, round(100 * target), share))
    return found


def log_ratio(wrong: float, right: float, target: float) -> float:
    """Return the log likelihood ratio of a broken promise against a kept one."""
    broken, kept = min(0.5, _BROKEN * (1.0 - target)), _KEPT * (1.0 - target)
    return wrong * math.log(broken / kept) + right * math.log((1.0 - broken) / (1.0 - kept))


def stability(live: Sequence[int], expected: Sequence[float]) -> float:
    """Return the population stability index of counts against shares; 0 where they are alike."""
    total = max(1, sum(live))
    found = [max(count / total, _LEAST_SHARE) for count in live]
    promised = [max(share, _LEAST_SHARE) for share in expected]
    return sum((now - then) * math.log(now / then) for now, then in zip(found, promised, strict=True))


def _subject(counts: Mapping[str, Mapping[str, Mapping[str, int]]], first: str, before: str = "") -> _Subject:
    """Return the sum of these intents' days from `first` on, and before `before` if given."""
    total: Counter[str] = Counter()
    for days in counts.values():
        for day, columns in days.items():
            if day >= first and (not before or day < before):
                total.update(columns)
    states = {name.removeprefix("s:"): count for name, count in total.items() if name.startswith("s:")}
    return _Subject(tuple(total[f"p{tenth}"] for tenth in range(10)), states)


def _since(now: Millis, last: int) -> str:
    return quality_counters.day_of(Millis(now - (last - 1) * quality_counters.DAY_MS))


def _shares(counts: Sequence[int]) -> list[float]:
    total = max(1, sum(counts))
    return [count / total for count in counts]


def _per_cent(counts: Sequence[int], at: int) -> int:
    return round(100 * counts[at] / max(1, sum(counts)))
