"""
How fast the team answered lately: within which time nine of ten tickets of a priority. Promises use it.
"""

from __future__ import annotations

from collections import Counter

from ..engine.daily_figures import OPEN_MINUTES
from ..model import Millis
from ..playbook.hours import local_day
from ..playbook.schema import Hours
from ..store import daily_counters
from ..store.daily_counters import Figures
from ..store.table import DAY_MS, Table

PRIORITIES = ("normal", "high", "urgent")
KEPT_DAYS = 28  # days whose answers are counted
KEPT_LEAST = 10  # fewer tickets give no answer time


def kept_lately(table: Table, hours: Hours, now: Millis) -> dict[str, int]:
    """Return the team's answer times of the last 28 days by priority; priorities with too few tickets are left out."""
    found = daily_counters.read(table, local_day(hours, Millis(now - KEPT_DAYS * DAY_MS)), local_day(hours, now))
    kept = {priority: kept_minutes(found, priority) for priority in PRIORITIES}
    return {priority: minutes for priority, minutes in kept.items() if minutes is not None}


def kept_minutes(found: Figures, priority: str) -> int | None:
    """
    Return within how many opening minutes nine of ten tickets of this priority got their first answer.

    It is the upper end of a class. None where there are too few tickets, or where it took longer than any class.
    """
    taken: Counter[str] = Counter()
    for names in found.values():
        for name, count in names.items():
            if name.startswith(f"open:{priority}:"):
                taken[name.rsplit(":", 1)[1]] += count
    total, within = sum(taken.values()), 0
    if total < KEPT_LEAST:
        return None
    for minutes in OPEN_MINUTES:
        within += taken[str(minutes)]
        if within * 10 >= total * 9:
            return minutes
    return None
