"""A channel's own anchor comes back with whatever is said to the customer, byte for byte, and nobody else reads it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from chalicelib import events
from chalicelib.model import EventId, Message, Postback
from chalicelib.stages.bounds import ANCHOR_MOST, bounded

from .paths import ADDRESS, HOURS, ODD, tells, writes_reply
from .world import Step, World

ANCHOR = '<a+b=1@mail.example>\t{"thread": ["é", 2]} \'; -- 4970 1000 0000 0014'
SAID = {"reply", "ask", "acknowledgement", "greeting", "consent", "agent_reply"}


def says(text: str, number: int, *, anchor: str = ANCHOR) -> Step:
    event = Message(event_id=EventId(f"m{number}"), address=ADDRESS, sent_at=None, text=text, reply_anchor=anchor)
    return tells(event, wait_ms=30_000)


def anchors(world: World) -> dict[str, set[str]]:
    """Kind of what was said to the customer -> the anchors of its rows."""
    found: dict[str, set[str]] = {}
    for (pk, _), item in world.dynamo.written:
        if "#out#" in pk and item["kind"]["S"] in SAID:
            found.setdefault(item["kind"]["S"], set()).add(item.get("anchor", {"S": ""})["S"])
    return found


@pytest.mark.parametrize(
    ("steps", "kinds"),
    [
        ([says(HOURS, 1)], {"reply"}),
        ([says("Où est mon colis ?", 1)], {"ask"}),
        ([says("Bonjour", 1)], {"greeting"}),
        ([says("STOP", 1)], {"consent"}),
        ([says(ODD, 1), *writes_reply("Oui, en rose aussi.")], {"acknowledgement", "agent_reply"}),
    ],
    ids=["reply", "question", "greeting", "consent", "agent"],
)
def test_what_is_said_carries_the_anchor_of_what_it_answers(steps: list[Step], kinds: set[str]) -> None:
    world = World().run(*steps)

    assert anchors(world) == {kind: {ANCHOR} for kind in kinds}
    assert world.surprises == []


def test_an_agents_answer_carries_the_anchor_of_the_last_message() -> None:
    world = World().run(says(ODD, 1), says("Et des bleus ?", 2, anchor="second"), *writes_reply("Oui."))

    assert anchors(world)["agent_reply"] == {"second"}


def test_a_pressed_button_carries_its_own() -> None:
    event = Postback(event_id=EventId("p1"), address=ADDRESS, sent_at=None, title=HOURS, reply_anchor=ANCHOR)
    world = World().run(tells(event))

    assert anchors(world) == {"reply": {ANCHOR}}


def test_only_a_button_with_an_anchor_is_an_event_of_a_later_version() -> None:
    plain = Postback(event_id=EventId("p1"), address=ADDRESS, sent_at=None, title=HOURS)
    message = Message(event_id=EventId("m1"), address=ADDRESS, sent_at=None, text="a", reply_anchor=ANCHOR)
    anchored = Postback(event_id=EventId("p1"), address=ADDRESS, sent_at=None, title=HOURS, reply_anchor=ANCHOR)

    assert [json.loads(events.encode(each))["v"] for each in (plain, message, anchored)] == [1, 1, 2]
    assert [events.decode(events.encode(each)) for each in (plain, message, anchored)] == [plain, message, anchored]


def test_an_anchor_is_in_no_printed_value() -> None:
    message = Message(event_id=EventId("m1"), address=ADDRESS, sent_at=None, text="a", reply_anchor="léa@mail.example")

    assert "léa" not in repr(message)


@pytest.mark.parametrize(("chars", "kept"), [(ANCHOR_MOST, True), (ANCHOR_MOST + 1, False)])
def test_an_anchor_that_is_too_long_to_store_is_left_out_and_the_message_is_not(chars: int, *, kept: bool) -> None:
    anchor = "<" * chars
    message = Message(event_id=EventId("m1"), address=ADDRESS, sent_at=None, text="a", reply_anchor=anchor)

    assert bounded(message, str) == replace(message, reply_anchor=anchor if kept else "")
