"""
What an automatic answer needs beside its text: an approver, a date, and a gradual rollout.

Standard library only, pure. Days are the brand's own, ISO ("2026-11-29").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Opening = Literal["closed", "open", "all"]
OPENINGS: tuple[Opening, ...] = ("closed", "open", "all")
NO_CAP = 0
ALL = 100
EVERYTHING = "all"  # what the brand's own degrees count; an intent's count "intent:<name>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who approved a text, since when and until when (that day included); "" for not said."""

    owner: str = ""
    approved_on: str = ""
    valid_until: str = ""

    def lacks(self, day: str) -> Literal["", "unapproved", "expired"]:
        """Return why nothing may be sent automatically on this day; "" where it may."""
        if not (self.owner and self.approved_on and self.valid_until) or day < self.approved_on:
            return "unapproved"
        return "expired" if day > self.valid_until else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Degrees:
    """
    The gradual rollout of automatic answers: to whom, how many a day, and when. By default it begins small.

    `share`: per cent of the contacts. `cap`: at most so many a day, 0 for no cap. `hours`: while people are there
    (`open`), while nobody is (`closed`), or always.
    """

    share: int = 20
    cap: int = 30
    hours: Opening = "closed"


NOBODY_YET = Approval()
BEGINNING = Degrees()
FULL = Degrees(share=ALL, cap=NO_CAP, hours="all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A named person's permission to answer automatically without a proof: why, who, and on which day."""

    reason: str
    by: str
    on: str
