"""
The time by which customers are promised a person's answer: the team's recent answer times, rounded up, in words.

Pure. Never the brand's target: the time in which nine of ten such tickets were answered, or a part of the day while
that is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..model import Millis
from .hours import clock_words, day_of_opening, day_words, due_at, next_opening, wall
from .render import long_date
from .schema import Hours

_HALF_HOUR, _HOUR = 30, 60
_SHORT = 180  # minutes of opening hours up to which a promise is rounded to the half hour
_MIN_REMAINING_MS = 2 * 3_600_000  # what must be left of a day's opening for "today" to be promised
_MORNING = 11  # a day that opens before this hour has a morning
_NOON = 12


@dataclass(frozen=True, slots=True)
class Promise:
    """
    Until when an answer is promised.

    `loose`: only a day, or its morning, was named. `until` 0: nothing is named, the brand has no opening hours.
    """

    until: Millis = Millis(0)
    loose: bool = False


def promised(hours: Hours, now: Millis, kept: int | None) -> Promise:
    """Return the promise that may be made now; `kept`: minutes of opening hours that nine of ten such tickets took."""
    opening = next_opening(hours, now)
    if opening is None:
        return Promise()
    if kept is not None:
        return Promise(_rounded(hours, due_at(hours, now, max(kept, 1)), _HALF_HOUR if kept <= _SHORT else _HOUR))
    starts_at, ends_at = day_of_opening(hours, opening)
    if _same_day(hours, now, opening) and ends_at - max(now, starts_at) < _MIN_REMAINING_MS:
        opening = next_opening(hours, ends_at) or opening  # hardly anybody is there any more today
        starts_at, ends_at = day_of_opening(hours, opening)
    if _same_day(hours, now, opening) or wall(hours, starts_at).hour >= _MORNING:
        return Promise(ends_at, loose=True)
    noon = wall(hours, opening).replace(hour=_NOON, minute=0, second=0, microsecond=0)
    return Promise(Millis(round(noon.timestamp() * 1000)), loose=True)


def promise_words(hours: Hours, language: str, now: Millis, promise: Promise, *, since: Millis | None = None) -> str:
    """
    Return "avant 15 h", "demain avant 11 h", "demain dans la matinée", "before 3 pm", "tomorrow morning".

    `since`: an instant that the sentence has named already; its day is not named again.
    """
    until = promise.until
    if not until:
        return "dès que possible" if language == "fr" else "as soon as we can"
    named = since is not None and _same_day(hours, since, until)
    day = "" if named else _day_after(hours, language, now, until)
    if promise.loose:
        return _loose(language, day, morning=wall(hours, until).hour == _NOON, today=_same_day(hours, now, until))
    clock, day = clock_words(hours, language, until), "" if _same_day(hours, now, until) else day
    return f"{day} avant {clock}".strip() if language == "fr" else f"before {clock} {day}".strip()


def past_words(hours: Hours, language: str, now: Millis, promise: Promise) -> str:
    """Return the words for the time of a missed promise: "avant 15 h", "hier avant 15 h", "ce matin"."""
    days = (wall(hours, now).date() - wall(hours, promise.until).date()).days
    french, morning = language == "fr", wall(hours, promise.until).hour == _NOON
    if days == 0:
        day = ""
    elif days == 1:
        day = "hier" if french else "yesterday"
    else:
        date = long_date(wall(hours, promise.until).date().isoformat(), language)
        day = f"le {date}" if french else date
    if promise.loose:
        today = ("ce matin" if french else "this morning") if morning else "aujourd’hui" if french else "today"
        return day or today
    clock = clock_words(hours, language, promise.until)
    return f"{day} avant {clock}".strip() if french else f"{day} before {clock}".strip()


def _loose(language: str, day: str, *, morning: bool, today: bool) -> str:
    if today and day:
        return day
    if language == "fr":
        return f"{day} dans la {'matinée' if morning else 'journée'}".strip()
    if not day:
        return "in the morning" if morning else "that day"
    if not morning:
        return day
    return f"{day} morning" if day == "tomorrow" else f"{day} in the morning"


def _day_after(hours: Hours, language: str, now: Millis, until: Millis) -> str:
    """The day of `until`: "demain", "mardi 1er décembre", "on Tuesday 1 December"."""
    days = (wall(hours, until).date() - wall(hours, now).date()).days
    words = day_words(hours, language, now, until)
    return f"on {words}" if language != "fr" and days > 1 else words


def _rounded(hours: Hours, at: Millis, step: int) -> Millis:
    """The instant, rounded up to so many minutes of the brand's clock, within its day."""
    exact = wall(hours, at)
    minutes = exact.hour * 60 + exact.minute + bool(exact.second or exact.microsecond)
    up = min(-(-minutes // step) * step, 24 * 60 - 1)
    return _instant(exact.replace(hour=up // 60, minute=up % 60, second=0, microsecond=0))


def _instant(moment: datetime) -> Millis:
    return Millis(round(moment.timestamp() * 1000))


def _same_day(hours: Hours, one: Millis, other: Millis) -> bool:
    return wall(hours, one).date() == wall(hours, other).date()
