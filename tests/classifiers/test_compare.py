"""A candidate may be worse on no subject that is proved: two paired tests, exact, subject by subject."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from chalicelib.triage.scorer import BundleScorer
from classifiers.compare import Pairs, compare, document, drawn
from classifiers.read import OUT_OF_SCOPE, Line


class Saying:
    """A scorer that says what the table says, and nothing to other words."""

    def __init__(self, said: dict[str, str], *, proved: bool = True) -> None:
        self._said = said
        self.bounds = {("en", "refund"): SimpleNamespace(proved=proved)}

    def classify(self, text: str) -> Any:
        return SimpleNamespace(intent=self._said.get(text), sure=text in self._said)


def line(text: str, intent: str) -> Line:
    return Line(text, intent, "en", "", "", "", "test")


def found(old: dict[str, str], new: dict[str, str], lines: list[Line], *, proved: bool = True) -> Any:
    scorers = [cast("BundleScorer", Saying(each, proved=proved)) for each in (old, new)]
    return compare(scorers[0], scorers[1], lines)


STRANGE = [line(f"s{n}", OUT_OF_SCOPE) for n in range(8)]
ASKED = [line(f"a{n}", "refund") for n in range(8)]


def test_the_exact_test_of_pairs() -> None:
    assert Pairs(0, 4).p == pytest.approx(1 / 16)
    assert Pairs(5, 5).p == pytest.approx(0.623, abs=1e-3)
    assert Pairs(0, 0).p == 1
    assert (Pairs(0, 4).worse, Pairs(0, 3).worse, Pairs(9, 2).worse) == (True, False, False)


def test_speaking_beside_the_point_more_often_is_worse() -> None:
    (row,) = found({}, {each.text: "refund" for each in STRANGE[:4]}, STRANGE)

    assert (row.beside, row.unanswered, row.worse) == (Pairs(0, 4), Pairs(0, 0), True)
    assert "refund en" in drawn([row])
    assert "may not take over" in drawn([row])
    assert document([row])["not_worse"] is False


def test_answering_fewer_is_worse_too_and_more_is_not() -> None:
    every = {each.text: "refund" for each in ASKED}
    (fewer,) = found(every, {}, ASKED)
    (more,) = found({}, every, ASKED)

    assert (fewer.unanswered, fewer.worse) == (Pairs(0, 8), True)
    assert (more.unanswered, more.worse) == (Pairs(8, 0), False)


def test_a_subject_that_is_not_proved_holds_nothing_up() -> None:
    (row,) = found({}, {each.text: "refund" for each in STRANGE}, STRANGE, proved=False)

    assert (row.beside.worse, row.worse) == (True, False)


def test_languages_and_subjects_are_never_pooled() -> None:
    french = Line("a0", "refund", "fr", "", "", "", "test")
    rows = found({}, {"a0": "return"}, [ASKED[0], french])

    assert [(row.intent, row.language) for row in rows] == [
        ("refund", "en"),
        ("return", "en"),
        ("refund", "fr"),
        ("return", "fr"),
    ]
