"""
Fits and proves the sets of choices for a clarifying question: conformal sets, by language, split by author group.

The messages are those that a question may be asked about: not answered, and calm, each as read by models that saw no
line of its author group. A cut is chosen on the other folds and verified on this one, as thresholds are (prove.py): of
the messages asked about, the true intent must be among at most two choices in 95 % by the one-sided 90 %
Clopper-Pearson bound; in 93 % the answer must also be right for its state. Of those written from situations 94 % and 80
% as counted are enough: they are few. A message that is out of scope, or that a person must answer, is a miss. Marginal
coverage, the usual promise of split conformal prediction, would not be enough: what is easy is answered and never asked
about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chalicelib.triage.choices import A_PERSONS, MOST, Cut
from chalicelib.triage.reading import Reading
from chalicelib.triage.scorer import BundleScorer
from chalicelib.triage.stages import OUT_OF_SCOPE

from .prove import Count, Proof, Scored, needed
from .situations import AUTHOR_GROUPS, SERVES, served

TARGET = 0.95
_SERVED = 0.02  # so much less often the state as well must be one that the answer serves
_GROUPS, _GROUPS_SERVED = 0.01, 0.8  # the same of messages from situations, and the least share that is served
_SHARES = (0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.07)
_OUTSIDE = (0.01, 0.02)  # real traffic has more messages out of scope than these: no cut lets in more
_FIRST = (1.0, 1.5, 2.0, 2.5, 3.0)
_GOALS = (0.95, 0.955, 0.96, 0.965, 0.97, 0.975, 0.98)  # the first that holds when it is verified
_FEW = 30  # messages from situations below which their own share is no reason
_CUTS = [Cut(*values, proved=True) for values in product(_SHARES, _OUTSIDE, _FIRST)]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A message that a question may be asked about: its reading, true label and state, fold and source."""

    reading: Reading
    intent: str
    state: str
    fold: int
    source: str


class _Asked(NamedTuple):
    """
    Of each candidate, by one cut: whether it is asked about, and by how many subjects.

    `among`: whether the true subject is one of them; `right`: and its answer would serve.
    """

    asked: Flags
    among: Flags
    right: Flags
    subjects: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Choosing:
    """
    The cut of a language and what its verification found: questions asked, and how many missed.

    `verified`: a miss lacks the true intent; `served`: or asks in a state that needs a person. `by_groups`: of messages
    from situations alone. `silent` messages lead to no answer; of these, `calm` ones may be asked about.
    """

    cut: Cut
    verified: Count = field(default_factory=Count)
    served: Count = field(default_factory=Count)
    by_groups: Count = field(default_factory=Count)
    by_groups_served: Count = field(default_factory=Count)
    single: int = 0  # questions that name one subject
    silent: int = 0
    calm: int = 0


def cuts_of(
    scored: Sequence[Scored], scorers: Sequence[BundleScorer], proofs: Mapping[str, Mapping[str, Proof]]
) -> dict[str, Choosing]:
    """Language -> its cut. `scorers`: by fold, each of stages that saw no line of it."""
    labels = scorers[0].stage.labels
    out = {}
    for language, own in proofs.items():
        here = [row for row in scored if row.language == language]
        silent = [row for row in here if not (row.guess in own and own[row.guess].accepts(row))]
        calm = [row for row in silent if row.eligible and not row.signals]
        rows = [
            Candidate(scorers[row.fold].reading(row.text, SERVES), row.intent, row.state, row.fold, row.source)
            for row in calm
        ]
        out[language] = replace(choosing_of(rows, labels), silent=len(silent), calm=len(calm))
    return out


def choosing_of(rows: Sequence[Candidate], labels: tuple[str, ...]) -> Choosing:
    """The cut of one language's candidates, proved or not."""
    if not rows:
        return Choosing(Cut())
    likely = np.stack([row.reading.likely for row in rows])
    served_logits = np.array([row.reading.served_logit for row in rows])
    table = {cut: _asked(cut, likely, served_logits, rows, labels) for cut in _CUTS}
    found = [_at(table, rows, goal) for goal in _GOALS]
    return next((each for each in found if each.cut.proved), found[0])


def _asked(
    cut: Cut,
    likely: npt.NDArray[np.float32],
    served_logits: npt.NDArray[np.float64],
    rows: Sequence[Candidate],
    labels: tuple[str, ...],
) -> _Asked:
    """`choices_of` for all rows at once; `likely` (rows, labels)."""
    inside = likely >= cut.share
    outside = labels.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in labels else None
    open_to = served_logits >= cut.first
    if outside is not None:
        inside[:, outside] = False
        open_to &= likely[:, outside] <= cut.outside
    for name in A_PERSONS & set(labels):
        open_to &= ~inside[:, labels.index(name)]
    subjects = inside.sum(1)
    truth = np.array([labels.index(row.intent) if row.intent in labels else 0 for row in rows])
    known = np.array([row.intent in labels for row in rows])
    good = np.array([served(row.state, row.intent) for row in rows])
    among = inside[np.arange(len(rows)), truth] & known
    return _Asked(open_to & (subjects > 0) & (subjects <= MOST), among, among & good, subjects)


