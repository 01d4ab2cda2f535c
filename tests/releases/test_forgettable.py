"""What the release before forgets, where it writes an item whole, is missed by lists alone."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.admin.ticket_index import index
from chalicelib.store import items, wire
from tests.simulation.dynamo import Dynamo, PrimaryKey
from tests.simulation.exploring import play_in
from tests.simulation.invariants import broken
from tests.simulation.paths import ODD, PATHS, says
from tests.simulation.world import World

from . import shapes

STORIES = (
    "agent's reply, then the customer again",
    "a ticket settles by thanks",
    "a colleague takes a ticket over",
    "a clarifying question and its answer",
)


class Forgetful(Dynamo):
    """A table on which the release before writes: what it does not know is lost with each whole write."""

    def _put(self, key: PrimaryKey, item: dict[str, Any]) -> None:
        own = shapes.kind_of_item(key, wire.from_avs(item))
        lost = {name for (kind, name) in shapes.FORGETTABLE if kind == own}
        super()._put(key, {name: value for name, value in item.items() if name not in lost})


def forgetful() -> World:
    world = World()
    before, world.dynamo = world.dynamo, Forgetful()
    for key, item in before.items.items():
        world.dynamo._put(key, item)
    return world


@pytest.mark.parametrize("name", STORIES)
def test_a_story_ends_as_ever_though_each_write_forgets_them(name: str) -> None:
    world = forgetful()
    play_in(world, name)

    assert broken(world, list(PATHS[name].written)) == []
    kept = [(shapes.kind_of_item(key, wire.from_avs(item)), item) for key, item in world.dynamo.items.items()]
    assert not any(name in item for own, item in kept for kind, name in shapes.FORGETTABLE if kind == own)


def test_they_are_read_by_nobody_who_does_not_know_them() -> None:
    world = World().run(says("whatsapp", ODD))
    (stored,) = [item for _, item in _tickets(world)]
    plain = {name: value for name, value in stored.items() if ("ticket/ticket", name) not in shapes.FORGETTABLE}

    assert plain != stored
    assert items.ticket(plain) == items.ticket(stored)


def test_the_command_brings_back_what_was_forgotten_and_does_nothing_when_it_is_run_again() -> None:
    world = forgetful().run(says("whatsapp", ODD))
    kept, world.dynamo = world.dynamo, Dynamo()
    for key, item in kept.items.items():
        world.dynamo._put(key, item)
    spent: list[float] = []
    first, again = index(world.table, spent.append), index(world.table, spent.append)

    assert (first.open, first.added) == (1, 1)
    assert (again.open, again.added) == (1, 0)
    assert all("open_shard" in item for _, item in _tickets(world))


def _tickets(world: World) -> list[tuple[PrimaryKey, dict[str, Any]]]:
    return [(key, wire.from_avs(item)) for key, item in world.dynamo.items.items() if key[1] == "ticket"]
