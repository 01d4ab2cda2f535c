"""
What judgements prove about an intent in one place and language. Never pooled, and only about today's answers.

Only randomly drawn answers count, one per person, as long as the same bundle would still give the same words. A draw
counts up to its first unjudged answer, so skipping the difficult ones proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..engine.verdicts import DANGEROUS, RIGHT, verdict_of, wording
from ..playbook.schema import Playbook
from ..store import judged_answers
from ..store.judged_answers import JudgedAnswer, Visibility
from ..store.table import Table
from . import confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """
    What is proved about an intent in one place and language.

    `wrong` of `judged` answers were not right; `dangerous`: how many of all drawn answers are worse than wrong.
    `lower`: the precision is above this, by a one-sided 90 % bound that holds however often one looks. `needed`: how
    many must be judged, all further ones right, before `target` is proved. `waiting`: drawn answers that nobody has
    judged.
    """

    judged: int
    wrong: int
    dangerous: int
    lower: float
    needed: int
    target: float
    waiting: int

    @property
    def more(self) -> int:
        """Return how many more answers must be judged, and be right."""
        return self.needed - self.judged

    @property
    def proved(self) -> bool:
        """Return whether it is proved: there are enough right answers and no dangerous one."""
        return not self.more and not self.dangerous


def proof_of(table: Table, playbook: Playbook, intent: str, place: Visibility, language: str, *, bundle: str) -> Proof:
    """Return what is proved under this playbook and bundle (`Scorer.model`). KeyError: it lacks the intent."""
    known = playbook.intents[intent]
    today = judged_answers.under(bundle, wording(playbook, known, place, language))
    found = judged_answers.lines(table, intent, place, language)
    return proof([line for line in found if today in line.under], known.target_precision)


def proof(lines: Iterable[JudgedAnswer], target: float) -> Proof:
    """Return what these answers prove, in the order of their draws; today's texts would give all of them again."""
    lines = [line for line in lines if line.sample == "random"]
    said = [verdict_of(line.verdicts) for line in counting(lines)]
    right = said.count(RIGHT)
    wrong = len(said) - right
    return Proof(
        judged=len(said),
        wrong=wrong,
        dangerous=sum(DANGEROUS in line.verdicts.values() for line in lines),
        lower=confidence.lower_bound(right, wrong),
        needed=len(said) + confidence.more_right(right, wrong, target),
        target=target,
        waiting=sum(not line.verdicts for line in lines),
    )


def counting(lines: Iterable[JudgedAnswer]) -> Iterator[JudgedAnswer]:
    """Return those lines that count: up to the first open one of a draw, one line a person."""
    ended: set[str] = set()
    people: set[str] = set()
    for line in lines:
        if not line.verdicts:
            ended.add(line.draw)
        elif line.draw not in ended and line.contact not in people:
            people |= {line.contact} - {""}
            yield line
