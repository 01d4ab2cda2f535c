"""
The two models ("stages") of the cascade: hashed n-grams first, a sentence encoder if the first is not sure.

Each gives one value per label (one of them: out of scope), then one per auxiliary head, per signal and per state, in
that order. Numpy here; encoder.py opens ONNX Runtime when the first text needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from ..model import Signal, State
from . import features

OUT_OF_SCOPE = "out_of_scope"
COMPLAINT = "complaint"
UPSET = "upset"  # a complaint, a wish for a person, a critical moment: nothing that a bot should answer
PLEASED = "pleased"
AUXILIARY = (UPSET, PLEASED)
SIGNALS = tuple(signal.value for signal in Signal)
# The states of a case, and two more that are none: they are told apart from them and served by nobody.
STATES = (*(state.value for state in State), OUT_OF_SCOPE, COMPLAINT)
HEADS = (*AUXILIARY, *SIGNALS, *STATES)

FloatArray = npt.NDArray[np.float32]


class Parts(NamedTuple):
    """A model's output for one text, taken apart: logits of labels, auxiliary heads, signals and states."""

    labels: FloatArray
    auxiliary: FloatArray
    signals: FloatArray
    states: FloatArray


def parts_of(scores: FloatArray) -> Parts:
    """One text's scores by kind; what stands before the heads are the labels."""
    labels = len(scores) - len(HEADS)
    auxiliary = labels + len(AUXILIARY)
    signals = auxiliary + len(SIGNALS)
    return Parts(scores[:labels], scores[labels:auxiliary], scores[auxiliary:signals], scores[signals:])


class Stage(Protocol):
    """Anything that scores a cleaned text: one value per label, then one per head."""

    def logits(self, cleaned: str) -> FloatArray: ...


@dataclass(frozen=True, slots=True)
class LinearStage:
    """`weights` int8 (2**bits, labels + heads), columns in that order; `scale` and `bias` float32 per column."""

    labels: tuple[str, ...]
    bits: int
    weights: npt.NDArray[np.int8]
    scale: FloatArray
    bias: FloatArray

    def logits(self, cleaned: str) -> FloatArray:
        """One value per label, then one per head."""
        mask = (1 << self.bits) - 1
        scores = np.zeros(len(self.scale), np.float32)
        for hashes in features.families_of(cleaned):
            if hashes:
                rows = self.weights[np.fromiter(hashes, np.int64, len(hashes)) & mask]
                scores += rows.sum(0, dtype=np.int32) / np.float32(len(hashes) ** 0.5)
        return scores * self.scale + self.bias


class Vectors(Protocol):
    """A sentence encoder: cleaned text -> unit vector (width)."""

    def vector(self, cleaned: str) -> FloatArray: ...


@dataclass(frozen=True, slots=True)
class EncoderStage:
    """A linear head on a sentence's vector: `weights` float32 (width, labels + heads), `bias` (labels + heads)."""

    encoder: Vectors
    weights: FloatArray
    bias: FloatArray

    def logits(self, cleaned: str) -> FloatArray:
        """One value per label, then one per head."""
        out: FloatArray = self.encoder.vector(cleaned) @ self.weights + self.bias
        return out
