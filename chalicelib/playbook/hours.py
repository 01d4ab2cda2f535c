"""
Opening hours: open now, next opening, and clocks that only run while people are there.

Pure given the time zone database (the `tzdata` package ships, because Lambda images may lack one).
All instants are milliseconds since 1970 UTC; shifts are walls of the brand's own clock, so a day with a change
of clock keeps its shifts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ..model import Millis
from .render import long_date
from .schema import Hours

_MINUTE_MS = 60_000
_HORIZON_DAYS = 60  # how far ahead an opening is looked for


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
        room = closing - max(opening, start)
        if room >= left > 0 or (room > 0 and left == 0):
            return Millis(max(opening, start) + left)
        left -= max(room, 0)
    return Millis(start + minutes * _MINUTE_MS)


def next_opening_text(hours: Hours, language: str, at: Millis) -> str:
    """Return "demain à 10 h", "mardi 24 novembre à 9 h 30" or "Tuesday 24 November at 9:30 am"; "" when never."""
    opening = next_opening(hours, at)
    if opening is None:
        return ""
    now, then = _wall(hours, at), _wall(hours, opening)
    days = (then.date() - now.date()).days
    if language == "fr":
        day = {0: "aujourd’hui", 1: "demain"}.get(days) or long_date(then.date().isoformat(), "fr")
        clock = f"{then.hour}\u00a0h" + (f"\u00a0{then.minute:02d}" if then.minute else "")
        return f"{day} à {clock}"
    day = {0: "today", 1: "tomorrow"}.get(days) or long_date(then.date().isoformat(), "en")
    clock = f"{then.hour % 12 or 12}" + (f":{then.minute:02d}" if then.minute else "")
    return f"{day} at {clock} {'am' if then.hour < 12 else 'pm'}"


def _wall(hours: Hours, at: Millis) -> datetime:
    return datetime.fromtimestamp(at / 1000, _zone(hours.time_zone))


def _shifts(hours: Hours, at: Millis, days: int = _HORIZON_DAYS) -> Iterator[tuple[Millis, Millis]]:
    """Yield the shifts from the day of `at` on, as instants, in order."""
    first = _wall(hours, at).date()
    for offset in range(days):
        day = first + timedelta(days=offset)
        if day.isoformat() in hours.holidays:
            continue
        for opens, closes in hours.week[day.weekday()]:
            yield _instant(hours, day, opens), _instant(hours, day, closes)


def _instant(hours: Hours, day: date, minute: int) -> Millis:
    midnight = datetime.combine(day, time(), _zone(hours.time_zone))
    if minute == 24 * 60:
        midnight, minute = midnight + timedelta(days=1), 0
    return Millis(round(midnight.replace(hour=minute // 60, minute=minute % 60).timestamp() * 1000))
