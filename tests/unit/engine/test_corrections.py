"""What is proposed to who corrects an automatic answer: an apology, and the words for what was more likely meant."""

from __future__ import annotations

from chalicelib.engine.corrections import correction
from tests.unit.decision.views import classified, view

SORRY = "nous vous prions de nous en excuser"


def test_an_apology_alone_where_nothing_else_is_heard() -> None:
    text = correction(view(), "opening_hours")

    assert text.startswith("Bonjour")
    assert text.endswith(f"{SORRY}.")


def test_the_words_of_the_subject_that_is_heard_now_follow_without_a_second_greeting() -> None:
    text = correction(view(classified("return")), "opening_hours")

    assert text.index(SORRY) < text.index("point relais")
    assert text.count("Bonjour") == 1


def test_of_two_subjects_that_cannot_be_told_apart_the_other_one_is_proposed() -> None:
    heard = classified("opening_hours", choices=("opening_hours", "return"))

    assert "point relais" in correction(view(heard), "opening_hours")


def test_a_doubtful_guess_and_a_subject_without_words_propose_nothing() -> None:
    assert correction(view(classified("return", probability=0.4)), "opening_hours").endswith(f"{SORRY}.")
    assert correction(view(classified("praise")), "opening_hours").endswith(f"{SORRY}.")
    assert correction(view(classified("order_status")), "opening_hours").endswith(f"{SORRY}.")  # an order is needed
