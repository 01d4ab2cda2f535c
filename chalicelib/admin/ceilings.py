"""How far a brand's bot may go: what holds now, and one ceiling changed, as a new version of the playbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..channels import REGISTRY
from ..errors import UsageError, WrongUsage
from ..model import Autonomy, BrandId, Millis
from ..playbook.codec import to_json
from ..playbook.hours import local_day
from ..playbook.release import Waiver
from ..playbook.schema import Playbook
from ..store import audit, versions
from ..store.audit import Author
from ..store.table import Table
from ..triage.scorer import BundleScorer
from . import autonomy, proving
from .autonomy import Change
from .permissions import needs
from .services import AdminServices
from .stops import stops


@dataclass(frozen=True, slots=True)
class Only:
    """Which part of what holds is asked for; "" for all of it."""

    intent: str = ""
    channel: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Unproved:
    """Why something may be automatic without a proof, and who says so; `named` gives the name or raises UsageError."""

    reason: str
    named: Callable[[Playbook], str]


@dataclass(frozen=True, slots=True)
class Set:
    """The new version, the playbook in it, and what is still stopped."""

    version: int
    playbook: Playbook
    stopped: list[str]


@needs("autonomy.read")
def status(here: AdminServices, brand: BrandId, scorer: BundleScorer, only: Only, now: Millis) -> dict[str, Any]:
    """Return what the bot may do, what is stopped, and what lacks a proof, as JSON values. Raises UsageError."""
    playbook, table = here.playbook(brand), here.table(brand)
    control = table.control()
    missing = proving.unproved(table, playbook, proving.automatic(playbook, scorer), scorer.model)
    if only.intent and only.intent not in playbook.intents:
        raise UsageError(f"The playbook has no intent '{only.intent}'; known: {', '.join(sorted(playbook.intents))}.")
    if only.language and only.language not in playbook.languages:
        raise UsageError(f"{brand} does not speak '{only.language}'; it speaks: {', '.join(playbook.languages)}.")
    return {
        "stopped": sorted(control.stops),
        "stops": stops(control),
        "without_proof": autonomy.waivers(playbook),
        "unproved": [{**asdict(cell), "proof": proving.proof_words(proof)} for cell, proof in missing],
        "autonomy": rows(playbook, scorer, only, now),
    }


def rows(playbook: Playbook, scorer: BundleScorer, only: Only, now: Millis) -> list[dict[str, Any]]:
    """Return how far the bot may go, a row for each intent, channel and place, as JSON values."""
    channels = [only.channel] if only.channel else sorted(REGISTRY)
    places: Mapping[str, tuple[bool, bool]] = {
        name: (REGISTRY[name].traits.private is not None, REGISTRY[name].traits.public is not None) for name in channels
    }
    found = autonomy.shown(autonomy.table(playbook, scorer, places, local_day(playbook.hours, now)))
    kept = [row for row in found if only.intent in ("", row["intent"])]
    if not only.language:
        return kept
    return [row | {"languages": {only.language: row["languages"][only.language]}} for row in kept]


@needs("autonomy.change")
def set_ceiling(
    here: AdminServices,
    brand: BrandId,
    change: Change,
    scorer: BundleScorer,
    author: Author,
    *,
    by: str = "",
    unproved: Unproved | None = None,
) -> Set:
    """
    Set one ceiling: a new version of the playbook, unless somebody changed it meanwhile.

    `by`: who it is by, as the playbook names people. Raises UsageError for what the brand's rules forbid or nothing
    proves, WrongUsage for what cannot go together, Conflict where another version is current by now.
    """
    table = here.table(brand)
    based_on = versions.current_number(table)  # read first: what is changed from now on is not written over
    before = here.playbook(brand)
    after = autonomy.changed(_waived(before, change, unproved, author.at), change)
    _refuse_unproved(table, scorer, after, change)
    noted = audit.beside(brand, author, "autonomy.change", autonomy.about(change))
    text = to_json(after)
    version = table.put_playbook(text, author.at, by=by, what="auto", based_on=based_on, beside=noted)
    return Set(version, after, sorted(table.control().stops))


def _waived(playbook: Playbook, change: Change, unproved: Unproved | None, now: Millis) -> Playbook:
    """Return the playbook in which what is set needs no proof, where somebody named says so."""
    if unproved is None:
        return playbook
    if change.level is not Autonomy.AUTO or change.intent not in ("", *playbook.intents):
        raise WrongUsage("--without-proof goes with `auto`, for an intent of the playbook or for all of them.")
    who, today = unproved.named(playbook), local_day(playbook.hours, now)
    return proving.waived(playbook, change.intent, Waiver(reason=unproved.reason, by=who, on=today))


def _refuse_unproved(table: Table, scorer: BundleScorer, after: Playbook, change: Change) -> None:
    """Raise UsageError with the figures where the change makes something automatic that is not proved."""
    if change.level is not Autonomy.AUTO:
        return
    cells = proving.concerned(proving.automatic(after, scorer), change)
    if missing := proving.unproved(table, after, cells, scorer.model):
        raise UsageError(proving.refusal(missing))
