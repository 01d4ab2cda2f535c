"""
Finds and proves the thresholds: on author groups that the scoring model never saw, verified on other data again.

Folds are split by author group (who wrote), never by line. The model fitted without a fold scores that fold. For each
fold, a threshold is chosen on the other folds and verified on this one. "Proved" means that what all these
verifications accepted reaches the target by its lower confidence bound (one-sided 90 %, Clopper-Pearson); the shipped
threshold is then chosen the same way on all folds. The card's precision and coverage are those of the verifications,
never of the choice. An out-of-scope message that would be answered is an error like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

from chalicelib.triage.scorer import NEVER_AUTOMATIC
from chalicelib.triage.stages import OUT_OF_SCOPE

TARGET = 0.98
CONFIDENCE = 0.90
SITUATIONS = 0.97  # of messages in which other states are far more frequent than in life
LEAST_BOUND = 0.85  # no bound is lower, whatever the data allow: real traffic has more messages out of scope
NEVER_SURE = 1.01  # a bound that no probability reaches
_STRICTER_BOUNDS = (1.0, 0.7, 0.4)  # shares of what is left to certainty, tried in turn
_STRICTER = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)  # shares of the allowed errors, tried in turn


Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scored:
    """
    One message scored by a model that never saw its writer.

    `eligible` is the run time's own verdict with the bound left out. `served`: whether the matter
    stands where the answer is good for. `state` "" is unknown, `source` is where the message comes from.
    """

    text: str
    language: str
    intent: str
    guess: str
    probability: float
    energy: float
    danger: float
    eligible: bool
    fold: int
    served: bool = True
    state: str = ""
    source: str = "own"
    signals: frozenset[str] = frozenset()  # that were heard
    told: frozenset[str] | None = None  # that it shows; None: nobody noted

    @property
    def right(self) -> bool:
        """Whether an answer by the guess would have been the right one."""
        return self.guess == self.intent and self.served


@dataclass(frozen=True, slots=True)
class Count:
    """Messages accepted and how many of them were wrong."""

    accepted: int = 0
    wrong: int = 0

    @property
    def lower(self) -> float:
        """One-sided lower confidence bound of the precision."""
        return lower_bound(self.accepted, self.wrong)

    @property
    def precision(self) -> float:
        """Realised precision; 0 where nothing was accepted."""
        return (self.accepted - self.wrong) / self.accepted if self.accepted else 0.0

    def __add__(self, other: Count) -> Count:
        return Count(self.accepted + other.accepted, self.wrong + other.wrong)


@dataclass(frozen=True, slots=True)
class Proof:
    """
    A bound for one intent's messages in a language, and what it rests on.

    `folds` holds the bound by which each fold was verified, `verified` what all of them accepted together.
    """

    bound: float
    verified: Count
    proved: bool
    folds: Mapping[int, float] = field(default_factory=dict)

    def accepts(self, row: Scored) -> bool:
        """Whether the message was accepted when its fold was verified."""
        return self.proved and row.eligible and row.probability >= self.folds.get(row.fold, NEVER_SURE)


def lower_bound(accepted: int, wrong: int, confidence: float = CONFIDENCE) -> float:
    """Clopper-Pearson: the least precision that `wrong` of `accepted` errors leave possible."""
    if accepted == 0 or wrong >= accepted:
        return 0.0
    return float(beta.ppf(1 - confidence, accepted - wrong, wrong + 1))


def lower_bounds(accepted: Counts, wrong: Counts, confidence: float = CONFIDENCE) -> npt.NDArray[np.float64]:
    """`lower_bound` of many counts at once."""
    right = accepted - wrong
    found: npt.NDArray[np.float64] = beta.ppf(1 - confidence, np.maximum(right, 1e-9), wrong + 1)
    return np.where(right > 0, found, 0.0)


def needed(wrong: int, target: float, confidence: float = CONFIDENCE) -> int:
    """How many accepted messages prove the target when `wrong` of them are errors (114 for 98 % and none)."""
    low, high = wrong, wrong + 1
    while lower_bound(high, wrong, confidence) < target:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if lower_bound(middle, wrong, confidence) >= target else (middle, high)
    return high


def accepted_at(rows: Iterable[Scored], bound: float) -> Count:
    """What would be answered at a bound."""
    taken = [row for row in rows if row.eligible and row.probability >= bound]
    return Count(len(taken), sum(not row.right for row in taken))


def choose(rows: Sequence[Scored], target: float) -> float:
    """
    The smallest bound whose accepted messages reach the target by their lower bound, or NEVER_SURE.

    By their plain share where they are so few that even without an error no lower bound would reach it: what is chosen
    is verified on other messages anyway, and two folds of 160 messages could not choose what all three would prove.
    """
    ranked = sorted((row for row in rows if row.eligible), key=lambda row: -row.probability)
    if not ranked:
        return NEVER_SURE
    probability = np.array([row.probability for row in ranked])
    wrong = np.cumsum([not row.right for row in ranked])
    accepted = np.arange(1, len(ranked) + 1)
    few = lower_bound(len(ranked), 0) < target
    reaches = accepted - wrong >= target * accepted if few else lower_bounds(accepted, wrong) >= target
    reached = np.flatnonzero(_last_of_equals(probability) & reaches)
    return float(probability[reached[-1]]) if len(reached) else NEVER_SURE


def prove(rows: Sequence[Scored], target: float, least: float = LEAST_BOUND) -> Proof:
    """
    A bound for these messages, `least` or higher.

    For each fold a bound is chosen on the others and verified on this one; where all verifications together reach
    the target the way of choosing is proved, and the shipped bound is chosen so on all folds. Where they fall short,
    bounds are chosen again for a stricter goal (`_STRICTER` errors for each error allowed), and so on down the ladder.
    """
    steps = [_prove_at(rows, 1 - (1 - target) * share, target, least) for share in (1.0, *_STRICTER)]
    return next((proof for proof in steps if proof.proved), steps[0])


def _prove_at(rows: Sequence[Scored], goal: float, target: float, least: float) -> Proof:
    verified = Count()
    folds: dict[int, float] = {}
    for fold in sorted({row.fold for row in rows}):
        folds[fold] = max(least, choose([row for row in rows if row.fold != fold], goal))
        verified += accepted_at((row for row in rows if row.fold == fold), folds[fold])
    bound = max(least, choose(rows, goal))
    proved = verified.lower >= target and bound < NEVER_SURE
    return Proof(bound=bound, verified=verified, proved=proved, folds=folds)


def bounds_of(
    rows: Sequence[Scored],
    languages: Sequence[str],
    labels: Sequence[str],
    targets: Mapping[str, float],
    least: float = LEAST_BOUND,
) -> dict[str, dict[str, Proof]]:
    """
    Language -> intent -> proof, no bound under `least`.

    Where there are situations they choose the language's bound, and each intent is verified at it; else each intent's
    bound is chosen and verified by folds. Each stands on its own messages in its language and on nothing else. Where
    those do not prove it, it is "not yet": a person answers.
    """
    answered = [label for label in labels if label not in NEVER_AUTOMATIC and label != OUT_OF_SCOPE]
    written = {(row.language, row.intent) for row in rows}
    out: dict[str, dict[str, Proof]] = {}
    for language in languages:
        here = [row for row in rows if row.language == language]
        situations = any(row.state for row in here)
        lowest = max(least, least_of(here))
        out[language] = {}
        for intent in answered:
            own = [row for row in here if row.guess == intent]
            target = targets.get(intent, TARGET)
            alone = stand(own, target, lowest) if situations else prove(own, target, least)
            known = (language, intent) in written
            out[language][intent] = alone if known else replace(alone, proved=False)
    return out


def stand(rows: Sequence[Scored], target: float, lowest: float) -> Proof:
    """A proof at a bound that others chose, or at the first of two stricter ones at which it holds."""
    steps = [1 - (1 - lowest) * share for share in _STRICTER_BOUNDS]
    found = [_stands_at(rows, target, bound) for bound in steps]
    return next((proof for proof in found if proof.proved), found[0])


def _stands_at(rows: Sequence[Scored], target: float, bound: float) -> Proof:
    verified = accepted_at(rows, bound)
    proved = verified.lower >= target and bound < NEVER_SURE
    return Proof(bound=bound, verified=verified, proved=proved, folds=dict.fromkeys({row.fold for row in rows}, bound))


def least_of(rows: Sequence[Scored]) -> float:
    """
    The probability from which on what was written from situations is answered right `SITUATIONS` of the time.

    By the plain share over all intents: no proof, but many more states in it than in sentences; 0 without any.
    """
    ranked = sorted((row for row in rows if row.state and row.eligible), key=lambda row: -row.probability)
    if not ranked:
        return 0.0
    probability = np.array([row.probability for row in ranked])
    right = np.cumsum([row.right for row in ranked]) / np.arange(1, len(ranked) + 1)
    reached = np.flatnonzero(_last_of_equals(probability) & (right >= SITUATIONS))
    return float(probability[reached[-1]]) if len(reached) else NEVER_SURE


def _last_of_equals(probability: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Of falling probabilities, where each stands for the last time: equal ones stand or fall together."""
    return np.append(probability[1:] < probability[:-1], True)


def words_for(proof: Proof, target: float) -> str:
    """What the card says: "proved" or "not yet: 92 of 114"."""
    if proof.proved:
        return "proved"
    return f"not yet: {proof.verified.accepted} of {needed(proof.verified.wrong, target)}"
