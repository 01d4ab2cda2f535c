"""A kind of item that was added since the release before is in nobody's way, and is recorded beside what stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.store import items, wire

from . import shapes, states
from .played import played
from .stories import STORIES

SWEPT = {"board/on", "acct/list", "acct/token", "acct/doctor", "acct/standby", "acct/templates"}


def test_every_kind_that_was_added_is_written_by_what_people_change() -> None:
    found = {shapes.kind_of_item(*each) for each in states.added_items()}

    assert found == shapes.ADDED
    assert {item["v"] for _, item in states.added_items()} == {items.VERSION}


@pytest.mark.parametrize("name", STORIES)
def test_what_was_added_is_neither_read_nor_changed_where_a_state_of_mid_life_is_finished(name: str) -> None:
    world = states.taken_up(states.states_in(states.file_of_today())[name])
    # This release's own sweep looks at these; that the release before leaves them alone is told by `states --by`.
    added = [each for each in states.added_items() if shapes.kind_of_item(*each) not in SWEPT]
    beside = {key: wire.to_avs(item) for key, item in added}
    for key, item in beside.items():
        world.dynamo._put(key, item)
    world.dynamo.journal = []
    STORIES[name].outside(world)
    world.run(*STORIES[name].after())

    touched = [each for each in world.dynamo.journal if any(pk in str(each[1]) for pk, _ in beside)]
    assert touched == []
    assert {key: world.dynamo.items[key] for key in beside} == beside


def test_it_may_be_recorded_beside_the_shapes_that_stand_and_nothing_else_may(tmp_path: Path) -> None:
    now = shapes.of_runs([played("what people change")])
    added = "audit/a"
    before = {kind: paths for kind, paths in now[shapes.ITEM].items() if kind != added}

    assert shapes.write({shapes.ITEM: before}, tmp_path, standing=lambda _: True) == []
    assert shapes.write(now, tmp_path, standing=lambda _: True) == []
    assert shapes.recorded(shapes.ITEM, tmp_path) == now[shapes.ITEM]
    more = {**now[shapes.ITEM], added: {**now[shapes.ITEM][added], "mood": "str"}, "mood/mood": {"pk": "word#mood"}}
    refused = shapes.write({shapes.ITEM: more}, tmp_path, standing=lambda _: True)
    assert refused[:2] == [
        f"items-v{items.VERSION}.json: {added}: mood (str) is new.",
        f"items-v{items.VERSION}.json: mood/mood: this kind is new.",
    ]
