"""A greeting is greeted once and never over a question; its numbers work; it never becomes work for anybody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.triage.load_bundle import load
from chalicelib.workspaces.slack import actions

from .invariants import Ledger, broken
from .paths import (
    HOURS,
    NUMBER,
    ODD,
    PERSON,
    natively,
    order_known,
    presses,
    says,
    stops,
    trouble,
    writes_reply,
)
from .platforms import GRAPH_REFUSED
from .world import START, Step, World

SUNDAY = 4 * 24 * 3_600_000  # after START, a Wednesday
HOUR = 3_600_000
DAY = 24 * HOUR


def tickets(world: World) -> list[dict[str, Any]]:
    return [item for (_, sk), item in Ledger(world).plain.items() if sk == "ticket"]


def said(world: World, channel: str = "whatsapp") -> list[str]:
    return [each.text for each in getattr(world, channel).said]


def pressed(payload: str = "GET_STARTED", title: str = "Démarrer", **more: Any) -> Step:
    """A customer presses Messenger's Get started."""
    who = {"sender": {"id": PERSON}, "recipient": {"id": "2001"}}
    postback = {"mid": "m_start", "title": title, "payload": payload, **more}
    return Step(lambda world: world.messenger._item({**who, "postback": postback}), name="get started")


def from_ad(text: str, headline: str = "La robe Alba", wait_ms: int = 0) -> Step:
    """A customer comes from an advertisement on WhatsApp."""
    content = {"type": "text", "text": {"body": text}, "referral": {"source_type": "ad", "headline": headline}}
    return Step(lambda world: world.whatsapp.deliver("wamid.AD", PERSON, content), wait_ms=wait_ms, name="ad")


@pytest.mark.parametrize(
    "text", ["Bonjour", "Bonsoir 👋", "Hi there!", "Bonjour 👋", "bonjour maison lune", "J'ai une question"]
)
@pytest.mark.parametrize("channel", ["whatsapp", "messenger", "x"])
def test_a_typed_greeting_is_welcomed_after_eight_seconds(channel: str, text: str) -> None:
    world = World().run(says(channel, text))
    [welcome] = getattr(world, channel).said

    assert 8_000 <= welcome.at - START <= 10_000
    assert "IA de Maison Lune" in welcome.text or "Maison Lune's AI assistant" in welcome.text
    assert tickets(world) == []
    assert broken(world, [text]) == []


def test_the_welcome_says_who_speaks_and_at_most_three_things_that_work_the_last_one_a_person() -> None:
    [welcome] = said(World().run(says("x", "Bonjour")), "x")

    assert welcome.replace("\u00a0", " ").replace("\u202f", " ") == (
        "Bonjour, je suis l’assistant IA de Maison Lune. Que puis-je faire pour vous ?\n\n"
        "Répondez 1 pour suivre une commande, 2 pour un retour, 3 pour une personne, ou posez votre question."
    )


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("Bonsoir 👋", "Bonsoir Léa, je suis"),
        ("Hi there!", "Hello Léa, I'm"),
        ("Good evening", "Good evening Léa, I'm"),
    ],
)
def test_a_greeting_is_answered_in_kind(text: str, begins: str) -> None:
    assert said(World().run(says("whatsapp", text)))[0].startswith(begins)


def test_out_of_hours_the_welcome_says_when_the_team_is_back() -> None:
    [welcome] = said(World().run(says("whatsapp", "Bonjour", wait_ms=SUNDAY)))

    assert "L’équipe est de retour demain à 9" in welcome
    assert "En attendant, que puis-je faire" in welcome


@pytest.mark.parametrize("title", ["Démarrer", "Get Started", "C'est parti"])
def test_get_started_is_welcomed_within_three_seconds(title: str) -> None:
    world = World().run(pressed(title=title))
    [welcome] = world.messenger.said

    assert welcome.at - START <= 3_000
    assert tickets(world) == []


