"""
Every path holds in another workspace than Slack, too: one in memory, with its own shapes and its own list.

`make test` tries a fixed selection of deaths, `make test-long` every point and more seeds.
"""

from __future__ import annotations

import contextlib
import io
from collections import Counter

import pytest

from .erasing import erased_at
from .exploring import Outcome, calm, play, shuffled, single_faults
from .faults import KINDS
from .memory.desks import MemoryDesks
from .paths import PATHS
from .world import World

OTHERS = tuple(kind for kind in KINDS if kind != "die")
# What agents do and see: here a workspace could be in the way.
OF_AGENTS = [name for name, path in PATHS.items() if path.tickets]


def _must_hold(outcomes: list[Outcome]) -> None:
    wrong = [(one.command, one.broken) for one in outcomes if one.broken]

    assert outcomes
    assert wrong[:3] == [], f"{len(wrong)} of {len(outcomes)} runs"


def _said(world: World) -> Counter[tuple[str, str, str]]:
    return Counter((said.person, said.text, str(said.public)) for each in world.platforms for said in each.said)


@pytest.mark.parametrize("name", PATHS)
def test_a_calm_day_goes_as_its_path_says_and_slack_hears_nothing(name: str) -> None:
    world, found = calm(name, in_memory=True)

    assert found == []
    assert world.slack.posts == []


@pytest.mark.parametrize("name", OF_AGENTS)
def test_customers_are_told_the_same_wherever_agents_work(name: str) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        in_memory, in_slack = play(name, in_memory=True)[0], play(name)[0]

    assert _said(in_memory) == _said(in_slack)


def test_a_ticket_is_shown_as_plain_data_and_answered_by_an_act() -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        world = play("agent's reply", in_memory=True)[0]
    desks = world.desks
    assert isinstance(desks, MemoryDesks)

    (ticket,) = [each for each in desks.place.entries.values() if "state" in each.data]

    assert (ticket.data["state"], ticket.data["answer"]) == ("answered", "Oui, en rose aussi. zz")
    assert ticket.first["quotes"] == [["customer", "Vous vendez des lamas roses ? kkcc", ""]]
    assert [said.text for said in world.messenger.said][-1] == "Oui, en rose aussi. zz"


def test_what_is_stored_names_the_workspace_in_which_the_ticket_is() -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        world = play("ticket", in_memory=True)[0]
    rows = [item for _, item in world.dynamo.written if item.get("kind") in ({"S": "ticket"}, {"S": "ticket_update"})]

    assert {item["channel"]["S"] for item in rows} == {"memory"}


@pytest.mark.parametrize("name", OF_AGENTS)
def test_nothing_is_left_at_the_desk_of_somebody_who_is_erased_at_the_end(name: str) -> None:
    assert erased_at(name, 10**9, in_memory=True) == []


@pytest.mark.parametrize("name", ["ticket", "a letter that becomes a ticket, and more", "note in the thread"])
def test_what_a_dead_worker_left_at_the_desk_is_erased(name: str) -> None:
    posts = [n for n, call in enumerate(play(name, in_memory=True)[0].injector.trace) if "memory POST post" in call]
    wrong = [(n, found) for n in posts if (found := erased_at(name, n + 1, {n: "die"}, in_memory=True))]

    assert posts
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_AGENTS)
def test_a_worker_dies_after_a_call(name: str) -> None:
    _must_hold(list(single_faults(name, ("die",), every=15, first=len(name) % 15, in_memory=True)))


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_AGENTS)
def test_several_workers_at_once(name: str) -> None:
    _must_hold([shuffled(name, len(name), faults=len(name) % 2, in_memory=True)])


@pytest.mark.long
@pytest.mark.parametrize("name", OF_AGENTS)
def test_a_worker_dies_after_every_call(name: str) -> None:
    _must_hold(list(single_faults(name, ("die",), in_memory=True)))


@pytest.mark.long
@pytest.mark.parametrize("name", OF_AGENTS)
def test_every_call_fails_in_every_way(name: str) -> None:
    _must_hold(list(single_faults(name, OTHERS, in_memory=True)))


@pytest.mark.long
@pytest.mark.parametrize("name", OF_AGENTS)
def test_several_workers_at_once_with_many_seeds(name: str) -> None:
    _must_hold([shuffled(name, seed, faults=seed % 3, in_memory=True) for seed in range(50)])
