"""
Finds and proves the bounds: on data by hands that the scoring model never saw, and verified on other data again.

Folds are split by hand (who wrote), never by line. The model fitted without a fold scores that fold. For each fold, a
bound is chosen on the other folds and verified on this one. "Proved" means that what all these verifications accepted
reaches the target by the one-sided 90 % Clopper-Pearson bound; the shipped bound is then chosen the same way on all
folds. The card's precision and coverage are those of the verifications, never of the choice.
An out-of-scope message that would be answered is an error like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

from chalicelib.triage.scorer import NEVER_AUTOMATIC

from .read import OUT_OF_SCOPE

TARGET = 0.98
CONFIDENCE = 0.90
LEAST_BOUND = 0.85  # no bound is lower, whatever the data allow: strangers are never as many in them as in life
NEVER_SURE = 1.01  # a bound that no probability reaches
_STRICTER = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)  # shares of the allowed errors, tried in turn


Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scored:
    """
    One message scored by a model that never saw its writer.

    `eligible` is the run time's own verdict with the bound left out; `side` is its fold.
    """

    text: str
    language: str
    intent: str
    guess: str
    probability: float
    energy: float
    danger: float
    eligible: bool
    side: int

    @property
    def right(self) -> bool:
        """Whether an answer by the guess would have been the right one."""
        return self.guess == self.intent


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
    A bound for one pool of messages, and what it rests on.

    `folds` holds the bound by which each fold was verified, `verified` what all of them accepted together.
    """

    bound: float
    pool: str
    verified: Count
    proved: bool
    folds: Mapping[int, float] = field(default_factory=dict)

    def accepts(self, row: Scored) -> bool:
        """Whether the message was accepted when its fold was verified."""
        return self.proved and row.eligible and row.probability >= self.folds.get(row.side, NEVER_SURE)


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
    """The smallest bound whose accepted messages reach the target by their lower bound, or NEVER_SURE."""
    ranked = sorted((row for row in rows if row.eligible), key=lambda row: -row.probability)
    if not ranked:
        return NEVER_SURE
    probability = np.array([row.probability for row in ranked])
    wrong = np.cumsum([not row.right for row in ranked])
    accepted = np.arange(1, len(ranked) + 1)
    last = np.append(probability[1:] < probability[:-1], True)  # equal probabilities stand or fall together
    reached = np.flatnonzero(last & (lower_bounds(accepted, wrong) >= target))
    return float(probability[reached[-1]]) if len(reached) else NEVER_SURE


def prove(rows: Sequence[Scored], pool: str, target: float, least: float = LEAST_BOUND) -> Proof:
    """
    A bound for the messages of a pool, `least` or higher.

    For each fold a bound is chosen on the others and verified on this one; where all verifications together reach
    the target the way of choosing is proved, and the shipped bound is chosen so on all folds. Where they fall short,
    bounds are chosen again for a stricter goal (`_STRICTER` errors for each error allowed), and so on down the ladder.
    """
    steps = ladder(rows, pool, target, least)
    return next((proof for proof in steps if proof.proved), steps[0])


def ladder(rows: Sequence[Scored], pool: str, target: float, least: float = LEAST_BOUND) -> list[Proof]:
    """The proofs of a pool for the target and for each stricter goal, in that order."""
    return [_prove_at(rows, pool, target, 1 - (1 - target) * share, least) for share in (1.0, *_STRICTER)]


def _prove_at(rows: Sequence[Scored], pool: str, target: float, goal: float, least: float) -> Proof:
    verified = Count()
    folds: dict[int, float] = {}
    for side in sorted({row.side for row in rows}):
        folds[side] = max(least, choose([row for row in rows if row.side != side], goal))
        verified += accepted_at((row for row in rows if row.side == side), folds[side])
    bound = max(least, choose(rows, goal))
    proved = verified.lower >= target and bound < NEVER_SURE
    return Proof(bound=bound, pool=pool, verified=verified, proved=proved, folds=folds)


def bounds_of(
    rows: Sequence[Scored],
    languages: Sequence[str],
    labels: Sequence[str],
    targets: Mapping[str, float],
    least: float = LEAST_BOUND,
) -> dict[str, dict[str, Proof]]:
    """
    Language -> intent -> proof, no bound under `least`.

    An intent stands on its own data where that proves it, else on a pool's; without a line of its own in a language it
    is not answered there.

    Pools, in this order: the intent in the language; the intent in all languages; all intents in the language; all.
    An intent whose own share of a pool's verification falls significantly short climbs the pool's ladder to stricter
    goals, and where it falls short on all of them it is left out ("not yet").
    """
    answered = [label for label in labels if label not in NEVER_AUTOMATIC and label != OUT_OF_SCOPE]
    guessed = [row for row in rows if row.guess in answered]
    strictest = max([TARGET, *targets.values()])
    everything = ladder(guessed, "all intents and languages", strictest, least)
    written = {(row.language, row.intent) for row in rows}
    out: dict[str, dict[str, Proof]] = {}
    for language in languages:
        here = [row for row in guessed if row.language == language]
        whole = ladder(here, f"all intents in {language}", strictest, least)
        out[language] = {}
        for intent in answered:
            target = targets.get(intent, TARGET)
            own = [row for row in here if row.guess == intent]
            alone = prove(own, "", target, least)
            if (language, intent) not in written:
                out[language][intent] = replace(alone, proved=False)
                continue
            anywhere = [row for row in guessed if row.guess == intent]
            across = ladder(anywhere, "the same intent in every language", target, least)
            pooled = (proof for proof in (*across, *whole, *everything) if not _falls_short(proof, own, target))
            out[language][intent] = next((proof for proof in (alone, *pooled) if proof.proved), alone)
    return out


def _falls_short(proof: Proof, own: Sequence[Scored], target: float) -> bool:
    """Whether an intent's own messages in a pool's verification contradict the target, with 90 % confidence."""
    count = _accepted_by(proof, own)
    return 1 - lower_bound(count.accepted, count.accepted - count.wrong) < target


def _accepted_by(proof: Proof, rows: Iterable[Scored]) -> Count:
    taken = [row for row in rows if proof.accepts(row)]
    return Count(len(taken), sum(not row.right for row in taken))


def words_for(proof: Proof, target: float) -> str:
    """What the card says: "proved", "pooled with …" or "not yet: 92 of 114"."""
    if proof.proved:
        return f"pooled with {proof.pool}" if proof.pool else "proved"
    return f"not yet: {proof.verified.accepted} of {needed(proof.verified.wrong, target)}"
