"""
Fits the linear stage: one-against-the-rest linear SVMs on hashed n-grams, two auxiliary, logistic heads, to int8.

Each sentence is learned from as written and as phones might have typed it (noise.py). Inverse document frequencies
are folded into the weights, so that run time multiplies and adds, nothing else.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from chalicelib.triage import features
from chalicelib.triage.scorer import NEVER_AUTOMATIC
from chalicelib.triage.stages import AUXILIARY, PLEASED, LinearStage

from . import heads, noise
from .nearmiss import AUTHOR as NEAR_MISS
from .read import Line
from .situations import Told

_NEVER = -2.0
_HEAD_COST = 1.0
_RECIPE = 1  # raise when the same lines are fitted in another way
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
    auxiliary: Sequence[Line] = (),
    told: Sequence[Told] = (),
    tell: Callable[[str], None] = lambda _: None,
) -> LinearStage:
    """
    The linear stage learned from the lines. Same lines, labels and settings: same bytes.

    `auxiliary`: more lines for the auxiliary heads alone, whatever their labels. `told`: texts with a known state or
    signals, copies among them, that those heads learn from.
    """
    written = [line.text for line in lines] + [line.text for line in auxiliary]
    typed = _typed(lines, settings) + _typed(auxiliary, settings)
    texts = written + [text for text, _ in typed]
    sources = [*lines, *auxiliary] + [line for _, line in typed]
    own = set(map(id, lines))
    labelled = np.array([id(line) in own for line in sources])
    matrix = featurised(texts, settings.bits)
    weighed = _weighed(matrix, len(lines))
    scaled = matrix.multiply(weighed[None, :]).tocsr()
    rows = scaled[np.flatnonzero(labelled)]
    targets = np.array([line.intent for line, mine in zip(sources, labelled, strict=True) if mine])
    tasks = [(label, rows, targets == label, 1.0) for label in labels]
    tasks += [(head, scaled, np.array([shows(line, head) for line in sources]), 2.0) for head in AUXILIARY]
    columns: list[FloatMatrix] = []
    biases: list[float] = []
    for name, features_of, positive, weight in tasks:
        tell(name)
        column, bias = _told_apart(features_of, positive, weight, settings)
        columns.append(column * weighed)
        biases.append(bias)
    tell("states and signals")
    seen = featurised([each.text for each in told], settings.bits).multiply(weighed[None, :]).tocsr()
    found = heads.fitted(seen, told, _HEAD_COST)
    weights = np.concatenate([np.stack(columns, axis=1), found.weights * weighed[:, None]], 1)
    return quantised(tuple(labels), weights, np.array([*biases, *found.bias], np.float32), settings.bits)


def fit_once(
    work: Path | None,
    lines: Sequence[Line],
    labels: Sequence[str],
    settings: Settings,
    auxiliary: Sequence[Line],
    told: Sequence[Told],
) -> LinearStage:
    """`fit`, kept under `work` where there is one: a training that was stopped goes on after its last whole stage."""
    if work is None:
        return fit(lines, labels, settings, auxiliary, told)
    given = [[line.text, line.intent, line.urgency] for line in (*lines, *auxiliary)]
    known = [[each.text, each.state, sorted(each.signals or ()), each.signals is None, each.kind] for each in told]
    key = json.dumps([given, len(lines), known, list(labels), asdict(settings), features.VERSION, _RECIPE])
    path = work / f"{hashlib.sha256(key.encode()).hexdigest()[:20]}.npz"
    if path.is_file():
        with np.load(path) as kept:
            return LinearStage(tuple(labels), settings.bits, kept["weights"], kept["scale"], kept["bias"])
    stage = fit(lines, labels, settings, auxiliary, told)
    work.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(work / "half.npz", weights=stage.weights, scale=stage.scale, bias=stage.bias)
    (work / "half.npz").replace(path)
    return stage


def _told_apart(
    rows: csr_matrix, positive: npt.NDArray[np.bool_], weight: float, settings: Settings
) -> tuple[FloatMatrix, float]:
    if (
        positive.all() or not positive.any()
    ):  # nothing to tell apart: never the likeliest, an auxiliary head as in all lines
        return np.zeros(rows.shape[1], np.float32), -_NEVER if positive.all() else _NEVER
    machine = LinearSVC(C=settings.cost, class_weight={True: weight, False: 1.0}, random_state=settings.seed)
    machine.fit(rows, positive)
    return machine.coef_[0].astype(np.float32), float(machine.intercept_[0])


def shows(line: Line, head: str) -> bool:
    """Whether a line is a positive example of an auxiliary head."""
    if head == PLEASED:
        return line.intent == "praise"
    return line.intent in NEVER_AUTOMATIC or line.urgency == "critical"  # UPSET


def quantised(labels: tuple[str, ...], weights: FloatMatrix, bias: FloatMatrix, bits: int) -> LinearStage:
    """int8 per column, symmetric; the largest weight of each column is 127."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127.0
    rounded = np.rint(weights / scale).astype(np.int8)
    return LinearStage(labels=labels, bits=bits, weights=rounded, scale=scale, bias=bias)


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
