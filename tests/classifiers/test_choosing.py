"""The cuts of the choices: what is chosen is what run time does, and it is proved on groups it was not chosen on."""

from __future__ import annotations

import numpy as np

from chalicelib.triage.choices import choices_of
from chalicelib.triage.reading import Reading
from chalicelib.triage.stages import OUT_OF_SCOPE, SIGNALS, STATES
from classifiers.choosing import _CUTS, Candidate, _asked, choosing_of
from classifiers.situations import AUTHOR_GROUPS, OWN

LABELS = ("refund", "return", "invoice", "complaint", OUT_OF_SCOPE)


def candidates(count: int, *, noise: float, seed: int = 1, served_logit: float = 4.0) -> list[Candidate]:
    """Messages whose labels' logits are the truth plus `noise`."""
    dice = np.random.default_rng(seed)
    out = []
    for number in range(count):
        truth = int(dice.choice(5, p=(0.4, 0.3, 0.2, 0.05, 0.05)))
        logits = dice.normal(0, noise, 5)
        logits[truth] += 5
        raised = np.exp(logits - logits.max())
        reading = Reading(
            best=LABELS[int(logits.argmax())],
            second="",
            margin=0.0,
            energy=0.0,
            leads=(0.0, 0.0),
            served_logit=served_logit,
            upset=0.0,
            pleased=0.0,
            states=np.zeros(len(STATES), np.float32),
            signals=np.zeros(len(SIGNALS), np.float32),
            likely=(raised / raised.sum()).astype(np.float32),
        )
        out.append(Candidate(reading, LABELS[truth], "", number % 3, AUTHOR_GROUPS if number % 2 else OWN))
    return out


def test_all_at_once_is_what_run_time_says_of_each() -> None:
    rows = candidates(300, noise=3.0)
    likely = np.stack([row.reading.likely for row in rows])
    for cut in _CUTS[::7]:
        found = _asked(cut, likely, np.full(len(rows), 4.0), rows, LABELS)
        said = [choices_of(row.reading.likely, row.reading.served_logit, LABELS, cut) for row in rows]
        assert found.asked.tolist() == [bool(names) for names in said]
        assert all(
            right == (row.intent in names)
            for row, names, right in zip(rows, said, found.right.tolist(), strict=True)
            if names
        )


def test_the_true_subject_is_among_the_choices_as_often_as_is_promised_on_other_messages() -> None:
    found = choosing_of(candidates(3_000, noise=2.0), LABELS)
    new = candidates(3_000, noise=2.0, seed=2)
    asked = [(row, choices_of(row.reading.likely, row.reading.served_logit, LABELS, found.cut)) for row in new]
    asked = [(row, names) for row, names in asked if names]

    assert found.cut.proved
    assert found.verified.lower >= 0.95
    assert len(asked) > 1_000
    assert sum(row.intent in names for row, names in asked) / len(asked) >= 0.945


def test_too_few_or_too_unclear_messages_prove_nothing_and_say_how_many_are_missing() -> None:
    few = choosing_of(candidates(20, noise=2.0), LABELS)
    unclear = choosing_of(candidates(600, noise=40.0), LABELS)

    assert (few.cut.proved, unclear.cut.proved) == (False, False)
    assert few.cut.proof.startswith("not yet: ")


def test_a_state_that_needs_a_person_is_a_miss() -> None:
    rows = [
        Candidate(row.reading, row.intent, "already_tried" if number % 4 == 0 else "", row.fold, row.source)
        for number, row in enumerate(candidates(1_200, noise=2.0))
    ]

    assert not choosing_of(rows, LABELS).cut.proved
