"""
From sentences to a bundle's parts: cross-fits by hand, joins the stages, proves, then fits once more on everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from chalicelib.errors import UsageError
from chalicelib.triage import features
from chalicelib.triage.language import UNKNOWN, LanguageModel
from chalicelib.triage.scorer import NEVER_AUTOMATIC, Bound, BundleScorer, Language
from chalicelib.triage.stages import FloatArray, LinearStage

from . import blend, fit, prove
from .encoder import stage as encoder_stage
from .folds import FOLDS, side_of, unit_of
from .read import OUT_OF_SCOPE, Line, labels_of

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
    proofs: Mapping[str, Mapping[str, prove.Proof]]
    scored: Sequence[prove.Scored]
    settings: fit.Settings
    dealt_by: Mapping[str, str]  # language -> unit of the folds
    targets: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """
    How to train. `base`: the encoder of stage two, or None for one stage.

    `always` is learned from in every fit and never scored: near-misses and the plainest ways to ask. `moods` teaches
    the heads alone: messages that are angry, critical or pleased, and others that are not. `work`: a folder where
    fitted encoders are kept, so that a training that was stopped goes on. `least_bound`: no bound is lower.
    """

    settings: fit.Settings = field(default_factory=fit.Settings)
    base: encoder_stage.Base | None = None
    encoder: encoder_stage.Settings = field(default_factory=encoder_stage.Settings)
    targets: Mapping[str, float] = field(default_factory=dict)
    always: Sequence[Line] = ()
    moods: Sequence[Line] = ()
    work: Path | None = None
    least_bound: float = prove.LEAST_BOUND


def train(
    lines: Sequence[Line], language: LanguageModel, plan: Plan | None = None, tell: Tell = lambda _: None
) -> Trained:
    """Fits on all lines; bounds, calibrations and floors come from models that had not seen the writer."""
    plan = plan or Plan()
    labels = labels_of(lines)
    sides = side_of(lines)
    _refuse_one_sided(lines, sides)
    taught = {line.key for line in plan.always}
    judged = [line for line in lines if line.key not in taught]  # the others no fitted stage is new to
    stages, unseen = _cross_fitted(lines, judged, sides, labels, plan, tell)
    tell("join the stages, score what each had not seen")
    learned = blend.languages_of(list(unseen.values()), stages[0])
    scorers = [_scorer(stage, _Known.of(unseen.values()), language, learned, labels) for stage in stages]
    ceiling = _danger_ceiling(score(judged, sides, scorers))
    scored = score(judged, sides, [replace(scorer, danger_ceiling=ceiling) for scorer in scorers])
    tell("prove")
    names = sorted({line.language for line in lines} - {"", UNKNOWN})
    proofs = prove.bounds_of(scored, names, labels, plan.targets, plan.least_bound)
    first, second = _stages([*lines, *plan.always], labels, plan, "everything", tell)
    return Trained(
        labels=labels,
        stage=first,
        encoder=second,
        language=language,
        languages=learned,
        danger_ceiling=ceiling,
        proofs=proofs,
        scored=scored,
        settings=plan.settings,
        dealt_by={name: unit for name, unit in unit_of(lines).items() if name in names},
        targets=plan.targets,
    )


def _cross_fitted(
    lines: Sequence[Line],
    judged: Sequence[Line],
    sides: Mapping[str, int],
    labels: Sequence[str],
    plan: Plan,
    tell: Tell,
) -> tuple[list[LinearStage], dict[str, blend.Unseen]]:
    """A first stage for each fold, and what the stages that had not seen a judged line say of it."""
    stages: list[LinearStage] = []
    unseen: dict[str, blend.Unseen] = {}
    for side in range(FOLDS):
        seen = [line for line in lines if sides[line.where] != side]
        first, second = _stages([*seen, *plan.always], labels, plan, f"fold {side + 1} of {FOLDS}", tell)
        stages.append(first)
        for line in judged:
            if sides[line.where] == side:
                cleaned = features.clean(line.text)
                known = second.stage.logits(cleaned) if second else None
                unseen[line.where] = blend.Unseen(line, first.logits(cleaned), known)
    return stages, unseen


def _refuse_one_sided(lines: Sequence[Line], sides: Mapping[str, int]) -> None:
    for side in range(FOLDS):
        if len({line.intent for line in lines if sides[line.where] != side} - {OUT_OF_SCOPE}) < 2:
            raise UsageError(
                "Some authors or batches hold all examples of an intent, so that without them nothing can be learned "
                "of it: leave out the columns author and batch, or have each author write several intents."
            )


def _stages(
    lines: Sequence[Line], labels: Sequence[str], plan: Plan, what: str, tell: Tell
) -> tuple[LinearStage, encoder_stage.Fitted | None]:
    tell(f"first stage, {what}")
    first = fit.fit(lines, labels, plan.settings, plan.moods)
    if plan.base is None:
        return first, None
    tell(f"second stage, {what}")
    told = (plan.base, lines, labels, plan.encoder, plan.moods, tell)
    return first, encoder_stage.fit_once(plan.work, *told) if plan.work else encoder_stage.fit(*told)


def score(lines: Sequence[Line], sides: Mapping[str, int], scorers: Sequence[BundleScorer]) -> list[prove.Scored]:
    """Each line by the scorer that did not see its side, through the run time's own verdict."""
    out: list[prove.Scored] = []
    for line in lines:
        scorer = scorers[sides[line.where]]
        found = scorer.classify(line.text)
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
                side=sides[line.where],
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

    def logits(self, text: str) -> FloatArray:
        return self.rows[text]


def _scorer(
    stage: LinearStage,
    encoder: _Known | None,
    language: LanguageModel,
    learned: Mapping[str, Language],
    labels: Sequence[str],
) -> BundleScorer:
    return BundleScorer(
        model="unseen",
        stage=stage,
        encoder=encoder,
        language=language,
        languages=learned,
        danger_ceiling=1.0,
        bounds={(name, label): _OPEN for name in learned for label in labels},
    )


def _danger_ceiling(scored: Sequence[prove.Scored]) -> float:
    likely = [row.danger for row in scored if row.eligible and row.right and row.probability >= _LIKELY]
    return round(float(np.quantile(likely, 1 - _DANGER_SHARE)), 4) if likely else 0.5
