"""
What must be proved before it is automatic, and what to prove first: by intent, place and language, never pooled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..channels import REGISTRY
from ..model import Autonomy
from ..playbook.hours import local_day
from ..playbook.in_force import waiver_of
from ..playbook.release import Waiver
from ..playbook.schema import Playbook, effective_autonomy
from ..quality.precision_proof import Proof, proof_of
from ..store import daily_counters
from .permissions import needs

if TYPE_CHECKING:
    from ..model import Millis
    from ..store.judged_answers import Visibility
    from ..store.table import Table
    from ..triage.scorer import BundleScorer
    from .autonomy import Change

SECONDS_A_JUDGEMENT = 20
DAYS = 28  # of which it is said how often a subject is asked about
_SUBJECT = "subject:"
_PLACES: tuple[Visibility, Visibility] = ("private", "public")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """An intent in one place and language: what a proof is about."""

    intent: str
    place: Visibility
    language: str

    @property
    def words(self) -> str:
        return f"{self.intent} {self.language}" + (" in public" if self.place == "public" else "")


def automatic(playbook: Playbook, scorer: BundleScorer) -> set[Cell]:
    """Return what is at `auto` somewhere, as far as this classifier can be sure of it at all."""
    found = set()
    for cell in _cells(playbook, scorer):
        public = cell.place == "public"
        places = [name for name, each in REGISTRY.items() if (each.traits.public if public else each.traits.private)]
        levels = [effective_autonomy(playbook, cell.intent, name, public, cell.language) for name in places]
        if Autonomy.AUTO in levels:
            found.add(cell)
    return found


def _cells(playbook: Playbook, scorer: BundleScorer) -> Iterator[Cell]:
    for intent, known in playbook.intents.items():
        for language in playbook.languages:
            bound = scorer.bounds.get((language, intent))
            if bound is not None and bound.proved and not known.never_auto:
                yield from (Cell(intent=intent, place=place, language=language) for place in _PLACES)


def concerned(cells: set[Cell], change: Change) -> set[Cell]:
    """Return the cells that a change of a ceiling is about."""
    return {
        cell
        for cell in cells
        if change.intent in ("", cell.intent)
        and change.language in ("", cell.language)
        and (not change.public or cell.place == "public")
    }


def unproved(table: Table, playbook: Playbook, cells: set[Cell], bundle: str) -> list[tuple[Cell, Proof]]:
    """Return what is neither proved nor allowed without proof by a named person, with its figures."""
    asked = sorted((each for each in cells if waiver_of(playbook, each.intent) is None), key=lambda each: each.words)
    found = [(each, proof_of(table, playbook, each.intent, each.place, each.language, bundle=bundle)) for each in asked]
    return [(cell, proof) for cell, proof in found if not proof.proved]


def waived(playbook: Playbook, intent: str, waiver: Waiver) -> Playbook:
    """Give the playbook in which this intent, or "" for all of them, needs no proof."""
    if not intent:
        return replace(playbook, autonomy=replace(playbook.autonomy, without_proof=waiver))
    known = replace(playbook.intents[intent], without_proof=waiver)
    return replace(playbook, intents=MappingProxyType({**playbook.intents, intent: known}))


def known(table: Table | None, playbook: Playbook, model: str) -> Callable[[str, bool, str], Proof | None]:
    """Return what tells how far an intent, in public or not and in a language, is proved; None where no stage is."""

    @cache
    def proof(intent: str, public: bool, language: str) -> Proof | None:  # noqa: FBT001 - a fact, as the others are
        if table is None:
            return None
        return proof_of(table, playbook, intent, "public" if public else "private", language, bundle=model)

    return proof


def proof_words(proof: Proof) -> str:
    """Say how far a proof is: "92 of 133 judged, 1 wrong: 41 more"."""
    found = f"{proof.judged} of {proof.needed} judged, {proof.wrong} wrong"
    if proof.dangerous:
        return f"{found}, {proof.dangerous} of them dangerous: correct the words, then judge anew"
    return f"{found}: {proof.more} more" if proof.more else f"{found}: proved"


def refusal(missing: Sequence[tuple[Cell, Proof]]) -> str:
    """Say why `auto` is refused, the nearest to its proof first, and what leads there."""
    near = sorted(missing, key=lambda each: each[1].more)
    shown = "; ".join(f"{cell.words}: {proof_words(proof)}" for cell, proof in near[:8])
    rest = f"; and {len(near) - 8} more" if len(near) > 8 else ""
    return (
        f"Not proved on the brand's own messages: {shown}{rest}. `guichet auto next` says what to judge first; "
        "somebody whom the playbook names may say --without-proof REASON."
    )


@needs("autonomy.read")
def first_to_prove(
    table: Table, playbook: Playbook, scorer: BundleScorer, now: Millis, *, public: bool
) -> list[dict[str, Any]]:
    """Give what is not proved yet, what customers ask most first, as JSON values."""
    asked = _asked(table, playbook, now)
    total = sum(asked.values())
    cells = {cell for cell in _cells(playbook, scorer) if (cell.place == "public") is public}
    rows = [_row(cell, proof, asked, total) for cell, proof in _proofs(table, playbook, cells, scorer.model)]
    return sorted(rows, key=lambda row: (-row["asked"], row["more"], row["intent"], row["language"]))


def _proofs(table: Table, playbook: Playbook, cells: set[Cell], bundle: str) -> Iterator[tuple[Cell, Proof]]:
    for cell in sorted(cells, key=lambda each: each.words):
        proof = proof_of(table, playbook, cell.intent, cell.place, cell.language, bundle=bundle)
        if not proof.proved:
            yield cell, proof


def _row(cell: Cell, proof: Proof, asked: Mapping[str, int], total: int) -> dict[str, Any]:
    return {
        "intent": cell.intent,
        "language": cell.language,
        "public": cell.place == "public",
        "asked": asked.get(cell.intent, 0),
        "share": round(asked.get(cell.intent, 0) / total, 3) if total else None,
        "judged": proof.judged,
        "wrong": proof.wrong,
        "dangerous": proof.dangerous,
        "needed": proof.needed,
        "more": proof.more,
        "minutes": -(-proof.more * SECONDS_A_JUDGEMENT // 60),
        "drawn": proof.waiting,
        "proof": proof_words(proof),
    }


def _asked(table: Table, playbook: Playbook, now: Millis) -> Counter[str]:
    """Return how often each intent was asked about lately: automatic answers and tickets."""
    today = local_day(playbook.hours, now)
    first = (date.fromisoformat(today) - timedelta(days=DAYS - 1)).isoformat()
    found: Counter[str] = Counter()
    for names in daily_counters.read(table, first, today).values():
        for name, times in names.items():
            if name.startswith(_SUBJECT):
                found[name.removeprefix(_SUBJECT)] += max(0, times)
    return found


def drawn(rows: Sequence[Mapping[str, Any]], brand: str) -> str:
    """Draw what to prove first, one a line."""
    if not rows:
        return f"Everything that {brand}'s bot can be sure of is proved."
    lines = [f"What to prove first for {brand}, by what was asked in {DAYS} days:"]
    for row in rows:
        share = "" if row["share"] is None else f"{row['share']:.0%} of the subjects, "
        lines.append(
            f"  {row['intent']} {row['language']}: {share}{row['proof']}, about {row['minutes']} min at "
            f"{SECONDS_A_JUDGEMENT} s each; {row['drawn']} wait to be judged (/guichet juger)"
        )
    return "\n".join(lines)
