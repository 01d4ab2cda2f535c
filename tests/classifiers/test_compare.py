"""A candidate may be worse on no subject that is proved: two paired tests, exact, subject by subject."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from chalicelib.admin.ticket_lessons import How, Lesson
from chalicelib.errors import UsageError
from chalicelib.triage.scorer import BundleScorer
from chalicelib.triage.stages import OUT_OF_SCOPE
from classifiers.compare import Pairs, compare, document, drawn
from classifiers.read import Line
from infra.commands._learning import not_worse


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


def lessons(count: int, how: How = "thrown_away") -> list[Lesson]:
    every = (Lesson(f"s{n}", "refund", "en", "b", how, f"c{n}") for n in range(1_000))
    return [each for each in every if each.held_back][:count]


def test_a_worse_candidate_is_not_pushed_unless_somebody_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    found = lessons(6)
    old, new = Saying({}), Saying({each.text: "refund" for each in found})

    def push(*, although: bool = False) -> Any:
        scorers = [cast("BundleScorer", each) for each in (old, new)]
        return not_worse(found, lambda: scorers[0], lambda: scorers[1], although=although)

    with pytest.raises(UsageError, match="worse than the one in use on refund en"):
        push()
    assert push(although=True)["not_worse"] is False
    assert "On 6 openings that it did not learn from" in capsys.readouterr().err


def test_without_openings_nothing_is_compared_and_nothing_is_loaded() -> None:
    def never() -> BundleScorer:
        raise AssertionError("loaded")

    assert not_worse([], never, never, although=False) is None
