"""The commands' clock, and how they print an instant."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from chalicelib.model import Millis


def now() -> Millis:
    """Give milliseconds since 1970 UTC."""
    return Millis(time.time_ns() // 1_000_000)


def iso(at: int) -> str | None:
    """Write a time as ISO 8601 UTC with milliseconds; None for none."""
    if not at:
        return None
    whole = datetime.fromtimestamp(at // 1000, UTC).replace(microsecond=at % 1000 * 1000)
    return whole.isoformat(timespec="milliseconds").replace("+00:00", "Z")
