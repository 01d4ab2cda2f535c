"""Where messages carry no name the platform is asked once: kept, shown to agents, erased, and waited for never."""

from __future__ import annotations

import pytest

from chalicelib.admin import erase
from chalicelib.conversation import TimelineMessage
from chalicelib.store import people, wire

from .paths import HOURS, ODD, PERSON, says
from .platforms import GRAPH_LATER, answer
from .world import Step, World


def desk(world: World) -> str:
    return str(list(world.slack.messages.values()))


def contact(world: World) -> people.Person:
    found = world.table.identity(next(iter({m.address for m in _customers(world)})))
    who = people.person(world.table, found[0]) if found else None
    assert who is not None
    return who


def _customers(world: World) -> list[TimelineMessage]:
    heads = {key[0].split("#conv#")[1] for key in world.dynamo.items if key[1] == "head"}
    messages = [each for head in heads for each in world.table.timeline(head)]  # type: ignore[arg-type]  # its text
    return [each for each in messages if each.author == "customer"]


def test_the_name_is_fetched_once_kept_and_greeted_with_from_then_on() -> None:
    later = "Vos horaires à Nantes svp ?"
    day = 25 * 3_600_000
    world = World().run(
        says("messenger", HOURS), says("messenger", later, wait_ms=60_000), says("messenger", HOURS, wait_ms=day)
    )

    assert world.messenger.asked_names == 1
    assert contact(world).name == "Manon Petit"
    assert "Bonjour," in world.messenger.said[0].text  # it did not wait for a name
    assert "Bonjour Manon," in world.messenger.said[-1].text


def test_agents_see_the_name_as_the_platform_gives_it() -> None:
    world = World()
    world.messenger.profile = {"first_name": "Boutique <b>", "last_name": "*Paris*"}
    world.run(says("messenger", ODD))

    assert "{'type': 'plain_text', 'text': 'Boutique <b> *Paris* · Messenger" in desk(world)  # letter by letter
    assert "Bonjour Boutique" not in str(world.messenger.said)


@pytest.mark.parametrize("trouble", [GRAPH_LATER, answer(400, {"error": {"code": 100}}), answer(200, {})])
def test_a_platform_that_tells_no_name_keeps_no_answer_back(trouble: object) -> None:
    world = World()

    inner = world.messenger.request
    world.messenger.request = lambda method, *a, **k: trouble if method == "GET" else inner(method, *a, **k)  # type: ignore[method-assign,assignment]
    world.run(says("messenger", HOURS))

    assert len(world.messenger.said) == 1
    assert contact(world).name == ""


@pytest.mark.parametrize("channel", ["whatsapp", "x"])
def test_where_messages_carry_the_name_nobody_is_asked(channel: str) -> None:
    world = World().run(says(channel, ODD))

    assert world.messenger.asked_names == 0
    assert "Léa" in desk(world) or channel == "x"


def test_the_name_goes_with_the_person_and_does_not_come_back() -> None:
    world = World()

    def gone(world: World) -> None:
        erase.erase(world.table, contact(world).contact_id, world.clock())

    world.run(says("messenger", ODD), Step(gone, wait_ms=60_000))

    left = str([wire.from_avs(item) for item in world.dynamo.items.values()])
    assert "Manon" not in left
    assert PERSON not in left
