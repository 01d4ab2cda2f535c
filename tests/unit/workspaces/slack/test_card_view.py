"""A card is five lines, and the rest behind "more": within Slack's limits, and no markup of a customer's."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.contact_card import (
    CardAttribute,
    CardOrder,
    ContactCard,
    Face,
    Offer,
    OpenTicket,
    Promise,
    Reason,
)
from chalicelib.model import ContactId, Millis
from chalicelib.workspaces.slack import actions
from chalicelib.workspaces.slack.actions import Value
from chalicelib.workspaces.slack.blocks import ticket_blocks
from chalicelib.workspaces.slack.card_view import card_view, found_blocks, unite_view
from tests.simulation.world import playbook_of
from tests.unit.workspaces.slack.limits import broken, broken_view
from tests.unit.workspaces.slack.samples import NOW
from tests.unit.workspaces.slack.test_blocks import VIEW

PLAYBOOK = playbook_of("maison-lune")
VALUE = Value(brand="maison-lune", ticket_id="t1", account_id="T0GUICHET/C0MAISON")
LATER = Millis(NOW + 3_600_000)
REASON = Reason("said_order", NOW)
CARD = ContactCard(
    contact_id=ContactId("p1"),
    language="fr",
    time_zone="Europe/Paris",
    now=NOW,
    writes="fr",
    faces=(
        Face(name="Elsa Martin", channels=("whatsapp", "sms")),
        Face(name="elsa.m", channels=("instagram",), tie="linked", mark="m1", reasons=(REASON,), by="U0LEA", at=NOW),
        Face(name="", channels=("messenger",), tie="suggested", mark="m2", reasons=(REASON, Reason("phone", NOW))),
    ),
    tickets=(
        OpenTicket(intent="refund", state="open", assignee="U0LEA", desk_account="T0/C0", desk_ts="1.2"),
        OpenTicket(intent="", state="open", assignee="", desk_account="T0/C0", desk_ts="", linked=True),
    ),
    promise=Promise(LATER, "waits"),
    orders=(CardOrder("ML123456", "shipped"), CardOrder("ML9")),
    attributes=tuple(
        CardAttribute(title=f"Titre {n}", value=f"v{n}", purpose="mieux répondre", until=LATER) for n in range(5)
    ),
)


def titles(channel: str) -> str:
    return channel.title()


def view(card: ContactCard = CARD, **more: Any) -> dict[str, Any]:
    return card_view(card, PLAYBOOK, titles, VALUE, **more)


def text(shown: dict[str, Any]) -> str:
    return json.dumps(shown, ensure_ascii=False)


def test_the_first_five_lines_say_who_what_is_open_what_was_promised_orders_and_attributes() -> None:
    lines = view()["blocks"][0]["text"]["text"].splitlines()

    assert lines[0].startswith("*Elsa Martin* (Whatsapp, Sms) · *elsa.m* (Instagram) (liée) · ")
    assert lines[1].startswith("Demandes ouvertes")
    assert "<@U0LEA>" in lines[1]
    assert "encore à tenir" in lines[2]
    assert lines[3] == "Commandes\u00a0: ML123456 expédiée · ML9"
    assert lines[4].endswith("et 2 de plus")
    assert len(lines) == 5
    assert "messenger" not in text(view()).lower()  # who is only suggested is behind "more"


@pytest.mark.parametrize(
    ("kept", "words"),
    [("kept", "tenue"), ("missed", "pas tenue"), ("waits", "encore à tenir"), ("unanswered", "close sans réponse")],
)
def test_the_last_promise_says_whether_it_was_kept(kept: Any, words: str) -> None:
    assert (
        view(replace(CARD, promise=Promise(LATER, kept)))["blocks"][0]["text"]["text"].splitlines()[2].endswith(words)
    )


def test_a_person_of_whom_nothing_is_known_has_five_lines_too() -> None:
    bare = ContactCard(
        contact_id=ContactId("p1"), language="en", time_zone="UTC", now=NOW, faces=(Face(name="", channels=("x",)),)
    )

    assert view(bare)["blocks"][0]["text"]["text"].splitlines() == [
        "X",
        "No open ticket",
        "No promise",
        "No order was named",
        "The brand lets nothing else be known",
    ]


def test_more_shows_who_is_linked_why_and_what_each_attribute_is_for() -> None:
    whole = text(view(whole=True))

    assert "même numéro de commande, écrit" in whole
    assert "Liée par <@U0LEA>" in whole
    assert whole.count("Sert à") == 5
    pressed = [element["action_id"] for block in view(whole=True)["blocks"] for element in block.get("elements", ())]
    assert pressed == [actions.UNLINK, actions.UNITE, actions.SAME_YES, actions.SAME_NO, actions.CARD_LESS]
    assert "Plus (1 à décider)" in text(view())


def test_every_button_names_its_link_and_its_person() -> None:
    held = [
        (element["action_id"], value.mark, value.contact, value.ticket_id)
        for block in view(whole=True)["blocks"]
        for element in block.get("elements", ())
        if (value := actions.decode(element["value"])) is not None
    ]

    assert held[0] == (actions.UNLINK, "m1", "p1", "t1")
    assert held[3] == (actions.SAME_NO, "m2", "p1", "t1")


words = st.text(max_size=400)
faces = st.builds(
    Face,
    name=words,
    channels=st.lists(words, min_size=1, max_size=4).map(tuple),
    tie=st.sampled_from(["own", "linked", "suggested"]),
    mark=st.just("m" * 20),
    reasons=st.lists(st.sampled_from([REASON, Reason("agent", NOW), Reason("conflict", NOW)]), max_size=8).map(tuple),
    by=st.sampled_from(["U0LEA", "rule:same_phone", "<!channel>", ""]),
    at=st.just(NOW),
)
cards = st.builds(
    replace,
    st.just(CARD),
    faces=st.lists(faces, max_size=30).map(tuple),
    orders=st.lists(st.builds(CardOrder, words), max_size=5).map(tuple),
    attributes=st.lists(
        st.builds(CardAttribute, title=words, value=words, purpose=words, until=st.just(LATER)), max_size=20
    ).map(tuple),
)


@given(cards, st.booleans())
def test_whatever_people_are_called_a_card_is_within_slacks_limits_and_calls_nobody(
    card: ContactCard,
    whole: bool,  # noqa: FBT001 - drawn
) -> None:
    shown = view(card, whole=whole)

    assert broken_view(shown) == []
    assert "<!channel>" not in text(shown)


@given(faces)
def test_the_dialog_that_makes_two_one_is_within_slacks_limits(face: Face) -> None:
    assert broken_view(unite_view(CARD, face, titles, VALUE)) == []


def test_who_was_found_is_a_line_with_the_button_that_opens_the_card() -> None:
    (line,) = found_blocks([CARD], PLAYBOOK, titles, VALUE)
    value = actions.decode(line["accessory"]["value"])

    assert value is not None
    assert (line["accessory"]["action_id"], value.contact) == (actions.CARD, "p1")


@given(
    st.lists(
        st.builds(
            Offer,
            mark=st.just("m" * 20),
            channels=st.lists(words, min_size=1, max_size=3).map(tuple),
            reasons=st.just((REASON,)),
        ),
        max_size=5,
    )
)
def test_a_ticket_asks_two_questions_at_most_within_slacks_limits(offers: list[Offer]) -> None:
    blocks = ticket_blocks(replace(VIEW, offers=tuple(offers)))

    assert broken(blocks) == []
    pressed = [
        element["action_id"] for block in blocks for element in block.get("elements", ()) if "action_id" in element
    ]
    assert pressed.count(actions.SAME_YES) == min(2, len(offers))
