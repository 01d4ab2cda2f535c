"""
Trains a bundle's parts: cross-fitting by author group, the stages' blend, the proof, then one more fit on everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from chalicelib.errors import UsageError
from chalicelib.triage import features
from chalicelib.triage.language_detector import UNKNOWN, LanguageModel
from chalicelib.triage.reading import Language
from chalicelib.triage.scorer import NEVER_AUTOMATIC, Bound, BundleScorer, Thresholds
from chalicelib.triage.stages import OUT_OF_SCOPE, FloatArray, LinearStage

from . import blend, fit, heads, prove, signals
from .choosing import Choosing, cuts_of
from .encoder import stage as encoder_stage
from .folds import FOLDS, assign_folds, unit_of
from .read import Line, labels_of
from .situations import AUTHOR_GROUPS, CONTRAST, OWN, SERVES, Told, lifelike, served

Tell = Callable[[str], None]
_OPEN = Bound(value=0.0, proved=True, proof="")
_DANGER_SHARE = 0.02  # of right and likely answers that the danger ceiling may cost
_LIKELY = 0.9
STEPS = FOLDS + 3  # how often `tell` is called with one stage
TUNE_STEPS = (FOLDS + 1) * 11  # and how often more where a second is tuned


@dataclass(frozen=True, slots=True)
class Trained:
    """Everything that a bundle and its card are made of. `encoder` is None with one stage."""

    labels: tuple[str, ...]
    stage: LinearStage
    encoder: encoder_stage.Fitted | None
    language: LanguageModel
    languages: Mapping[str, Language]
    danger_ceiling: float
    thresholds: Mapping[str, Mapping[str, float]]  # path -> signal -> from where on it is told
    proofs: Mapping[str, Mapping[str, prove.Proof]]
    choosing: Mapping[str, Choosing]
    scored: Sequence[prove.Scored]
    settings: fit.Settings
    split_by: Mapping[str, str]  # language -> unit of the folds
    targets: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """
    How to train. `base`: the encoder of stage two, or None for one stage; `folds`: how those of the folds are tuned.

    `train_only` is learned from in every fit and never scored: near-misses and the plainest ways to ask. `auxiliary`
    teaches the auxiliary heads alone: messages that are angry, critical or pleased, and others that are not. `told`
    teaches states and signals; with `scores_told` the intents of messages from situations are this bundle's, teach
    them and are scored. `work`: a folder where fitted stages are kept, so that a training that was stopped goes on.
    `least_bound`: no bound is lower.
    """

    settings: fit.Settings = field(default_factory=fit.Settings)
    base: encoder_stage.Base | None = None
    encoder: encoder_stage.Settings = field(default_factory=encoder_stage.Settings)
    folds: encoder_stage.Settings | None = None
    targets: Mapping[str, float] = field(default_factory=dict)
    train_only: Sequence[Line] = ()
    auxiliary: Sequence[Line] = ()
    told: Sequence[Told] = ()
    scores_told: bool = False
    work: Path | None = None
    least_bound: float = prove.LEAST_BOUND


@dataclass(frozen=True, slots=True)
class _Given:
    """
    The training set and the scored set, with the fold of each line.

    `extra_training`: messages from situations that are plain examples of an intent of this bundle.
    """

    lines: Sequence[Line]
    extra_training: Sequence[Line]
    scored_lines: Sequence[Line]
    states: Mapping[str, Told]  # line -> its state and signals, for messages from situations
    fold_of: Mapping[str, int]
    labels: tuple[str, ...]
    plan: Plan


def train(
    lines: Sequence[Line], language: LanguageModel, plan: Plan | None = None, tell: Tell = lambda _: None
) -> Trained:
    """
    Fit a bundle on all lines. Bounds, calibrations and floors come from models fitted without the line's author group.

    Raises UsageError where a fold without its lines has fewer than two intents.
    """
    plan = plan or Plan()
    given = _given(lines, plan)
    labels = given.labels
    stages, unseen = _cross_fitted(given, tell)
    tell("join the stages, score what each had not seen")
    rows = [unseen[line.where] for line in given.scored_lines if _drawn(given, line)]
    blended = blend.languages_of(rows, [unseen[where] for where in given.states], labels)
    thresholds = signals.thresholds_of(unseen, given.states)
    known = _Known.of(unseen.values())
    scorers = [_scorer(stage, known, language, blended, labels, thresholds) for stage in stages]
    ceiling = _danger_ceiling(score(given.scored_lines, given.fold_of, scorers, given.states))
    scorers = [replace(scorer, danger_ceiling=ceiling) for scorer in scorers]
    scored = score(given.scored_lines, given.fold_of, scorers, given.states)
    tell("prove")
    names = sorted({line.language for line in lines} - {"", UNKNOWN})
    drawn = [row for row, line in zip(scored, given.scored_lines, strict=True) if _drawn(given, line)]
    proofs = prove.bounds_of(drawn, names, labels, plan.targets, plan.least_bound)
    choosing = cuts_of(drawn, scorers, proofs)
    first, second = _stages(given, None, tell)
    return Trained(
        labels=labels,
        stage=first,
        encoder=second,
        language=language,
        languages=blended,
        danger_ceiling=ceiling,
        thresholds=thresholds,
        proofs=proofs,
        choosing=choosing,
        scored=scored,
        settings=plan.settings,
        split_by={name: unit for name, unit in unit_of(lines).items() if name in names},
        targets=plan.targets,
    )


def _drawn(given: _Given, line: Line) -> bool:
    told = given.states.get(line.where)
    return told is None or lifelike(told)


def _given(lines: Sequence[Line], plan: Plan) -> _Given:
    fold_of = assign_folds(lines)
    _refuse_one_sided(lines, fold_of)
    labels = labels_of(lines)
    known = {line.key for line in (*lines, *plan.train_only)}
    told = [each for each in plan.told if each.kind in (AUTHOR_GROUPS, CONTRAST)]
    asked = [each.line for each in told if each.teaches_intents and each.intent in labels]
    train_only = {line.key for line in plan.train_only}
    scored_lines = [*lines, *(each.line for each in told)] if plan.scores_told else lines
    return _Given(
        lines=lines,
        extra_training=[line for line in asked if plan.scores_told and line.key not in known],
        # Every fitted stage has seen the texts of the train-only set: the same texts are not scored.
        scored_lines=[line for line in scored_lines if line.key not in train_only],
        states={each.where: each for each in told},
        fold_of={**fold_of, **assign_folds([each.line for each in told])},
        labels=labels,
        plan=plan,
    )


def _cross_fitted(given: _Given, tell: Tell) -> tuple[list[LinearStage], dict[str, blend.Unseen]]:
    """A first stage for each fold, and the logits of each scored line by the stages fitted without its fold."""
    stages: list[LinearStage] = []
    unseen: dict[str, blend.Unseen] = {}
    for fold in range(FOLDS):
        first, second = _stages(given, fold, tell)
        stages.append(first)
        read = {line.where: line for line in (*given.scored_lines, *(told.line for told in given.states.values()))}
        for line in read.values():
            if given.fold_of[line.where] == fold:
                cleaned = features.clean(line.text)
                said = second.stage.logits(cleaned) if second else None
                told = given.states.get(line.where)
                unseen[line.where] = blend.Unseen(line, first.logits(cleaned), said, told.state if told else "")
    return stages, unseen


def _refuse_one_sided(lines: Sequence[Line], fold_of: Mapping[str, int]) -> None:
    for fold in range(FOLDS):
        if len({line.intent for line in lines if fold_of[line.where] != fold} - {OUT_OF_SCOPE}) < 2:
            raise UsageError(
                "Some authors or batches hold all examples of an intent, so that without them nothing can be learned "
                "of it: leave out the columns author and batch, or have each author write several intents."
            )


def _stages(given: _Given, fold: int | None, tell: Tell) -> tuple[LinearStage, encoder_stage.Fitted | None]:
    """Both stages, fitted on all (None) or on all but a fold."""
    plan, what = given.plan, "everything" if fold is None else f"fold {fold + 1} of {FOLDS}"
    fold_of = given.fold_of
    own = [line for line in given.lines if fold is None or fold_of[line.where] != fold]
    extra_training = [line for line in given.extra_training if fold is None or fold_of[line.where] != fold]
    told = [each for each in plan.told if fold is None or fold_of.get(each.where) != fold]
    told = heads.varied(told, plan.settings.seed)
    tell(f"first stage, {what}")
    training = [*own, *extra_training, *plan.train_only]
    first = fit.fit_once(plan.work, training, given.labels, plan.settings, plan.auxiliary, told)
    if plan.base is None:
        return first, None
    tell(f"second stage, {what}")
    settings = plan.encoder if fold is None or plan.folds is None else plan.folds
    tuned_on = [*own, *plan.train_only]  # no encoder is tuned on messages from situations
    tuning = (plan.base, tuned_on, given.labels, settings, tell)
    tuned = encoder_stage.tuned_once(plan.work, *tuning) if plan.work else encoder_stage.tuned(*tuning)
    return first, encoder_stage.fit(tuned, [*training, *plan.auxiliary], settings, told)


def score(
    lines: Sequence[Line], fold_of: Mapping[str, int], scorers: Sequence[BundleScorer], states: Mapping[str, Told]
) -> list[prove.Scored]:
    """Score each line by the scorer that was fitted without its fold, through the run time's own verdict."""
    out: list[prove.Scored] = []
    for line in lines:
        found = scorers[fold_of[line.where]].classify(line.text, SERVES)
        told = states.get(line.where)
        out.append(
            prove.Scored(
                text=line.text,
                language=line.language,
                intent=line.intent,
                guess=found.intent or OUT_OF_SCOPE,
                probability=found.probability,
                energy=found.energy,
                danger=found.danger,
                eligible=found.sure and found.guess not in NEVER_AUTOMATIC,
                fold=fold_of[line.where],
                served=told is None or served(told.state, found.guess),
                state=told.state if told else "",
                source=told.kind if told else OWN,
                signals=frozenset(signal.value for signal in found.signals),
                told=told.signals if told else None,
            )
        )
    return out


