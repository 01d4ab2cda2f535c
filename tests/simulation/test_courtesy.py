"""What asks for nothing makes no work, and the same question twice is one: played on the whole of Guichet."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.workspaces.slack import actions

from .agent import sees
from .invariants import Ledger, broken, readable
from .paths import HOURS, ODD, PERSON, presses, reacts, says, writes_reply
from .world import Step, World

QUIET = ("merci 🙏", "ok", "Merci beaucoup pour votre aide", "thank you ❤️", "👍", "trop beau 😍")


def tickets(world: World) -> list[dict[str, Any]]:
    return [item for (_, sk), item in Ledger(world).plain.items() if sk == "ticket"]


@pytest.mark.parametrize("channel", ["whatsapp", "messenger", "x"])
def test_thanks_after_an_answer_make_no_ticket_and_no_words(channel: str) -> None:
    world = World().run(says(channel, HOURS), *(says(channel, text, wait_ms=30_000) for text in QUIET))

    assert broken(world, [HOURS, *QUIET]) == []
    assert len(getattr(world, channel).said) == 1
    assert tickets(world) == []


@pytest.mark.parametrize("text", ["merci", "👍", "love it", "trop beau 😍"])
def test_a_conversation_that_is_only_thanks_opens_nothing(text: str) -> None:
    world = World().run(says("messenger", text))

    assert world.messenger.said == []
    assert tickets(world) == []


def test_messengers_like_button_is_a_thumb() -> None:
    like = {"mid": "m_like", "attachments": [{"type": "sticker", "payload": {"sticker_id": 369239383222810}}]}
    who = {"sender": {"id": PERSON}, "recipient": {"id": "2001"}}
    pressed = Step(lambda world: world.messenger._item({**who, "message": like}), wait_ms=30_000)
    world = World().run(says("messenger", HOURS), pressed)

    assert len(world.messenger.said) == 1
    assert tickets(world) == []


def test_in_an_open_ticket_thanks_are_a_line_and_nothing_more() -> None:
    world = World().run(
        says("whatsapp", ODD),
        *writes_reply("Oui, en rose aussi. zz"),
        says("whatsapp", "Super, merci ! 🙏", wait_ms=60_000),
    )
    [ticket] = tickets(world)

    assert broken(world, [ODD, "Super, merci ! 🙏"]) == []
    assert "Super,merci" in readable(world)
    assert ticket["messages"] == 1  # nobody's reply is held back for it
    assert ticket["state"] == "settled"


@pytest.mark.parametrize("text", ["👎", "😡", "Merci mais ce n'était pas ma question"])
def test_a_thumb_down_after_an_answer_is_a_refusal(text: str) -> None:
    world = World().run(says("whatsapp", HOURS), says("whatsapp", text, wait_ms=30_000))
    [ticket] = tickets(world)

    assert (ticket["reason"], ticket["priority"]) == ("not_helped", "high")


@pytest.mark.parametrize("text", ["super merci pour rien", "merci de me rappeler"])
def test_thanks_that_ask_or_blame_are_work(text: str) -> None:
    world = World().run(says("whatsapp", HOURS), says("whatsapp", text, wait_ms=30_000))

    assert len(tickets(world)) == 1


@pytest.mark.parametrize(
    "again", [HOURS, HOURS + "?", "Vous êtes là ?", "lea@exemple.fr", "pouvez-vous m'en dire plus ?"]
)
@pytest.mark.parametrize("channel", ["whatsapp", "messenger"])
def test_the_same_question_again_is_one_question(channel: str, again: str) -> None:
    world = World().run(says(channel, HOURS), says(channel, again, wait_ms=1_000))

    assert len(getattr(world, channel).said) == 1
    assert tickets(world) == []


def test_thanks_are_shown_in_a_claimed_ticket_too() -> None:
    world = World().run(
        says("messenger", ODD),
        presses(actions.CLAIM),
        Step(lambda world: world.messenger.writes(PERSON, "ok merci"), when=sees(actions.CLOSE), wait_ms=30_000),
    )

    assert "okmerci" in readable(world)
    assert len(world.messenger.said) == 1  # the acknowledgement


# --- reactions --------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["whatsapp", "messenger"])
@pytest.mark.parametrize("emoji", ["👎", "😡", "👎🏽"])
def test_a_thumb_down_on_an_automatic_answer_is_a_refusal(channel: str, emoji: str) -> None:
    world = World().run(says(channel, HOURS), reacts(channel, emoji))
    [ticket] = tickets(world)

    assert (ticket["reason"], ticket["priority"]) == ("not_helped", "high")
    assert len(getattr(world, channel).said) == 2  # the acknowledgement
    assert broken(world, [HOURS]) == []


@pytest.mark.parametrize("channel", ["whatsapp", "messenger"])
@pytest.mark.parametrize("emoji", ["❤️", "👍", "😂", ""])
def test_a_heart_on_anything_is_nothing(channel: str, emoji: str) -> None:
    world = World().run(says(channel, HOURS), reacts(channel, emoji))

    assert tickets(world) == []
    assert len(getattr(world, channel).said) == 1


def test_a_thumb_down_on_a_persons_answer_is_a_line_and_calls_nobody() -> None:
    world = World().run(says("whatsapp", ODD), *writes_reply("Oui, en rose aussi. zz"), reacts("whatsapp", "👎", to=1))
    [ticket] = tickets(world)

    assert "👎" in readable(world)
    assert (ticket["messages"], ticket["state"]) == (1, "answered")


def test_a_thumb_down_on_a_message_that_is_not_ours_is_nothing() -> None:
    world = World().run(
        says("messenger", HOURS),
        Step(lambda world: world.messenger.reacts(PERSON, "m_nobody", "👎"), wait_ms=30_000),
        Step(lambda world: world.messenger.reacts("44", "m_nobody", "👎"), wait_ms=30_000),
    )

    assert tickets(world) == []


def test_a_thumb_down_on_an_answer_whose_worker_died_is_a_refusal_as_well() -> None:
    """The answer is out, and nothing says so yet: its row is still held by its lease when the reaction comes."""
    world = answered_by_the_dying(reacts("messenger", "👎", wait_ms=5_000))

    assert [ticket["reason"] for ticket in tickets(world)] == ["not_helped"]


def test_a_thumb_down_after_the_lease_of_a_dead_worker_finds_a_person_called_already() -> None:
    """By then nobody can prove the answer, which is a person's work: a thumb on it makes no second ticket."""
    world = answered_by_the_dying(reacts("messenger", "👎", wait_ms=60_000))

    assert [(ticket["reason"], ticket["priority"]) for ticket in tickets(world)] == [("delivery_unknown", "high")]


def answered_by_the_dying(reaction: Step) -> World:
    """The worker that sends an answer dies right after, on a channel that says nothing of what was sent."""
    calm = World().run(says("messenger", HOURS))
    sent = next(number for number, call in enumerate(calm.injector.trace) if "messenger POST messages" in call)
    world = World({sent: "die"})
    world.messenger.mute = True
    return world.run(says("messenger", HOURS), reaction)


def test_a_thumb_down_two_days_later_is_still_a_refusal() -> None:
    world = World().run(says("messenger", HOURS), reacts("messenger", "👎", wait_ms=2 * 86_400_000))

    assert [ticket["reason"] for ticket in tickets(world)] == ["not_helped"]


def test_a_thumb_down_on_a_welcome_is_nothing() -> None:
    world = World().run(says("messenger", "Bonjour"), reacts("messenger", "👎"))

    assert tickets(world) == []
