"""
The bucket is one more place where a worker may die: what is too long for a queue, and what nobody understands.
"""

from __future__ import annotations

import json

import pytest

from chalicelib.store.blobs import DONE

from .exploring import play
from .faults import KINDS
from .paths import GARBLED
from .world import World

UNREAD = "a body that nobody understands"


def s3_calls(name: str) -> dict[str, int]:
    """Which calls of the bucket a path makes, as "function: call", and how many."""
    found: dict[str, int] = {}
    for call in play(name)[0].injector.trace:
        if " s3." in call:
            found[call] = found.get(call, 0) + 1
    return found


@pytest.mark.parametrize(
    ("name", "calls"),
    [
        (
            "a message that a queue cannot carry",
            {"intake: s3.put_object": 2, "process: s3.get_object": 2, "process: s3.put_object": 2},
        ),
        (
            "receipts that a queue cannot carry",
            {"intake: s3.put_object": 1, "receipts: s3.get_object": 1, "receipts: s3.put_object": 1},
        ),
        (UNREAD, {"intake: s3.put_object": 1}),
    ],
)
def test_the_paths_go_through_the_bucket(name: str, calls: dict[str, int]) -> None:
    assert s3_calls(name) == calls


@pytest.mark.parametrize("name", ["a message that a queue cannot carry", "receipts that a queue cannot carry"])
def test_a_worker_may_die_after_a_call_of_the_bucket(name: str) -> None:
    calls = [number for number, call in enumerate(play(name)[0].injector.trace) if " s3." in call]
    wrong = [found for number in calls if (found := play(name, {number: "die"})[1]).broken]

    assert wrong == []


def test_what_was_taken_in_does_not_stay_in_the_bucket() -> None:
    bodies = play("a message that a queue cannot carry")[0].buckets

    assert set(bodies.values()) == {DONE}


def parked(world: World) -> list[str]:
    """What is wrong with how the body was kept: each pointer leads to it whole, and there is one."""
    pointers = [json.loads(letter.body)["s3"] for letter in world.sqs.queues.get("unparsed", ())]
    found = [] if pointers else ["no pointer to the body"]
    return found + [f"{key} is not the body" for key in pointers if world.buckets.get(key) != GARBLED]


@pytest.mark.slow
def test_a_body_that_nobody_understands_is_kept_whole_wherever_a_call_goes_wrong() -> None:
    wrong = []
    calls = play(UNREAD)[0].injector.trace
    for number in range(calls.index("intake: sqs.send_message unparsed") + 2):
        for kind in KINDS:
            world, outcome = play(UNREAD, {number: kind})
            found = [*outcome.broken, *parked(world)]
            wrong += [(outcome.command, found)] if found else []

    assert wrong == []
