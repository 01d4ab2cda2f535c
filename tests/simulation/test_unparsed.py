"""
Bodies that nobody could take in go the way that they would have gone, once and whole, wherever a replay is cut off.
"""

from __future__ import annotations

import pytest

from chalicelib.admin.unparsed import Replayed, listed, quiet, replay
from chalicelib.errors import UsageError
from chalicelib.store.blobs import Parked

from .invariants import broken
from .paths import HOURS, PARCEL, PERSON
from .world import SimWiring, World

GARBLED = b'{"object": "whatsapp_business_account", "entry": "no list"}'


def parked(world: World, *texts: str, key: str = "") -> SimWiring:
    """The services of a stage whose older code did not understand these messages: their bodies lie parked."""
    services = SimWiring(world, world.settings)
    for text in texts:
        world.whatsapp.writes(PERSON, text)
        hook = world.whatsapp.hooks.pop()
        services.queues.park("whatsapp", key or world.whatsapp.key, hook.request.body, "not a WhatsApp event", 0)  # type: ignore[arg-type]
    return services


def replayed(world: World, services: SimWiring) -> list[Replayed]:
    """Every parked body taken in again, by an administrator whom nothing disturbs."""
    return [replay(services, each) for each in listed(services)]


def test_a_body_is_listed_with_what_was_wrong_and_is_gone_once_it_was_taken_in() -> None:
    world = World()
    services = parked(world, HOURS)
    (found,) = listed(services)
    (done,) = replayed(world, services)
    world.run()

    assert (found.channel, found.account_key, found.reason) == ("whatsapp", "ka-wa", "not_a_whatsapp_event")
    assert (done.done, done.counted) == (True, {"received": 1})
    assert listed(services) == []
    assert broken(world, [HOURS]) == []
    assert [said.person for said in world.whatsapp.said] == [PERSON]


def cut_off(at: int | None) -> tuple[World, int]:
    """A replay of two bodies that dies after its call number `at`, and its repetition; how many calls it made."""
    world = World()
    services = parked(world, HOURS, PARCEL)
    start = len(world.injector.trace)
    world.injector.plan = {} if at is None else {start + at: "die"}
    world._start("admin", lambda wiring: replayed(world, wiring), lambda worker: None)  # type: ignore[arg-type]
    made = len(world.injector.trace) - start
    world.run()
    replayed(world, services)
    return world.run(), made


def test_a_replay_that_dies_at_any_call_is_repeated_and_nothing_is_lost_or_doubled() -> None:
    _, calls = cut_off(None)
    wrong = [found for at in range(calls) if (found := broken(cut_off(at)[0], [HOURS, PARCEL]))]

    assert calls > 8
    assert wrong == []


def test_what_is_still_not_understood_stays_and_is_parked_once() -> None:
    world = World()
    services = SimWiring(world, world.settings)
    services.queues.park("whatsapp", world.whatsapp.key, GARBLED, "not a WhatsApp event", world.clock())
    (done,) = replayed(world, services)

    assert (done.done, done.unread) == (False, ("not a WhatsApp event",))
    assert [each.number for each in listed(services)] == [done.parked.number]
    assert world.buckets[done.parked.key] == GARBLED


def test_a_body_of_an_account_that_is_connected_no_more_is_kept_and_said() -> None:
    world = World()
    services = parked(world, HOURS, key="nobody")

    with pytest.raises(UsageError, match="not connected"):
        replayed(world, services)
    assert len(listed(services)) == 1


@pytest.mark.parametrize("reason", ["", "---", "é" * 500, "a/b c", "x" * 2_000])
def test_whatever_was_wrong_the_bucket_can_name_it_and_it_is_read_back(reason: str) -> None:
    one = Parked("x", "k-_1", 1_795_597_200_000, reason, "id1")  # type: ignore[arg-type]
    world = World()
    world.buckets[one.key] = b"{}"
    (found,) = listed(SimWiring(world, world.settings))

    assert len(one.key) < 200
    assert found.key == one.key


def test_a_look_quiets_the_alarm_and_deletes_no_body() -> None:
    world = World()
    services = parked(world, HOURS, PARCEL)

    assert quiet(services) == 2
    assert world.sqs.queues["unparsed"] == []
    assert len(listed(services)) == 2
