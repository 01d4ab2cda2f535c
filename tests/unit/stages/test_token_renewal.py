"""A token that ends: when another is asked for, how it is stored, and what is said where none is given."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.model import Account, Millis, TokenLife
from chalicelib.services import Services
from chalicelib.stages.token_renewal import DAY_MS, EVERY, RENEWED_AT_MS, is_due, renew_tokens
from tests.simulation.platforms import GRAPH_TOKEN_DEAD, answer
from tests.simulation.world import PREFIX, START, SimWiring, World

NAME = f"{PREFIX}/token/instagram/6001"
_NOTICE = re.compile(r"token_ends:\d[\w:]*")
DOWN = answer(503, {"error": {"code": 2, "message": "try later"}})


def services(world: World) -> Services:
    return SimWiring(world, world.settings).for_handlers


def account(world: World) -> Account:
    return next(each for each in services(world).directory.accounts() if each.channel == "instagram")


def looked(world: World, after_ms: int, **more: Any) -> TokenLife | None:
    """One look at the account's next minute after that time; returns what is known of the token then."""
    world.clock.now += after_ms
    found = replace(account(world), **more)
    while not is_due(found, world.clock()):
        world.clock.now += 60_000
    assert renew_tokens([found], world.clock(), services(world)) is None
    return services(world).directory.token_life(found)


def stored(world: World) -> str:
    token: str = world.parameters[NAME]["token"]
    return token


def test_an_account_has_one_minute_of_each_hour() -> None:
    world = World()
    due = [is_due(account(world), Millis(START + minute * 60_000)) for minute in range(3 * EVERY)]
    assert sum(due) == 3
    assert due[:EVERY] == due[EVERY : 2 * EVERY]


def test_a_token_is_renewed_when_it_is_a_day_old_then_every_ten_days() -> None:
    world = World()
    assert looked(world, DAY_MS - 2 * 3_600_000) is None
    life = looked(world, 2 * 3_600_000)
    assert life is not None
    assert (life.ends_at - world.clock()) // DAY_MS in (59, 60)
    first = stored(world)
    assert first == world.instagram.token != "token-1"
    for _ in range(9):
        looked(world, DAY_MS)
    assert stored(world) == first
    looked(world, RENEWED_AT_MS - 9 * DAY_MS)
    assert stored(world) != first
    assert world.parameters[NAME]["login"] == "instagram"  # all else is kept


def test_a_platform_that_is_down_is_asked_again_the_next_day_and_the_token_stays() -> None:
    world = World()
    world.instagram.renewals = [DOWN]
    life = looked(world, DAY_MS)
    assert life is not None
    assert life.error
    assert stored(world) == "token-1"
    looked(world, 3_600_000)
    assert (world.instagram.renewals, stored(world)) == ([], "token-1")
    life = looked(world, DAY_MS)
    assert life is not None
    assert (life.error, stored(world)) == ("", "IGAA000001")


@pytest.mark.parametrize(("days", "told"), [(10, 0), (49, 0), (52, 1)])
def test_a_token_that_is_not_renewed_is_told_of_ten_days_before_its_end(days: int, told: int) -> None:
    world = World()
    world.instagram.renewals = [GRAPH_TOKEN_DEAD] * 3
    life = looked(world, days * DAY_MS)
    assert life is not None
    assert life.error == "190"
    assert world.counts.get("token_ends", 0) == told


def test_a_second_token_that_ends_is_told_of_as_the_first_was() -> None:
    world, told = World(), set()
    for days in (52, 1, 52):
        world.instagram.renewals = [] if days == 1 else [GRAPH_TOKEN_DEAD] * 3
        looked(world, days * DAY_MS)
        told |= {found for each in world.sqs.queues["inbox.fifo"] for found in _NOTICE.findall(each.body)}
    assert len(told) == 2


def test_another_connection_has_another_token_of_which_nothing_is_known() -> None:
    world = World()
    looked(world, DAY_MS)
    anew = world.clock.now
    assert looked(world, 3_600_000, connected_at=Millis(anew)) != TokenLife(connected_at=Millis(anew))
    life = looked(world, DAY_MS, connected_at=Millis(anew))
    assert life is not None
    assert life.connected_at == anew


def test_what_an_administrator_gives_meanwhile_stays() -> None:
    world = World()
    wiring = SimWiring(world, world.settings)
    world.parameters[NAME]["token"] = "given by hand"
    assert not wiring.secrets.renew(account(world), "IGAA", "token-1")
    assert stored(world) == "given by hand"


def test_what_an_administrator_gives_between_reading_and_writing_is_put_back() -> None:
    world = World()
    client = world.client("ssm")

    class Racing:
        """An administrator is faster: theirs is written just before ours."""

        raced = False

        def get_parameter(self, **given: Any) -> Any:
            return client.get_parameter(**given)

        def put_parameter(self, **given: Any) -> Any:
            if not self.raced:
                self.raced = True
                client.put_parameter(**given | {"Value": '{"token": "given by hand", "login": "instagram"}'})
            return client.put_parameter(**given)

    wiring = SimWiring(world, world.settings)
    racing = Racing()
    wiring.secrets._ssm = lambda: racing
    assert not wiring.secrets.renew(account(world), "IGAA", "token-1")
    assert stored(world) == "given by hand"


def test_a_paused_account_and_a_channel_whose_tokens_do_not_end_are_left_alone() -> None:
    world = World()
    assert looked(world, 2 * DAY_MS, paused="token_expired") is None
    others = [each for each in services(world).directory.accounts() if each.channel != "instagram"]
    assert renew_tokens(others, world.clock(), services(world)) is None
    assert world.instagram.renewed_at == []
