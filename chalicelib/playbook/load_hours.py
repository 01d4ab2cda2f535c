"""
A brand's opening hours, read from its YAML file: time zone, the week's shifts, holidays.

Used by the command line only, as `load` is.
"""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

import yaml

from .reader import Reader
from .schema import Hours

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHIFT = re.compile(r"([01]?\d|2[0-4]):([0-5]\d) *[-–] *([01]?\d|2[0-4]):([0-5]\d)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def hours_in(reader: Reader, node: yaml.Node | None) -> Hours:
    """Return the hours in this part of the file; every mistake is told to the reader."""
    if node is None:
        return Hours()
    top = reader.section(node, "hours", ("time_zone", "week", "holidays"), required=("time_zone", "week"))
    zone = reader.text(top["time_zone"], "time_zone") if "time_zone" in top else ""
    try:
        ZoneInfo(zone or "UTC")
    except (ValueError, OSError, LookupError):
        reader.fail(top["time_zone"], f"`{zone}` is no IANA time zone, such as Europe/Paris")
    days = reader.section(top["week"], "week", _DAYS) if "week" in top else {}
    week = tuple(_shifts(reader, days[day], day) if day in days else () for day in _DAYS)
    holidays = frozenset(_holidays(reader, top["holidays"])) if "holidays" in top else frozenset[str]()
    return Hours(time_zone=zone, week=week, holidays=holidays)


def _holidays(reader: Reader, node: yaml.Node) -> list[str]:
    found = []
    for item in reader.items(node, "holidays"):
        found.append(reader.text(item, "a holiday"))
        if found[-1] and not _is_date(found[-1]):
            reader.fail(item, f"a holiday is a date such as 2026-12-25; there is no {found[-1]}")
    return found


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _shifts(reader: Reader, node: yaml.Node, day: str) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for item in reader.items(node, day):
        match = _SHIFT.fullmatch(reader.text(item, f"a shift of {day}"))
        if match is None:
            reader.fail(item, 'a shift is "10:00-13:00"')
            continue
        a, b, c, d = map(int, match.groups())
        start, end = a * 60 + b, c * 60 + d
        if end < start:
            reader.fail(item, _past_midnight(day, start, f"{c}:{d:02d}"))
        elif not (found[-1][1] if found else 0) <= start < end <= 24 * 60:
            reader.fail(item, "shifts must follow one another within the day")
        found.append((start, end))
    return tuple(found)


def _past_midnight(day: str, start: int, end: str) -> str:
    """How a shift that ends on the next day is written."""
    first = f"{start // 60}:{start % 60:02d}-24:00"
    if end in {"0:00", "00:00"}:
        return f'midnight is written 24:00: "{first}"'
    following = _DAYS[(_DAYS.index(day) + 1) % len(_DAYS)]
    return f'a shift past midnight is two: "{first}" on {day}, and "0:00-{end}" first on {following}'
