"""Words without an end: read in a moment, heard where they are newest, and never answered by a machine."""

from __future__ import annotations

import time

import pytest

from chalicelib.decision.decide import decide
from chalicelib.decision.input import DecisionInput, readable
from chalicelib.model import TEXT_MOST, Consent, Ticket
from tests.unit.decision.views import QUESTION, classified, view

LONG = "je ne comprends pas pourquoi mon colis n'arrive toujours pas alors qu'il devait être là, " * 112


def flooded(last: str, *, count: int = 5) -> DecisionInput:
    return view(classified(), *[f"{LONG} {number}" for number in range(count)], last)


def test_a_question_behind_more_words_than_are_read_goes_to_a_person_who_gets_them_all() -> None:
    seen = flooded(QUESTION)
    decision = decide(seen)

    assert isinstance(decision, Ticket)
    assert decision.covers == seen.covers


def test_danger_in_the_newest_words_is_heard_behind_any_number_of_others() -> None:
    decision = decide(flooded("mon fils s'est brûlé avec votre bougie, il est à l'hôpital", count=13))

    assert isinstance(decision, Ticket)
    assert decision.priority == "urgent"


def test_stop_is_heard_behind_any_number_of_others() -> None:
    assert isinstance(decide(flooded("STOP")), Consent)


def test_what_one_message_may_have_is_read_whole() -> None:
    seen = view(classified(), "x" * (TEXT_MOST - 100), QUESTION)

    assert readable(seen) is seen


def test_the_newest_words_are_the_ones_that_are_read() -> None:
    seen = view(classified(), "a" * 15_000, "b" * 15_000, "c" * 1_000)

    assert [len(message.text) for message in readable(seen).pending] == [4_000, 15_000, 1_000]


@pytest.mark.parametrize("count", [13, 60])
def test_sixty_long_messages_are_decided_on_as_fast_as_two(count: int) -> None:
    decide(flooded(QUESTION))  # what is compiled at first use is
    began = time.process_time()
    decide(flooded(QUESTION, count=count))

    assert time.process_time() - began < 0.5
