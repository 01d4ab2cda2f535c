"""Who speaks, as a customer hears it: the machine says so in full first, shortly after, in full after a person."""

from __future__ import annotations

from chalicelib.workspaces.slack import actions

from .paths import HOURS, ODD, presses, says, trouble, writes_reply
from .platforms import GRAPH_REFUSED
from .world import World

RETURN = "Et pour un retour ? kkvv"
FULL, SHORT, BRAND = "écrivez «\u00a0conseiller\u00a0».", "(Assistant IA)", "(Assistant IA de Maison Lune)"
DAY = 24 * 3_600_000


def ends(world: World, channel: str = "whatsapp") -> list[str]:
    """How each message that reached the customer ends."""
    known = {FULL: "full", SHORT: "short", BRAND: "brand"}
    said = [each.text for each in getattr(world, channel).said]
    return [next((name for end, name in known.items() if text.endswith(end)), "person") for text in said]


def test_the_second_answer_of_a_day_carries_the_short_mark_and_the_first_of_the_next_day_the_full_line() -> None:
    world = World().run(
        says("whatsapp", HOURS), says("whatsapp", RETURN, wait_ms=60_000), says("whatsapp", "colis ?", wait_ms=DAY)
    )

    assert ends(world) == ["full", "short", "full"]


def test_each_channel_is_told_in_full() -> None:
    world = World().run(says("whatsapp", HOURS), says("messenger", HOURS, wait_ms=60_000))

    assert (ends(world), ends(world, "messenger")) == (["full"], ["full"])


def test_the_voice_changes_back_to_the_machine_and_says_so_in_full() -> None:
    world = World().run(
        says("whatsapp", HOURS),
        says("whatsapp", ODD, wait_ms=60_000),
        *writes_reply("Oui, en rose aussi."),
        presses(actions.CLOSE, 60_000),
        says("whatsapp", RETURN, wait_ms=60_000),
    )

    assert ends(world) == ["full", "brand", "person", "full"]
    assert "IA" not in world.whatsapp.said[2].text


def test_an_answer_that_a_second_message_overtakes_told_nobody_so_its_follower_says_it_in_full() -> None:
    world = World().run(says("whatsapp", HOURS), says("whatsapp", "Les horaires de Nantes surtout", wait_ms=700))

    assert ends(world) == ["full"]


def test_an_answer_that_did_not_arrive_told_nobody_so_the_next_one_says_it_in_full() -> None:
    world = World()
    trouble("whatsapp", GRAPH_REFUSED)(world)
    world.run(says("whatsapp", HOURS), presses(actions.CLOSE, 60_000), says("whatsapp", RETURN, wait_ms=60_000))

    assert ends(world) == ["full"]
