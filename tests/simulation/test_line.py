"""A rush at the desk: Slack takes a message a second, and says so; nothing is lost, and nobody outside waits for it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from chalicelib.stages.digests import AT_ONCE, DEPTH
from chalicelib.stages.paced_delivery import PASS_MS
from chalicelib.stages.paced_queue import MARGIN_MS
from chalicelib.workspaces.slack import actions
from chalicelib.workspaces.slack.traits import TRAITS

from . import agent, rush
from .paths import HOURS
from .rush import rushed
from .world import Step, World

HURT = "votre crème m'a brûlé le visage, je suis à l'hôpital"


@pytest.mark.parametrize(("tickets", "retry_after"), [(25, 1), pytest.param(200, 10, marks=pytest.mark.slow)])
def test_however_many_tickets_come_at_once_each_takes_few_calls_to_slack(tickets: int, retry_after: int) -> None:
    world = World()
    slack = rushed(world, tickets, retry_after)

    assert slack.calls / tickets <= 8
    assert slack.refused <= 3
    assert world.surprises == []
    assert len(rush.shown(world)) == tickets


def test_who_is_in_danger_stands_at_the_head_of_the_line_and_in_no_digest() -> None:
    world = World()
    hurt = Step(lambda world: world.whatsapp.writes("33611111111", HURT), wait_ms=4_000, name="hurt")
    rushed(world, DEPTH + 15, 10, hurt)
    (urgent,) = (ticket for ticket in rush.tickets(world) if ticket["priority"] == "urgent")
    own = [post for post in world.slack.posts if post["ts"] == urgent["desk_ts"]]
    first_turn = world.slack.posts[0]["at"] + 10_000

    assert [post for post in world.slack.posts if post["at"] > first_turn][:1] == own


def test_past_a_depth_a_digest_tells_of_many_and_whoever_takes_one_sees_it_whole() -> None:
    world = World()

    def digests(world: World) -> list[dict[str, Any]]:
        return [post for post in world.slack.posts if post["text"].startswith("📥")]

    takes = Step(
        lambda world: agent._click(world, *rush.first_of(digests(world)[0], actions.CLAIM)),
        when=lambda world: bool(digests(world)),
        wait_ms=120_000,
        name="takes one",
    )
    rushed(world, DEPTH + 15, 10, takes)
    told = [block for post in digests(world) for block in post["first"] if "accessory" in block]
    claimed = [ticket for ticket in rush.tickets(world) if ticket.get("assignee")]

    assert len({json.dumps(block) for block in told}) == len(told) == AT_ONCE
    assert len(digests(world)) == 1
    assert len(world.slack.posts) == 1 + DEPTH + 15 - AT_ONCE + 1  # the digest, who is not in it, and who was taken
    assert [bool(ticket.get("desk_ts")) for ticket in claimed] == [True]
    assert "k00" not in json.dumps([post["first"] for post in digests(world)])  # nothing that a customer wrote
    assert len(rush.shown(world)) == DEPTH + 15


def test_an_automatic_answer_is_not_a_moment_later_for_a_rush_at_the_desk() -> None:
    def answered_at(retry_after: int) -> int:
        world = World()
        asks = Step(lambda world: world.messenger.writes("psid-1", HOURS), wait_ms=3_000, name="asks")
        rushed(world, 40, retry_after, asks)
        (said,) = world.messenger.said
        return said.at

    assert answered_at(retry_after=30) <= answered_at(retry_after=0) + 1_000


def test_another_brands_desk_is_not_a_moment_later_for_it() -> None:
    world = World()
    channel = rush.second_brand(world)
    asks = Step(lambda world: world.messenger.writes("psid-1", rush.PERSON_WANTED), wait_ms=15_000, name="asks")
    rushed(world, 40, 30, asks)
    (post,) = (post for post in world.slack.posts if post["channel"] == channel)

    assert post["at"] - (world.stepped_at) <= 6_000


def test_a_worker_may_die_at_every_call_of_a_turn_and_each_ticket_is_shown_once() -> None:
    calm = World()
    rushed(calm, 5, 10)
    turns = [number for number, call in enumerate(calm.injector.trace) if call.startswith("desk: ")]
    wrong = []
    for number in turns[::3]:
        world = World({number: "die"})
        rushed(world, 5, 10)
        posts = Counter(post["metadata"]["event_payload"]["row_id"] for post in world.slack.posts)
        if len(rush.shown(world)) != 5 or max(posts.values()) > 1 or rush.waiting(world) or world.surprises:
            wrong.append((world.injector.struck, posts, world.surprises))

    assert len(turns) > 60
    assert wrong == []


def test_whoever_stands_in_a_line_whose_tick_is_lost_is_found_by_the_sweep() -> None:
    world = World()
    world.sqs.loses = lambda queue: queue == "timers" and world.injector.current is not None
    rushed(world, 5, 10)

    assert len(rush.shown(world)) == 5
    assert rush.waiting(world) == []


def test_a_row_that_cannot_be_drawn_keeps_no_other_from_its_turn() -> None:
    world = World()
    slack = rush.Paced(world.slack, world.clock, 10, breaks="k0003")
    rushed(world, 6, 10, slack=slack)

    assert len(rush.shown(world)) == 6
    assert slack.broken > 0
    later = [post["at"] for post in world.slack.posts]
    assert later[-1] - later[-2] > 30_000  # its own patience, and nobody else's


def test_a_desk_that_asks_for_an_hour_is_left_alone_for_an_hour() -> None:
    world = World()
    slack = rushed(world, 4, 3_600)
    pauses = [b["at"] - a["at"] for a, b in zip(world.slack.posts, world.slack.posts[1:], strict=False)]

    assert slack.refused == 1
    assert pauses[0] >= 3_600_000
    assert max(pauses[1:]) <= 2 * TRAITS.pace_ms
    assert len(rush.shown(world)) == 4


def test_a_turn_leaves_the_line_shut_for_longer_than_it_may_last() -> None:
    assert PASS_MS + 2 * MARGIN_MS > PASS_MS + 8_000  # a call to Slack may take 8 s