@pytest.mark.parametrize(
    "text",
    [
        "Puis-je en savoir plus à ce sujet ?",
        "Can I get more info on this?",
        "Bonjour ! Puis-je en savoir plus à ce sujet ?",
    ],
)
def test_an_advertisements_opener_is_welcomed_within_three_seconds_and_its_product_named(text: str) -> None:
    world = World().run(from_ad(text))
    [welcome] = world.whatsapp.said

    assert welcome.at - START <= 3_000
    assert "La robe Alba" in welcome.text
    assert tickets(world) == []


def test_a_messenger_ad_is_named_as_well() -> None:
    referral = {"source": "ADS", "ad_id": "1", "ads_context_data": {"ad_title": "Soldes d'hiver"}}

    [welcome] = said(World().run(pressed(referral=referral)), "messenger")

    assert "Soldes d'hiver" in welcome


def test_an_opener_without_its_advertisement_is_welcomed_too() -> None:
    world = World().run(says("whatsapp", "Can I get more info on this?"))

    assert "What can I do for you?" in said(world)[0]
    assert world.whatsapp.said[0].at - START <= 3_000


@pytest.mark.parametrize("first", ["Bonjour", "Bonsoir 👋"])
def test_a_greeting_and_the_question_six_seconds_later_get_one_answer_and_no_menu(first: str) -> None:
    world = World().run(says("whatsapp", first), says("whatsapp", HOURS, wait_ms=6_000))
    [answer] = said(world)

    assert "samedi" in answer
    assert "Répondez 1" not in answer
    assert broken(world, [first, HOURS]) == []


def test_each_line_waits_again_and_twenty_seconds_at_most() -> None:
    lines = ["Bonjour", "Bonjour à vous", "J'espère que vous allez bien", "Coucou"]
    world = World().run(*(says("whatsapp", text, wait_ms=6_000 if number else 0) for number, text in enumerate(lines)))
    [welcome] = world.whatsapp.said

    assert 20_000 <= welcome.at - START <= 22_000


def test_nobody_is_welcomed_twice_in_a_day() -> None:
    world = World().run(says("whatsapp", "Bonjour"), says("whatsapp", "Bonjour", wait_ms=HOUR))
    assert len(said(world)) == 1
    assert tickets(world) == []

    world.run(says("whatsapp", "Bonjour 👋", wait_ms=DAY))
    assert len(said(world)) == 2


def test_a_welcome_that_is_refused_is_nobodys_work_and_the_next_greeting_is_welcomed() -> None:
    world = World()
    trouble("whatsapp", GRAPH_REFUSED)(world)
    world.run(says("whatsapp", "Bonjour"), says("whatsapp", "Bonjour ?", wait_ms=HOUR))

    assert tickets(world) == []
    assert len(said(world)) == 1


@pytest.mark.parametrize("text", ["Bonjour", "Hi there!"])
def test_nobody_is_greeted_in_public(text: str) -> None:
    world = World().run(Step(lambda world: world.x.writes("44", f"@maison {text}", public=True)))

    assert world.x.said == []
    assert tickets(world) == []


def test_a_stopped_bot_is_silent_and_nobody_gets_a_ticket() -> None:
    world = World().run(stops(0), says("whatsapp", "Bonjour", wait_ms=1_000))

    assert said(world) == []
    assert tickets(world) == []


def test_a_stop_while_the_welcome_waits_silences_it() -> None:
    world = World().run(says("whatsapp", "Bonjour"), stops(3_000))

    assert said(world) == []
    assert tickets(world) == []


def test_with_an_open_ticket_a_greeting_is_the_agents_and_a_pressed_button_nobodys() -> None:
    world = World().run(says("whatsapp", ODD), says("whatsapp", "Bonjour ?", wait_ms=HOUR))
    [ticket] = tickets(world)

    assert len(said(world)) == 1  # the acknowledgement
    assert ticket["messages"] == 2


