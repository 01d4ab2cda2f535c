"""The board of a channel counts the tickets that are open, with one message, and with one row at a time."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.workspaces.slack import actions

from . import agent
from .invariants import broken
from .paths import AGAIN, ODD, desks_down, from_number, presses, says, sweeps, waits, writes_reply
from .world import Step, World

MINUTE = 60_000


def boards(world: World) -> list[dict[str, Any]]:
    return [message for message in world.slack.messages.values() if message["text"].startswith("📋")]


def words(world: World) -> str:
    (message,) = boards(world)
    return str(message["text"]).replace("\u00a0", " ").replace("\u202f", " ")


def looks(minutes: int) -> list[Step]:
    """So many minutes pass, with a sweep in each."""
    return [sweeps(MINUTE) for _ in range(minutes)]


def asked_for(world: World) -> list[str]:
    """The kinds of the rows that the board took, in order."""
    rows = {item["row_id"]["S"]: item for key, item in world.dynamo.written if "#out#" in key[0]}
    return [each["kind"]["S"] for each in rows.values() if each["person"]["S"] == "board"]


def test_a_channel_has_one_pinned_board_that_counts_its_tickets_as_they_are() -> None:
    world = World().run(says("whatsapp", ODD), *looks(3))
    first = words(world)
    taken = words(world.run(presses(actions.CLAIM), *looks(2)))
    answered = words(world.run(*writes_reply("Non, désolée."), *looks(3)))
    back = words(world.run(says("whatsapp", AGAIN, wait_ms=MINUTE), *looks(2)))
    closed = words(world.run(presses(actions.CLOSE), *looks(2)))

    assert (first, taken, answered) == ("📋 1 libre", "📋 1 pris", "📋 1 attend le client")
    assert (back, closed) == ("📋 1 pris", "📋 Aucune demande ouverte.")
    assert world.slack.pins == [boards(world)[0]["ts"]]
    assert broken(world, [ODD, AGAIN]) == []


def test_a_board_turns_late_by_the_clock_alone() -> None:
    world = World().run(says("whatsapp", ODD), *looks(2), waits(5 * 60 + 10), *looks(2))

    assert words(world) == "📋 1 en retard · 1 libre"


def test_a_brand_without_tickets_has_no_board() -> None:
    world = World().run(*looks(3))

    assert boards(world) == []
    assert asked_for(world) == []


def test_sixty_tickets_at_once_change_the_board_once_a_minute_at_most() -> None:
    crowd = [from_number(number, f"Un lama numéro {number} kq{number:02} ?") for number in range(10, 70)]
    world = World().run(says("whatsapp", ODD), *looks(2), *crowd, *looks(6))

    assert words(world) == "📋 61 libres"
    assert len(asked_for(world)) <= 2 + 6
    assert broken(world, [ODD]) == []


def test_while_slack_is_down_one_row_waits_and_the_board_is_right_afterwards() -> None:
    world = World()
    desks_down(60)(world)
    crowd = [
        from_number(number, f"Un lama numéro {number} kr{number:02} ?", wait_ms=5 * MINUTE) for number in range(10, 14)
    ]
    world.run(*crowd, *looks(20), waits(150), *looks(3))

    assert words(world) == "📋 4 libres"
    assert asked_for(world).count("notice") == 1


def test_an_unchanged_board_asks_for_nothing() -> None:
    world = World().run(says("whatsapp", ODD), *looks(3))
    before = len(asked_for(world))

    assert asked_for(world.run(*looks(5)))[before:] == []


def test_a_board_that_somebody_deleted_is_posted_and_pinned_again() -> None:
    world = World().run(says("whatsapp", ODD), *looks(3))
    world.slack.messages.pop(boards(world)[0]["ts"])
    world.run(presses(actions.CLAIM), *looks(5))

    assert words(world) == "📋 1 pris"
    assert world.slack.pins[-1] == boards(world)[0]["ts"]


def test_an_app_that_may_not_pin_posts_its_board_and_its_tickets_all_the_same() -> None:
    world = World()
    world.slack.may_pin = False
    world.run(says("whatsapp", ODD), *looks(3), from_number(7, "Un autre lama kqzz ?"), *looks(2))

    assert words(world) == "📋 2 libres"
    assert len(agent.tickets(world)) == 2
    assert "desk_paused" not in world.counts
    assert "desk_row_failed" not in world.counts


KINDS = ["die", "fail", "repeat"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_board_is_right_in_the_end_whatever_call_of_a_sweep_or_of_the_desk_fails(kind: str) -> None:
    assert board_wrong_after(kind, KINDS.index(kind), 9) == []


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_the_board_is_right_in_the_end_whichever_of_these_calls_fails(kind: str) -> None:
    assert board_wrong_after(kind, 0, 1) == []


def board_wrong_after(kind: str, first: int, every: int) -> list[tuple[int, str]]:
    """The calls of a sweep or of the desk, every so many of them, whose fault of this kind leaves the board wrong."""
    steps = [says("whatsapp", ODD), *looks(3), presses(actions.CLAIM), *looks(3)]
    calm = World().run(*steps)
    calls = [number for number, call in enumerate(calm.injector.trace) if call.startswith(("sweep", "desk"))]
    wrong = []
    for number in calls[first::every]:
        world = World(plan={number: kind}).run(*steps, *looks(3))
        if broken(world, [ODD]) or words(world) != "📋 1 pris":
            wrong.append((number, calm.injector.trace[number]))

    assert len(calls) > 60
    return wrong
