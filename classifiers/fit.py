"""
Fits the linear stage: one-against-the-rest linear SVMs on hashed n-grams, one more head for danger, to int8.

Each sentence is learned from as written and as phones might have typed it (noise.py). Inverse document frequencies
are folded into the weights, so that run time multiplies and adds, nothing else.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from chalicelib.triage import features
from chalicelib.triage.scorer import DANGER, NEVER_AUTOMATIC, LinearStage

from . import noise
from .nearmiss import AUTHOR as NEAR_MISS
from .read import Line

_NEVER = -2.0
FloatMatrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Settings:
    """How to fit. `copies` noisy copies a sentence; `cost` is the SVM's C; 2**`bits` buckets."""

    bits: int = 18
    cost: float = 2.0
    copies: int = 1
    seed: int = 7


def fit(
    lines: Sequence[Line], labels: Sequence[str], settings: Settings, tell: Callable[[str], None] = lambda _: None
) -> LinearStage:
    """The linear stage learned from the lines. Same lines, labels and settings: same bytes."""
    texts, targets = _texts(lines, settings)
    matrix = featurised(texts, settings.bits)
    weighed = _weighed(matrix, len(lines))
    scaled = matrix.multiply(weighed[None, :]).tocsr()
    columns: list[FloatMatrix] = []
    biases: list[float] = []
    dangerous = np.array([target in NEVER_AUTOMATIC for target in targets])
    tasks = [(label, np.array([target == label for target in targets]), 1.0) for label in labels]
    for name, positive, weight in [*tasks, (DANGER, dangerous, 2.0)]:
        tell(name)
        if not positive.any():  # a label without examples (out_of_scope, danger) is never the likeliest
            columns.append(np.zeros(1 << settings.bits, np.float32))
            biases.append(_NEVER)
            continue
        machine = LinearSVC(C=settings.cost, class_weight={True: weight, False: 1.0}, random_state=settings.seed)
        machine.fit(scaled, positive)
        columns.append((machine.coef_[0] * weighed).astype(np.float32))
        biases.append(float(machine.intercept_[0]))
    return quantised(tuple(labels), np.stack(columns, axis=1), np.array(biases, np.float32), settings.bits)


def quantised(labels: tuple[str, ...], weights: FloatMatrix, bias: FloatMatrix, bits: int) -> LinearStage:
    """int8 per column, symmetric; the largest weight of each column is 127."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127.0
    rounded = np.rint(weights / scale).astype(np.int8)
    return LinearStage(labels=labels, heads=(DANGER,), bits=bits, weights=rounded, scale=scale, bias=bias)


def featurised(texts: Sequence[str], bits: int) -> csr_matrix:
    """Sparse (texts, 2**bits) float32."""
    indexes: list[int] = []
    values: list[float] = []
    ends = [0]
    for text in texts:
        found = features.featurise(text, bits)
        indexes.extend(found.keys())
        values.extend(found.values())
        ends.append(len(indexes))
    shape = (len(texts), 1 << bits)
    matrix = csr_matrix((np.array(values, np.float32), np.array(indexes, np.int32), np.array(ends)), shape=shape)
    matrix.sort_indices()  # sets of strings have no order: the sums must
    return matrix


def _texts(lines: Sequence[Line], settings: Settings) -> tuple[list[str], list[str]]:
    texts = [line.text for line in lines]
    targets = [line.intent for line in lines]
    for copy in range(settings.copies):
        for line in lines:
            rng = random.Random(f"{settings.seed}/{copy}/{line.text}")
            if line.author == NEAR_MISS:
                continue
            texts.append(noise.as_typed(line.text, line.language, rng))
            targets.append(line.intent)
    return texts, targets


def _weighed(matrix: csr_matrix, rows: int) -> FloatMatrix:
    seen = np.asarray((matrix[:rows] > 0).sum(axis=0)).ravel()
    weights = np.log((1.0 + rows) / (1.0 + seen)) + 1.0
    known: FloatMatrix = (weights / weights[seen > 0].mean()).astype(np.float32)
    return known
