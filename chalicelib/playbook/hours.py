"""
Opening hours (business hours, holidays): open now, next opening, and clocks that only run while people are there.

Pure given the time zone database (the `tzdata` package ships, because Lambda images may lack one).
All instants are milliseconds since 1970 UTC; shifts are walls of the brand's own clock, so a day with a change
of clock keeps its shifts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from ..model import Millis
from .render import long_date
from .schema import Hours

_MINUTE_MS = 60_000
_HORIZON_DAYS = 60  # how far ahead an opening is looked for
WINDOW_MARGIN_MS = 2 * 3_600_000  # an answer is due so long before the channel stops taking one
_LEAST_MS = 5 * _MINUTE_MS  # no answer is due sooner after the customer wrote
_BEFORE_CLOSING_MS = 30 * _MINUTE_MS  # who is told before everybody leaves still has so long


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def is_open(hours: Hours, at: Millis) -> bool:
    """Return whether somebody is there at this instant."""
    return any(start <= at < end for start, end in _shifts(hours, at, days=1))


def next_opening(hours: Hours, at: Millis) -> Millis | None:
    """Return `at` itself when open, else the next instant somebody is there; None when there is none in 60 days."""
    for start, end in _shifts(hours, at):
        if at < end:
            return Millis(max(start, at))
    return None


def due_at(hours: Hours, start: Millis, minutes: int) -> Millis:
    """
    Return when `minutes` of opening hours have passed since `start`.

    A brand without any opening in 60 days has a clock that always runs.
    """
    left = minutes * _MINUTE_MS
    for opening, closing in _shifts(hours, start):
        open_ms = closing - max(opening, start)
        if open_ms >= left > 0 or (open_ms > 0 and left == 0):
            return Millis(max(opening, start) + left)
        left -= max(open_ms, 0)
    return Millis(start + minutes * _MINUTE_MS)


def open_minutes(hours: Hours, start: Millis, end: Millis) -> int:
    """Return how many minutes of opening hours lie between two instants; all of them for a brand without any."""
    days = (wall(hours, end).date() - wall(hours, start).date()).days + 1
    shifts = list(_shifts(hours, start, days=max(days, 1)))
    if not shifts and next_opening(hours, start) is None:
        return max(0, end - start) // _MINUTE_MS
    return sum(max(0, min(closing, end) - max(opening, start)) for opening, closing in shifts) // _MINUTE_MS


def local_day(hours: Hours, at: Millis) -> str:
    """Return the brand's own date of this instant, as "2026-11-24"."""
    return wall(hours, at).date().isoformat()


@dataclass(frozen=True, slots=True)
class Deadline:
    """
    Until when an answer is due, and by which rule: the brand's target, or the channel's window.

    `soon_at` and `late_at` are when somebody is told, in opening hours as far as there are any in time.
    """

    at: Millis
    by: Literal["target", "window"]
    soon_at: Millis
    late_at: Millis


