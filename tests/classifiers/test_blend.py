"""How two stages become one: the gate opens only where the first stage alone is as right as an answer must be."""

from __future__ import annotations

import random

import numpy as np

from chalicelib.triage.scorer import read, scaled
from chalicelib.triage.stages import HEADS, LinearStage
from classifiers import blend
from classifiers.read import Line

_LABELS = ("invoice", "refund", "out_of_scope")
_STAGE = LinearStage(
    labels=_LABELS,
    heads=HEADS,
    bits=4,
    weights=np.zeros((16, 6), np.int8),
    scale=np.ones(6, np.float32),
    bias=np.zeros(6, np.float32),
)


def _rows(count: int, wrong: float) -> list[blend.Unseen]:
    """Messages on which the first stage is loud, and wrong in a share; the second is nearly always right."""
    rng = random.Random(4)
    rows = []
    for number in range(count):
        intent = _LABELS[number % 2]
        said = _LABELS.index(intent) if rng.random() >= wrong else 1 - _LABELS.index(intent)
        first, second = (np.full(6, -1.0, np.float32) for _ in range(2))
        first[said] = 1.0 + rng.random()
        second[_LABELS.index(intent)] = 3.0 + rng.random()
        rows.append(blend.Unseen(Line("", intent, "en", "a", "b", "h", f"{number}"), first, second))
    return rows


def test_a_first_stage_that_is_right_speaks_alone() -> None:
    found = blend.languages_of(_rows(600, wrong=0.0), _STAGE)["en"]

    assert found.blend.gate <= 1.0


def test_a_first_stage_that_is_loud_and_wrong_never_speaks_alone() -> None:
    found = blend.languages_of(_rows(600, wrong=0.05), _STAGE)["en"]

    assert found.blend.gate > 1.0
    assert found.joined.first >= 0.0


def test_a_lone_stage_is_calibrated_too() -> None:
    rows = [blend.Unseen(row.line, row.first, None) for row in _rows(600, wrong=0.2)]
    found = blend.languages_of(rows, _STAGE)["en"]
    probability = np.mean(
        [found.alone.probability(read(scaled(row.first, _STAGE, found.blend), _STAGE)) for row in rows]
    )

    assert abs(probability - 0.8) < 0.03
