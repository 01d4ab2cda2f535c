"""What of a brand's bot is stopped, for commands and the page: which scope, since when, by whom, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..conversation import JUDGES, MONITOR, Control
from .times import iso

if TYPE_CHECKING:
    from ..conversation import Scope


def stops(control: Control) -> list[dict[str, Any]]:
    """Give every stop as JSON values, the whole brand first."""
    return [
        {
            "scope": name,
            "since": iso(stop.since),
            "by": stop.by or None,
            "refused": stop.refused,
            "answers": stop.answers,
            "words": words(name, stop),
        }
        for name, stop in control.stops.items()
    ]


def words(name: str, stop: Scope) -> str:
    """Say a stop in a line: "intent:return since 2026-11-25T09:00:00.000Z (by itself: 3 of 40 answers refused)"."""
    since = f" since {iso(stop.since)}" if stop.since else ""
    if stop.by == MONITOR:
        return f"{name}{since} (by itself: {stop.refused} of {stop.answers} answers refused)"
    if stop.by == JUDGES:
        return f"{name}{since} (by itself: {stop.refused} of the last {stop.answers} judged answers not right)"
    return f"{name}{since}{f' (by {stop.by})' if stop.by else ''}"
