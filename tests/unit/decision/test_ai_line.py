"""Each automatic message says that an AI assistant sends it: in full at first, shortly after, in full again at need."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.decision.decide import decide
from chalicelib.model import Ask, Autonomy, Reply, Ticket
from tests.unit.decision.views import NOW, TOLD, classified, view

FULL = "Réponse de l’assistant IA de Maison Lune. Pour parler à une personne, écrivez «\u00a0conseiller\u00a0»."
HOUR = 3_600_000
SUNDAY = NOW + 4 * 24 * HOUR
LATELY = {"disclosed_at": NOW - HOUR, "disclosed_to": TOLD}


def said(**more: Any) -> str:
    decision = decide(view(**more))
    assert isinstance(decision, Reply | Ask)
    return decision.text


@pytest.mark.parametrize(
    ("head", "more"),
    [
        ({}, {}),  # first
        ({"disclosed_at": NOW - 24 * HOUR, "disclosed_to": TOLD}, {}),
        (LATELY, {"channel": "whatsapp"}),  # told on another channel
        ({"disclosed_at": NOW - HOUR, "disclosed_to": ""}, {}),  # a person spoke since
    ],
)
def test_the_ai_line_is_said_in_full(head: dict[str, Any], more: dict[str, Any]) -> None:
    assert said(head=head, **more).splitlines()[-1] == FULL


@pytest.mark.parametrize("hours", [0, 1, 23])
def test_the_ai_line_is_a_short_mark_within_24_hours(hours: int) -> None:
    words = said(head={"disclosed_at": NOW - hours * HOUR - 1, "disclosed_to": TOLD})

    assert words.splitlines()[-1] == "(Assistant IA)"
    assert "conseiller" not in words


def test_the_answer_comes_before_the_ai_line_and_a_first_one_greets() -> None:
    assert said(display_name="Louise Martin").startswith("Bonjour Louise,\n\nNos deux boutiques")
    assert said(head=LATELY).startswith("Nos deux boutiques")
    assert said(head=LATELY | {"disclosed_to": ""}).startswith("Nos deux boutiques"), "a person spoke an hour ago"


def test_a_question_back_is_a_first_automatic_message_too() -> None:
    order = classified("order_status")

    assert decide(view(order, "Où est mon colis ?")).text.endswith(FULL)  # type: ignore[union-attr]  # an Ask
    assert decide(view(order, "Où est mon colis ?", head=LATELY)).text.endswith(".\n(Assistant IA)")  # type: ignore[union-attr]


def test_the_ai_line_names_when_people_are_back_while_nobody_is_there() -> None:
    closed = said(staffed=False, now=SUNDAY)

    assert closed.endswith(
        "Pour qu’une personne vous réponde demain dès 9\u00a0h\u00a030, écrivez «\u00a0conseiller\u00a0»."
    )
    english = said(whole=classified(language="en"), staffed=False, now=SUNDAY)
    assert english.endswith("For an answer from a person tomorrow from 9:30 am, write “person”.")


def test_english_is_told_in_english() -> None:
    assert said(whole=classified(language="en")).endswith(
        "\n\nSent by Maison Lune's AI assistant. To talk to a person, write “person”."
    )


def test_public_words_carry_the_brands_mark_each_time_and_no_way_to_a_person() -> None:
    from dataclasses import replace

    from tests.unit.decision.views import PLAYBOOK

    speaking = replace(PLAYBOOK, autonomy=replace(PLAYBOOK.autonomy, public_max=Autonomy.AUTO))
    for head in ({}, LATELY):
        words = said(public=True, playbook=speaking, head=head)
        assert words.endswith(" (Assistant IA de Maison Lune)")
        assert "conseiller" not in words


def test_who_just_asked_for_a_person_is_not_told_how_and_is_told_that_a_machine_says_so() -> None:
    decision = decide(view(classified("human_request", wants_human=True), "Un conseiller svp"))

    assert isinstance(decision, Ticket)
    assert "écrivez" not in decision.acknowledge
    assert decision.acknowledge.endswith("(Assistant IA de Maison Lune)")


def test_what_a_person_is_offered_to_send_carries_no_ai_mark() -> None:
    decision = decide(view(classified("return", sure=False, probability=0.9)))

    assert isinstance(decision, Ticket)
    assert decision.suggestion.startswith("Bonjour,\n\nVous avez 30 jours")
    assert "IA" not in decision.suggestion
