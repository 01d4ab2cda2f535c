"""An instant as it is shown to administrators."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(at: int) -> str | None:
    """Write a time as ISO 8601 UTC with milliseconds; None for none."""
    if not at:
        return None
    whole = datetime.fromtimestamp(at // 1000, UTC).replace(microsecond=at % 1000 * 1000)
    return whole.isoformat(timespec="milliseconds").replace("+00:00", "Z")
