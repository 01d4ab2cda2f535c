"""When an account's silence is unusual: by its own weeks, never within six hours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.model import Account, AccountId, AccountKey, Activity, BrandId, ChannelName, Millis
from chalicelib.stages.account_silence import HOUR_MS, beaten, patience, silent_since
from chalicelib.store.directory import Directory
from tests.simulation.dynamo import Dynamo

MONDAY = 1_795_424_400_000 // HOUR_MS * HOUR_MS  # 2026-11-23, nine in the morning UTC
ACCOUNT = Account(
    key=AccountKey("k"), brand=BrandId("b"), channel=ChannelName("x"), account_id=AccountId("1"), app_key="a"
)


def lived(hours: list[int], end: int) -> Activity:
    """A pulse of events at these hours before `end` (ms)."""
    activity = Activity(Millis(0))
    for ago in sorted(hours, reverse=True):
        activity = beaten(replace(activity, last=Millis(end - ago * HOUR_MS)))
    return activity


def is_silent(activity: Activity, now: int) -> bool:
    return silent_since(ACCOUNT, activity, Millis(now)) is not None


@pytest.mark.parametrize(("hours", "silent"), [(6, False), (7, True)])
def test_a_busy_account_is_missed_after_six_hours(hours: int, silent: bool) -> None:  # noqa: FBT001 - a table
    activity = lived(list(range(hours, 28 * 24)), MONDAY)

    assert patience(activity, Millis(MONDAY)) == 6
    assert is_silent(activity, MONDAY) is silent


def test_a_shop_that_closes_at_night_is_not_missed_before_its_mornings_are_four_times_as_long() -> None:
    """Events from 9 to 19 each day, the last one at 18: at nine the silence is ten to fifteen hours old."""
    open_hours = [ago for ago in range(12, 28 * 24) if (9 - ago) % 24 in range(9, 19)]
    activity = lived(open_hours, MONDAY)

    assert patience(activity, Millis(MONDAY + 8 * HOUR_MS)) == 6
    assert patience(activity, Millis(MONDAY - HOUR_MS)) == 4 * 14
    assert not is_silent(activity, MONDAY - HOUR_MS)


@pytest.mark.parametrize(("hours", "silent"), [(24, False), (25, True)])
def test_a_new_account_is_missed_after_a_day(hours: int, silent: bool) -> None:  # noqa: FBT001 - a table
    assert is_silent(lived([hours], MONDAY), MONDAY) is silent
    connected = replace(ACCOUNT, connected_at=Millis(MONDAY - hours * HOUR_MS))
    assert (silent_since(connected, None, Millis(MONDAY)) is not None) is silent


def test_a_message_a_week_is_no_silence() -> None:
    assert not is_silent(lived([7 * 24, 14 * 24, 21 * 24, 28 * 24], MONDAY), MONDAY + 20 * 24 * HOUR_MS)


def test_four_weeks_are_remembered_and_no_more() -> None:
    activity = lived([40 * 24, 1], MONDAY)

    assert activity.hours.bit_length() <= 28 * 24 + 1
    assert activity.newest == (MONDAY - HOUR_MS) // HOUR_MS


def test_an_event_and_the_sweep_write_different_halves_of_a_pulse() -> None:
    directory = Directory(Dynamo(), "t")
    directory.note_event("x", "1", Millis(MONDAY))
    noted = directory.activity(ACCOUNT)
    assert noted is not None
    assert noted == Activity(Millis(MONDAY))
    directory.keep_activity(ACCOUNT, beaten(noted))
    directory.note_event("x", "1", Millis(MONDAY + 5))

    assert directory.activity(ACCOUNT) == replace(beaten(noted), last=Millis(MONDAY + 5))
