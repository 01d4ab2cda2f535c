"""Exceptions in a conversation: once a day, before answers, questions and acknowledgements, in no grave moment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import Conversation
from chalicelib.decision.active_bulletins import TOLD_KEPT, TOLD_MS, remembered
from chalicelib.decision.decide import decide
from chalicelib.model import Ask, Decision, Greet, Millis, Reply, Ticket, Urgency
from chalicelib.playbook.bulletin import Bulletin
from tests.unit.decision.views import HEAD, NOW, PLAYBOOK, classified, view
from tests.unit.playbook.test_bulletin import STRIKE, exception

WORDS = exception().texts["fr"]


def decided(
    *made: Bulletin, whole: Any = None, text: str = "Quels sont vos horaires le samedi ?", **more: Any
) -> Decision:
    playbook = replace(PLAYBOOK, bulletins=made)
    return decide(view(whole, text, **{"playbook": playbook, "timer_fired": True, "kept": {"normal": 60}} | more))


def test_it_stands_before_an_answer_and_the_decision_says_which() -> None:
    decision = decided(exception())

    assert isinstance(decision, Reply)
    assert WORDS in decision.text
    assert decision.exception_ids == ("x1",)


def test_it_stands_before_a_question_back() -> None:
    decision = decided(exception(), whole=classified("order_status"), text="Où est mon colis ?")

    assert isinstance(decision, Ask)
    assert WORDS in decision.text
    assert decision.exception_ids == ("x1",)


def test_it_stands_before_an_acknowledgement() -> None:
    decision = decided(exception(), whole=classified(None), text="Vous vendez des lamas ?")

    assert isinstance(decision, Ticket)
    assert WORDS in decision.acknowledge
    assert decision.exception_ids == ("x1",)


def test_who_writes_english_reads_it_in_english() -> None:
    decision = decided(
        exception(), whole=classified(language="en"), text="When are you open on Saturday?", head={"language": "en"}
    )

    assert isinstance(decision, Reply)
    assert exception().texts["en"] in decision.text


@pytest.mark.parametrize("hours", [0, 23])
def test_it_is_read_once_in_a_day(hours: int) -> None:
    told = (f"{NOW - hours * 3_600_000} x1",)
    decision = decided(exception(begins_at=Millis(NOW - TOLD_MS)), head={"heard": told})

    assert isinstance(decision, Reply)
    assert WORDS not in decision.text
    assert decision.exception_ids == ()


def test_it_is_read_again_the_day_after_and_another_one_at_once() -> None:
    told = (f"{NOW - TOLD_MS} x1", f"{NOW} x9")
    decision = decided(exception(begins_at=Millis(NOW - TOLD_MS)), head={"heard": told})

    assert decision.exception_ids == ("x1",)


@pytest.mark.parametrize(
    "text", ["Votre bougie a pris feu et ma fille est brûlée", "Mon avocat vous écrira", "Mon compte a été piraté"]
)
def test_a_grave_moment_carries_none(text: str) -> None:
    decision = decided(exception(), whole=classified(None, urgency=Urgency.CRITICAL), text=text)

    assert isinstance(decision, Ticket)
    assert decision.acknowledge
    assert WORDS not in decision.acknowledge


def test_what_it_silences_goes_to_a_person_who_is_offered_no_usual_words() -> None:
    decision = decided(exception(intents=("opening_hours",), person_only=True))

    assert isinstance(decision, Ticket)
    assert decision.reason == "exception"
    assert (decision.suggestion, decision.suggested_intent) == ("", "")
    assert WORDS in decision.acknowledge


def test_a_guess_that_it_silences_is_offered_no_usual_words_either() -> None:
    unsure = classified(None, guess="opening_hours", probability=0.9, out_of_scope=False)

    usual, silenced = (
        decided(whole=unsure),
        decided(exception(intents=("opening_hours",), person_only=True), whole=unsure),
    )

    assert isinstance(usual, Ticket)
    assert usual.suggestion
    assert isinstance(silenced, Ticket)
    assert silenced.suggestion == ""


def test_without_words_in_their_language_a_person_answers() -> None:
    decision = decided(exception(texts={"en": STRIKE["en"]}))

    assert isinstance(decision, Ticket)
    assert decision.reason == "exception"


@pytest.mark.parametrize(
    "changes",
    [
        {"intents": ("return",)},
        {"channels": ("whatsapp",)},
        {"ends_at": NOW},
        {"begins_at": Millis(NOW + 1)},
        {"ended_at": Millis(NOW - 1), "ended_by": "U0LEA"},
    ],
)
def test_one_that_is_about_something_else_or_over_changes_nothing(changes: dict[str, Any]) -> None:
    assert decided(exception(**changes)) == decided()


def test_several_that_hold_stand_one_after_the_other_the_oldest_first() -> None:
    later = exception(bulletin_id="x2", texts={"fr": "Le site est en panne."}, made_at=Millis(NOW + 1))
    decision = decided(later, exception())

    assert isinstance(decision, Reply)
    assert decision.text.index(WORDS) < decision.text.index("Le site est en panne.")
    assert decision.exception_ids == ("x1", "x2")


def test_a_welcome_names_no_subject_that_is_silenced() -> None:
    def named(*made: Bulletin) -> tuple[str, ...]:
        decision = decided(*made, whole=classified(None), text="Bonjour")
        assert isinstance(decision, Greet)
        return decision.menu

    assert "order_status" in named()
    assert "order_status" not in named(exception(intents=("order_status",), person_only=True))


def test_the_head_keeps_a_few_of_the_last_day() -> None:
    head: Conversation = replace(HEAD, heard=(f"{NOW - TOLD_MS} old", f"{NOW - 1} x0"))

    assert remembered(head, ["x1"], NOW) == (f"{NOW - 1} x0", f"{NOW} x1")
    assert len(remembered(head, [f"x{n}" for n in range(20)], NOW)) == TOLD_KEPT
