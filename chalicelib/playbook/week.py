"""
The week of a brand's opening hours, as a playbook's data says it: shifts ("9:30-12:30") by day.
"""

from __future__ import annotations

import re

from .reader import Reader, Spot

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHIFT = re.compile(r"([01]?\d|2[0-4]):([0-5]\d) *[-–] *([01]?\d|2[0-4]):([0-5]\d)")
Shifts = tuple[tuple[int, int], ...]  # (first minute, minute after the last) of a day


def read_week(reader: Reader, spot: Spot, what: str) -> tuple[Shifts, ...]:
    """Return the shifts of the seven days, Monday's first; what is wrong with them is noted by the reader."""
    days = reader.section(spot, what, _DAYS)
    return tuple(_shifts(reader, days[day], day) if day in days else () for day in _DAYS)


def _shifts(reader: Reader, spot: Spot, day: str) -> Shifts:
    found: list[tuple[int, int]] = []
    for item in reader.items(spot, day):
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
