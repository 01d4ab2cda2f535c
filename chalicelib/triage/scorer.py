"""
The classifier at run time: a linear model on hashed n-grams, and the verdict whether it may be believed.

Right or silent: `sure` needs a trained and known language, a proved bound reached, energy over its floor, little
danger, and a single question. Everything else is a guess for an agent's eyes. Numpy only; about a millisecond; bounded
for any text. Never logs, keeps or raises with a text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..model import Classification, Urgency
from . import features, rules
from .language import LanguageModel

OUT_OF_SCOPE = "out_of_scope"
HUMAN_REQUEST = "human_request"
DANGER = "danger"
NEVER_AUTOMATIC = frozenset({"complaint", HUMAN_REQUEST})
_CLAUSE_PROBABILITY = 0.75  # two clauses that are each at least this likely, of different intents, are two questions

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Bound:
    """The least probability at which one intent in one language may be answered, and on what that rests."""

    value: float
    proved: bool
    proof: str


@dataclass(frozen=True, slots=True)
class LinearStage:
    """`weights` int8 (2**bits, labels + heads), columns in that order; `scale` and `bias` float32 per column."""

    labels: tuple[str, ...]
    heads: tuple[str, ...]
    bits: int
    weights: npt.NDArray[np.int8]
    scale: FloatArray
    bias: FloatArray

    def logits(self, text: str) -> FloatArray:
        """One value per label, then one per head."""
        values = features.featurise(text, self.bits)
        rows = self.weights[np.fromiter(values.keys(), np.int64, len(values))].astype(np.float32)
        scores: FloatArray = np.fromiter(values.values(), np.float32, len(values)) @ rows
        return scores * self.scale + self.bias


@dataclass(frozen=True, slots=True)
class Calibration:
    """Margin to probability: sigmoid(margin / temperature + offset), one pair a language."""

    temperature: float = 1.0
    offset: float = 0.0

    def probability(self, margin: float) -> float:
        """How likely the best label is right when it leads the second by `margin`."""
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, margin / self.temperature + self.offset))))


@dataclass(frozen=True, slots=True)
class Reading:
    """What the numbers say of one text, before any verdict. `best` and `second` are labels."""

    best: str
    second: str
    margin: float
    energy: float
    danger: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearScorer:
    """A loaded bundle. Implements ports.Scorer."""

    model: str
    stage: LinearStage
    language: LanguageModel
    calibrations: Mapping[str, Calibration]
    energy_floors: Mapping[str, float]
    danger_ceiling: float
    bounds: Mapping[tuple[str, str], Bound]

    def classify(self, text: str) -> Classification:
        """What the model makes of one text; total, and of bounded time, for any string."""
        cleaned = features.clean(text)
        folded = " ".join([*features.words_of(cleaned), *features.shape_of(cleaned)])
        language, _ = self.language.detect(cleaned)
        reading = read(self.stage.logits(cleaned), self.stage)
        guess = reading.best if reading.best != OUT_OF_SCOPE else reading.second
        probability = self.calibrations.get(language, _UNCALIBRATED).probability(reading.margin)
        out = reading.best == OUT_OF_SCOPE or reading.energy < self.energy_floors.get(language, -math.inf)
        bound = self.bounds.get((language, guess), _UNTRAINED)
        several = self._several(cleaned, language)
        human = reading.best == HUMAN_REQUEST or rules.wants_human(folded)
        urgency = rules.urgency_of(folded, reading.danger)
        careful = human or several or urgency is not Urgency.NORMAL
        careful = careful or rules.settled(folded) or rules.exceptional(folded)
        careful = careful or reading.danger > self.danger_ceiling or len(text) > features.MAX_CHARS  # not read whole
        return Classification(
            language=language,
            intent=None if out else reading.best,
            guess=guess,
            probability=probability,
            bound=bound.value,
            energy=reading.energy,
            out_of_scope=out,
            sure=not out and not careful and bound.proved and probability >= bound.value,
            several=several,
            urgency=urgency,
            sentiment=rules.sentiment_of(folded, reading.danger),
            wants_human=human,
            proof=bound.proof,
            model=self.model,
        )

    def _several(self, cleaned: str, language: str) -> bool:
        if rules.questions_of(cleaned) > 1:  # whatever they are about, half an answer is none
            return True
        clauses = rules.clauses_of(cleaned)
        if len(clauses) < 2:
            return False
        calibration = self.calibrations.get(language, _UNCALIBRATED)
        asked: set[str] = set()
        for clause in clauses:
            reading = read(self.stage.logits(clause), self.stage)
            if reading.best != OUT_OF_SCOPE and calibration.probability(reading.margin) >= _CLAUSE_PROBABILITY:
                asked.add(reading.best)
        return len(asked) > 1


_UNCALIBRATED = Calibration()
_UNTRAINED = Bound(value=1.0, proved=False, proof="not yet: language or intent not trained")


def read(scores: FloatArray, stage: LinearStage) -> Reading:
    """The best two labels, the margin between them, energy (log-sum-exp) and danger (0 to 1) of one text's logits."""
    logits = scores[: len(stage.labels)]
    order = np.argsort(-logits, kind="stable")
    top = float(logits[order[0]])
    alarm = float(scores[len(stage.labels) + stage.heads.index(DANGER)])
    return Reading(
        best=stage.labels[int(order[0])],
        second=stage.labels[int(order[1])],
        margin=top - float(logits[order[1]]),
        energy=top + float(np.log(np.exp(logits - top).sum())),
        danger=1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, alarm)))),
    )
