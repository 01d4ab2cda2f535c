"""
Which answer a judge sees next: answers that the bot sent or would have sent, each judged by two people at most.

Answers that nobody has judged come first, in the order of their draw; then those that one other person has judged.
Judges never see each other's verdicts, nobody's judgements are counted, and nobody gets the same answer twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..engine.verdicts import VERDICTS
from ..model import Millis
from ..store import judged_answers, judging
from ..store.judging import JudgingQuestion
from ..store.table import Table
from . import confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """
    What one judge sees. `question` None: no answer is left for this judge.

    `waiting`: how many answers nobody has judged. `twice`: how many two people judged; `alike`: the share of these with
    equal verdicts; `kappa`: the same corrected for chance (None where it has no meaning).
    """

    question: JudgingQuestion | None
    waiting: int
    twice: int
    alike: float
    kappa: float | None


def card(table: Table, judge: str, now: Millis) -> Card:
    """Return the answer that this judge gets next."""
    found = judging.waiting(table, now)
    twice, alike, kappa = agreement(table)
    return Card(
        question=_next(found, judge),
        waiting=sum(not question.line.verdicts for question in found),
        twice=twice,
        alike=alike,
        kappa=kappa,
    )


def judged(table: Table, place: str, judge: str, verdict: str, now: Millis) -> JudgingQuestion | None:
    """
    Store one verdict; storing it again changes nothing. Returns the answer with all verdicts, None if it waits no more.

    An unknown verdict or place changes nothing.
    """
    if verdict not in VERDICTS or not judge:
        return None
    try:
        return judging.judge(table, place, judge, verdict, now)
    except ValueError:
        return None


def agreement(table: Table) -> tuple[int, float, float | None]:
    """Return how many answers two people judged, the share with equal verdicts, and Cohen's kappa."""
    pairs = [pair for pair, count in judging.pairs(table).items() for _ in range(count)]
    both = [*pairs, *((second, first) for first, second in pairs)]  # who was first says nothing
    return len(pairs), *confidence.agreement(both)


def _next(waiting: Sequence[JudgingQuestion], judge: str) -> JudgingQuestion | None:
    mine = [
        question
        for question in waiting
        if judged_answers.judge_of(question.line.line_id, judge) not in question.line.verdicts
    ]
    return min(mine, key=lambda question: bool(question.line.verdicts), default=None)
