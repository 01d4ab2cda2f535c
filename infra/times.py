"""The commands' clock, and how they print an instant."""

from __future__ import annotations

import time

from chalicelib.admin.times import iso
from chalicelib.model import Millis

__all__ = ["iso", "now"]


def now() -> Millis:
    """Give milliseconds since 1970 UTC."""
    return Millis(time.time_ns() // 1_000_000)
