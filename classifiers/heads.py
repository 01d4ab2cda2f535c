"""
Fits the heads for states and signals, on whatever represents a text: hashed n-grams or an encoder's vector.

States are one logistic regression (multinomial on vectors), each state weighed the same and a first question threefold;
messages that author groups wrote from situations have most of the weight inside a state, or the other thousands would
drown them. Signals are one logistic regression each. Copies with other punctuation, greetings and phone spelling keep
form from telling the state.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import issparse
from sklearn.linear_model import LogisticRegression

from chalicelib.model import Signal, State
from chalicelib.triage.cleaning import LINK
from chalicelib.triage.stages import SIGNALS, STATES

from . import noise
from .situations import AUTHOR_GROUPS, CONTRAST, HUMAN, PLAIN, Told

_NEVER = -6.0
_COPIES = {AUTHOR_GROUPS: 1, CONTRAST: 3, PLAIN: 2}
_FIRST_WEIGHT = 3.0
_TOLD_SHARE, _TOLD_SHARE_FIRST = 0.6, 0.35  # of a state's weight: what was written from situations
_GROUPS_WEIGHT = 3.0  # of a signal's message from situations, against one of the project's sentences
_POSITIVES = 4.0  # of a signal's positive line, against a negative one
_UNTOLD = frozenset({Signal.WANTS_HUMAN, Signal.SEVERAL, Signal.ANGER})  # may stand unnoted in public sets
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Columns:
    """Linear heads: `weights` (features, signals + states), `bias` (signals + states)."""

    weights: Floats
    bias: Floats


def varied(told: Sequence[Told], seed: int) -> list[Told]:
    """The texts and copies of those written from situations, with marks, greetings and slips drawn at random."""
    out = list(told)
    for copy in range(max(_COPIES.values())):
        out += [
            replace(each, text=_turned(each, random.Random(f"{seed}/{copy}/{each.text}")))
            for each in told
            if copy < _COPIES.get(each.kind, 0)
        ]
    return out


def _turned(told: Told, rng: random.Random) -> str:
    text = (
        told.text
        if Signal.SEVERAL in (told.signals or ())
        else told.text.rstrip(" ?.!") + rng.choice(("?", " ?", "!", ".", "", ""))
    )
    text = noise.as_typed(text, told.language, rng) if rng.random() < 0.5 else text
    return f"{text} {LINK}" if rng.random() < 0.05 else text


def fitted(rows: Any, told: Sequence[Told], cost: float) -> Columns:
    """The heads of signals, then of states, on `rows`: a matrix (texts, features), sparse or not, one row a text."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # liblinear lets go of the interpreter, and draws nothing here
        columns = list(threads.map(lambda signal: _signal(rows, told, signal, cost), SIGNALS))
        weights, bias = _states(rows, told, cost, threads)
    return Columns(
        np.concatenate([np.stack([weight for weight, _ in columns], 1), weights], 1).astype(np.float32),
        np.concatenate([np.array([bias for _, bias in columns]), bias]).astype(np.float32),
    )


def _states(rows: Any, told: Sequence[Told], cost: float, threads: Executor) -> tuple[Floats, Floats]:
    known = [at for at, each in enumerate(told) if each.state]
    truth = np.array([STATES.index(told[at].state) for at in known])
    weights = np.zeros((rows.shape[1], len(STATES)), np.float32)
    bias = np.full(len(STATES), _NEVER, np.float32)
    if len(set(truth)) < 2:  # nothing to tell apart: all are what the only one is
        bias[truth[0] if len(truth) else STATES.index(State.FIRST_QUESTION)] = -_NEVER
        return weights, bias
    shares = state_weights([told[at] for at in known])
    if issparse(rows):  # a quarter of a million features: one state against the rest, minutes faster
        mine, present = rows[known], sorted(set(truth))

        def fitted_to(state: int) -> LogisticRegression:
            return _one_against_rest(cost).fit(mine, truth == state, sample_weight=shares)

        for state, found in zip(present, threads.map(fitted_to, present), strict=True):
            weights[:, state], bias[state] = found.coef_[0], found.intercept_[0]
        return weights, bias
    machine = LogisticRegression(C=cost, max_iter=150, tol=1e-3)
    machine.fit(rows[known], truth, sample_weight=shares)
    coefficients, intercepts = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:
        coefficients = np.concatenate([-coefficients, coefficients]) / 2
        intercepts = np.concatenate([-intercepts, intercepts]) / 2
    weights[:, machine.classes_], bias[machine.classes_] = coefficients.T, intercepts
    return weights, bias


def state_weights(told: Sequence[Told]) -> npt.NDArray[np.float64]:
    """A weight a text, 1 in the mean: see the module."""
    states = np.array([each.state for each in told])
    written = np.array([each.kind in _COPIES for each in told])
    weights = np.zeros(len(told))
    for state in set(states):
        share = _TOLD_SHARE_FIRST if state == State.FIRST_QUESTION else _TOLD_SHARE
        here = states == state
        groups = [(here & written, share), (here & ~written, 1 - share)]
        whole = sum(part for rows, part in groups if rows.any())
        for rows, part in groups:
            if rows.any():
                weights[rows] = part / whole / rows.sum() * (_FIRST_WEIGHT if state == State.FIRST_QUESTION else 1.0)
    scaled: npt.NDArray[np.float64] = weights / weights.mean()
    return scaled


def _signal(rows: Any, told: Sequence[Told], signal: str, cost: float) -> tuple[Floats, float]:
    known = [at for at, each in enumerate(told) if _tells(each, signal)]
    positive = np.array([signal in (told[at].signals or ()) for at in known])
    if not positive.any() or positive.all():
        return np.zeros(rows.shape[1], np.float32), _NEVER
    weights = np.where(positive, _POSITIVES, 1.0)
    weights = weights * np.array([_GROUPS_WEIGHT if told[at].kind == AUTHOR_GROUPS else 1.0 for at in known])
    machine = _one_against_rest(cost).fit(rows[known], positive, sample_weight=weights / weights.mean())
    return machine.coef_[0].astype(np.float32), float(machine.intercept_[0])


def _one_against_rest(cost: float) -> LogisticRegression:
    return LogisticRegression(C=cost, solver="liblinear", tol=1e-3, intercept_scaling=3.0, random_state=7)


def _tells(told: Told, signal: str) -> bool:
    """Whether a text is known to show a signal, or not to."""
    if told.signals is None or (told.kind == CONTRAST and signal not in told.signals):
        return False
    return not (told.kind == HUMAN and signal in _UNTOLD and signal not in told.signals)
