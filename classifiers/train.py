"""
From sentences to a bundle's parts: cross-fits by hand, calibrates, proves, then fits once more on everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from chalicelib.triage.language import UNKNOWN, LanguageModel
from chalicelib.triage.scorer import NEVER_AUTOMATIC, Bound, Calibration, LinearScorer, LinearStage, read

from . import fit, prove
from .read import OUT_OF_SCOPE, Line, labels_of

Tell = Callable[[str], None]
_OPEN = Bound(value=0.0, proved=True, proof="")
_ENERGY_SHARE = 0.01  # of right answers below the energy floor
_DANGER_SHARE = 0.02  # of right and likely answers that the danger ceiling may cost
_LIKELY = 0.9
FOLDS = 3


@dataclass(frozen=True, slots=True)
class Trained:
    """Everything that a bundle and its card are made of."""

    labels: tuple[str, ...]
    stage: LinearStage
    language: LanguageModel
    calibrations: Mapping[str, Calibration]
    energy_floors: Mapping[str, float]
    danger_ceiling: float
    proofs: Mapping[str, Mapping[str, prove.Proof]]
    scored: Sequence[prove.Scored]
    settings: fit.Settings
    targets: Mapping[str, float] = field(default_factory=dict)


def train(
    lines: Sequence[Line],
    language: LanguageModel,
    settings: fit.Settings | None = None,
    targets: Mapping[str, float] | None = None,
    always: Sequence[Line] = (),
    tell: Tell = lambda _: None,
) -> Trained:
    """
    Fits on all lines; bounds, calibrations and floors come from models that had not seen the writer.

    `always` is learned from in every fit and never scored: near-misses and the plainest ways to ask.
    """
    settings = settings or fit.Settings()
    labels = labels_of(lines)
    sides = side_of(lines)
    stages: list[LinearStage] = []
    for side in range(FOLDS):
        tell(f"fit without fold {side + 1} of {FOLDS}")
        seen = [line for line in lines if sides[line.where] != side]
        stages.append(fit.fit([*seen, *always], labels, settings))
    calibrations = _calibrations(lines, sides, stages)
    open_scorers = [_scorer(stage, language, labels, calibrations) for stage in stages]
    tell("score what each had not seen")
    unbounded = score(lines, sides, open_scorers)
    floors = _energy_floors(unbounded)
    ceiling = _danger_ceiling(unbounded)
    scorers = [replace(scorer, energy_floors=floors, danger_ceiling=ceiling) for scorer in open_scorers]
    scored = score(lines, sides, scorers)
    tell("prove")
    languages = sorted({line.language for line in lines} - {"", UNKNOWN})
    proofs = prove.bounds_of(scored, languages, labels, targets or {})
    tell("fit on everything")
    return Trained(
        labels=labels,
        stage=fit.fit([*lines, *always], labels, settings),
        language=language,
        calibrations=calibrations,
        energy_floors=floors,
        danger_ceiling=ceiling,
        proofs=proofs,
        scored=scored,
        settings=settings,
        targets=targets or {},
    )


def side_of(lines: Sequence[Line]) -> dict[str, int]:
    """
    Line -> fold, 0 up to `FOLDS` - 1: hands of a language are dealt in turn, by name.

    A language with a single hand is dealt by batch, and without batches by words: the card says which.
    """
    groups: dict[str, list[str]] = {}
    unit = unit_of(lines)
    for line in lines:
        known = groups.setdefault(line.language, [])
        if unit(line) not in known:
            known.append(unit(line))
    ranks = {(lang, name): rank % FOLDS for lang, known in groups.items() for rank, name in enumerate(sorted(known))}
    return {line.where: ranks[line.language, unit(line)] for line in lines}


def unit_of(lines: Sequence[Line]) -> Callable[[Line], str]:
    """What is kept together when lines are dealt: the hand, else the batch, else the words themselves."""
    units: tuple[Callable[[Line], str], ...] = (lambda line: line.hand, lambda line: line.batch)
    for unit in units:
        per_language: dict[str, set[str]] = {}
        for line in lines:
            per_language.setdefault(line.language, set()).add(unit(line))
        if all(len(found) >= FOLDS for found in per_language.values()):
            return unit
    return lambda line: str(crc32(line.key.encode()) % FOLDS)


def score(lines: Sequence[Line], sides: Mapping[str, int], scorers: Sequence[LinearScorer]) -> list[prove.Scored]:
    """Each line by the scorer that did not see its side, through the run time's own verdict."""
    out: list[prove.Scored] = []
    for line in lines:
        scorer = scorers[sides[line.where]]
        found = scorer.classify(line.text)
        danger = read(scorer.stage.logits(line.text), scorer.stage).danger
        out.append(
            prove.Scored(
                text=line.text,
                language=line.language,
                intent=line.intent,
                guess=found.intent or OUT_OF_SCOPE,
                probability=found.probability,
                energy=found.energy,
                danger=danger,
                eligible=found.sure and found.guess not in NEVER_AUTOMATIC,
                side=sides[line.where],
            )
        )
    return out


def _scorer(
    stage: LinearStage, language: LanguageModel, labels: Sequence[str], calibrations: Mapping[str, Calibration]
) -> LinearScorer:
    return LinearScorer(
        model="unseen",
        stage=stage,
        language=language,
        calibrations=calibrations,
        energy_floors={},
        danger_ceiling=1.0,
        bounds={(name, label): _OPEN for name in calibrations for label in labels},
    )


def _calibrations(
    lines: Sequence[Line], sides: Mapping[str, int], stages: Sequence[LinearStage]
) -> dict[str, Calibration]:
    """Margin to probability, a language: least log loss on lines whose writer the model had not seen."""
    found: dict[str, Calibration] = {}
    for language in sorted({line.language for line in lines if line.language}):
        here = [line for line in lines if line.language == language]
        readings = [read(stages[sides[line.where]].logits(line.text), stages[0]) for line in here]
        margins = np.array([reading.margin for reading in readings])
        right = np.array([reading.best == line.intent for reading, line in zip(readings, here, strict=True)])
        best = minimize(_log_loss, x0=(0.0, 0.0), args=(margins, right), method="Nelder-Mead")
        found[language] = Calibration(round(float(np.exp(best.x[0])), 4), round(float(best.x[1]), 4))
    return found


def _log_loss(x: tuple[float, float], margins: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    scores = np.clip(margins / np.exp(x[0]) + x[1], -30, 30)
    return float(np.mean(np.logaddexp(0.0, np.where(right, -scores, scores))))


def _energy_floors(scored: Sequence[prove.Scored]) -> dict[str, float]:
    floors: dict[str, float] = {}
    for language in sorted({row.language for row in scored if row.language}):
        right = [row.energy for row in scored if row.language == language and row.right and row.intent != OUT_OF_SCOPE]
        floors[language] = round(float(np.quantile(right, _ENERGY_SHARE)), 4) if right else 0.0
    return floors


def _danger_ceiling(scored: Sequence[prove.Scored]) -> float:
    likely = [row.danger for row in scored if row.eligible and row.right and row.probability >= _LIKELY]
    return round(float(np.quantile(likely, 1 - _DANGER_SHARE)), 4) if likely else 0.5
