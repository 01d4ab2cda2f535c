"""
What an automatic answer needs beside its text: an approver, a date, and a gradual rollout.

Standard library only, pure. Days are the brand's own, ISO ("2026-11-29"). Annotations are evaluated, as in `schema`.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from .declaration import Choice, Day, Key, Section, Text, Whole

Opening = Literal["closed", "open", "all"]
OPENINGS: tuple[Opening, ...] = ("closed", "open", "all")
NO_CAP = 0
ALL = 100
EVERYTHING = "all"  # what the brand's own rollout counts; an intent's own counts "intent:<name>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who approved a text, since when and until when (that day included); "" for not said."""

    CALLED = "{key} of {what}"

    owner: Annotated[str, Text()] = ""
    approved_on: Annotated[str, Day()] = ""
    valid_until: Annotated[str, Day()] = ""

    def lacks(self, day: str) -> Literal["", "unapproved", "expired"]:
        """Return why nothing may be sent automatically on this day; "" where it may."""
        if not (self.owner and self.approved_on and self.valid_until) or day < self.approved_on:
            return "unapproved"
        return "expired" if day > self.valid_until else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """
    The gradual rollout of automatic answers: to whom, how many a day, and when. By default it begins small.

    `share`: per cent of the contacts. `cap`: at most so many a day, 0 for no cap. `hours`: while people are there
    (`open`), while nobody is (`closed`), or always.
    """

    share: Annotated[int, Whole(0, ALL)] = 20
    cap: Annotated[int, Whole(1, 100_000, none=NO_CAP)] = 30
    hours: Annotated[Opening, Choice(OPENINGS, "closed")] = "closed"


NOBODY_YET = Approval()
BEGINNING = Rollout()
FULL = Rollout(share=ALL, cap=NO_CAP, hours="all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A named person's permission to answer automatically without a proof: why, who, and on which day."""

    reason: Annotated[str, Key(Text(), needed=True)]
    by: Annotated[str, Key(Text(), needed=True)]
    on: Annotated[str, Key(Day(), needed=True)]


OPENS = Key(Section(Rollout), name="opens", called="{what}.{key}")
WITHOUT_PROOF = Key(Section(Waiver), called="{what}.{key}")
