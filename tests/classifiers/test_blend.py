"""How two stages become one: the first stage decides alone only where it is as right as an answer must be."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np

from chalicelib.model import State
from chalicelib.triage.reading import read_alone, read_both
from chalicelib.triage.stages import AUXILIARY, HEADS, OUT_OF_SCOPE, SIGNALS, STATES
from classifiers import blend
from classifiers.read import Line

_LABELS = ("invoice", "refund", OUT_OF_SCOPE)
_COLUMNS = len(_LABELS) + len(HEADS)
_STATES_FROM = len(_LABELS) + len(AUXILIARY) + len(SIGNALS)


def _rows(count: int, wrong: float) -> list[blend.Unseen]:
    """Messages on which the first stage is loud, and wrong in a share; the second is nearly always right."""
    rng = random.Random(4)
    rows = []
    for number in range(count):
        intent = _LABELS[number % 2]
        said = _LABELS.index(intent) if rng.random() >= wrong else 1 - _LABELS.index(intent)
        first, second = (np.full(_COLUMNS, -1.0, np.float32) for _ in range(2))
        first[said] = 1.0 + rng.random()
        second[_LABELS.index(intent)] = 3.0 + rng.random()
        rows.append(blend.Unseen(Line("", intent, "en", "a", "b", "h", f"{number}"), first, second))
    return rows


def test_a_first_stage_that_is_right_speaks_alone() -> None:
    found = blend.languages_of(_rows(600, wrong=0.0), [], _LABELS)["en"]

    assert found.blend.gate <= 1.0


def test_a_first_stage_that_is_loud_and_wrong_never_speaks_alone() -> None:
    found = blend.languages_of(_rows(600, wrong=0.05), [], _LABELS)["en"]

    assert found.blend.gate > 1.0
    assert found.joined.first >= 0.0


def test_a_lone_stage_is_calibrated_too() -> None:
    rows = [blend.Unseen(row.line, row.first, None) for row in _rows(600, wrong=0.2)]
    found = blend.languages_of(rows, [], _LABELS)["en"]
    probability = np.mean([found.alone.probability(read_alone(row.first, _LABELS, found.blend, {})) for row in rows])

    assert abs(probability - 0.8) < 0.03


def _told(count: int) -> list[blend.Unseen]:
    """Messages whose subject both stages know, half of them overdue, which the second stage's states tell."""
    rows = []
    for number, row in enumerate(_rows(count, wrong=0.0)):
        state = State.OVERDUE if number % 4 < 2 else State.FIRST_QUESTION
        assert row.second is not None
        row.second[_STATES_FROM + STATES.index(state)] = 2.0
        rows.append(replace(row, state=state))
    return rows


def test_an_answer_to_a_state_that_it_does_not_serve_is_wrong_and_the_state_is_weighed() -> None:
    rows = _told(800)
    found = blend.languages_of(rows, rows, _LABELS)["en"]
    read = [read_both(row.first, row.second, _LABELS, found.blend, {}) for row in rows if row.second is not None]
    probability = [found.joined.probability(each) for each in read]

    assert found.blend.gate > 1.0  # the first stage cannot tell the state: it never speaks alone
    assert found.joined.gate > 0
    assert max(p for p, row in zip(probability, rows, strict=True) if row.state == State.OVERDUE) < 0.3
    assert min(p for p, row in zip(probability, rows, strict=True) if row.state == State.FIRST_QUESTION) > 0.7


def test_who_serves_more_states_is_answered_more() -> None:
    rows = _told(800)
    found = blend.languages_of(rows, rows, _LABELS)["en"]
    late = next(row for row in rows if row.state == State.OVERDUE)
    assert late.second is not None
    serves = {late.line.intent: frozenset({State.FIRST_QUESTION, State.OVERDUE})}
    narrow, wide = (read_both(late.first, late.second, _LABELS, found.blend, each) for each in ({}, serves))

    assert found.joined.probability(narrow) < 0.3
    assert found.joined.probability(wide) > 0.7