@dataclass(frozen=True, slots=True)
class _Known:
    """A second stage that has read all lines already: the run time's path without reading them again."""

    rows: Mapping[str, FloatArray]

    @classmethod
    def of(cls, unseen: Iterable[blend.Unseen]) -> _Known | None:
        rows = {features.clean(row.line.text): row.second for row in unseen if row.second is not None}
        return cls(rows) if rows else None

    def logits(self, cleaned: str) -> FloatArray:
        return self.rows[cleaned]


def _scorer(
    stage: LinearStage,
    encoder: _Known | None,
    language: LanguageModel,
    blended: Mapping[str, Language],
    labels: Sequence[str],
    thresholds: Mapping[str, Mapping[str, float]],
) -> BundleScorer:
    return BundleScorer(
        model="unseen",
        stage=stage,
        encoder=encoder,
        language=language,
        languages=blended,
        danger_ceiling=1.0,
        bounds={(name, label): _OPEN for name in blended for label in labels},
        thresholds=Thresholds(**thresholds),
    )


def _danger_ceiling(scored: Sequence[prove.Scored]) -> float:
    likely = [row.danger for row in scored if row.eligible and row.right and row.probability >= _LIKELY]
    return round(float(np.quantile(likely, 1 - _DANGER_SHARE)), 4) if likely else 0.5
