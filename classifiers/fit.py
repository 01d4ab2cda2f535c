"""
Fits the linear stage: one-against-the-rest linear SVMs on hashed n-grams, three more for the heads, to int8.

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
from chalicelib.triage.scorer import NEVER_AUTOMATIC
from chalicelib.triage.stages import CRITICAL, HEADS, PLEASED, LinearStage

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
    lines: Sequence[Line],
    labels: Sequence[str],
    settings: Settings,
    moods: Sequence[Line] = (),
    tell: Callable[[str], None] = lambda _: None,
) -> LinearStage:
    """
    The linear stage learned from the lines. Same lines, labels and settings: same bytes.

    `moods`: more lines that the heads alone learn from, whatever their labels.
    """
    written = [line.text for line in lines] + [line.text for line in moods]
    typed = _typed(lines, settings) + _typed(moods, settings)
    texts = written + [text for text, _ in typed]
    sources = [*lines, *moods] + [line for _, line in typed]
    own = set(map(id, lines))
    labelled = np.array([id(line) in own for line in sources])
    matrix = featurised(texts, settings.bits)
    weighed = _weighed(matrix, len(lines))
    scaled = matrix.multiply(weighed[None, :]).tocsr()
    rows = scaled[np.flatnonzero(labelled)]
    targets = np.array([line.intent for line, mine in zip(sources, labelled, strict=True) if mine])
    tasks = [(label, rows, targets == label, 1.0) for label in labels]
    tasks += [(head, scaled, np.array([shows(line, head) for line in sources]), 2.0) for head in HEADS]
    columns: list[FloatMatrix] = []
    biases: list[float] = []
    for name, features_of, positive, weight in tasks:
        tell(name)
        if positive.all() or not positive.any():  # nothing to tell apart: never the likeliest, a head as in all lines
            columns.append(np.zeros(1 << settings.bits, np.float32))
            biases.append(-_NEVER if positive.all() else _NEVER)
            continue
        machine = LinearSVC(C=settings.cost, class_weight={True: weight, False: 1.0}, random_state=settings.seed)
        machine.fit(features_of, positive)
        columns.append((machine.coef_[0] * weighed).astype(np.float32))
        biases.append(float(machine.intercept_[0]))
    return quantised(tuple(labels), np.stack(columns, axis=1), np.array(biases, np.float32), settings.bits)


def shows(line: Line, head: str) -> bool:
    """Whether a line is one of those that a head is to find."""
    if head == CRITICAL:
        return line.urgency == "critical"
    if head == PLEASED:
        return line.intent == "praise"
    return line.intent in NEVER_AUTOMATIC or line.urgency == "critical"  # DANGER


def quantised(labels: tuple[str, ...], weights: FloatMatrix, bias: FloatMatrix, bits: int) -> LinearStage:
    """int8 per column, symmetric; the largest weight of each column is 127."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127.0
    rounded = np.rint(weights / scale).astype(np.int8)
    return LinearStage(labels=labels, heads=HEADS, bits=bits, weights=rounded, scale=scale, bias=bias)


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


def _typed(lines: Sequence[Line], settings: Settings) -> list[tuple[str, Line]]:
    """Copies as phones might have typed them, each with the line that it comes from."""
    out: list[tuple[str, Line]] = []
    for copy in range(settings.copies):
        for line in lines:
            if line.author == NEAR_MISS:
                continue
            rng = random.Random(f"{settings.seed}/{copy}/{line.text}")
            out.append((noise.as_typed(line.text, line.language, rng), line))
    return out


def _weighed(matrix: csr_matrix, rows: int) -> FloatMatrix:
    seen = np.asarray((matrix[:rows] > 0).sum(axis=0)).ravel()
    weights = np.log((1.0 + rows) / (1.0 + seen)) + 1.0
    known: FloatMatrix = (weights / weights[seen > 0].mean()).astype(np.float32)
    return known