def test_after_a_person_in_the_platforms_own_app_nobody_is_greeted() -> None:
    world = World().run(
        says("messenger", HOURS),
        natively("messenger", "Bonjour, 10 h. zz", 1_000),
        says("messenger", "Bonjour", wait_ms=HOUR),
    )

    assert said(world, "messenger") == []
    assert tickets(world) == []


# --- the numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize("digit", ["1", "1.", "1️⃣", "le 1", "1 svp"])
def test_the_first_number_asks_for_the_order_and_looks_it_up(digit: str) -> None:
    world = World()
    order_known(world)
    world.run(
        says("whatsapp", "Bonjour"),
        says("whatsapp", digit, wait_ms=60_000),
        says("whatsapp", NUMBER, wait_ms=60_000),
    )

    assert "Quel est votre numéro de commande" in said(world)[1]
    assert "ML123456 est en route" in said(world)[2]
    assert tickets(world) == []


def test_the_second_number_is_answered_at_once() -> None:
    world = World().run(says("whatsapp", "Bonjour"), says("whatsapp", "2", wait_ms=60_000))

    assert len(said(world)) == 2
    assert tickets(world) == []


@pytest.mark.parametrize("digit", ["3", "Le 3 svp", "trois"])
def test_the_last_number_is_a_person(digit: str) -> None:
    world = World().run(says("whatsapp", "Bonjour"), says("whatsapp", digit, wait_ms=60_000))

    assert [ticket["reason"] for ticket in tickets(world)] == ["asked_for_human"]


def test_a_number_chooses_after_a_question_as_well() -> None:
    world = World().run(
        says("whatsapp", "Bonjour"),
        says("whatsapp", HOURS, wait_ms=60_000),
        says("whatsapp", "3", wait_ms=60_000),
    )

    assert [ticket["reason"] for ticket in tickets(world)] == ["asked_for_human"]


def test_who_chose_one_number_may_choose_another() -> None:
    world = World()
    order_known(world)
    world.run(
        says("messenger", "Bonjour"),
        says("messenger", "2", wait_ms=60_000),
        says("messenger", "1", wait_ms=60_000),
        says("messenger", NUMBER, wait_ms=60_000),
    )
    assert "Quel est votre numéro de commande" in said(world, "messenger")[2]
    assert "ML123456 est en route" in said(world, "messenger")[3]
    assert tickets(world) == []

    world.run(says("messenger", "3", wait_ms=60_000))
    assert [ticket["reason"] for ticket in tickets(world)] == ["asked_for_human"]


def test_beside_a_ticket_the_number_of_a_person_is_a_wish_for_one() -> None:
    world = World().run(
        says("whatsapp", "Bonjour"),
        says("whatsapp", ODD, wait_ms=60_000),
        says("whatsapp", "3", wait_ms=60_000),
    )
    [ticket] = tickets(world)

    assert ticket["grave"]
    assert ticket["priority"] == "high"
    assert len(said(world)) == 2  # the welcome and the acknowledgement


def test_a_number_chooses_for_a_day_and_no_longer() -> None:
    world = World().run(says("whatsapp", "Bonjour"), says("whatsapp", "3", wait_ms=DAY + HOUR))

    assert [ticket["reason"] for ticket in tickets(world)] == ["out_of_scope"]


def test_a_stopped_subject_is_not_offered() -> None:
    world = World()
    world.table.switch("intent:order_status", stopped=True)

    [welcome] = said(world.run(says("x", "Bonjour")), "x")

    assert "Répondez 1 pour un retour" in welcome


def test_what_an_agent_says_ends_the_choices() -> None:
    world = World().run(
        says("messenger", "Bonjour"),
        says("messenger", ODD, wait_ms=60_000),
        *writes_reply("Oui, en rose aussi. zz"),
        presses(actions.CLOSE, 60_000),
        says("messenger", "1", wait_ms=60_000),
    )

    assert len(tickets(world)) == 2


