"""What is compared is named: the subject, and the state of the matter, beside what judges find of sent answers."""

from __future__ import annotations

import json
import random
from types import SimpleNamespace
from typing import Any, get_args

import pytest

from chalicelib.engine.counts import sampled
from chalicelib.model import BrandId, Event, MessageId, MessagesShifted, Millis, Shift, ShiftKind, State
from chalicelib.quality import drift
from chalicelib.quality.drift import by_judges, log_ratio, shifts, stability
from chalicelib.store import quality_counters
from chalicelib.store.judged_answers import JudgedAnswer
from chalicelib.workspaces.slack.shift_words import shift_words
from tests.unit.decision.views import NOW, PLAYBOOK, classified
from tests.unit.store.fixtures import PERSON, table

DAY_MS = 86_400_000
CARD = [0.0] * 9 + [1.0]
EVEN = [0.1] * 10
Counts = dict[str, dict[str, dict[str, int]]]


def weeks(intent: str, before: dict[str, int], recent: dict[str, int]) -> Counts:
    """A subject's counts of a day four weeks ago, and of a day last week."""
    then, now = (quality_counters.day_of(Millis(NOW - days * DAY_MS)) for days in (28, 5))
    return {intent: {then: before, now: recent}}


def found(counts: Counts, expected: list[float] = EVEN) -> list[Shift]:
    return [each for each in shifts(counts, "fr", expected, NOW) if each.what != "language"]


def test_a_subject_whose_messages_come_in_another_state_is_named_with_that_state_though_it_is_as_sure() -> None:
    """Probabilities look fine: only what people write has changed."""
    counts = weeks(
        "refund",
        {"p9": 400, "s:first_question": 380, "s:overdue": 20},
        {"p9": 200, "s:first_question": 60, "s:overdue": 140},
    )

    (shift,) = found(counts, CARD)
    assert (shift.what, shift.intent, shift.before, shift.now) in (
        ("state", "refund", 95, 30),
        ("state", "refund", 5, 70),
    )
    assert shifts(counts, "fr", CARD, NOW) == [shift]


def test_a_subject_of_which_the_model_is_less_sure_is_named_while_the_language_as_a_whole_is_as_it_was() -> None:
    counts = weeks("refund", {"p9": 300}, {"p9": 20, "p4": 100}) | weeks("return", {"p9": 5_000}, {"p9": 5_000})

    assert shifts(counts, "fr", CARD, NOW) == [Shift("probability", "fr", "refund", "", 100, 17)]


def test_a_language_that_falls_otherwise_than_on_the_card_is_named() -> None:
    assert shifts(weeks("refund", {}, {"p3": 200}), "fr", CARD, NOW) == [Shift("language", "fr")]


@pytest.mark.parametrize(
    ("before", "recent"),
    [
        ({"p9": 400, "s:overdue": 400}, {"p9": 200, "s:overdue": 200}),
        ({"p9": 190, "s:overdue": 190}, {"p1": 200, "s:part": 200}),  # too little is known of before
        ({"p9": 400, "s:overdue": 400}, {"p1": 90, "s:part": 90}),
        ({"p9": 300, "p8": 100}, {"p9": 130, "p8": 70}),
    ],
)
def test_what_is_alike_or_known_too_little_is_no_shift(before: dict[str, int], recent: dict[str, int]) -> None:
    assert found(weeks("refund", before, recent)) == []


def lines(state: str, right: int, wrong: int) -> list[JudgedAnswer]:
    said = ["right"] * right + ["wrong"] * wrong
    return [
        JudgedAnswer(
            intent="refund",
            place="private",
            language="fr",
            message=f"{state}{number}",
            words="w",
            sample="sent",
            draw="sent",
            number=0,
            at=NOW,
            state=state,
        ).judged({"U0LEA": verdict})
        for number, verdict in enumerate(said)
    ]


def test_the_state_whose_sent_answers_are_wrong_is_named_and_no_other() -> None:
    judged = [*lines("first_question", 30, 0), *lines("follow_up", 3, 2)]

    assert by_judges("refund", judged, 0.98) == [Shift("precision", "", "refund", "follow_up", 98, 60)]
    assert by_judges("refund", lines("first_question", 5, 1), 0.98) == []
    assert by_judges("refund", lines("first_question", 120, 2), 0.98) == []
    assert log_ratio(2, 10, 0.98) > log_ratio(1, 10, 0.98)


def test_one_message_in_eight_is_one_write_with_its_subject_and_state_and_no_word_of_it() -> None:
    here, asked = table(), list[Event]()
    services: Any = SimpleNamespace(
        table=lambda brand: here,
        scorer=lambda brand: SimpleNamespace(expected={"fr": EVEN}),
        clock=lambda: NOW,
        queues=SimpleNamespace(inbox=lambda brand, events, now: asked.extend(events)),
    )
    ids = [MessageId(f"c1.{NOW}.{number:016x}") for number in range(4_000)]
    counted = [each for each in ids if sampled(each)]
    for each in counted:
        drift.note(BrandId("maison-lune"), classified("refund", state=State.OVERDUE), each, PERSON, services)

    assert 430 < len(counted) < 570
    ((part, days),) = quality_counters.parts(here, "language:fr", NOW, 1).items()
    assert (part, days) == ("refund", {quality_counters.day_of(NOW): {"p9": len(counted), "s:overdue": len(counted)}})
    told = {event.event_id: event for event in asked if isinstance(event, MessagesShifted)}
    assert [(event.shift.what, event.shift.language, event.address.person_id) for event in told.values()] == [
        ("language", "fr", "")
    ]  # seen at several looks, reported by one event


@pytest.mark.parametrize("what", get_args(ShiftKind))
def test_the_desk_reads_which_subject_and_state_it_is(what: ShiftKind) -> None:
    said = shift_words(PLAYBOOK, Shift(what, "fr", "refund", "overdue", 5, 70))

    assert ("Remboursement" in said) is (what != "language")
    assert ("délai dépassé" in said) is (what in ("state", "precision"))
    assert "{" not in json.dumps(said)


# --- simulated --------------------------------------------------------------------------------

USUAL = [0.62, 0.08, 0.07, 0.06, 0.04, 0.03, 0.03, 0.03, 0.02, 0.01, 0.005, 0.005]  # shares of the twelve states


def told(dice: random.Random, moved: float, looks: int) -> int:
    """How many looks at the least counts name a shift, where so much of the first state became the second."""
    now = [USUAL[0] - moved, USUAL[1] + moved, *USUAL[2:]]
    return sum(stability(drawn(dice, now, 100), shares(drawn(dice, USUAL, 200))) > drift.LIMIT for _ in range(looks))


def drawn(dice: random.Random, shares_: list[float], count: int) -> list[int]:
    found = dice.choices(range(len(shares_)), shares_, k=count)
    return [found.count(each) for each in range(len(shares_))]


def shares(counts: list[int]) -> list[float]:
    return [each / sum(counts) for each in counts]


def test_messages_that_have_not_changed_are_named_at_few_looks_in_ten_thousand() -> None:
    assert told(random.Random(1), 0.0, 4_000) <= 3


def test_a_state_that_takes_over_is_named_at_every_look_and_half_of_that_at_a_third_of_them() -> None:
    assert told(random.Random(1), 0.4, 300) == 300
    assert told(random.Random(1), 0.2, 300) > 90
