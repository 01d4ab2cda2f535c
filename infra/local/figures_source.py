"""
Tell the page how the brand does today and what is stopped: read from the table, as `guichet report` and `status` do.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ..names import DEFAULT_REGION
from .explain_source import directory_of


def figures(brand: str, source: Mapping[str, str]) -> dict[str, Any] | None:
    """
    The brand's day; `source` is the simulators' "table" block. None without a table, or a brand without a playbook.

    `alone_share` 0 to 1; times are the upper end of a class in seconds, null for none. `to_judge`: how many answers
    nobody judged yet. `stopped`: scopes, and since when (ms). `language`: the desk's.
    """
    if not brand or not source.get("endpoint"):
        return None
    from chalicelib.model import BrandId, Millis
    from chalicelib.playbook.codec import from_json
    from chalicelib.stages.scheduled_reports import last_days, report_for
    from chalicelib.store import judging
    from chalicelib.store.table import Table

    directory = directory_of(source["endpoint"], source["name"], source.get("region", DEFAULT_REGION))
    table = Table(directory.client, directory.name, BrandId(brand))
    text = table.playbook()
    if text is None:
        return None
    playbook = from_json(text)
    now = Millis(time.time_ns() // 1_000_000)
    total = report_for(table, *last_days(playbook, now, days=1)).total
    scopes = table.control().scopes
    return {
        "alone_share": total.alone_share,
        "questions": total.questions,
        "first_s": _finite(total.first_automatic_s),
        "people_s": _finite(total.first_of_people_s),
        "to_judge": sum(not each.line.verdicts for each in judging.waiting(table, now)),
        "stopped": [{"scope": name, "since": int(scope.since)} for name, scope in scopes.items() if scope.stopped],
        "language": playbook.languages[0],
    }


def _finite(seconds: float | None) -> float | None:
    return None if seconds == float("inf") else seconds
