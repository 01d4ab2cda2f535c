"""
Times on a ticket, in words: always in the brand's own time zone, so that all readers mean the same hour.

French: « 10 h 30 », « 30 nov., 10 h 30 »; English: "10:30 am", "30 Nov, 10:30 am". Pure.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from ...model import Millis

_MONTHS = {
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
}


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def clock(at: Millis, zone: str, language: str, beside: Millis | None = None) -> str:
    """Return the hour of an instant, with its day unless that is the day of `beside` (None: never with a day)."""
    then = datetime.fromtimestamp(at / 1000, _zone(zone))
    hour = _french_hour(then) if language == "fr" else _english_hour(then)
    if beside is None or datetime.fromtimestamp(beside / 1000, _zone(zone)).date() == then.date():
        return hour
    return f"{_day(then, language)}, {hour}"


def seconds(at: Millis, zone: str, language: str) -> str:
    """Return the hour of an instant to the second."""
    then = datetime.fromtimestamp(at / 1000, _zone(zone))
    if language == "fr":
        return f"{then.hour}\u00a0h\u00a0{then.minute:02d}\u00a0min\u00a0{then.second:02d}\u00a0s"
    return f"{then.hour % 12 or 12}:{then.minute:02d}:{then.second:02d} {'am' if then.hour < 12 else 'pm'}"


def day(iso: str, language: str) -> str:
    """Return "24 nov." or "24 Nov" for an ISO date; anything else comes back as it is."""
    try:
        return _day(datetime.fromisoformat(iso), language)
    except ValueError:
        return iso


def _day(then: datetime, language: str) -> str:
    number = "1er" if language == "fr" and then.day == 1 else str(then.day)
    months = _MONTHS["fr" if language == "fr" else "en"]
    return f"{number}\u00a0{months[then.month - 1]}"


def _french_hour(then: datetime) -> str:
    return f"{then.hour}\u00a0h" + (f"\u00a0{then.minute:02d}" if then.minute else "")


def _english_hour(then: datetime) -> str:
    minutes = f":{then.minute:02d}" if then.minute else ""
    return f"{then.hour % 12 or 12}{minutes} {'am' if then.hour < 12 else 'pm'}"
