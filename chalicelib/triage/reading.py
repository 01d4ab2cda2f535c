"""
Combines the two models' scores for one text into one reading, and computes how likely it is right.

One probability of intent and state together: that the best label is right *and* that its answer is right for the state
of the case. Pure arithmetic on the models' outputs (calibration by a temperature, energy).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ..model import FIRST_ONLY, Serves
from .stages import AUXILIARY, OUT_OF_SCOPE, PLEASED, SIGNALS, STATES, UPSET, FloatArray, parts_of

_SERVED_LOGIT_MOST = 6.0  # how far the state may count, in logits
_OUTSIDE = (OUT_OF_SCOPE, "praise")  # what is not answered serves every state


@dataclass(frozen=True, slots=True)
class Calibration:
    """
    From a reading to the probability that an answer by its best label would be right: one a language and path.

    The product of two logistics (Platt, 1999): that the intent is right, by what the models say (`margin` is one over
    the temperature), and that the case is in a state that its answer serves (`gate`, `serves`). However sure the
    intent, it never outweighs the state. `floor`: the least energy of a text that is one of the labels at all.
    """

    margin: float = 1.0
    energy: float = 0.0
    first: float = 0.0
    second: float = 0.0
    offset: float = 0.0
    gate: float = 0.0
    serves: float = 30.0
    floor: float = -math.inf

    def probability(self, reading: Reading) -> float:
        """How likely a verdict by the best label is right."""
        served = 1.0 if reading.best in _OUTSIDE else sigmoid(self.gate * reading.served_logit + self.serves)
        return self.subject(reading) * served

    def subject(self, reading: Reading) -> float:
        """How likely the best label is the right one, in whatever state the case is."""
        return sigmoid(sum(weight * value for weight, value in zip(self.weights, reading.signs, strict=True)))

    @property
    def weights(self) -> tuple[float, ...]:
        """One weight for each of a reading's `signs`."""
        return self.margin, self.energy, self.first, self.second, self.offset


@dataclass(frozen=True, slots=True)
class Blend:
    """
    How the logits of both models become one, in a language, on a scale where softmax is near the truth.

    Weights of labels (`linear`, `encoder`) and of states (`state_linear`, `state_encoder`). A first model at least
    `gate` sure decides alone (1.1: never), its logits times `alone` and `state_alone`. One that is less sure of an
    answer than `silent` decides alone too, if it detects no signal: no answer is lost by that.
    """

    alone: float = 1.0
    linear: float = 1.0
    encoder: float = 0.0
    gate: float = 1.1
    state_alone: float = 1.0
    state_linear: float = 1.0
    state_encoder: float = 0.0
    silent: float = 0.0


@dataclass(frozen=True, slots=True)
class Language:
    """The learned parameters of one language. `alone`: the first model by itself; `joined`: both."""

    alone: Calibration = field(default_factory=Calibration)
    joined: Calibration = field(default_factory=Calibration)
    blend: Blend = field(default_factory=Blend)


@dataclass(frozen=True, slots=True)
class Reading:
    """
    The combined scores of one text. `best` and `second` are labels; `upset` and `pleased` are 0 to 1.

    `energy`: by how much the labels together outweigh out of scope. `leads`: by how much each stage alone has `best`
    ahead of every other label, zeros where the first speaks alone. `served_logit`: the logit of the states that the
    answer of `best` serves, 0 where it is no intent. `states` and `signals`: a probability each, in the order of
    `STATES` and `SIGNALS`; `likely`: one for each label.
    """

    best: str
    second: str
    margin: float
    energy: float
    leads: tuple[float, float]
    served_logit: float
    upset: float
    pleased: float
    states: FloatArray
    signals: FloatArray
    likely: FloatArray

    @property
    def signs(self) -> tuple[float, ...]:
        """Five measures of how far the best label is ahead: the input of the calibration."""
        return self.margin, abs(self.energy), *self.leads, 1.0


