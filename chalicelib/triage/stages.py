"""
The two stages that score a text: hashed n-grams first, a sentence encoder for what those leave open.

Each gives one value per label and one per head. Numpy here; what opens ONNX Runtime is in encoder.py, and only when
the first text needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from . import features

DANGER = "danger"  # a complaint, a wish for a person, a critical moment: nothing that a bot should answer
CRITICAL = "critical"
PLEASED = "pleased"
HEADS = (DANGER, CRITICAL, PLEASED)

FloatArray = npt.NDArray[np.float32]


class Stage(Protocol):
    """Anything that scores a cleaned text: one value per label, then one per head."""

    def logits(self, cleaned: str) -> FloatArray: ...


@dataclass(frozen=True, slots=True)
class LinearStage:
    """`weights` int8 (2**bits, labels + heads), columns in that order; `scale` and `bias` float32 per column."""

    labels: tuple[str, ...]
    heads: tuple[str, ...]
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
