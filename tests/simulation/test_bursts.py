"""Lines in a row, on one channel or several of one person: read together, answered once, and never waited for long."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.playbook.codec import to_json

from .paths import ADDRESS, HOURS, ON_MESSENGER, PERSON, SHAME, merges
from .test_loops import tickets
from .world import START, Step, World

CAP_MS = 60_000
FRAGMENT = "Et pour la boutique"
BEGIN = [
    Step(lambda world: world.whatsapp.writes(PERSON, "Bonjour")),
    Step(lambda world: world.messenger.writes(PERSON, "Bonjour"), wait_ms=60_000),
    merges(ADDRESS, ON_MESSENGER, wait_ms=60_000),
]


def write(channel: str, text: str, wait_ms: int) -> Step:
    return Step(lambda world: world.outside[channel].writes(PERSON, text), wait_ms=wait_ms, name=text)


def one_person() -> World:
    """Somebody who is known on WhatsApp and on Messenger, greeted before, and long silent since."""
    world = World().run(*BEGIN)
    world.clock.now += 3 * 3_600_000
    for platform in (world.whatsapp, world.messenger):
        platform.said.clear()
    return world


def told(world: World) -> list[tuple[str, str, int]]:
    """What was said since, with its channel and its moment."""
    found = [(each.at, name, each.text) for name in ("whatsapp", "messenger") for each in world.outside[name].said]
    return [(name, text, at) for at, name, text in sorted(found)]


def uncovered(world: World) -> list[str]:
    known = world.table.identity(ADDRESS)
    head = world.table.head(known[1]) if known else None
    return [head.uncovered_from] if head and head.uncovered_from else []


@pytest.mark.parametrize(
    ("first", "then"), [(("whatsapp", FRAGMENT), ("messenger", HOURS)), (("messenger", HOURS), ("whatsapp", FRAGMENT))]
)
def test_a_burst_over_two_channels_is_answered_once_where_it_ended(
    first: tuple[str, str], then: tuple[str, str]
) -> None:
    world = one_person()
    world.run(write(*first, 0), write(*then, 1_500))
    ((channel, text, _),) = told(world)

    assert channel == then[0]
    assert "Lyon" in text
    assert uncovered(world) == []
    assert tickets(world) == []


def test_two_questions_on_two_channels_within_two_seconds_are_read_as_one() -> None:
    world = one_person()
    world.run(write("whatsapp", HOURS, 0), write("messenger", "Comment faire un retour ?", 1_500))
    (ticket,) = tickets(world)

    assert [channel for channel, _, _ in told(world)] == ["messenger"]
    assert ticket.reason == "several_questions"
    assert ticket.messages == 2


@pytest.mark.parametrize("urgent", [SHAME + " je vais voir mon avocat", "C'est urgent"])
def test_an_urgent_word_on_another_channel_breaks_it_at_once(urgent: str) -> None:
    world = one_person()
    began = world.clock.now
    world.run(write("whatsapp", FRAGMENT, 0), write("messenger", urgent, 1_000))
    (ticket,) = tickets(world)

    assert ticket.created_at - began < 2_000
    assert [channel for channel, _, _ in told(world)] == ["messenger"]


@pytest.mark.parametrize("every_ms", [1_900, 5_000, 15_000, 19_900])
@pytest.mark.parametrize("lines", [(FRAGMENT, "et puis"), (HOURS, "Vos horaires donc ?"), ("Bonjour", "Coucou")])
def test_whoever_goes_on_writing_hears_something_within_a_minute(every_ms: int, lines: Sequence[str]) -> None:
    world = World()
    count = 120_000 // every_ms
    world.run(*(write("whatsapp", lines[n % 2], every_ms if n else 0) for n in range(count)))

    assert told(world)[0][2] - START <= CAP_MS


def typing(world: World, lines: Sequence[tuple[str, int]]) -> int:
    """How often typing is shown on Messenger, until all is quiet."""
    shown, real = list[str](), world.messenger.request

    def request(method: str, url: str, **given: Any) -> Any:
        if given.get("body", b"")[:1] == b"{" and "sender_action" in json.loads(given["body"]):
            shown.append(url)
        return real(method, url, **given)

    world.messenger.request = request  # type: ignore[method-assign]  # the same, counted
    world.run(*(write("messenger", text, wait_ms) for text, wait_ms in lines))
    return len(shown)


def test_typing_is_shown_once_a_burst_and_not_drawn_out() -> None:
    assert typing(World(), [("Et pour", 0), ("la boutique", 10_000), ("de Lyon", 10_000)]) == 1
    assert typing(World(), [(HOURS, 0)]) == 0


def test_nobody_sees_read_and_then_nothing() -> None:
    """Where no acknowledgement would follow, nothing is shown."""
    world = World()
    switch = replace(world.playbook.acknowledge, in_hours=False, out_of_hours=False)
    world.table.put_playbook(to_json(replace(world.playbook, acknowledge=switch)), world.clock())

    assert typing(world, [("Et pour", 0)]) == 0
    assert told(world) == []
    assert len(tickets(world)) == 1


def test_a_playbook_that_waits_long_for_a_greeting_still_answers_it_within_a_minute() -> None:
    world = World()
    patient = replace(world.playbook.limits, join_fragment_ms=60_000, join_greeting_ms=60_000)
    world.table.put_playbook(to_json(replace(world.playbook, limits=patient)), world.clock())
    world.run(*(write("whatsapp", ("Bonjour", "Coucou")[n % 2], 14_000 if n else 0) for n in range(9)))

    assert told(world)[0][2] - START <= CAP_MS
