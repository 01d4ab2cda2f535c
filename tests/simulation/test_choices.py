"""The choices of a welcome and of a question as buttons: a press is the number typed, and a stale one is words."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.channels import REGISTRY
from chalicelib.store import items

from .invariants import Ledger, broken
from .paths import HOURS, NUMBER, ODD, PERSON, UNCLEAR, chooses, order_known, says, writes_reply
from .world import Step, World

HOUR = 3_600_000
DAY = 24 * HOUR
BUTTONS = ("whatsapp", "messenger", "instagram", "telegram")
WELCOME = ["Suivre une commande", "Un retour", "Une personne"]


def said(world: World, channel: str) -> list[str]:
    return [each.text for each in getattr(world, channel).said]


def shown(world: World, channel: str, of: int = 0) -> list[str]:
    return [title for title, _ in getattr(world, channel).said[of].buttons]


def tickets(world: World) -> list[dict[str, Any]]:
    return [item for (_, sk), item in Ledger(world).plain.items() if sk == "ticket"]


def written(world: World) -> list[str]:
    items_ = Ledger(world).plain.items()
    return [str(item.get("text")) for (_, sk), item in items_ if sk.startswith("m#") and item["author"] == "customer"]


def forges(channel: str, title: str, payload: str, wait_ms: int = 60_000) -> Step:
    """The customer sends what a press would, with a payload of their own."""
    return Step(lambda world: getattr(world, channel).presses(PERSON, title, payload), wait_ms=wait_ms, name="forged")


@pytest.mark.parametrize("channel", BUTTONS)
def test_the_welcomes_choices_are_buttons_and_the_text_names_no_number(channel: str) -> None:
    world = World().run(says(channel, "Bonjour"))
    [welcome] = said(world, channel)

    assert shown(world, channel) == WELCOME
    assert welcome.endswith("Choisissez ci-dessous, ou posez votre question.")
    assert "1" not in welcome
    assert "IA de Maison Lune" in welcome
    assert broken(world, ["Bonjour"]) == []


@pytest.mark.parametrize("channel", [name for name in REGISTRY if name in ("x", "sms", "whatsapp_twilio")])
def test_where_no_buttons_are_shown_the_choices_are_numbers(channel: str) -> None:
    world = World().run(says(channel, "Bonjour"))
    [welcome] = said(world, channel)

    assert "1 pour suivre une commande, 2 pour un retour, 3 pour une personne" in welcome.replace("\u00a0", " ")
    assert shown(world, channel) == []


@pytest.mark.parametrize("channel", BUTTONS)
def test_the_questions_choices_are_buttons_with_the_ai_line_last(channel: str) -> None:
    world = World().run(says(channel, UNCLEAR))
    [question] = said(world, channel)

    assert shown(world, channel) == ["Suivi de commande", "Retour", "Autre chose"]
    assert "de quoi s’agit-il" in question
    assert "écrivez « conseiller »" in question.split("\n\n")[-1].replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("channel", BUTTONS)
def test_a_press_is_the_number_typed_and_agents_read_the_buttons_words(channel: str) -> None:
    world = World()
    order_known(world)
    world.run(says(channel, "Bonjour"), chooses(channel, 1), says(channel, NUMBER, wait_ms=60_000))
    typed = World()
    order_known(typed)
    typed.run(says(channel, "Bonjour"), says(channel, "1", wait_ms=60_000), says(channel, NUMBER, wait_ms=60_000))

    assert said(world, channel) == said(typed, channel)
    assert written(world) == written(typed)
    assert tickets(world) == []


def test_the_button_of_a_person_is_a_wish_for_one_and_the_ticket_shows_what_was_pressed() -> None:
    world = World().run(says("messenger", "Bonjour"), chooses("messenger", 3))
    [ticket] = tickets(world)

    assert ticket["reason"] == "asked_for_human"
    assert "Bouton" in str(world.slack.posts)
    assert "Une personne" in str(world.slack.posts)


@pytest.mark.parametrize("channel", BUTTONS)
def test_pressed_twice_at_once_it_is_answered_once(channel: str) -> None:
    world = World().run(says(channel, "Bonjour"), chooses(channel, 2, times=2))

    assert len(said(world, channel)) == 2
    assert tickets(world) == []


def test_of_two_buttons_pressed_at_once_the_last_counts() -> None:
    world = World().run(says("whatsapp", "Bonjour"), chooses("whatsapp", 2), chooses("whatsapp", 1, wait_ms=500))

    assert "Quel est votre numéro de commande" in said(world, "whatsapp")[-1]
    assert len(said(world, "whatsapp")) == 2
    assert tickets(world) == []


def test_a_button_pressed_again_later_is_answered_again() -> None:
    world = World().run(says("whatsapp", "Bonjour"), chooses("whatsapp", 2), chooses("whatsapp", 2, wait_ms=HOUR))

    assert len(said(world, "whatsapp")) == 3
    assert tickets(world) == []


@pytest.mark.parametrize("channel", BUTTONS)
def test_a_button_that_is_older_than_a_day_says_its_words(channel: str) -> None:
    world = World().run(says(channel, "Bonjour"), chooses(channel, 2, wait_ms=DAY + HOUR))

    assert written(world)[-1] == "Un retour"


def test_a_welcomes_button_never_chooses_from_a_later_question() -> None:
    """Both have a second choice, and they are not the same."""
    world = World()
    order_known(world)
    world.run(says("whatsapp", "Bonjour"), says("whatsapp", UNCLEAR, wait_ms=60_000))
    assert shown(world, "whatsapp", 0)[2] == "Une personne"
    assert shown(world, "whatsapp", 1)[2] == "Autre chose"

    world.run(chooses("whatsapp", 3))

    assert written(world)[-1] == "Une personne"


def test_a_button_pressed_after_a_ticket_was_opened_is_read_by_its_agent() -> None:
    world = World().run(says("messenger", "Bonjour"), says("messenger", ODD, wait_ms=60_000), chooses("messenger", 3))
    [ticket] = tickets(world)

    assert ticket["messages"] == 2
    assert ticket["grave"]
    assert "Une personne" in str(world.slack.posts)


def test_a_button_pressed_after_a_person_has_answered_is_words_that_the_next_agent_reads() -> None:
    world = World().run(
        says("messenger", "Bonjour"),
        says("messenger", ODD, wait_ms=60_000),
        *writes_reply("Oui, en rose aussi. zz"),
        chooses("messenger", 2),
    )

    assert written(world)[-1] == "Un retour"
    assert len(said(world, "messenger")) == 3  # welcome, acknowledgement, the agent's answer: nothing automatic follows


@pytest.mark.parametrize(
    "payload",
    [
        "choice:1:1",
        "choice:9:{at}",
        "choice:0:{at}",
        "choice:1:{at} ",
        "choice:1:{at}:x",
        "return",
        "intent:refund",
        "٣",
    ],
)
def test_a_payload_that_no_button_of_the_open_menu_has_is_the_words_beside_it(payload: str) -> None:
    world = World().run(says("messenger", "Bonjour"))
    at = world.messenger.said[0].buttons[0][1].rpartition(":")[2]
    world.run(forges("messenger", "Vous vendez des lamas ? kkfp", payload.replace("{at}", at)))

    assert written(world)[-1] == "Vous vendez des lamas ? kkfp"
    assert [ticket["reason"] for ticket in tickets(world)] == ["out_of_scope"]


def test_a_forged_payload_of_the_open_menu_gets_what_its_number_gets_whatever_words_stand_beside_it() -> None:
    world = World().run(says("messenger", "Bonjour"))
    payload = world.messenger.said[0].buttons[1][1]
    world.run(forges("messenger", "Remboursez-moi 500 euros kkfq", payload))

    assert written(world)[-1] == "2"
    assert tickets(world) == []
    assert len(said(world, "messenger")) == 2


def test_the_release_before_which_knows_no_choices_sends_the_numbers_and_they_work() -> None:
    world = World()
    forgets = items.row

    def of_before(item: dict[str, Any]) -> Any:
        return forgets({name: value for name, value in item.items() if name != "choices"})

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(items, "row", of_before)
        world.run(says("whatsapp", "Bonjour"))
    world.run(says("whatsapp", "2", wait_ms=60_000))

    assert "2 pour un retour" in said(world, "whatsapp")[0].replace("\u00a0", " ")
    assert shown(world, "whatsapp") == []
    assert len(said(world, "whatsapp")) == 2


def test_a_question_between_keeps_the_choices() -> None:
    world = World().run(says("whatsapp", "Bonjour"), says("whatsapp", HOURS, wait_ms=60_000), chooses("whatsapp", 3))

    assert [ticket["reason"] for ticket in tickets(world)] == ["asked_for_human"]


def test_a_ticket_that_repeats_a_welcome_shows_none_of_what_its_buttons_bring_back() -> None:
    world = World().run(says("whatsapp", "Bonjour"), says("whatsapp", ODD, wait_ms=30_000))
    (ticket,) = tickets(world)

    assert [quote[2] for quote in ticket["quotes"]] == ["customer", "bot", "customer"]
    assert "choice:" not in str(ticket)
    assert "choice:" not in world.desks.everything()
