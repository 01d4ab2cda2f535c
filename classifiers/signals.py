"""
The threshold of each signal: chosen on messages written from situations, scored by models that had not seen them.

The four that call somebody at once must rarely be missed, so most of them are found at almost any cost, but never one
that is more likely absent (the words of `chalicelib.triage.signals` add to them); for the others precision and recall
are balanced. Precision is computed as in real traffic, where a signal is rarer than in situations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from chalicelib.model import Signal
from chalicelib.triage.reading import sigmoid
from chalicelib.triage.stages import SIGNALS, parts_of

from .blend import Unseen
from .situations import Told

_URGENT = frozenset({Signal.DANGER, Signal.LAW, Signal.FRAUD, Signal.VULNERABLE})
_RECALL = 0.85  # of the urgent ones
_LEAST_PRECISION = 0.3  # below it no recall is worth it
_BETA = 1.5  # how much more a miss weighs than a false alarm, for the others
_RARER = 2.0  # how many times rarer a signal is in life than in situations
# Below these, short plain words would be kept from an answer, and what calls somebody at any hour would ring for what
# is more likely nothing: on a shop's tweets such alarms were true once in thirty.
_LEAST: Mapping[str, float] = {
    Signal.SEVERAL: 0.7,
    Signal.WANTS_HUMAN: 0.4,
    Signal.ANGER: 0.35,
    Signal.LEAVING: 0.35,
    **dict.fromkeys(_URGENT, 0.5),
}
_FEWEST = 8  # positives from which a threshold is chosen
Floats = npt.NDArray[np.float64]


def thresholds_of(unseen: Mapping[str, Unseen], states: Mapping[str, Told]) -> dict[str, dict[str, float]]:
    """Path ("alone", "joined") -> signal -> least probability; a signal with few examples is never told."""
    rows = [
        (row, told.signals)
        for where, row in unseen.items()
        if (told := states.get(where)) is not None and told.signals is not None
    ]
    if not rows:
        return {"alone": {}, "joined": {}}
    first = np.stack([parts_of(row.first).signals for row, _ in rows]).astype(np.float64)
    second = [parts_of(row.second).signals for row, _ in rows if row.second is not None]
    found = {"alone": first, "joined": (first + np.stack(second)) / 2 if second else first}
    return {
        path: {
            signal: threshold
            for at, signal in enumerate(SIGNALS)
            if (threshold := least(logits[:, at], [signal in shown for _, shown in rows], signal)) is not None
        }
        for path, logits in found.items()
    }


def least(logits: Floats, shown: Sequence[bool], signal: str) -> float | None:
    """The probability from which on a signal is told; None where too few examples show it."""
    truth = np.array(shown)
    if truth.sum() < _FEWEST:
        return None
    order = np.argsort(-logits, kind="stable")
    hits = np.cumsum(truth[order])
    alarms = np.cumsum(~truth[order]) * _RARER
    precision, recall = hits / (hits + alarms), hits / truth.sum()
    weight = _BETA**2
    balance = (1 + weight) * precision * recall / np.maximum(weight * precision + recall, 1e-9)
    at = int(balance.argmax())
    if signal in _URGENT:
        enough = np.flatnonzero((recall >= _RECALL) & (precision >= _LEAST_PRECISION))
        at = max(at, int(enough[0])) if len(enough) else at
    return round(max(_LEAST.get(signal, 0.0), sigmoid(float(logits[order[at]]))), 4)
