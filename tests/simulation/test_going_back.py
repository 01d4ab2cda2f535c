"""
An earlier Guichet on a later one's items and messages: it touches nothing, loses nothing, and says so.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from chalicelib import events
from chalicelib.errors import Newer
from chalicelib.store import bodies, items, whole_brand

from .paths import HOURS, ODD, says
from .world import QUEUE_BASE, Step, World

COUNTED = '"newer":1'  # as it stands in the log


def written_by(world: World, version: int) -> None:
    """Every item of the brand is one that this version wrote; intake still knows whose webhook it is."""
    for (pk, _), item in world.dynamo.items.items():
        if "v" in item and pk.startswith(f"{world.brand}#"):
            item["v"] = {"N": str(version)}


def test_a_read_of_an_item_of_a_later_version_is_refused() -> None:
    world = World().run(says("whatsapp", HOURS))
    place = next(pk.rpartition("#")[2] for pk, sk in world.dynamo.items if sk == "head")
    assert world.table.latest(place)  # type: ignore[arg-type]
    assert list(whole_brand.every_item(world.table, lambda _: None))

    written_by(world, items.NEWEST + 1)

    for read in (world.table.latest, world.table.head):
        with pytest.raises(Newer):
            read(place)  # type: ignore[arg-type]
    with pytest.raises(Newer):
        list(whole_brand.every_item(world.table, lambda _: None))


def test_code_that_was_rolled_back_writes_nothing_and_its_message_is_decided_when_the_later_version_is_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = World().run(says("whatsapp", HOURS))
    answered = len(world.whatsapp.said)
    stood: dict[str, Any] = {}
    written_by(world, items.NEWEST + 1)
    before = copy.deepcopy(world.dynamo.items)

    def look(world: World) -> None:
        stood.update(items=copy.deepcopy(world.dynamo.items), waiting=len(world.sqs.queues["inbox.fifo"]))
        written_by(world, items.VERSION)  # the version that may read them is this one now

    world.run(says("whatsapp", ODD, wait_ms=1_000), Step(look, wait_ms=30_000))

    assert stood == {"items": before, "waiting": 1}
    assert COUNTED in capsys.readouterr().out
    assert world.sqs.dead == []
    assert len(world.whatsapp.said) == answered + 1  # acknowledged: a person will answer
    assert any(ODD in item.get("text", {}).get("S", "") for item in world.dynamo.items.values())


@pytest.mark.parametrize(
    ("queue", "body"),
    [
        ("outbox.fifo", {"v": bodies.NEWEST + 1, "recipient": "r"}),
        ("inbox.fifo", {"v": bodies.VERSION, "received_at": 1, "event": {"v": events.NEWEST + 1, "kind": "mood"}}),
    ],
)
def test_a_queued_message_of_a_later_version_is_tried_as_long_as_any_and_kept_whole(
    queue: str, body: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    world = World()
    text = json.dumps({"brand": world.brand, **body})

    def rings(world: World) -> None:
        send = {"QueueUrl": f"{QUEUE_BASE}/{queue}", "MessageGroupId": "r", "MessageDeduplicationId": "r"}
        world.sqs.send_message(MessageBody=text, **send)

    world.run(Step(rings))

    assert [letter.body for _, letter in world.sqs.dead] == [text]
    assert capsys.readouterr().out.count(COUNTED) == 12
