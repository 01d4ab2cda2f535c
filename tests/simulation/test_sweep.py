"""
A doorbell that is lost for good (a purge, a letter that expired, a death whose message never comes again) costs time,
and nothing else: the sweep alone brings every row to its end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

import pytest

from chalicelib.errors import Malformed
from chalicelib.model import AccountId, ChannelName, Internal, Millis, StopRequested
from chalicelib.ports import Clock
from chalicelib.stages.sweep import reconnect, sweep
from chalicelib.store import bodies, keys

from .exploring import play, play_in
from .faults import Died, Worker
from .invariants import broken
from .paths import PATHS, says
from .sqs import QueueMessage
from .world import SimWiring, World

NOTIFYING = ("outbox.fifo", "desk.fifo", "timers")
# The path reconnects after 200 s; the sweep would have told the administrator after 300 s.
KNEW_ALREADY = "0 notices, not 1"


class Losing:
    """Loses doorbells as they are sent, but the sweep's own: the one with this number, or all of them (None)."""

    def __init__(self, world: World, wanted: int | None) -> None:
        self.world, self.wanted, self.seen = world, wanted, 0

    def __call__(self, queue: str) -> bool:
        worker = self.world.injector.current
        if queue not in NOTIFYING or worker is None or worker.name == "sweep":
            return False
        self.seen += 1
        return self.wanted in (None, self.seen - 1)


def losing(name: str, wanted: int | None) -> tuple[int, list[str]]:
    """How many doorbells a path rings, and what is broken without the wanted one."""
    world = World()
    world.sqs.loses = loses = Losing(world, wanted)
    outcome = play_in(world, name)
    # Everything is minutes later than people were told to act: a step may find nothing to press.
    return loses.seen, [each for each in outcome.broken if not each.startswith("never came to")]


@pytest.mark.parametrize("name", PATHS)
def test_all_doorbells_may_be_lost(name: str) -> None:
    assert losing(name, None)[1] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", PATHS)
def test_any_one_doorbell_may_be_lost(name: str) -> None:
    notified = losing(name, -1)[0]
    wrong = {number: found for number in range(notified) if (found := losing(name, number)[1])}

    assert wrong == {}


def test_a_conversation_whose_timer_is_lost_is_decided_all_the_same() -> None:
    world = World()
    world.sqs.loses = Losing(world, None)
    world.run(says("whatsapp", "Bonjour kkgg"))

    assert broken(world, ["Bonjour kkgg"]) == []


def gone(world: World) -> Callable[[Worker, str, QueueMessage], bool]:
    """Whether what a worker read that died is gone for good: all but an event that was not committed yet."""

    def purges(worker: Worker, queue: str, message: QueueMessage) -> bool:
        if not isinstance(worker.error, Died) or queue in NOTIFYING:
            return isinstance(worker.error, Died)
        committed = "transact_write" in str(worker.error) or str(worker.error).startswith("sqs.")
        return queue == "inbox.fifo" and committed and knows(world, message)

    return purges


def knows(world: World, message: QueueMessage) -> bool:
    """
    Whether the event that a message brings is in the table: others of its batch may not be.

    Of our own, only a stop has a transaction (the switch) before its commit.
    """
    try:
        arrived = bodies.inbox(json.loads(message.body))
    except Malformed:
        return False  # it says nothing that could be known
    event, where = arrived.event, arrived.event.address
    if isinstance(event, Internal) and not isinstance(event, StopRequested):
        return True
    marker = keys.marker(arrived.brand, where.channel, where.account_id, event.event_id)
    return (marker.pk, marker.sk) in world.dynamo.items


def never_again(name: str, every: int = 1) -> list[tuple[object, list[str]]]:
    """What is wrong after deaths whose message never comes again: at each call of a path, or at one of `every`."""
    wrong: list[tuple[object, list[str]]] = []
    for number in range(len(name) % every, len(play(name)[0].injector.trace), every):
        world = World({number: "die"})
        world.purges = gone(world)
        found = [each for each in play_in(world, name).broken if each != KNEW_ALREADY]
        wrong += [(world.injector.struck, found)] if found else []
    return wrong


@pytest.mark.slow
@pytest.mark.parametrize("name", PATHS)
def test_a_worker_may_die_and_its_message_never_come_again(name: str) -> None:
    assert never_again(name, every=5)[:3] == []


@pytest.mark.long
@pytest.mark.parametrize("name", PATHS)
def test_a_worker_may_die_at_every_call_and_its_message_never_come_again(name: str) -> None:
    assert never_again(name)[:3] == []


