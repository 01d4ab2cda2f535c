"""
Combines the two models, one language at a time, on messages whose author group neither has learned from.

The weights are those of least log loss of the true label and of the true state. Calibration: the probability that an
answer is right is that of the intent (a logistic of margin, energy and what each model says by itself) times that of a
state which the answer serves (a logistic of those states' logit), one each a language and path. Messages written from
situations weigh as much there as the many more sentences. A threshold lets the first model decide alone where that
costs at most `_ALONE_COST` of the messages a right guess, and where what it is sure of is as right as an answer must
be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from chalicelib.model import State
from chalicelib.triage.language_detector import UNKNOWN
from chalicelib.triage.reading import Blend, Calibration, Language, Reading, answer_of, read_alone, read_both
from chalicelib.triage.stages import OUT_OF_SCOPE, STATES, FloatArray, parts_of

from .prove import lower_bounds
from .read import Line
from .situations import SERVES, served

_ALONE_COST = 0.001  # of all messages: a twentieth of what the issue's 0.2 points and the bounds' 2 % would bear
_ALONE_RIGHT = 0.97  # of what the first stage alone has an intent for, by its lower bound: as right as both together
_ALONE_LEAST = 0.9  # a first stage less sure than this never speaks alone
_ANSWERED = 0.82  # about the least probability of an answer
_SILENT_COST = 0.0005  # of all messages: right answers that are lost where the first stage alone keeps silent
_ENERGY_SHARE = 0.01  # of right answers below the energy floor
_FEW_STATES = 30  # with fewer messages of a known state the stages' states are joined half and half
_NEVER = 1.1
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unseen:
    """
    A line and what each stage, fitted without its writer, says of it. `second` is None with one stage.

    `state` is "" where nobody noted it: the line's own intent is all that is known, and right.
    """

    line: Line
    first: FloatArray
    second: FloatArray | None
    state: str = ""


def right_of(row: Unseen, best: str) -> bool:
    """Whether a verdict for `best` is right for a message: its intent, and a state that the answer serves."""
    return row.line.intent == best and (best == OUT_OF_SCOPE or served(row.state, best))


def languages_of(rows: Sequence[Unseen], told: Sequence[Unseen], labels: tuple[str, ...]) -> dict[str, Language]:
    """What is learned of each language of the rows; `told`: those whose state is known, whatever their intent."""
    names = sorted({row.line.language for row in rows} - {"", UNKNOWN})
    return {
        name: _language(
            [row for row in rows if row.line.language == name],
            [row for row in told if row.line.language == name and row.state],
            labels,
        )
        for name in names
    }


def _language(rows: Sequence[Unseen], told: Sequence[Unseen], labels: tuple[str, ...]) -> Language:
    blend = _blend(rows, told, labels)
    singles = [read_alone(row.first, labels, blend, SERVES) for row in rows]
    single_calibration = _calibration(rows, singles)
    if rows[0].second is None:
        return Language(alone=single_calibration, blend=blend)
    joined = [read_both(row.first, row.second, labels, blend, SERVES) for row in rows if row.second is not None]
    threshold = _threshold(rows, singles, joined, single_calibration)
    joined_calibration = _calibration(rows, joined)
    silent = _silent(rows, singles, joined, single_calibration, joined_calibration)
    return Language(single_calibration, joined_calibration, replace(blend, gate=threshold, silent=silent))


def _blend(rows: Sequence[Unseen], told: Sequence[Unseen], labels: tuple[str, ...]) -> Blend:
    """Weights of the stages' labels, then of their states."""
    plain = [row for row in rows if row.line.intent in labels and row.state in ("", State.FIRST_QUESTION)]
    alone, both = _weights([(parts_of(row.first).labels, _second(row, 0)) for row in plain],
                           [labels.index(row.line.intent) for row in plain], (1.0, 0.0))  # fmt: skip
    if len(told) < _FEW_STATES:
        state_alone, state_both = 1.0, (0.5, 0.5)
    else:
        state_alone, state_both = _weights([(parts_of(row.first).states, _second(row, 3)) for row in told],
                                           [STATES.index(row.state) for row in told], (-0.7, -0.7))  # fmt: skip
    return Blend(
        alone=alone,
        linear=both[0],
        encoder=both[1],
        state_alone=state_alone,
        state_linear=state_both[0],
        state_encoder=state_both[1],
    )


def _second(row: Unseen, part: int) -> FloatArray | None:
    return None if row.second is None else parts_of(row.second)[part]


