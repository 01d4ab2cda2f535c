"""No hand on both sides of a split, whatever the file says of hands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from classifiers import folds
from classifiers.read import Line

_HANDS = st.sampled_from(["", "ana", "bo", "cy", "di", "eve"])
_ROWS = st.lists(st.tuples(_HANDS, st.sampled_from(["fr", "en", "unknown"])), min_size=1, max_size=40)


def _lines(rows: list[tuple[str, str]]) -> list[Line]:
    return [
        Line(text=f"words {at}", intent="x", language=language, author=hand, batch="", hand=hand, where=f"f:{at}")
        for at, (hand, language) in enumerate(rows)
    ]


@given(_ROWS)
def test_a_hand_stands_in_one_fold_in_all_languages_that_are_dealt_by_hand(rows: list[tuple[str, str]]) -> None:
    lines = _lines(rows)
    sides, units = folds.side_of(lines), folds.unit_of(lines)
    by_hand = {line.hand for line in lines if units[line.language] == folds.HAND and line.hand}

    assert set(sides) == {line.where for line in lines}
    assert all(len({sides[line.where] for line in lines if line.hand == hand}) == 1 for hand in by_hand), (
        "one fold for all lines of a hand, also in a language with too few hands to deal by"
    )


def test_one_line_in_another_language_leaves_the_others_dealt_by_hand() -> None:
    lines = _lines([(hand, "en") for hand in ("ana", "bo", "cy") for _ in range(5)] + [("", "unknown")])

    assert folds.unit_of(lines) == {"en": folds.HAND, "unknown": folds.WORDS}
    assert len({folds.side_of(lines)[line.where] for line in lines if line.hand == "ana"}) == 1


def test_files_that_name_nobody_are_dealt_by_words() -> None:
    assert folds.unit_of(_lines([("", "en")] * 9)) == {"en": folds.WORDS}
