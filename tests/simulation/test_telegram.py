"""Telegram through the whole: where answers go, what stops a button, that nothing is sent twice on a guess."""

from __future__ import annotations

from typing import Any

import pytest

from .paths import HOURS, ODD, PARCEL, PERSON, in_group, natively, says, to_owner, trouble, writes_reply
from .telegram import CONNECTION, DOWN, GROUP, SUPERGROUP
from .world import Step, World


def tickets(world: World) -> list[Any]:
    return [item for item in world.dynamo.items.values() if item["sk"]["S"] == "ticket"]


def test_a_business_is_answered_through_its_connection_and_the_bots_own_chat_without_one() -> None:
    world = World().run(to_owner(HOURS), says("telegram", PARCEL, wait_ms=60_000))

    assert [said.anchor for said in world.telegram.said] == [CONNECTION, ""]
    assert len({said.person for said in world.telegram.said}) == 1


def test_our_own_words_that_come_back_from_a_business_are_no_persons_and_the_bot_goes_on() -> None:
    world = World().run(to_owner(HOURS), to_owner(PARCEL, wait_ms=60_000))

    assert len(world.telegram.said) == 2
    assert [item for item in world.dynamo.items.values() if item.get("author") == {"S": "native"}] == []


def test_what_the_owner_types_silences_the_bot() -> None:
    world = World().run(
        to_owner(ODD), natively("telegram", "Oui, en rose. zz", 60_000), to_owner(HOURS, wait_ms=60_000)
    )

    assert not any("10 h" in said.text for said in world.telegram.said)


def test_an_answer_that_may_have_been_sent_is_never_sent_again_and_a_person_is_told() -> None:
    world = World()
    trouble("telegram", DOWN)(world)
    world.run(says("telegram", HOURS))

    assert [call for call, _ in world.telegram.asked if call == "sendMessage"] == ["sendMessage"]
    assert len(tickets(world)) == 1


def test_an_album_is_one_ticket_with_all_its_photos_and_one_acknowledgement() -> None:
    world = World().run(Step(lambda world: world.telegram.sends_album(PERSON, 4, ODD)))

    assert len(tickets(world)) == 1
    assert len(world.telegram.said) == 1
    assert [call for call, _ in world.telegram.asked].count("getFile") == 4


def test_an_answer_in_a_group_goes_to_its_new_id_and_to_whoever_asked() -> None:
    world = World().run(
        in_group(ODD), Step(lambda world: world.telegram.becomes_supergroup(PERSON)), *writes_reply("Oui. zz")
    )
    (said,) = world.telegram.said

    assert (said.person, said.text.partition(" zz")[0], said.public) == (PERSON, "Oui.", True)
    assert [chat for call, chat in world.telegram.asked if call == "sendMessage"] == [GROUP, SUPERGROUP]


@pytest.mark.parametrize("number", [1, 3])
def test_a_button_stops_turning_whoever_answers(number: int) -> None:
    world = World().run(Step(lambda world: world.telegram.begins(PERSON)))
    (welcome,) = world.telegram.said
    title, payload = welcome.buttons[number - 1]
    world.run(Step(lambda world: world.telegram.presses(PERSON, title, payload, welcome.platform_id), wait_ms=60_000))

    assert world.telegram.turning == set()
    assert len(world.telegram.said) > 1
    assert len(tickets(world)) == (1 if number == 3 else 0)


def test_who_blocked_the_bot_is_told_nothing_until_they_take_it_back() -> None:
    world = World().run(
        Step(lambda world: world.telegram.blocks(PERSON)),
        says("telegram", HOURS, wait_ms=60_000),
        Step(lambda world: world.telegram.blocks(PERSON, blocked=False), wait_ms=600_000),
        says("telegram", PARCEL, wait_ms=60_000),
    )

    assert [call for call, _ in world.telegram.asked if call == "sendMessage"] == ["sendMessage"]


def test_a_thumb_down_on_an_answer_brings_a_person() -> None:
    world = World().run(says("telegram", HOURS))
    (said,) = world.telegram.said
    world.run(Step(lambda world: world.telegram.reacts(PERSON, said.platform_id, "👎"), wait_ms=60_000))

    assert len(tickets(world)) == 1
