"""
Measures a bundle on labelled messages: what COMMANDS promises of `guichet classifier evaluate`.

Nothing is fitted here. `accuracy`, `macro_f1` and `ece` are of the likeliest label on the test's own lines, whether or
not it would be answered; messages out of scope count in `coverage`, `answered` and `oos_auroc`. `coverage` at a target
takes the threshold from the test itself (a plug-in: how well the probabilities rank); `answered` is what the bundle
would really have said, by its own bounds.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chalicelib.model import Classification
from chalicelib.triage.scorer import NEVER_AUTOMATIC, BundleScorer
from chalicelib.triage.stages import OUT_OF_SCOPE

from . import noise
from .prove import lower_bound
from .read import Line

TARGETS = (0.95, 0.98, 0.99)
_BINS = 15
_SEED = 11


def evaluate(
    scorer: BundleScorer, folder: Path, lines: Sequence[Line], out_of_scope: Sequence[Line] = (), *, typos: bool = False
) -> dict[str, Any]:
    """The figures of a bundle on `lines` and on messages `out_of_scope`; `typos` adds typing errors to both first."""
    rows = [*lines, *out_of_scope]
    rng = random.Random(_SEED)
    texts = [noise.typos(row.text, rng).lower().rstrip(".?! ") if typos else row.text for row in rows]
    found, millis = _classified(scorer, texts)
    guesses = [_guess(each) for each in found]
    verdicts = [each.intent or OUT_OF_SCOPE for each in found]
    right = np.array([guess == row.intent for guess, row in zip(guesses, rows, strict=True)])
    agreed = np.array([verdict == row.intent for verdict, row in zip(verdicts, rows, strict=True)])
    tested = len(lines)
    inside = np.array([row.intent != OUT_OF_SCOPE for row in rows])
    probability = np.array([each.probability for each in found])
    energy = np.array([each.energy for each in found])
    return {
        "messages": len(rows),
        "accuracy": _mean(right[:tested]),
        "accuracy_in_scope": _mean(right[inside]),
        "macro_f1": _macro_f1([row.intent for row in lines], guesses[:tested]),
        "ece": _ece(probability[:tested], right[:tested]),
        "coverage": {f"{target:.2f}": _coverage(probability, agreed, verdicts, inside, target) for target in TARGETS},
        "answered": _answered(found, rows),
        "oos_auroc": _auroc(energy[inside], energy[~inside]),
        "language_accuracy": _mean(
            np.array([each.language == row.language for each, row in zip(found, rows, strict=True) if row.language])
        ),
        "p50_ms": round(float(np.percentile(millis, 50)), 3),
        "mean_ms": round(float(np.mean(millis)), 3),
        "p95_ms": round(float(np.percentile(millis, 95)), 3),
        "bytes": sum(path.stat().st_size for path in folder.iterdir() if path.is_file()),
        "model": scorer.model,
    }


def _guess(found: Classification) -> str:
    """
    The likeliest label, which agents are shown: out of scope where that outweighs all others together.

    Not the verdict: the energy floor also puts a few messages out of scope whose likeliest label is an intent.
    """
    return OUT_OF_SCOPE if found.out_of_scope and found.energy < 0 else found.guess


def _classified(scorer: BundleScorer, texts: Sequence[str]) -> tuple[list[Classification], list[float]]:
    found: list[Classification] = []
    millis: list[float] = []
    for text in texts:
        start = time.perf_counter()
        found.append(scorer.classify(text))
        millis.append((time.perf_counter() - start) * 1000)
    return found, millis


def _mean(values: npt.NDArray[np.bool_]) -> float | None:
    return round(float(values.mean()), 4) if len(values) else None


def _macro_f1(truth: Sequence[str], guesses: Sequence[str]) -> float:
    scores: list[float] = []
    for label in sorted(set(truth)):
        hits = sum(a == label == b for a, b in zip(truth, guesses, strict=True))
        scores.append(2 * hits / max(1, truth.count(label) + list(guesses).count(label)))
    return round(sum(scores) / max(1, len(scores)), 4)


def _ece(probability: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    bins = np.minimum((probability * _BINS).astype(int), _BINS - 1)
    total = sum(abs(probability[bins == each].sum() - right[bins == each].sum()) for each in range(_BINS))
    return round(float(total) / max(1, len(right)), 4)


def _coverage(
    probability: npt.NDArray[np.float64],
    right: npt.NDArray[np.bool_],
    guesses: Sequence[str],
    inside: npt.NDArray[np.bool_],
    target: float,
) -> dict[str, float]:
    spoken = np.array([guess != OUT_OF_SCOPE for guess in guesses])
    order = np.argsort(-probability[spoken], kind="stable")
    good = np.cumsum(right[spoken][order])
    taken = np.arange(1, len(order) + 1)
    reached = np.flatnonzero(good / taken >= target) if len(order) else np.array([], int)
    if not len(reached):
        return {"coverage": 0.0, "precision": 0.0, "threshold": 1.0}
    last = int(reached[-1])
    return {
        "coverage": round(float(good[last]) / max(1, int(inside.sum())), 4),
        "precision": round(float(good[last] / taken[last]), 4),
        "threshold": round(float(probability[spoken][order][last]), 4),
    }


def _answered(found: Sequence[Classification], rows: Sequence[Line]) -> dict[str, Any]:
    sure = [(each, row) for each, row in zip(found, rows, strict=True) if each.sure]
    wrong = sum(each.intent != row.intent for each, row in sure)
    answerable = sum(row.intent not in NEVER_AUTOMATIC and row.intent != OUT_OF_SCOPE for row in rows)
    return {
        "answerable": answerable,
        "accepted": len(sure),
        "wrong": wrong,
        "dangerous": sum(row.intent in NEVER_AUTOMATIC for _, row in sure),
        "coverage": round((len(sure) - wrong) / answerable, 4) if answerable else 0.0,
        "precision": round((len(sure) - wrong) / len(sure), 4) if sure else None,
        "precision_lower_90": round(lower_bound(len(sure), wrong), 4),
    }


def _auroc(inside: npt.NDArray[np.float64], outside: npt.NDArray[np.float64]) -> float | None:
    if not len(inside) or not len(outside):
        return None
    ranks = np.searchsorted(np.sort(outside), inside, side="left") + np.searchsorted(
        np.sort(outside), inside, side="right"
    )
    return round(float(ranks.mean()) / 2 / len(outside), 4)