def test_the_sweep_tells_how_old_the_oldest_unfinished_row_is() -> None:
    world = World()
    play_in(world, "reply, proof by status")
    quiet = dict(world.counts)
    world = World()
    play_in(world, "Slack is down for two hours")

    assert "oldest_row_s" not in quiet
    assert world.counts["oldest_row_s"] > 0


def test_rows_that_a_dead_reconnect_left_behind_are_found() -> None:
    """The account was told that it may send again, and whoever told it died before ringing what waited."""
    name = "token expired, then reconnected"
    trace = play(name)[0].injector.trace
    wrong: list[tuple[object, list[str]]] = []
    resumed = next(n for n, call in enumerate(trace) if call == "admin: dynamodb.transact_write_items")
    for number in range(resumed, len(trace)):
        if trace[number].startswith("admin"):
            world = World({number: "die"})
            world.reconnects_again = False
            found = list(play_in(world, name).broken)
            wrong += [(world.injector.struck, found)] if found else []

    assert wrong == []


def many_parked(count: int) -> World:
    """A number that can send again, with `count` customers' rows that its reconnect did not come to."""
    world = World()
    for number in range(count):
        pk, sk = f"{world.brand}#out#{number:032x}", "r#000000000000100"
        item = {"pk": {"S": pk}, "sk": {"S": sk}, "due_shard": {"S": "parked#whatsapp#1001"}, "due_at": {"N": "1"}}
        world.dynamo._put((pk, sk), item)
    return world


def ticking(ticks: Iterator[int]) -> Clock:
    return lambda: Millis(next(ticks))


def notified(world: World) -> int:
    return len(world.sqs.queues.get("outbox.fifo", ()))


def test_a_reconnect_rings_for_as_long_as_it_is_given_and_one_sweep_rings_all_that_is_left() -> None:
    world = many_parked(1_250)
    services = SimWiring(world, world.settings).for_handlers
    ticks = count(world.clock(), 50)
    first = reconnect(
        ChannelName("whatsapp"), AccountId("1001"), replace(services, clock=ticking(ticks)), world.clock() + 5_000
    )
    assert 0 < first < 100
    sweep(services)

    assert notified(world) == 1_250


def test_a_sweep_ends_in_time_takes_every_account_in_turn_and_goes_on_a_minute_later() -> None:
    world = many_parked(1_250)
    pk = f"{world.brand}#out#{'f' * 32}"
    other = {
        "pk": {"S": pk},
        "sk": {"S": "r#000000000000100"},
        "due_shard": {"S": "parked#x#3001"},
        "due_at": {"N": "1"},
    }
    world.dynamo._put((pk, "r#000000000000100"), other)
    services, runs = SimWiring(world, world.settings).for_handlers, 0
    while notified(world) < 1_251:
        begun = world.clock.now
        before = notified(world)
        ticks = count(begun, 50)
        sweep(replace(services, clock=ticking(ticks)))
        took = next(ticks) - begun
        runs += 1
        assert notified(world) > before
        assert took < 35_000
        if runs == 1:
            assert "f" * 32 in {json.loads(each.body)["recipient"] for each in world.sqs.queues["outbox.fifo"]}
        world.clock.now += 1_000

    assert runs > 2


def test_an_entry_that_cannot_be_read_keeps_no_other_from_being_rung() -> None:
    world = World()
    world.sqs.loses = Losing(world, None)
    poison = {"pk": {"S": f"{world.brand}#out#{'0' * 32}"}, "sk": {"S": "r#000000000000100"}}
    world.dynamo._put(
        (poison["pk"]["S"], poison["sk"]["S"]), poison | {"due_shard": {"S": "d#0"}, "due_at": {"N": "1"}}
    )
    world.loops = 60
    found = play_in(world, "reply, proof by status").broken

    assert world.whatsapp.said
    assert any("no quiescence" in each for each in found)  # it is never given up, and the alarm on sweep's errors rings


def test_an_entry_of_a_kind_that_a_later_release_added_is_left_alone_and_breaks_nothing() -> None:
    world = World()
    later = {"pk": {"S": f"{world.brand}#pledge#1"}, "sk": {"S": "pledge#1"}, "v": {"N": "2"}}
    entry = later | {"due_shard": {"S": "d#0"}, "due_at": {"N": "1"}}
    world.dynamo._put((later["pk"]["S"], later["sk"]["S"]), entry)

    assert sweep(SimWiring(world, world.settings).for_handlers) == 0
    assert world.dynamo.items[later["pk"]["S"], later["sk"]["S"]] == entry
