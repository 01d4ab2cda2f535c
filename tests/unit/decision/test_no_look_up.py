"""A brand without a shop to ask: nobody is asked for a number in vain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.decision.decide import decide
from chalicelib.model import Ask, Reply, Ticket

from .views import PLAYBOOK, classified, view

ALONE = replace(PLAYBOOK, can_look_up=False)
ORDER = classified("order_status", danger=0.0)


@pytest.mark.parametrize("text", ["Où est mon colis ?", "Où est mon colis ML123456 ?"])
def test_a_question_that_needs_a_look_up_becomes_a_ticket_at_once(text: str) -> None:
    found = decide(view(ORDER, text, playbook=ALONE))

    assert isinstance(found, Ticket)
    assert found.reason == "no_look_up"
    assert found.intent == "order_status"


def test_the_agent_is_given_the_question_as_a_suggestion() -> None:
    found = decide(view(ORDER, "Où est mon colis ?", playbook=ALONE))

    assert isinstance(found, Ticket)
    assert "numéro de commande" in found.suggestion


def test_a_shop_that_is_connected_is_asked_as_before() -> None:
    assert isinstance(decide(view(ORDER, "Où est mon colis ?")), Ask)


def test_what_needs_no_look_up_is_answered_as_before() -> None:
    assert isinstance(decide(view(classified(danger=0.0), playbook=ALONE)), Reply)
