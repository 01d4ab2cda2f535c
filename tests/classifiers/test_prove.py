"""Bounds are proved on messages that did not choose them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from classifiers import prove
from classifiers.prove import NEVER_SURE, Scored


def _row(probability: float, *, right: bool = True, fold: int = 0, eligible: bool = True) -> Scored:
    row = Scored(
        text="", language="fr", intent="refund", guess="refund", probability=probability, energy=0.0, danger=0.0,
        eligible=eligible, fold=fold,
    )  # fmt: skip
    return replace(row, intent="refund" if right else "return")


@pytest.mark.parametrize(("wrong", "accepted"), [(0, 114), (1, 194)])
def test_ninety_eight_percent_needs_as_many_as_the_books_say(wrong: int, accepted: int) -> None:
    assert prove.needed(wrong, 0.98) == accepted


def test_the_bound_is_the_smallest_that_reaches_the_target() -> None:
    rows = [_row(0.9 + i / 10_000) for i in range(500)] + [_row(0.5, right=False) for _ in range(100)]

    assert prove.choose(rows, 0.98) == pytest.approx(0.9)


def test_equal_probabilities_stand_or_fall_together() -> None:
    rows = [_row(0.9) for _ in range(200)] + [_row(0.9, right=False) for _ in range(50)]

    assert prove.choose(rows, 0.98) == NEVER_SURE


def test_an_out_of_scope_message_that_would_be_answered_is_an_error() -> None:
    rows = [_row(0.9) for _ in range(150)] + [replace(_row(0.99), intent="out_of_scope") for _ in range(20)]

    assert prove.accepted_at(rows, 0.8).wrong == 20


def test_what_the_verdict_keeps_silent_is_not_accepted() -> None:
    assert prove.accepted_at([_row(0.99, eligible=False)], 0.5).accepted == 0


def test_too_few_messages_prove_nothing_and_say_how_many_are_missing() -> None:
    proof = prove.prove([_row(0.99, fold=i % 3) for i in range(60)], 0.98)

    assert not proof.proved
    assert prove.words_for(proof, 0.98) == "not yet: 60 of 114"


def test_what_two_folds_are_too_few_to_choose_by_a_bound_all_three_may_prove() -> None:
    rows = [_row(0.99, fold=i % 3) for i in range(130)] + [_row(0.6, right=False, fold=i % 3) for i in range(9)]

    proof = prove.prove(rows, 0.98)

    assert proof.proved
    assert proof.verified == prove.Count(130, 0)


def test_an_intent_of_few_messages_that_is_wrong_too_often_is_rarely_proved() -> None:
    rng = random.Random(3)

    def proved(count: int) -> bool:
        rows = [_row(0.86 + rng.random() / 8, right=rng.random() < 0.97, fold=i % 3) for i in range(count)]
        return prove.prove(rows, 0.98).proved

    assert sum(proved(count) for count in (120, 140, 160, 200) for _ in range(25)) <= 10  # one in ten, as promised


def test_enough_right_messages_are_proved() -> None:
    proof = prove.prove([_row(0.99, fold=i % 3) for i in range(600)], 0.98)

    assert proof.proved
    assert proof.verified == prove.Count(600, 0)
    assert prove.words_for(proof, 0.98) == "proved"


def test_a_promise_of_two_percent_is_kept_on_fresh_messages() -> None:
    rng = random.Random(1)

    def drawn(count: int) -> list[Scored]:
        found = []
        for i in range(count):
            probability = rng.random()
            found.append(_row(probability, right=rng.random() < 0.5 + probability / 2, fold=i % 3))
        return found

    broken = 0
    for _ in range(5):
        proof = prove.prove(drawn(2000), 0.98)
        fresh = prove.accepted_at(drawn(5_000), proof.bound)
        broken += proof.proved and fresh.precision < 0.975
    assert broken == 0


def _mail(intent: str, probability: float, *, right: bool, fold: int) -> Scored:
    return replace(_row(probability, fold=fold), guess=intent, intent=intent if right else "out_of_scope")


def test_no_intent_is_proved_by_the_messages_of_another() -> None:
    plenty = [_mail("good", 0.99, right=True, fold=at % 3) for at in range(3000)]
    few = [_mail("few", 0.99, right=True, fold=at % 3) for at in range(60)]
    elsewhere = [replace(row, language="en", guess="few", intent="few") for row in plenty]
    bounds = prove.bounds_of([*plenty, *few, *elsewhere], ["en", "fr"], ["few", "good"], {})

    assert bounds["fr"]["good"].proved
    assert bounds["en"]["few"].proved
    assert not bounds["fr"]["few"].proved
    assert prove.words_for(bounds["fr"]["few"], 0.98).startswith("not yet: ")


def test_an_answer_to_a_state_that_it_does_not_serve_is_an_error() -> None:
    rows = [_row(0.9) for _ in range(150)] + [replace(_row(0.99), state="overdue", served=False) for _ in range(20)]

    assert prove.accepted_at(rows, 0.8).wrong == 20


def test_no_bound_is_lower_than_where_situations_are_answered_right() -> None:
    sentences = [_row(0.86 + at / 10_000, fold=at % 3) for at in range(1200)]
    late = [replace(_row(0.93, fold=at % 3), state="overdue", served=False) for at in range(30)]
    first = [replace(_row(0.95 + at / 10_000, fold=at % 3), state="first_question") for at in range(100)]
    found = prove.bounds_of([*sentences, *late, *first], ["fr"], ["refund"], {})["fr"]["refund"]

    assert found.proved
    assert found.bound >= 0.95


def test_an_intent_without_a_line_of_its_own_in_a_language_is_not_answered_there() -> None:
    fr = [replace(_row(0.99, fold=at % 3), language="fr") for at in range(400)]
    en = [replace(row, language="en", intent="hours", guess="hours") for row in fr]

    found = prove.bounds_of([*fr, *en], ["en", "fr"], ["hours", "refund"], {})

    assert found["fr"]["refund"].proved
    assert found["en"]["hours"].proved
    assert not found["fr"]["hours"].proved
    assert prove.words_for(found["fr"]["hours"], 0.98) == "not yet: 0 of 114"


def test_a_target_near_one_is_counted_in_no_time() -> None:
    assert prove.needed(0, 0.999999) > 2_000_000
