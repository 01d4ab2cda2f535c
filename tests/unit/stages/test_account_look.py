"""The look of each morning: the desk is told once what is not well, and once when it is again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.errors import Retryable
from chalicelib.findings import Finding
from chalicelib.model import Account, Millis
from chalicelib.playbook.hours import wall
from chalicelib.services import Services
from chalicelib.stages import account_look
from chalicelib.stages.account_look import HOURS, LAST_MS, SLOTS, is_due, look_at_accounts
from tests.simulation.memory.desks import MemoryDesks
from tests.simulation.world import SimWiring, World

DAY_MS = 86_400_000
BAD = Finding("permissions", well=False, seen="not given: pages_messaging")
WELL = Finding("permissions", well=True, seen="all are given")
LATE = Finding("expiry", well=False, seen="in 9 days")


class Mornings:
    """A world in memory, one account of it, and what its platform says at each look."""

    def __init__(self) -> None:
        self.world = World(in_memory=True)
        self.asked = 0
        here = SimWiring(self.world, self.world.settings).for_handlers
        self.account: Account = next(each for each in here.directory.accounts() if each.channel == "messenger")
        self.day = 0

    def services(self, found: Sequence[Finding] | Exception) -> Services:
        def examined(account: Account) -> Sequence[Finding]:
            assert account == self.account
            self.asked += 1
            if isinstance(found, Exception):
                raise found
            return found

        return replace(SimWiring(self.world, self.world.settings).for_handlers, examined=examined)

    def at(self, hour: int) -> Millis:
        """The account's minute of this hour of the day, by the brand's own clock."""
        here = self.services(())
        hours = here.playbook(self.account.brand).hours
        begin = self.world.clock() - self.world.clock() % 3_600_000
        while wall(hours, Millis(begin)).hour != hour:
            begin += 3_600_000
        slot = next(minute for minute in range(60) if is_due(self.account, Millis(begin + minute * 60_000)))
        return Millis(begin + slot * 60_000)

    def look(self, *found: Finding, hour: int = HOURS[0], lost: Exception | None = None) -> list[Any]:
        """One morning; returns what was told."""
        self.world.clock.now = self.at(hour)
        before = len(self.told())
        broken = look_at_accounts([self.account], self.world.clock(), self.services(lost or found))
        assert broken is lost
        self.world.run()
        return self.told()[before:]

    def told(self) -> list[Any]:
        desks = self.world.desks
        assert isinstance(desks, MemoryDesks)
        return [each.data for each in desks.place.posts if each.data.get("notice") == "looked"]

    def tomorrow(self) -> None:
        self.world.clock.now += DAY_MS - 3_600_000


@pytest.fixture
def mornings() -> Mornings:
    return Mornings()


def test_what_is_not_well_is_told_once_and_once_when_it_is_well_again(mornings: Mornings) -> None:
    told = []
    for found in ((WELL,), (BAD,), (BAD,), (BAD, LATE), (LATE,), (WELL,), (WELL,)):
        told.append([(each["ill"], each["well"]) for each in mornings.look(*found)])
        mornings.tomorrow()

    assert told == [
        [],
        [(["permissions"], [])],
        [],
        [(["expiry"], [])],
        [],
        [([], ["permissions"])],
        [],
    ]


def test_an_account_is_looked_at_once_a_day_and_at_eight_only_where_seven_was_missed(mornings: Mornings) -> None:
    mornings.look(BAD)
    assert mornings.look(BAD, hour=HOURS[1]) == []
    assert mornings.asked == 1
    mornings.tomorrow()
    mornings.look(hour=HOURS[0] - 1)
    assert mornings.asked == 1
    assert len(mornings.look(LATE, hour=HOURS[1])) == 1
    assert mornings.asked == 2


def test_a_platform_of_which_nothing_is_known_today_changes_nothing_that_was_told(mornings: Mornings) -> None:
    mornings.look(BAD)
    mornings.tomorrow()
    assert mornings.look() == []
    mornings.tomorrow()
    assert mornings.look(BAD) == []


def test_a_look_that_fails_is_made_again_an_hour_later_and_tells_nothing_twice(mornings: Mornings) -> None:
    assert mornings.look(lost=Retryable("down")) == []
    assert len(mornings.look(BAD, hour=HOURS[1])) == 1
    key = account_look._key(mornings.account)
    del mornings.world.dynamo.items[key.pk, key.sk]  # the worker died before it could store that it had told
    mornings.world.clock.now -= 3_600_000
    assert mornings.look(BAD, hour=HOURS[1]) == []


def test_the_next_account_of_the_same_id_inherits_nothing(mornings: Mornings) -> None:
    mornings.look(BAD)
    mornings.tomorrow()
    mornings.account = replace(mornings.account, key="another")  # type: ignore[arg-type] # a key is text
    assert len(mornings.look(BAD)) == 1


def test_a_sweep_that_has_no_time_left_looks_at_nobody_and_says_so(mornings: Mornings) -> None:
    mornings.world.clock.now = mornings.at(HOURS[0])
    began = mornings.world.clock()
    mornings.world.clock.now += LAST_MS + 1
    look_at_accounts([mornings.account], began, mornings.services((BAD,)))

    assert mornings.asked == 0
    assert mornings.world.counts["look_missed"] == 1


def test_an_account_has_one_minute_of_an_hour_and_none_of_the_last_ten() -> None:
    account = Mornings().account
    due = [is_due(account, Millis(minute * 60_000)) for minute in range(120)]

    assert (sum(due), due[:60]) == (2, due[60:])
    assert not any(due[SLOTS:60])


def test_an_hour_is_the_brands_own() -> None:
    mornings = Mornings()
    at = datetime.fromtimestamp(mornings.at(HOURS[0]) / 1000, UTC)

    assert at.hour in (5, 6)  # Paris, in summer and in winter