def read_alone(first: FloatArray, labels: tuple[str, ...], blend: Blend, serves: Serves) -> Reading:
    """Return the reading of one text by the first model alone."""
    said = parts_of(first)
    return _reading(
        np.float32(blend.alone) * said.labels,
        np.float32(blend.state_alone) * said.states,
        said.auxiliary,
        said.signals,
        labels,
        serves,
    )


def read_both(first: FloatArray, second: FloatArray, labels: tuple[str, ...], blend: Blend, serves: Serves) -> Reading:
    """Return the reading of one text by both models together, with each model's own lead."""
    one, two = parts_of(first), parts_of(second)
    return _reading(
        (blend.linear * one.labels + blend.encoder * two.labels).astype(np.float32),
        (blend.state_linear * one.states + blend.state_encoder * two.states).astype(np.float32),
        np.maximum(one.auxiliary, two.auxiliary),  # the more alarmed of the two
        (one.signals + two.signals) / np.float32(2),
        labels,
        serves,
        (one.labels, two.labels),
    )


def _reading(
    logits: FloatArray,
    states: FloatArray,
    auxiliary: FloatArray,
    signals: FloatArray,
    labels: tuple[str, ...],
    serves: Serves,
    each: tuple[FloatArray, ...] = (),
) -> Reading:
    best = int(logits.argmax())
    second = int(_without(logits, best).argmax())
    shares = _softmax(states)
    leads = tuple(_lead(stage, best) for stage in each) or (0.0, 0.0)
    return Reading(
        best=labels[best],
        second=labels[second],
        margin=float(logits[best]) - float(logits[second]),
        energy=_energy(logits, labels.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in labels else None),
        leads=(leads[0], leads[-1]),
        served_logit=0.0 if labels[best] in _OUTSIDE else served_logit_of(shares, labels[best], serves),
        upset=sigmoid(float(auxiliary[AUXILIARY.index(UPSET)])),
        pleased=sigmoid(float(auxiliary[AUXILIARY.index(PLEASED)])),
        states=shares,
        signals=(1 / (1 + np.exp(-np.clip(signals, -30, 30)))).astype(np.float32),
        likely=_softmax(logits),
    )


def served_logit_of(shares: FloatArray, intent: str, serves: Serves) -> float:
    """The logit of P(a state that the answer of `intent` is good for), kept within `_SERVED_LOGIT_MOST`."""
    good = serves.get(intent, FIRST_ONLY)
    share = float(sum(shares[at] for at, state in enumerate(STATES) if state in good))
    share = min(max(share, 1e-6), 1 - 1e-6)
    return max(-_SERVED_LOGIT_MOST, min(_SERVED_LOGIT_MOST, math.log(share / (1 - share))))


def _softmax(logits: FloatArray) -> FloatArray:
    raised = np.exp(logits - logits.max())
    shares: FloatArray = raised / raised.sum()
    return shares


def _energy(logits: FloatArray, outside: int | None) -> float:
    """Log-sum-exp of the labels (Liu et al., 2020), less the logit of out of scope where that is learned."""
    inside = logits if outside is None else _without(logits, outside)
    top = float(inside.max())
    energy = top + math.log(float(np.exp(inside - top).sum()))
    return energy if outside is None else energy - float(logits[outside])


def _lead(logits: FloatArray, best: int) -> float:
    return float(logits[best]) - float(_without(logits, best).max())


def _without(logits: FloatArray, label: int) -> FloatArray:
    left = logits.copy()
    left[label] = -np.inf
    return left


def sigmoid(value: float) -> float:
    """1 / (1 + e^-value), for any value."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, value))))


def answer_of(reading: Reading, probability: float) -> float:
    """Return how likely an answer would be right: 0 where the best label is none that is answered."""
    return 0.0 if reading.best in _OUTSIDE else probability


def over(signals: FloatArray, thresholds: Mapping[str, float]) -> frozenset[str]:
    """Return the signals that reach their threshold; one without a threshold is never reported."""
    return frozenset(
        name for name, value in zip(SIGNALS, signals, strict=True) if float(value) >= thresholds.get(name, 1.1)
    )
