"""
Joins the two stages, a language at a time, on lines whose writer neither had seen.

The weights of the blend are those of least log loss of the true label; probabilities come from margin, energy and
what each stage says by itself, by a logistic of being right (one a language and path); the gate lets the first stage
speak alone where that costs at most `_GATE_COST` of the messages a right guess, and where what it is sure of is as
right as an answer must be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from chalicelib.triage.language import UNKNOWN
from chalicelib.triage.scorer import Blend, Calibration, Language, Reading, read, read_both, scaled
from chalicelib.triage.stages import FloatArray, LinearStage

from .prove import lower_bounds
from .read import OUT_OF_SCOPE, Line

_GATE_COST = 0.001  # of all messages: a twentieth of what the issue's 0.2 points and the bounds' 2 % would bear
_GATE_RIGHT = 0.985  # of what the first stage alone has an intent for, by its lower bound: more than of an answer
_GATE_LEAST = 0.9  # a first stage less sure than this never speaks alone
_ENERGY_SHARE = 0.01  # of right answers below the energy floor
_NEVER = 1.1
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unseen:
    """A line and what each stage, fitted without its writer, says of it. `second` is None with one stage."""

    line: Line
    first: FloatArray
    second: FloatArray | None


def languages_of(rows: Sequence[Unseen], stage: LinearStage) -> dict[str, Language]:
    """What is learned of each language of the rows."""
    names = sorted({row.line.language for row in rows} - {"", UNKNOWN})
    return {name: _language([row for row in rows if row.line.language == name], stage) for name in names}


def _language(rows: Sequence[Unseen], stage: LinearStage) -> Language:
    count = len(stage.labels)
    truth = np.array([stage.labels.index(row.line.intent) for row in rows])
    first = np.stack([row.first[:count] for row in rows]).astype(np.float64)
    alone = _least(lambda x: _label_loss(np.exp(x[0]) * first, truth), (1.0,))
    blend = Blend(alone=_rounded(np.exp(alone[0])))
    singles = [read(scaled(row.first, stage, blend), stage) for row in rows]
    single_calibration = _calibration(rows, singles)
    if rows[0].second is None:
        return Language(alone=single_calibration, blend=blend)
    second = np.stack([row.second[:count] for row in rows if row.second is not None]).astype(np.float64)
    both = _least(lambda x: _label_loss(np.exp(x[0]) * first + np.exp(x[1]) * second, truth), (1.0, 0.0))
    blend = replace(blend, linear=_rounded(np.exp(both[0])), encoder=_rounded(np.exp(both[1])))
    joined = [read_both(row.first, row.second, stage, blend) for row in rows if row.second is not None]
    gate = _gate(rows, singles, joined, single_calibration)
    return Language(alone=single_calibration, joined=_calibration(rows, joined), blend=replace(blend, gate=gate))


def _label_loss(logits: Floats, truth: npt.NDArray[np.int64]) -> float:
    top = logits.max(1)
    total = top + np.log(np.exp(logits - top[:, None]).sum(1))
    return float((total - logits[np.arange(len(truth)), truth]).mean())


def _calibration(rows: Sequence[Unseen], readings: Sequence[Reading]) -> Calibration:
    signs = np.array([reading.signs for reading in readings])[:, :-1]
    energy = np.array([reading.energy for reading in readings])
    right = np.array([reading.best == row.line.intent for row, reading in zip(rows, readings, strict=True)])
    inside = right & np.array([reading.best != OUT_OF_SCOPE for reading in readings])
    floor = _rounded(np.quantile(energy[inside], _ENERGY_SHARE)) if inside.any() else 0.0
    if right.all() or not right.any():
        return Calibration(floor=floor)
    spread = signs.std(0) + 1e-6
    machine = LogisticRegression(C=1.0, max_iter=1000).fit(signs / spread, right)
    margin, of_energy, first, second = (_rounded(weight) for weight in machine.coef_[0] / spread * (signs.std(0) > 0))
    return Calibration(margin, of_energy, first, second, _rounded(machine.intercept_[0]), floor)


def _gate(
    rows: Sequence[Unseen], singles: Sequence[Reading], joined: Sequence[Reading], calibration: Calibration
) -> float:
    probability = np.array([calibration.probability(each) for each in singles])
    order = np.argsort(-probability, kind="stable")
    right = np.array([singles[at].best == rows[at].line.intent for at in order])
    cost = np.array([joined[at].best == rows[at].line.intent for at in order]).astype(int) - right
    sure = np.array([singles[at].best != OUT_OF_SCOPE for at in order])
    as_right = lower_bounds(np.cumsum(sure), np.cumsum(sure & ~right)) >= _GATE_RIGHT
    cheap = np.cumsum(cost) <= _GATE_COST * len(rows)
    allowed = np.flatnonzero(cheap & as_right & (probability[order] >= _GATE_LEAST))
    return float(probability[order][allowed[-1]]) if len(allowed) else _NEVER


def _least(loss: object, start: tuple[float, ...]) -> Floats:
    found: Floats = minimize(loss, x0=start, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-6}).x
    return found


def _rounded(value: float) -> float:
    return round(float(value), 4)
