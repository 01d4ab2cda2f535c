"""
Who judges what next: answers that would go out, or did, one at a time, each by two people at most.

What nobody judged comes first, in the order of its draw; then what one other person judged. Judges never see each
other's words, nobody's judgements are counted, and an answer is never given back to who judged it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..model import Millis
from ..store import judging, proofs
from ..store.judging import Asked
from ..store.table import Table
from . import betting
from .proofs import VERDICTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """
    What one judge sees. `asked` None: nothing is left for them.

    `waiting`: how many answers nobody has judged. `twice`: how many two people judged; `alike`: the share on which they
    said the same, and `kappa` that share without what chance alone would give (None where it has no meaning).
    """

    asked: Asked | None
    waiting: int
    twice: int
    alike: float
    kappa: float | None


def card(table: Table, judge: str, now: Millis) -> Card:
    """What this judge is to judge next."""
    found = judging.waiting(table, now)
    twice, alike, kappa = agreement(table)
    return Card(
        asked=_next(found, judge),
        waiting=sum(not asked.line.verdicts for asked in found),
        twice=twice,
        alike=alike,
        kappa=kappa,
    )


def judged(table: Table, place: str, judge: str, verdict: str, now: Millis) -> Asked | None:
    """
    Write one verdict; repeated, it is the same one. Returns the answer with all verdicts, None where it waits no more.

    A verdict that is none and a place that is none change nothing.
    """
    if verdict not in VERDICTS or not judge:
        return None
    try:
        return judging.judge(table, place, judge, verdict, now)
    except ValueError:
        return None


def agreement(table: Table) -> tuple[int, float, float | None]:
    """How many answers two people judged, the share on which they said the same, and Cohen's kappa."""
    pairs = [pair for pair, count in judging.pairs(table).items() for _ in range(count)]
    both = [*pairs, *((second, first) for first, second in pairs)]  # who was first says nothing
    return len(pairs), *betting.agreement(both)


def _next(waiting: Sequence[Asked], judge: str) -> Asked | None:
    mine = [asked for asked in waiting if proofs.judge_of(asked.line.line_id, judge) not in asked.line.verdicts]
    return min(mine, key=lambda asked: bool(asked.line.verdicts), default=None)