def deadline(hours: Hours, since: Millis, minutes: int, window_at: Millis) -> Deadline:
    """
    Return the earlier of the target (`minutes` of opening hours) and two hours before the window closes.

    `since`: the word of the customer that waits. `window_at`: 0 for no window; a window that is over, or nearly, when
    the customer writes gives no deadline. Somebody is told at four fifths of the target or two hours before the window,
    and once it is late: at the target, or when the window closes.
    """
    target = due_at(hours, since, minutes)
    soon = due_at(hours, since, minutes * 4 // 5)
    if window_at <= since + _LEAST_MS:
        return Deadline(target, "target", _staffed(hours, since, soon, Millis(0)), _staffed(hours, since, target))
    last = Millis(max(window_at - WINDOW_MARGIN_MS, since + _LEAST_MS))
    return Deadline(
        at=min(target, last),
        by="window" if last < target else "target",
        soon_at=_staffed(hours, since, min(soon, last), window_at),
        late_at=_staffed(hours, since, min(target, window_at)),
    )


def _staffed(hours: Hours, since: Millis, at: Millis, until: Millis = Millis(0)) -> Millis:
    """Return `at` in opening hours, else the next opening; where that is after `until`, before the last closing."""
    opening = next_opening(hours, at)
    if opening in (None, at):
        return at
    if until and opening and opening >= until:
        closings = [end - _BEFORE_CLOSING_MS for _, end in _shifts(hours, since) if end <= at]
        if closings and closings[-1] > since:
            return Millis(closings[-1])
    return opening or at


def day_of_opening(hours: Hours, opening: Millis) -> tuple[Millis, Millis]:
    """Return when the first shift of the day of `opening` begins and its last one ends."""
    found = list(_shifts(hours, opening, days=1))
    return found[0][0], found[-1][1]


def next_opening_text(hours: Hours, language: str, at: Millis, *, since: bool = False) -> str:
    """
    Return "demain à 10 h", "mardi 24 novembre à 9 h 30" or "Tuesday 24 November at 9:30 am"; "" when never.

    `since`: "demain dès 10 h", "tomorrow from 10 am".
    """
    opening = next_opening(hours, at)
    if opening is None:
        return ""
    word = ("dès" if since else "à") if language == "fr" else "from" if since else "at"
    return f"{day_words(hours, language, at, opening)} {word} {clock_words(hours, language, opening)}"


def moment_text(hours: Hours, language: str, moment: Millis, at: Millis) -> str:
    """Return the words for `moment`, said at `at`: "10 h 30" of the same day, "tomorrow at 9 am"."""
    clock = clock_words(hours, language, moment)
    if wall(hours, moment).date() == wall(hours, at).date():
        return clock
    return f"{day_words(hours, language, at, moment)} {'à' if language == 'fr' else 'at'} {clock}"


def day_words(hours: Hours, language: str, at: Millis, then: Millis) -> str:
    """Return the words for the day of `then`, said at `at`: "aujourd’hui", "demain", "mardi 24 novembre"."""
    day = wall(hours, then).date()
    days = (day - wall(hours, at).date()).days
    near = ("aujourd’hui", "demain") if language == "fr" else ("today", "tomorrow")
    return near[days] if 0 <= days <= 1 else long_date(day.isoformat(), language)


def date_words(hours: Hours, language: str, at: Millis) -> str:
    """Return the date with its year: "29 novembre 2026", "29 November 2026"."""
    day = wall(hours, at).date()
    return f"{long_date(day.isoformat(), language).partition(' ')[2]} {day.year}"


def clock_words(hours: Hours, language: str, then: Millis) -> str:
    """Return the time of day: "9 h 30", "15 h" or "9:30 am", "3 pm"."""
    clock = wall(hours, then)
    if language == "fr":
        return f"{clock.hour}\u00a0h" + (f"\u00a0{clock.minute:02d}" if clock.minute else "")
    minutes = f":{clock.minute:02d}" if clock.minute else ""
    return f"{clock.hour % 12 or 12}{minutes} {'am' if clock.hour < 12 else 'pm'}"


def wall(hours: Hours, at: Millis) -> datetime:
    """Return the instant on the brand's own clock."""
    return datetime.fromtimestamp(at / 1000, _zone(hours.time_zone))


def _shifts(hours: Hours, at: Millis, days: int = _HORIZON_DAYS) -> Iterator[tuple[Millis, Millis]]:
    """Yield the shifts from the day of `at` on, as instants, in order."""
    first = wall(hours, at).date()
    for offset in range(days):
        day = first + timedelta(days=offset)
        if day.isoformat() in hours.holidays:
            continue
        for opens, closes in hours.week[day.weekday()]:
            yield instant(hours, day, opens), instant(hours, day, closes)


def instant(hours: Hours, day: date, minute: int) -> Millis:
    """Return a minute of a day on the brand's own clock."""
    midnight = datetime.combine(day, time(), _zone(hours.time_zone))
    if minute == 24 * 60:
        midnight, minute = midnight + timedelta(days=1), 0
    return Millis(round(midnight.replace(hour=minute // 60, minute=minute % 60).timestamp() * 1000))
