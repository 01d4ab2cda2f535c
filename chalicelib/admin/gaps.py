"""
Intents that customers asked about and that a brand's playbook has no text for, with counts, from its figures.

The classifier knows some sixty intents: this says which text to write next.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from ..model import Millis
from ..playbook.hours import local_day
from ..playbook.schema import Playbook
from ..playbook.titles import title_of
from ..store import daily_counters
from ..store.table import Table
from .permissions import needs

GAP = "gap:"  # the figure's name, before the intent's


@needs("playbook.read")
def found(table: Table, playbook: Playbook, days: int, now: Millis) -> list[dict[str, Any]]:
    """Return the intents without text of the last `days` local days, today included, most asked first."""
    today = local_day(playbook.hours, now)
    first = (date.fromisoformat(today) - timedelta(days=days - 1)).isoformat()
    asked: Counter[str] = Counter()
    for names in daily_counters.read(table, first, today).values():
        for name, times in names.items():
            if name.startswith(GAP) and name.removeprefix(GAP) not in playbook.intents:
                asked[name.removeprefix(GAP)] += times
    language = playbook.languages[0]
    return [
        {"intent": intent, "title": title_of(intent, language), "asked": times}
        for intent, times in sorted(asked.items(), key=lambda each: (-each[1], each[0]))
        if times > 0
    ]


def drawn(gaps: list[dict[str, Any]], brand: str, days: int) -> str:
    """Draw them, one a line."""
    if not gaps:
        return f"Nobody asked {brand} about a known subject without words in {days} days."
    width = max(len(gap["intent"]) for gap in gaps)
    lines = [f"  {gap['asked']:>5}  {gap['intent']:<{width}}  {gap['title']}" for gap in gaps]
    head = f"Asked of {brand} in {days} days and known, but the playbook has no words for it:"
    return "\n".join([head, f"  asked  {'intent':<{width}}  about", *lines])
