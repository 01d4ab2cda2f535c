"""The choices of a clarifying question: a conformal set of at most two subjects, or none."""

from __future__ import annotations

import numpy as np
import pytest

from chalicelib.triage.choices import Cut, choices_of
from chalicelib.triage.stages import OUT_OF_SCOPE

LABELS = ("refund", "return", "invoice", "complaint", "human_request", OUT_OF_SCOPE)
CUT = Cut(share=0.05, outside=0.02, first=2.0, proved=True)


def choices(*likely: float, served_logit: float = 3.0, cut: Cut = CUT) -> tuple[str, ...]:
    return choices_of(np.array(likely, np.float32), served_logit, LABELS, cut)


@pytest.mark.parametrize(
    ("likely", "names"),
    [
        ((0.3, 0.6, 0.04, 0.04, 0.01, 0.01), ("return", "refund")),  # the likelier first
        ((0.96, 0.01, 0.01, 0.005, 0.005, 0.01), ("refund",)),
        ((0.4, 0.3, 0.28, 0.005, 0.005, 0.01), ()),  # three
        ((0.6, 0.02, 0.02, 0.34, 0.01, 0.01), ()),  # a complaint may be meant
        ((0.6, 0.02, 0.02, 0.01, 0.34, 0.01), ()),
        ((0.5, 0.46, 0.005, 0.005, 0.01, 0.02001), ()),  # or another firm's matter
        ((0.04, 0.04, 0.04, 0.04, 0.04, 0.01), ()),
    ],
)
def test_only_one_or_two_subjects_that_a_bot_may_answer_are_choices(
    likely: tuple[float, ...], names: tuple[str, ...]
) -> None:
    assert choices(*likely) == names


def test_where_the_matter_may_need_a_person_there_are_none() -> None:
    assert choices(0.3, 0.6, 0.04, 0.04, 0.01, 0.01, served_logit=1.9) == ()


def test_a_language_that_was_not_learned_has_none() -> None:
    assert choices(0.96, 0.01, 0.01, 0.005, 0.005, 0.01, cut=Cut()) == ()
