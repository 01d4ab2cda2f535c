"""What was said is remembered with what it was about, for a day: good customers come back and are answered."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.conversation import SAID_MS, PastAnswer
from chalicelib.decision.decide import decide
from chalicelib.model import Decision, Hold, Reply, Ticket
from chalicelib.playbook.fields import find_field
from tests.unit.decision.views import NOW, PLAYBOOK, classified, view

HOUR = 3_600_000
HOURS = classified("opening_hours")
ORDER = classified("order_status")
UNSURE = classified("order_status", sure=False, probability=0.7)
TOLD = PastAnswer("order_status", NOW - 60_000, ("order_number=ML10482",))
OPEN_IN_LYON = PastAnswer("opening_hours", NOW - 60_000, ("town=Lyon",))


def answered(text: str, *said: PastAnswer, whole: Any = ORDER) -> Decision:
    return decide(view(whole, text, head={"said": said}))


@pytest.mark.parametrize(
    "text",
    [
        "et la ML10490 ?",
        "Et ML10490 ?",
        "et pour la commande ML10490 ?",
        "and order ML10490?",
        "what about ML10490?",
    ],
)
@pytest.mark.parametrize("whole", [ORDER, UNSURE, classified(None)])
def test_another_order_is_another_question(text: str, whole: Any) -> None:
    decision = answered(text, TOLD, whole=whole)

    assert isinstance(decision, Hold)
    assert (decision.reason, decision.key) == ("looking_up", "ML10490")


@pytest.mark.parametrize(
    "text", ["où est ma commande ML10482 ?", "Et la ML10482 ?", "ml 10482", "où est ma commande ?"]
)
def test_the_same_order_again_goes_to_a_person(text: str) -> None:
    decision = answered(text, TOLD)

    assert isinstance(decision, Ticket)
    assert decision.reason == "already_said"


@pytest.mark.parametrize(
    "text",
    ["à quelle heure ferme la boutique de Nantes ?", "And the shop in NANTES?", "nantes, vous ouvrez quand ?"],
)
def test_the_hours_of_another_shop_are_said(text: str) -> None:
    assert isinstance(answered(text, OPEN_IN_LYON, whole=HOURS), Reply)
    assert isinstance(answered(text, PastAnswer("opening_hours", NOW - 60_000), whole=HOURS), Reply)


@pytest.mark.parametrize(
    "text", ["vous êtes ouverts à Lyon ?", "et le samedi à LYON ?", "vous fermez à quelle heure ?"]
)
def test_the_hours_of_the_same_shop_are_not_said_twice(text: str) -> None:
    assert answered(text, OPEN_IN_LYON, whole=HOURS).reason == "already_said"


@pytest.mark.parametrize(("ago", "again"), [(HOUR, False), (SAID_MS - 1, False), (SAID_MS, True), (7 * SAID_MS, True)])
def test_a_day_later_it_is_a_new_question(ago: int, *, again: bool) -> None:
    decision = answered(
        "où est ma commande ML10482 ?", PastAnswer("order_status", NOW - ago, ("order_number=ML10482",))
    )
    asked = answered("où est ma commande ?", PastAnswer("order_status", NOW - ago, asked=True))

    assert isinstance(decision, Hold) is again
    assert (asked.reason == "needs_order_number") is again


def test_a_no_a_day_later_is_no_push_back() -> None:
    assert decide(view(classified(None), "non", head={"said": (TOLD,)})).reason == "not_helped"
    yesterday = PastAnswer("order_status", NOW - SAID_MS, ("order_number=ML10482",))
    assert decide(view(classified(None), "non", head={"said": (yesterday,)})).reason != "not_helped"


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("la boutique de Lyon", "Lyon"),
        ("NANTES?", "Nantes"),
        ("lyon ou nantes", None),
        ("Lyonnais", None),
        ("à l'église Saint-Nizier", None),
    ],
)
def test_a_town_is_one_of_the_playbooks_words(text: str, town: str | None) -> None:
    assert find_field(PLAYBOOK, "town", text) == town
