"""
The classifier at run time: two stages, one probability, and the verdict whether it may be believed.

The first stage answers alone where its probability reaches the gate of the language; else both are blended. Right or
silent: `sure` needs a trained and known language, a proved bound reached, energy over its floor, little danger, and a
single question. Everything else is a guess for an agent's eyes. Bounded time for any text. Never logs, keeps or
raises with a text.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from ..model import SERVES_FIRST, Classification, Serves, Signal, Urgency
from . import features, rules
from .language import LanguageModel
from .stages import CRITICAL, DANGER, PLEASED, FloatArray, LinearStage, Stage

OUT_OF_SCOPE = "out_of_scope"
HUMAN_REQUEST = "human_request"
NEVER_AUTOMATIC = frozenset({"complaint", HUMAN_REQUEST})
TENTHS = 10
_LIKELY = 0.7  # from which the label itself says that a person is asked for
_CLAUSE_PROBABILITY = 0.75  # two clauses that are each at least this likely, of different intents, are two questions


@dataclass(frozen=True, slots=True)
class Bound:
    """The least probability at which one intent in one language may be answered, and on what that rests."""

    value: float
    proved: bool
    proof: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """
    From a reading to the probability that its best label is right: one a language and path.

    A logistic over what the stages say (Platt, 1999); `margin` is one over the temperature.
    `floor`: the least energy of a text that is one of the labels at all.
    """

    margin: float = 1.0
    energy: float = 0.0
    first: float = 0.0
    second: float = 0.0
    offset: float = 0.0
    floor: float = -math.inf

    def probability(self, reading: Reading) -> float:
        """How likely the best label is right."""
        return _sigmoid(sum(weight * value for weight, value in zip(self.weights, reading.signs, strict=True)))

    @property
    def weights(self) -> tuple[float, ...]:
        """One weight for each of a reading's `signs`."""
        return self.margin, self.energy, self.first, self.second, self.offset