def _weights(
    said: Sequence[tuple[FloatArray, FloatArray | None]], truth: Sequence[int], start: tuple[float, float]
) -> tuple[float, tuple[float, float]]:
    """Of the first stage alone, and of both together (0 for a second that is not there), by least log loss."""
    first, known = np.stack([one for one, _ in said]).astype(np.float64), np.array(truth)
    alone = _least(lambda x: _label_loss(np.exp(x[0]) * first, known), (start[0],))
    if said[0][1] is None:
        return _rounded(np.exp(alone[0])), (1.0, 0.0)
    second = np.stack([two for _, two in said if two is not None]).astype(np.float64)
    both = _least(lambda x: _label_loss(np.exp(x[0]) * first + np.exp(x[1]) * second, known), start)
    return _rounded(np.exp(alone[0])), (_rounded(np.exp(both[0])), _rounded(np.exp(both[1])))


def _label_loss(logits: Floats, truth: npt.NDArray[np.int64]) -> float:
    top = logits.max(1)
    total = top + np.log(np.exp(logits - top[:, None]).sum(1))
    return float((total - logits[np.arange(len(truth)), truth]).mean())


def _calibration(rows: Sequence[Unseen], readings: Sequence[Reading]) -> Calibration:
    signs = np.array([reading.signs for reading in readings])[:, :-1]
    energy = np.array([reading.energy for reading in readings])
    right = np.array([row.line.intent == reading.best for row, reading in zip(rows, readings, strict=True)])
    inside = right & np.array([reading.best != OUT_OF_SCOPE for reading in readings])
    floor = _rounded(np.quantile(energy[inside], _ENERGY_SHARE)) if inside.any() else 0.0
    slope, serves = _serving(rows, readings)
    if right.all() or not right.any():
        return Calibration(gate=slope, serves=serves, floor=floor)
    spread = signs.std(0) + 1e-6
    machine = LogisticRegression(C=1.0, max_iter=1000)
    machine.fit(signs / spread, right, sample_weight=_shares([bool(row.state) for row in rows]))
    margin, of_energy, first, second = map(_rounded, machine.coef_[0] / spread * (signs.std(0) > 0))
    return Calibration(margin, of_energy, first, second, _rounded(machine.intercept_[0]), slope, serves, floor)


def _serving(rows: Sequence[Unseen], readings: Sequence[Reading]) -> tuple[float, float]:
    """Slope and offset from `served_logit` to the probability that the answer of a right intent serves the state."""
    known = [
        (reading.served_logit, right_of(row, reading.best))
        for row, reading in zip(rows, readings, strict=True)
        if row.state and row.line.intent == reading.best != OUT_OF_SCOPE
    ]
    if len(known) < _FEW_STATES or len({right for _, right in known}) < 2:
        return 0.0, 30.0  # nothing is known of states: they have no say
    machine = LogisticRegression(C=1.0).fit(np.array([[logit] for logit, _ in known]), [right for _, right in known])
    return _rounded(machine.coef_[0][0]), _rounded(machine.intercept_[0])


def _shares(told: Sequence[bool]) -> Floats:
    """A weight a row: those whose state is known weigh as much together as all others."""
    known = np.array(told)
    if known.all() or not known.any():
        return np.ones(len(known))
    shares: Floats = np.where(known, 0.5 / known.mean(), 0.5 / (1 - known.mean()))
    return shares


def _threshold(
    rows: Sequence[Unseen], singles: Sequence[Reading], joined: Sequence[Reading], calibration: Calibration
) -> float:
    probability = np.array([calibration.probability(each) for each in singles])
    order = np.argsort(-probability, kind="stable")
    right = np.array([right_of(rows[at], singles[at].best) for at in order])
    cost = np.array([right_of(rows[at], joined[at].best) for at in order]).astype(int) - right
    sure = np.array([singles[at].best != OUT_OF_SCOPE for at in order])
    as_right = lower_bounds(np.cumsum(sure), np.cumsum(sure & ~right)) >= _ALONE_RIGHT
    cheap = np.cumsum(cost) <= _ALONE_COST * len(rows)
    allowed = np.flatnonzero(cheap & as_right & (probability[order] >= _ALONE_LEAST))
    return float(probability[order][allowed[-1]]) if len(allowed) else _NEVER


def _silent(
    rows: Sequence[Unseen],
    singles: Sequence[Reading],
    joined: Sequence[Reading],
    alone: Calibration,
    both: Calibration,
) -> float:
    """Under which probability of an answer by the first stage the second would hardly ever give a right one."""
    likely = np.array([answer_of(each, alone.probability(each)) for each in singles])
    given = [answer_of(each, both.probability(each)) >= _ANSWERED for each in joined]
    right = [right_of(row, each.best) for row, each in zip(rows, joined, strict=True)]
    order = np.argsort(likely, kind="stable")
    lost = np.cumsum((np.array(given) & np.array(right))[order])
    allowed = np.flatnonzero(lost <= _SILENT_COST * len(rows))
    return min(0.5, _rounded(likely[order][allowed[-1]])) if len(allowed) else 0.0


def _least(loss: object, start: tuple[float, ...]) -> Floats:
    found: Floats = minimize(loss, x0=start, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-6}).x
    return found


def _rounded(value: float) -> float:
    return round(float(value), 4)
