"""What was looked at of an account, and whether it is well."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `advice` says what to do if it is not well; no secret, no address of another's."""

    name: str
    well: bool
    seen: str
    advice: str = ""
