"""Late, shuffled, repeated and racing events end in the timeline of the calm order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import events
from chalicelib.conversation import address_of
from chalicelib.model import Deletion, Edit, Event, EventId, Message, Millis

from .invariants import Ledger
from .world import QUEUE_BASE, START, World

PERSON = address_of("whatsapp", "1001", "33600000001")
WORDS = ("Bonjour", "Vos horaires svp ?", "Vous vendez des lamas ?", "Où est mon colis ?", "merci")


def written(number: int) -> Message:
    at = Millis(START - 60_000 + number * 1_000)
    return Message(event_id=EventId(f"m{number}"), address=PERSON, sent_at=at, text=WORDS[number % len(WORDS)])


def edit(number: int, version: int) -> Edit:
    at, own_id = Millis(START - 30_000 + version * 1_000), EventId(f"e{number}.{version}")
    return Edit(
        event_id=own_id, address=PERSON, sent_at=at, target_id=f"m{number}", text=f"version {version} of {number}"
    )


def deletion(number: int) -> Deletion:
    at = Millis(START - 10_000)
    return Deletion(event_id=EventId(f"d{number}"), address=PERSON, sent_at=at, target_id=f"m{number}")


def played(order: Sequence[Event], seed: int | None) -> dict[str, tuple[Any, ...]]:
    """The timeline after these events. With a seed each is its own group: workers race on one conversation."""
    world = World(seed=seed)
    for number, event in enumerate(order):
        body = {"v": 1, "brand": world.brand, "received_at": START, "event": json.loads(events.encode(event))}
        group = {"MessageGroupId": "g" if seed is None else f"g{number}", "MessageDeduplicationId": f"n{number}"}
        world.sqs.send_message(QueueUrl=f"{QUEUE_BASE}/inbox.fifo", MessageBody=json.dumps(body), **group)
    world.run()
    ledger = Ledger(world)
    assert [name for name, _ in world.sqs.dead] == []
    assert [row for row in ledger.open_rows.values() if row["kind"] != "clock"] == []  # clocks wait for their time
    customers = [(key, item) for key, item in ledger.timeline.items() if item["author"] == "customer"]
    assert len(customers) == len({item["event_id"] for _, item in customers})
    return {
        item["event_id"]: (key[1], item.get("text", ""), item.get("deleted", False), bool(item.get("covered")))
        for key, item in customers
    }


@st.composite
def days(draw: st.DrawFn) -> tuple[list[Event], list[Event], int]:
    """A calm order of events, the same events shuffled and some twice, and a seed for the race."""
    calm: list[Event] = []
    for number in range(draw(st.integers(1, 4))):
        calm.append(written(number))
        calm += [edit(number, version) for version in range(draw(st.integers(0, 2)))]
        calm += [deletion(number)] if draw(st.booleans()) else []
    twice = draw(st.lists(st.sampled_from(calm), max_size=3))
    return calm, draw(st.permutations(calm + twice)), draw(st.integers(0, 10_000))


def seen(timeline: dict[str, tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
    """What does not depend on when a decision was made: place, words, whether it was taken back."""
    return {event_id: told[:3] for event_id, told in timeline.items()}


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(days())
def test_any_order_ends_in_the_calm_timeline(day: tuple[list[Event], list[Event], int]) -> None:
    calm, shuffled, seed = day
    wanted = played(calm, None)

    for order, race in ((shuffled, None), (shuffled, seed)):
        found = played(order, race)
        assert seen(found) == seen(wanted)
        assert all(covered or deleted for _, _, deleted, covered in found.values()), "a message nobody decided on"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(15))
def test_two_workers_on_one_conversation_lose_nothing(seed: int) -> None:
    messages = [written(number) for number in range(4)]

    assert seen(played(messages, seed)) == seen(played(messages, None))


def test_an_answer_beside_a_ticket_that_is_taken_back_takes_its_line_back_once() -> None:
    """Found by the test above: the answer and the words that it covers both took back the line that tells of it."""
    order: list[Event] = [
        edit(3, 0),
        edit(3, 1),
        written(3),
        written(1),
        edit(0, 0),
        deletion(0),
        deletion(3),
        edit(2, 0),
    ]
    order += [edit(0, 1), written(2), written(0), deletion(2), edit(2, 1), deletion(1)]

    assert all(deleted for _, _, deleted, _ in played(order, None).values())
