"""
What an automatic answer needs beside its words: somebody who answers for it, a date, and degrees by which it opens.

Standard library only, pure. Days are the brand's own, ISO ("2026-11-29").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from .schema import Playbook

Opening = Literal["closed", "open", "all"]
OPENINGS: tuple[Opening, ...] = ("closed", "open", "all")
NO_CAP = 0
ALL = 100
EVERYTHING = "all"  # what the brand's own degrees count; an intent's count "intent:<name>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who answers for a text, since when it is approved and until when (that day included); "" for not said."""

    owner: str = ""
    approved_on: str = ""
    valid_until: str = ""

    def lacks(self, day: str) -> Literal["", "unapproved", "expired"]:
        """Return why nothing may be said by itself on this day; "" where it may."""
        if not (self.owner and self.approved_on and self.valid_until) or day < self.approved_on:
            return "unapproved"
        return "expired" if day > self.valid_until else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Degrees:
    """
    How far automatic answers are open: to whom, how many a day, and when. Where a brand says nothing, they begin small.

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
    """That somebody named lets the bot answer what is not proved: why, who, and on which day."""

    reason: str
    by: str
    on: str


def approval_of(playbook: Playbook, intent: str) -> Approval:
    """Return who answers for this intent's words: what the intent says itself, the rest from the brand."""
    own, brand = playbook.intents[intent].approval, playbook.approval
    return Approval(
        owner=own.owner or brand.owner,
        approved_on=own.approved_on or brand.approved_on,
        valid_until=own.valid_until or brand.valid_until,
    )


def degrees_of(playbook: Playbook, intent: str) -> tuple[Degrees, str]:
    """Return the degrees that hold for this intent, and what their cap counts (`EVERYTHING` or "intent:<name>")."""
    own = playbook.intents[intent].degrees
    return (own, f"intent:{intent}") if own is not None else (playbook.autonomy.degrees, EVERYTHING)


def waiver_of(playbook: Playbook, intent: str) -> Waiver | None:
    """Return by whose word this intent needs no proof; None where it needs one."""
    return playbook.intents[intent].without_proof or playbook.autonomy.without_proof


def is_admin(playbook: Playbook, who: str) -> bool:
    """Return whether this Slack user id, or name of a command, is one that the playbook names."""
    return bool(who) and who in playbook.admins