@dataclass(frozen=True, slots=True)
class Blend:
    """
    How the stages' logits become one, in a language, on a scale where softmax is near the truth.

    A first stage at least `gate` sure speaks alone (1.1: never), its logits times `alone`.
    """

    alone: float = 1.0
    linear: float = 1.0
    encoder: float = 0.0
    gate: float = 1.1


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What the numbers say of one text, before any verdict. `best` and `second` are labels; heads are 0 to 1.

    `energy`: by how much the labels together outweigh out of scope. `leads`: by how much each stage alone has `best`
    ahead of every other label, zeros where the first speaks alone.
    """

    best: str
    second: str
    margin: float
    energy: float
    leads: tuple[float, float]
    danger: float
    critical: float
    pleased: float

    @property
    def signs(self) -> tuple[float, ...]:
        """What a calibration weighs: how far the best label is ahead, in five ways."""
        return self.margin, abs(self.energy), *self.leads, 1.0


@dataclass(frozen=True, slots=True)
class Language:
    """All that was learned for one language. `alone`: the first stage by itself; `joined`: the blend."""

    alone: Calibration = field(default_factory=Calibration)
    joined: Calibration = field(default_factory=Calibration)
    blend: Blend = field(default_factory=Blend)


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleScorer:
    """A loaded bundle. Implements ports.Scorer. `encoder` is None where the bundle has one stage."""

    model: str
    stage: LinearStage
    encoder: Stage | None
    language: LanguageModel
    languages: Mapping[str, Language]
    danger_ceiling: float
    bounds: Mapping[tuple[str, str], Bound]
    expected: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # language -> shares of probability tenths

    def classify(self, text: str, serves: Serves = SERVES_FIRST) -> Classification:  # noqa: ARG002 - the state head comes next
        """What the model makes of one text; total, and of bounded time, for any string."""
        own = features.own_words(text)
        cleaned = own[: features.MAX_CHARS]
        folded = " ".join([*features.words_of(cleaned), *features.shape_of(cleaned)])
        language, _ = self.language.detect(cleaned)
        learned = self.languages.get(language, _UNLEARNED)
        reading, calibration = self._read(cleaned, learned)
        probability = calibration.probability(reading)
        guess = reading.best if reading.best != OUT_OF_SCOPE else reading.second
        out = reading.best == OUT_OF_SCOPE or reading.energy < calibration.floor
        bound = self.bounds.get((language, guess), _UNTRAINED)
        several = self._several(cleaned, learned)
        signals = rules.signals_of(folded)
        likely_human = reading.best == HUMAN_REQUEST and probability >= _LIKELY
        human = likely_human or Signal.WANTS_HUMAN in signals
        urgency = rules.urgency_of(signals, reading.danger)
        upset = urgency is not Urgency.NORMAL or reading.danger > self.danger_ceiling
        beside = _beside(folded, upset=upset, long=len(own) > features.MAX_CHARS)
        return Classification(
            language=language,
            intent=None if out else reading.best,
            guess=guess,
            probability=probability,
            bound=bound.value,
            energy=reading.energy,
            danger=reading.danger,
            out_of_scope=out,
            sure=not (out or human or several or beside) and bound.proved and probability >= bound.value,
            several=several,
            urgency=urgency,
            sentiment=rules.sentiment_of(folded, signals, reading.danger, reading.pleased),
            wants_human=human,
            proof=bound.proof,
            model=self.model,
            beside=beside,
            signals=signals | ({Signal.WANTS_HUMAN} if human else set()) | ({Signal.SEVERAL} if several else set()),
        )

    def classify_all(self, texts: Iterable[str]) -> list[Classification]:
        """Many texts, for replays: the same path for each, in order."""
        return [self.classify(text) for text in texts]

    def _read(self, cleaned: str, learned: Language) -> tuple[Reading, Calibration]:
        """The reading that counts and its calibration: the first stage's where sure enough, else the blend's."""
        first = self.stage.logits(cleaned)
        alone = read(scaled(first, self.stage, learned.blend), self.stage)
        if self.encoder is None or learned.alone.probability(alone) >= learned.blend.gate:
            return alone, learned.alone
        return read_both(first, self.encoder.logits(cleaned), self.stage, learned.blend), learned.joined

    def _several(self, cleaned: str, learned: Language) -> bool:
        if rules.questions_of(cleaned) > 1:  # whatever they are about, half an answer is none
            return True
        clauses = rules.clauses_of(cleaned)
        if len(clauses) < 2:
            return False
        asked: set[str] = set()
        for clause in clauses:
            reading = read(scaled(self.stage.logits(clause), self.stage, learned.blend), self.stage)
            likely = learned.alone.probability(reading) >= _CLAUSE_PROBABILITY
            if reading.best != OUT_OF_SCOPE and likely:
                asked.add(reading.best)
        return len(asked) > 1


def _beside(folded: str, *, upset: bool, long: bool) -> str:
    """What a text says beside its subject, so that the usual answer would be wrong; "" where it says nothing more."""
    found = {
        "settled": rules.settled(folded),
        "partial": rules.partial(folded),
        "upset": upset,
        "long": long,  # not read whole
    }
    return next((word for word, is_so in found.items() if is_so), "")


_UNLEARNED = Language(blend=Blend(alone=5.0, linear=1.0, encoder=1.0))  # n-grams know few words of another language
_UNTRAINED = Bound(value=1.0, proved=False, proof="not yet: language or intent not trained")


def scaled(first: FloatArray, stage: LinearStage, blend: Blend) -> FloatArray:
    """The first stage's logits on the common scale, its heads as they are."""
    count = len(stage.labels)
    return np.concatenate([np.float32(blend.alone) * first[:count], first[count:]])


def blended(first: FloatArray, second: FloatArray, stage: LinearStage, blend: Blend) -> FloatArray:
    """Both stages' logits as one: labels weighed as learned, heads by the more alarmed of the two."""
    count = len(stage.labels)
    labels = blend.linear * first[:count] + blend.encoder * second[:count]
    return np.concatenate([labels, np.maximum(first[count:], second[count:])]).astype(np.float32)


def read_both(first: FloatArray, second: FloatArray, stage: LinearStage, blend: Blend) -> Reading:
    """What both stages say of one text together, with each one's own lead for what they say."""
    found = read(blended(first, second, stage, blend), stage)
    best = stage.labels.index(found.best)
    count = len(stage.labels)
    return replace(found, leads=(_lead(first[:count], best), _lead(second[:count], best)))


def read(scores: FloatArray, stage: LinearStage) -> Reading:
    """The best two labels, the margin between them, energy and the heads of one text's logits."""
    logits = scores[: len(stage.labels)]
    best = int(logits.argmax())
    second = int(_without(logits, best).argmax())
    heads = {name: _sigmoid(float(scores[len(stage.labels) + at])) for at, name in enumerate(stage.heads)}
    return Reading(
        best=stage.labels[best],
        second=stage.labels[second],
        margin=float(logits[best]) - float(logits[second]),
        energy=_energy(logits, stage.labels.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in stage.labels else None),
        leads=(0.0, 0.0),
        danger=heads[DANGER],
        critical=heads[CRITICAL],
        pleased=heads[PLEASED],
    )


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


def _sigmoid(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, value))))