# --- STOP -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop !",
        "Arrêt",
        "ARRET",
        "désabonner",
        "Désinscrire.",
        "UNSUBSCRIBE",
        "Stop 🙏",
        "me désabonner",
        "opt out",
    ],
)
@pytest.mark.parametrize("channel", ["whatsapp", "messenger", "x"])
def test_stop_is_confirmed_once_and_what_is_written_later_goes_to_a_person(channel: str, text: str) -> None:
    world = World().run(says(channel, text), says(channel, text, wait_ms=HOUR))
    [confirmed] = said(world, channel)

    assert "plus de message automatique" in confirmed or "no more automatic messages" in confirmed
    assert tickets(world) == []

    world.run(says(channel, HOURS, wait_ms=HOUR))
    assert [ticket["reason"] for ticket in tickets(world)] == ["opted_out"]
    assert len(said(world, channel)) == 1


def test_stop_holds_on_its_own_channel_only() -> None:
    world = World().run(
        says("whatsapp", "STOP"), says("messenger", HOURS, wait_ms=60_000), says("whatsapp", HOURS, wait_ms=60_000)
    )

    assert len(said(world)) == 1
    assert len(said(world, "messenger")) == 1


@pytest.mark.parametrize("text", ["START", "reprendre", "Reprendre svp !"])
def test_start_undoes_it(text: str) -> None:
    world = World().run(
        says("whatsapp", "STOP"), says("whatsapp", text, wait_ms=60_000), says("whatsapp", HOURS, wait_ms=60_000)
    )

    assert "peut de nouveau vous répondre" in said(world)[1]
    assert "samedi" in said(world)[2]
    assert tickets(world) == []


def test_an_open_ticket_stays_open_and_says_it() -> None:
    world = World().run(says("whatsapp", ODD), says("whatsapp", "stop", wait_ms=60_000))
    [ticket] = tickets(world)
    shown = json.dumps(list(world.slack.messages.values()), ensure_ascii=False)

    assert ticket["state"] == "open"
    assert "ne veut plus de messages automatiques ici" in shown
    assert "plus de message automatique" in said(world)[-1]


def test_a_question_beside_stop_goes_to_a_person() -> None:
    world = World().run(says("whatsapp", HOURS), says("whatsapp", "STOP", wait_ms=1_000))

    assert len(said(world)) == 1
    assert [ticket["reason"] for ticket in tickets(world)] == ["opted_out"]


@pytest.mark.parametrize("text", ["arrêtez ma commande", "Stop ! ça fait trois fois que je vous écris", "stop ?"])
def test_more_than_the_word_is_no_opt_out(text: str) -> None:
    world = World().run(says("whatsapp", text), says("whatsapp", HOURS, wait_ms=0))
    heads = [item for (_, sk), item in Ledger(world).plain.items() if sk == "head"]

    assert [head for head in heads if head.get("opted_out")] == []
    assert not any("plus de message automatique" in text for text in said(world))


def test_the_platforms_own_opt_out_is_silent_and_for_its_own_address() -> None:
    world = World().run(
        Step(lambda world: world.whatsapp.writes(PERSON, "merci")),
        Step(lambda world: world.whatsapp.prefers(PERSON, "stop"), wait_ms=60_000),
        says("whatsapp", HOURS, wait_ms=60_000),
    )

    assert said(world) == []
    assert [ticket["reason"] for ticket in tickets(world)] == ["opted_out"]


def test_a_start_is_confirmed_in_the_language_of_the_stop() -> None:
    """The shipped detector takes START alone for English."""
    world = World()
    world.scorer = load()
    world.run(says("whatsapp", "STOP"), says("whatsapp", "START", wait_ms=10_000))

    assert [one.text[:11] for one in world.whatsapp.said] == ["C’est noté\u00a0", "C’est noté\u00a0"]
