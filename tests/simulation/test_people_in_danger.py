"""Two channels at one millisecond, and clocks that are wrong: one timeline, one order, nothing lost or said twice."""

from __future__ import annotations

import pytest

from chalicelib.model import Address, EventId, Message, Millis
from chalicelib.store import keys, people

from .invariants import Ledger, broken
from .paths import ADDRESS, HOURS, ODD, ON_MESSENGER, contact_of, merges, says, tells
from .world import Step, World

HOUR = 3_600_000


def at(address: Address, text: str, sent_at: int, number: str) -> Step:
    return tells(Message(event_id=EventId(number), address=address, sent_at=Millis(sent_at), text=text), wait_ms=0)


def together(world: World) -> World:
    return world.run(
        says("whatsapp", "Bonjour"), says("messenger", "Coucou"), merges(ADDRESS, ON_MESSENGER, wait_ms=60_000)
    )


def read(world: World) -> list[str]:
    who = people.root_of(world.table, contact_of(world, ADDRESS))
    return [each.text for each in people.timeline(world.table, who) if each.author == "customer"]


@pytest.mark.parametrize("first", [ADDRESS, ON_MESSENGER])
def test_two_channels_at_the_same_millisecond_are_one_timeline_in_one_order(first: Address) -> None:
    world = together(World())
    now = world.clock.now + 60_000
    steps = {ADDRESS: at(ADDRESS, "Vos horaires ? kkaa", now, "w"), ON_MESSENGER: at(ON_MESSENGER, ODD, now, "m")}
    second = next(each for each in steps if each != first)
    world.run(steps[first], steps[second], Step(lambda _: None, wait_ms=120_000))

    whole = read(world)
    assert sorted(whole[-2:]) == sorted((ODD, "Vos horaires ? kkaa"))
    assert whole == read(world)
    order = [
        keys.order_of(each.message_id)
        for each in people.timeline(world.table, people.root_of(world.table, contact_of(world, ADDRESS)))
    ]
    assert order == sorted(order)
    assert len(set(order)) == len(order)
    covered = [
        item for item in Ledger(world).timeline.values() if item["author"] == "customer" and not item.get("covered")
    ]
    assert covered == []


@pytest.mark.parametrize("skew", [-3 * HOUR, -60_000, 60_000, 3 * HOUR])
def test_a_clock_that_is_wrong_delays_nobody_and_loses_nothing(skew: int) -> None:
    world = together(World())
    before, now = len(world.messenger.said) + len(world.whatsapp.said), world.clock.now
    world.run(at(ON_MESSENGER, HOURS, now + skew, "late"), Step(lambda _: None, wait_ms=60_000))

    answers = len(world.messenger.said) + len(world.whatsapp.said) - before
    assert answers <= 1
    assert HOURS in read(world)
    assert world.clock.now - now < 10 * 60_000
    head = world.table.head(people.root_of(world.table, contact_of(world, ADDRESS)).conversation_id)
    assert head is not None
    assert (head.uncovered_from, head.hold_until) == ("", 0)
    assert broken(world, ["Bonjour", "Coucou", HOURS]) == []
