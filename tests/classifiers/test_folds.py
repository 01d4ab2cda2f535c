"""No author group is in two folds, whatever the file says of authors."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from classifiers import folds
from classifiers.read import Line

_GROUPS = st.sampled_from(["", "ana", "bo", "cy", "di", "eve"])
_ROWS = st.lists(st.tuples(_GROUPS, st.sampled_from(["fr", "en", "unknown"])), min_size=1, max_size=40)


def _lines(rows: list[tuple[str, str]]) -> list[Line]:
    return [
        Line(text=f"words {at}", intent="x", language=language, author=group, batch="", group=group, where=f"f:{at}")
        for at, (group, language) in enumerate(rows)
    ]


@given(_ROWS)
def test_an_author_group_is_in_one_fold_in_all_languages_that_are_split_by_group(rows: list[tuple[str, str]]) -> None:
    lines = _lines(rows)
    fold_of, units = folds.assign_folds(lines), folds.unit_of(lines)
    by_group = {line.group for line in lines if units[line.language] == folds.GROUP and line.group}

    assert set(fold_of) == {line.where for line in lines}
    assert all(len({fold_of[line.where] for line in lines if line.group == group}) == 1 for group in by_group), (
        "one fold for all lines of a group, also in a language with too few groups to split by"
    )


def test_one_line_in_another_language_leaves_the_others_split_by_group() -> None:
    lines = _lines([(group, "en") for group in ("ana", "bo", "cy") for _ in range(5)] + [("", "unknown")])

    assert folds.unit_of(lines) == {"en": folds.GROUP, "unknown": folds.WORDS}
    assert len({folds.assign_folds(lines)[line.where] for line in lines if line.group == "ana"}) == 1


def test_files_that_name_nobody_are_split_by_words() -> None:
    assert folds.unit_of(_lines([("", "en")] * 9)) == {"en": folds.WORDS}