class _Counts(NamedTuple):
    """Questions asked and how many missed: the intent; the intent or a served state; of all, and from situations."""

    subject: Count
    served: Count
    groups: Count
    groups_served: Count

    def reach(self, goal: float) -> bool:
        """Whether the true subject is among the choices as often as `goal`, and the others as often as they must be."""
        few = self.groups.accepted < _FEW
        by_groups = self.groups.precision >= goal - _GROUPS and self.groups_served.precision >= _GROUPS_SERVED
        return self.subject.lower >= goal and self.served.lower >= goal - _SERVED and (few or by_groups)


def _counts(asked: Flags, among: Flags, right: Flags, groups: Flags) -> _Counts:
    return _Counts(*(_count(asked & own, hit) for own in (True, groups) for hit in (among, right)))


def _at(table: Mapping[Cut, _Asked], rows: Sequence[Candidate], goal: float) -> Choosing:
    fold_of, groups = _facts(rows)
    folds = sorted(set(fold_of.tolist()))
    asked, among, right, single = (np.zeros(len(rows), bool) for _ in range(4))
    for fold in folds:
        cut = _chosen(table, fold_of, groups, set(folds) - {fold}, goal)
        own = fold_of == fold
        if cut is not None:
            asked |= own & table[cut].asked
            among |= own & table[cut].among
            right |= own & table[cut].right
            single |= own & (table[cut].subjects == 1)
    cut = _chosen(table, fold_of, groups, folds, goal)
    verified = _counts(asked, among, right, groups)
    proved = cut is not None and verified.reach(TARGET)
    proof = f"not yet: {verified.subject.accepted} of {needed(verified.subject.wrong, TARGET)}"
    return Choosing(
        cut=replace(cut or Cut(), proved=proved, proof="proved" if proved else proof),
        verified=verified.subject,
        served=verified.served,
        by_groups=verified.groups,
        by_groups_served=verified.groups_served,
        single=int((asked & single).sum()),
    )


def _facts(rows: Sequence[Candidate]) -> tuple[npt.NDArray[np.int64], Flags]:
    return np.array([row.fold for row in rows]), np.array([row.source == AUTHOR_GROUPS for row in rows])


def _chosen(
    table: Mapping[Cut, _Asked],
    fold_of: npt.NDArray[np.int64],
    groups: Flags,
    folds: Collection[int],
    goal: float,
) -> Cut | None:
    """The cut that asks most often, among those that reach the goal on the rows of these folds."""
    own = np.isin(fold_of, list(folds))
    counts = {cut: _counts(each.asked & own, each.among, each.right, groups) for cut, each in table.items()}
    good = [cut for cut, found in counts.items() if found.reach(goal)]
    return max(good, key=lambda cut: counts[cut].subject.accepted, default=None)


def _count(asked: Flags, right: Flags) -> Count:
    return Count(int(asked.sum()), int((asked & ~right).sum()))


def report_of(found: Mapping[str, Choosing]) -> dict[str, dict[str, float]]:
    """Language -> how often a question would be asked, and how often the true subject is among its choices."""
    return {
        language: {
            "silent": each.silent,
            "calm": each.calm,
            "asked": each.verified.accepted,
            "single": each.single,
            "among": round(each.verified.precision, 4),
            "lower": round(each.verified.lower, 4),
            "served": round(each.served.precision, 4),
            "asked_by_hands": each.by_groups.accepted,
            "among_by_hands": round(each.by_groups.precision, 4),
            "served_by_hands": round(each.by_groups_served.precision, 4),
        }
        for language, each in found.items()
    }


def page_of(report: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """The same as Markdown lines."""
    yield "| language | not answered | calm | asked (one subject) | right among them (90 % bound), served | of hands |"
    yield "|---|---|---|---|---|---|"
    for language, row in report.items():
        yield (
            f"| {language} | {row['silent']} | {row['calm']} | {row['asked']} ({row['single']}) "
            f"| {row['among']:.1%} (≥ {row['lower']:.1%}), {row['served']:.1%} "
            f"| {row['among_by_hands']:.1%}, {row['served_by_hands']:.1%} of {row['asked_by_hands']} |"
        )
