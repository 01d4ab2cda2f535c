"""What is learned from holds no two labels for one sentence, nobody's data, and no writer in two folds."""

from __future__ import annotations

from collections import Counter

import pytest

from chalicelib.triage.stages import OUT_OF_SCOPE
from classifiers import folds, lint, project, read
from classifiers.read import Line


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    return read.training_lines(sorted(project.SENTENCES.glob("*.jsonl")))


def test_the_sentences_have_no_conflict_and_nothing_personal(lines: list[Line]) -> None:
    found = lint.lint(lines, folds.assign_folds(lines))

    assert [str(each) for each in found if each.kind != "near-duplicate"] == []


def test_what_is_learned_from_is_not_nearly_repeated_over_the_split() -> None:
    kept = project.sentences()

    assert [str(each) for each in lint.lint(kept, folds.assign_folds(kept)) if each.kind == "near-duplicate"] == []


def test_there_are_fifty_intents_in_each_language_and_the_deep_ones_are_deep(lines: list[Line]) -> None:
    counts = Counter((line.language, line.intent) for line in lines)
    for language in ("fr", "en"):
        intents = {intent for lang, intent in counts if lang == language} - {OUT_OF_SCOPE}
        assert len(intents) >= 50
        assert min(counts[language, intent] for intent in intents) >= 40
        assert counts[language, OUT_OF_SCOPE] >= 600
    assert min(counts[each, "order_status"] for each in ("fr", "en")) >= 120


def test_there_are_three_hundred_near_misses() -> None:
    assert len(read.plain_lines(project.NEAR)) >= 300


def _line(text: str, intent: str = "refund", where: str = "a:1") -> Line:
    return Line(text, intent, "en", "", "", "", where)


@pytest.mark.parametrize(
    ("second", "kind"),
    [
        (_line("where is my refund for the blue dress please", where="b:1"), "near-duplicate"),
        (_line("where is my refund for the blue dress", "return", where="b:1"), "conflict"),
        (_line("where is the person who took my call yesterday", where="b:1"), None),
        (_line("where is not my refund for the blue dress", "out_of_scope", where="b:1"), None),
        (_line("write to lea.martin@gmail.com", where="b:1"), "personal"),
        (_line("ring 06 12 34 56 78", where="b:1"), "personal"),
        (_line("card 4111 1111 1111 1111", where="b:1"), "personal"),
    ],
)
def test_a_finding_names_its_kind_and_place(second: Line, kind: str | None) -> None:
    first = _line("where is my refund for the blue dress")
    found = lint.lint([first, second], {"a:1": 0, "b:1": 1})

    assert [each.kind for each in found] == ([kind] if kind else [])
    assert all("dress" not in str(each) and "b:1" in str(each) for each in found)
