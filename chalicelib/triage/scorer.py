"""
The classifier at run time: a cascade of two models, one probability, and the verdict whether the answer is sure.

The first model answers alone where its probability reaches the language's threshold (`gate`); else both are combined.
`sure` needs a trained and known language, a proved bound reached, energy over its floor, little danger, and a single
question. Everything else is a guess, shown to agents only. Bounded time for any text. Never logs, keeps or raises with
a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..model import SERVES_FIRST, Classification, Serves, Signal, State, Urgency
from . import features, rules
from .choices import UNCUT, Cut, choices_of
from .language_detector import LanguageModel
from .reading import Blend, Calibration, Language, Reading, answer_of, over, read_alone, read_both
from .signals import URGENT
from .stages import COMPLAINT, OUT_OF_SCOPE, SIGNALS, STATES, LinearStage, Stage

HUMAN_REQUEST = "human_request"
NEVER_AUTOMATIC = frozenset({COMPLAINT, HUMAN_REQUEST})
TENTHS = 10
_LIKELY = 0.7  # from which the label itself says that a person is asked for
# Signals that somebody waits for: where one is heard at all, the second stage is asked.
_CALLING = [SIGNALS.index(signal) for signal in (*sorted(URGENT), Signal.WANTS_HUMAN)]
_HEARD_AT_ALL = 0.08
_CLAUSE_PROBABILITY = 0.75  # two clauses that are each at least this likely, of different intents, are two questions


@dataclass(frozen=True, slots=True)
class Bound:
    """The least probability at which one intent in one language may be answered, and what that rests on."""

    value: float
    proved: bool
    proof: str


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The threshold of each signal: by the first model alone, and by both. A signal left out never counts."""

    alone: Mapping[str, float] = field(default_factory=dict)
    joined: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleScorer:
    """A loaded bundle. Implements ports.Scorer. `encoder` is None where the bundle has one model."""

    model: str
    stage: LinearStage
    encoder: Stage | None
    language: LanguageModel
    languages: Mapping[str, Language]
    danger_ceiling: float
    bounds: Mapping[tuple[str, str], Bound]
    thresholds: Thresholds = field(default_factory=Thresholds)
    cuts: Mapping[str, Cut] = field(default_factory=dict)  # by language
    expected: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # language -> shares of probability tenths

    def classify(self, text: str, serves: Serves = SERVES_FIRST) -> Classification:
        """
        What the model makes of one text; total, and of bounded time, for any string.

        `serves`: the states of a case that each intent's answer is good for.
        """
        own = features.own_words(text)
        cleaned = own[: features.MAX_CHARS]
        folded = " ".join([*features.words_of(cleaned), *features.shape_of(cleaned)])
        language, _ = self.language.detect(cleaned)
        learned = self.languages.get(language, _UNLEARNED)
        reading, calibration = self._read(cleaned, learned, serves)
        probability = calibration.probability(reading)
        guess = reading.best if reading.best != OUT_OF_SCOPE else reading.second
        out = reading.best == OUT_OF_SCOPE or reading.energy < calibration.floor
        bound = self.bounds.get((language, guess), _UNTRAINED)
        signals = self._signals(reading, calibration, cleaned, folded, by_first=calibration is learned.alone)
        urgency = rules.urgency_of(signals, reading.upset)
        upset = urgency is not Urgency.NORMAL or reading.upset > self.danger_ceiling
        beside = _beside(folded, upset=upset, long=len(own) > features.MAX_CHARS)
        silent = out or bool(beside) or Signal.WANTS_HUMAN in signals or Signal.SEVERAL in signals
        state = int(reading.states.argmax())
        return Classification(
            language=language,
            intent=None if out else reading.best,
            guess=guess,
            probability=probability,
            subject_probability=calibration.subject(reading),
            bound=bound.value,
            energy=reading.energy,
            danger=reading.upset,
            out_of_scope=out,
            sure=not silent and bound.proved and probability >= bound.value,
            several=Signal.SEVERAL in signals,
            urgency=urgency,
            sentiment=rules.sentiment_of(folded, signals, reading.upset, reading.pleased),
            wants_human=Signal.WANTS_HUMAN in signals,
            proof=bound.proof,
            model=self.model,
            beside=beside,
            state=_STATE_OF.get(STATES[state]),
            state_probability=float(reading.states[state]),
            signals=signals,
            choices=self._choices(reading, language),
        )

    def classify_all(self, texts: Iterable[str], serves: Serves = SERVES_FIRST) -> list[Classification]:
        """Many texts, for replays: the same path for each, in order."""
        return [self.classify(text, serves) for text in texts]

    def reading(self, text: str, serves: Serves) -> Reading:
        """The reading on which `classify` bases its verdict."""
        cleaned = features.own_words(text)[: features.MAX_CHARS]
        language, _ = self.language.detect(cleaned)
        return self._read(cleaned, self.languages.get(language, _UNLEARNED), serves)[0]

    def _choices(self, reading: Reading, language: str) -> tuple[str, ...]:
        cut = self.cuts.get(language, UNCUT)
        return choices_of(reading.likely, reading.served_logit, self.stage.labels, cut) if cut.proved else ()

    def _read(self, cleaned: str, learned: Language, serves: Serves) -> tuple[Reading, Calibration]:
        """The reading that counts and its calibration: the first stage's where sure enough, else the blend's."""
        labels = self.stage.labels
        first = self.stage.logits(cleaned)
        alone = read_alone(first, labels, learned.blend, serves)
        likely = learned.alone.probability(alone)
        if self.encoder is None or likely >= learned.blend.gate:
            return alone, learned.alone
        if answer_of(alone, likely) < learned.blend.silent and float(alone.signals[_CALLING].max()) < _HEARD_AT_ALL:
            return alone, learned.alone
        return read_both(first, self.encoder.logits(cleaned), labels, learned.blend, serves), learned.joined

    def _signals(
        self, reading: Reading, calibration: Calibration, cleaned: str, folded: str, *, by_first: bool
    ) -> frozenset[Signal]:
        """The signals of a text: those that its heads detect and those that its words give."""
        thresholds = self.thresholds.alone if by_first else self.thresholds.joined
        found = {Signal(name) for name in over(reading.signals, thresholds)} | rules.signals_of(folded)
        if reading.best == HUMAN_REQUEST and calibration.subject(reading) >= _LIKELY:  # in whatever state the case is
            found.add(Signal.WANTS_HUMAN)
        if rules.questions_of(cleaned) > 1 or self._asks_twice(cleaned):
            found.add(Signal.SEVERAL)
        return frozenset(found)

    def _asks_twice(self, cleaned: str) -> bool:
        """Whether two clauses that each ask something are likely about different subjects."""
        clauses = rules.clauses_of(cleaned)
        if len(clauses) < 2:
            return False
        learned = self.languages.get(self.language.detect(cleaned)[0], _UNLEARNED)
        asked: set[str] = set()
        for clause in clauses:
            reading = read_alone(self.stage.logits(clause), self.stage.labels, learned.blend, SERVES_FIRST)
            if answer_of(reading, learned.alone.subject(reading)) >= _CLAUSE_PROBABILITY:
                asked.add(reading.best)
        return len(asked) > 1


_STATE_OF = {state.value: state for state in State}


def _beside(folded: str, *, upset: bool, long: bool) -> str:
    """The word for what a text says beside its subject, so that the usual answer would be wrong; "" for nothing."""
    found = {
        "settled": rules.settled(folded),
        "partial": rules.partial(folded),
        "upset": upset,
        "long": long,  # not read whole
    }
    return next((word for word, is_so in found.items() if is_so), "")


# N-grams know few words of another language.
_UNLEARNED = Language(blend=Blend(alone=5.0, linear=1.0, encoder=1.0, state_linear=0.5, state_encoder=0.5))
_UNTRAINED = Bound(value=1.0, proved=False, proof="not yet: language or intent not trained")
