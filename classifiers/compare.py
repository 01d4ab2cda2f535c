"""
A candidate bundle against the one in use, on the same messages: it may be worse on no subject that is proved.

Two paired tests a subject and language, each McNemar's, exact and one-sided (1947; the binomial of the pairs on which
the two differ): does it say the subject's answer where it is beside the point more often, and does it answer fewer of
those whom it would be right for? Few messages find little: the table says how many there were.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.triage.scorer import BundleScorer
from chalicelib.triage.stages import OUT_OF_SCOPE

from .read import Line

LEVEL = 0.10  # as every bound here: one-sided 90 %


@dataclass(frozen=True, slots=True)
class Pairs:
    """Messages on which exactly one of the two bundles errs, and how likely so many more are by chance alone."""

    only_old: int
    only_new: int

    @property
    def p(self) -> float:
        """The chance that the new one errs alone at least so often where both are alike."""
        differ = self.only_old + self.only_new
        return float(sum(math.comb(differ, each) for each in range(self.only_new, differ + 1)) / 2**differ)

    @property
    def worse(self) -> bool:
        return self.only_new > self.only_old and self.p <= LEVEL


@dataclass(frozen=True, slots=True)
class Compared:
    """One subject in one language. `messages`: those that are about it or to which either says its answer."""

    intent: str
    language: str
    proved: bool
    messages: int
    beside: Pairs  # its answer is said, and is beside the point
    unanswered: Pairs  # it would be right, and is not said

    @property
    def worse(self) -> bool:
        """Whether the candidate may not take over because of this subject."""
        return self.proved and (self.beside.worse or self.unanswered.worse)


def compare(old: BundleScorer, new: BundleScorer, lines: Sequence[Line]) -> list[Compared]:
    """Hold two bundles against each other on the same labelled messages, subject by subject."""
    said = [(line, _said(old, line), _said(new, line)) for line in lines]
    cells = {(line.language, intent) for line, *says in said for intent in (line.intent, *says)}
    return [
        _compared(old, language, intent, [row for row in said if row[0].language == language and intent in _of(row)])
        for language, intent in sorted(cells)
        if intent not in ("", OUT_OF_SCOPE)
    ]


_Said = tuple[Line, str, str]


def _of(row: _Said) -> tuple[str, str, str]:
    return row[0].intent, row[1], row[2]


def _said(scorer: BundleScorer, line: Line) -> str:
    """The subject whose answer would be given, "" for silence."""
    found = scorer.classify(line.text)
    return (found.intent or "") if found.sure else ""


def _compared(old: BundleScorer, language: str, intent: str, rows: Sequence[_Said]) -> Compared:
    bound = old.bounds.get((language, intent))
    beside = [(was == intent != line.intent, now == intent != line.intent) for line, was, now in rows]
    unanswered = [(was != intent, now != intent) for line, was, now in rows if line.intent == intent]
    proved = bound is not None and bound.proved
    return Compared(intent, language, proved, len(rows), _pairs(beside), _pairs(unanswered))


def _pairs(errors: Sequence[tuple[bool, bool]]) -> Pairs:
    return Pairs(sum(was and not now for was, now in errors), sum(now and not was for was, now in errors))


def document(found: Sequence[Compared]) -> dict[str, object]:
    """Give the comparison as JSON values."""
    return {
        "not_worse": not any(each.worse for each in found),
        "level": LEVEL,
        "subjects": [
            {
                "intent": each.intent,
                "language": each.language,
                "proved": each.proved,
                "messages": each.messages,
                "beside_the_point": _told(each.beside),
                "unanswered": _told(each.unanswered),
                "worse": each.worse,
            }
            for each in found
        ],
    }


def _told(pairs: Pairs) -> Mapping[str, object]:
    return {"only_old": pairs.only_old, "only_new": pairs.only_new, "p": round(pairs.p, 4)}


def drawn(found: Sequence[Compared]) -> str:
    """The comparison for people: subjects on which the two differ, and the verdict."""
    head = f"{'subject':<26} {'proved':<7} {'messages':>8}  {'beside the point':<24} unanswered"
    differ = [each for each in found if each.beside.p < 1 or each.unanswered.p < 1 or each.worse]
    rows = [
        f"{each.intent + ' ' + each.language:<26} {'yes' if each.proved else 'no':<7} {each.messages:>8}  "
        f"{_words(each.beside):<24} {_words(each.unanswered)}{'  WORSE' if each.worse else ''}"
        for each in differ
    ]
    same = f"{len(found) - len(differ)} more subjects on which they do not differ"
    worse = sorted(f"{each.intent} {each.language}" for each in found if each.worse)
    verdict = f"worse on {', '.join(worse)}: it may not take over" if worse else "worse on no proved subject"
    return "\n".join([head, *rows, same, verdict])


def _words(pairs: Pairs) -> str:
    return f"-{pairs.only_old} +{pairs.only_new} (p {pairs.p:.2f})"
