"""What somebody writes within one second of a platform stays in the order in which it came."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.store import items, keys

from .invariants import Ledger
from .paths import HOURS, PERSON
from .platforms import Platform
from .world import START, Step, World

ODD = ("Vous vendez des lamas ? kk0", "Ou des alpagas roses ? kk1", "Ou une vigogne à fleurs ? kk2")


def said_in(world: World, *authors: str) -> list[str]:
    """The texts of the timeline by these authors, as it stands in the table."""
    found = sorted(Ledger(world).timeline.items())
    return [item.get("text", "") for _, item in found if item["author"] in authors]


def texts(count: int) -> list[str]:
    return [f"et puis voilà kk{number:02d}" for number in range(count)]


@st.composite
def arrivals(draw: st.DrawFn) -> list[tuple[int, int, bool]]:
    """(wait before it is written, delay of its webhook, sent twice) of each webhook: none overtakes another."""
    found, arrived = [], 0
    written = 0
    for _ in range(draw(st.integers(2, 7))):
        wait = draw(st.sampled_from((0, 1, 90, 400, 1_300)))
        written += wait
        arrived = max(arrived, written + draw(st.sampled_from((0, 1, 300, 950, 2_700))))
        found.append((wait, arrived - written, draw(st.booleans())))
    return found


def _write(world: World, *, text: str, delay: int, twice: bool) -> None:
    world.whatsapp.writes(PERSON, text)
    hook = world.whatsapp.hooks.pop()._replace(due=world.clock.now + delay)
    world.whatsapp.hooks += [hook, hook._replace(due=hook.due + 40_000)] if twice else [hook]


@settings(max_examples=40, deadline=None)
@given(arrivals(), st.integers(0, 999))
def test_the_timeline_keeps_the_order_of_arrival(plan: list[tuple[int, int, bool]], began: int) -> None:
    world = World()
    world.clock.now = START + began
    written = texts(len(plan))
    for text, (wait, delay, twice) in zip(written, plan, strict=True):
        world.steps.append(Step(partial(_write, text=text, delay=delay, twice=twice), wait_ms=wait))
    world.run()

    assert said_in(world, "customer") == written


@pytest.mark.parametrize("count", [3, 12])
@pytest.mark.parametrize("times", [1, 2])
def test_the_messages_of_one_body_keep_its_order(count: int, times: int) -> None:
    world = World()
    world.run(Step(lambda world: world.whatsapp.writes_at_once(PERSON, *texts(count), times=times)))

    assert said_in(world, "customer") == texts(count)


@pytest.mark.parametrize("late_ms", [0, 5_000])
def test_a_ticket_quotes_a_second_in_its_order(late_ms: int) -> None:
    world = World()
    world.run(Step(lambda world: _late(world.whatsapp, lambda: world.whatsapp.writes_at_once(PERSON, *ODD), late_ms)))
    (ticket,) = [items.ticket(item) for (_, sk), item in Ledger(world).plain.items() if sk == "ticket"]

    assert [quote.text for quote in ticket.quotes] == list(ODD)
    last = keys.marker(world.brand, "whatsapp", "1001", ticket.anchor)
    assert Ledger(world).plain[last.pk, last.sk]["message_id"] == ticket.quotes[-1].message_id


@pytest.mark.parametrize("channel", ["whatsapp", "messenger", "x"])
def test_what_is_written_after_an_answer_stands_after_it(channel: str) -> None:
    world = World()
    world.clock.now = START + 5_000
    world.run(
        Step(lambda world: getattr(world, channel).writes(PERSON, HOURS)),
        Step(
            lambda world: getattr(world, channel).writes(PERSON, "merci kk9"),
            when=lambda world: bool(getattr(world, channel).said),
        ),
    )
    found = said_in(world, "customer", "bot")

    assert (found[0], found[2]) == (HOURS, "merci kk9")


def test_a_platform_whose_clock_is_ahead_puts_no_question_behind_its_answer() -> None:
    world = World()

    def ahead(world: World) -> None:
        world.clock.now += 86_400_000
        world.messenger.writes(PERSON, HOURS)
        world.clock.now -= 86_400_000
        world.messenger.hooks[-1] = world.messenger.hooks[-1]._replace(due=world.clock.now)

    world.run(Step(ahead), Step(lambda world: world.messenger.writes(PERSON, "merci kk9"), wait_ms=60_000))
    found = said_in(world, "customer", "bot")

    assert (found[0], found[2]) == (HOURS, "merci kk9")


def test_what_came_late_by_milliseconds_of_the_platform_is_put_where_it_was_said() -> None:
    world = World()
    first, second, third = ODD

    def out_of_order(world: World) -> None:
        for text, delay in ((first, 0), (second, 9_000), (third, 100)):
            world.clock.now += 10
            _late(world.messenger, lambda text=text: world.messenger.writes(PERSON, text), delay)

    world.run(Step(out_of_order))

    assert said_in(world, "customer") == [first, second, third]


def _late(platform: Platform, write: Any, late_ms: int) -> None:
    """What is written reaches us this much later."""
    known = len(platform.hooks)
    write()
    platform.hooks[known:] = [hook._replace(due=hook.due + late_ms) for hook in platform.hooks[known:]]
