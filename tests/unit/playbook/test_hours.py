"""Opening hours: split shifts, holidays, a change of clock, and clocks that stop at night."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.model import Millis
from chalicelib.playbook.hours import deadline, due_at, is_open, moment_text, next_opening, next_opening_text
from chalicelib.playbook.schema import Hours

PARIS = ZoneInfo("Europe/Paris")
SPLIT = ((9 * 60 + 30, 12 * 60 + 30), (13 * 60 + 30, 18 * 60 + 30))
HOURS = Hours(
    time_zone="Europe/Paris", week=(SPLIT,) * 5 + (((10 * 60, 17 * 60),), ()), holidays=frozenset({"2026-11-11"})
)


def at(text: str) -> Millis:
    return Millis(int(datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp() * 1000))


@pytest.mark.parametrize(
    ("when", "open_"),
    [
        ("2026-11-24T09:29:59", False),
        ("2026-11-24T09:30:00", True),
        ("2026-11-24T12:30:00", False),
        ("2026-11-24T13:00:00", False),
        ("2026-11-24T18:29:59", True),
        ("2026-11-28T10:00:00", True),
        ("2026-11-29T11:00:00", False),
        ("2026-11-11T11:00:00", False),
    ],
)
def test_open_is_within_a_shift_of_no_holiday(when: str, *, open_: bool) -> None:
    assert is_open(HOURS, at(when)) is open_


@pytest.mark.parametrize(
    ("when", "opens"),
    [
        ("2026-11-24T10:00:00", "2026-11-24T10:00:00"),
        ("2026-11-24T12:45:00", "2026-11-24T13:30:00"),
        ("2026-11-28T17:00:00", "2026-11-30T09:30:00"),
        ("2026-11-10T19:00:00", "2026-11-12T09:30:00"),
    ],
)
def test_the_next_opening_skips_lunch_sunday_and_holidays(when: str, opens: str) -> None:
    assert next_opening(HOURS, at(when)) == at(opens)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-24T10:00:00", 60, "2026-11-24T11:00:00"),
        ("2026-11-24T12:00:00", 60, "2026-11-24T14:00:00"),
        ("2026-11-24T18:00:00", 60, "2026-11-25T10:00:00"),
        ("2026-11-28T16:30:00", 60, "2026-11-30T10:00:00"),
        ("2026-11-29T12:00:00", 15, "2026-11-30T09:45:00"),
        ("2026-11-24T09:30:00", 180, "2026-11-24T12:30:00"),
        ("2026-03-28T16:30:00", 60, "2026-03-30T10:00:00"),  # the clocks change on the 29th
    ],
)
def test_a_clock_runs_only_while_people_are_there(start: str, minutes: int, due: str) -> None:
    assert due_at(HOURS, at(start), minutes) == at(due)


@pytest.mark.parametrize(
    ("wrote", "minutes", "window", "due", "by", "soon", "late"),
    [
        # a Tuesday morning: the target is long before the window
        ("2026-11-24T10:00:00", 240, "2026-11-25T10:00:00", "2026-11-24T15:00:00", "target", "14:12", "15:00"),
        ("2026-11-24T10:00:00", 240, "", "2026-11-24T15:00:00", "target", "14:12", "15:00"),
        # Saturday at 16:00: Monday's target is after Sunday's window, so somebody is told before all leave
        ("2026-11-28T16:00:00", 240, "2026-11-29T16:00:00", "2026-11-29T14:00:00", "window", "28 16:30", "30 9:30"),
        # Saturday night: nobody is there before the window closes
        ("2026-11-28T20:00:00", 240, "2026-11-29T20:00:00", "2026-11-29T18:00:00", "window", "30 9:30", "30 9:30"),
        # a target of days: the window says until when
        ("2026-11-24T10:00:00", 1440, "2026-11-25T10:00:00", "2026-11-25T08:00:00", "window", "25 9:30", "25 10:00"),
        # a window that is over, or nearly, when they wrote gives no deadline
        ("2026-11-24T10:00:00", 60, "2026-11-24T10:01:00", "2026-11-24T11:00:00", "target", "10:48", "11:00"),
        ("2026-11-24T10:00:00", 60, "2026-11-20T10:00:00", "2026-11-24T11:00:00", "target", "10:48", "11:00"),
        # never before they wrote, and a little later
        ("2026-11-24T10:00:00", 240, "2026-11-24T11:00:00", "2026-11-24T10:05:00", "window", "10:05", "11:00"),
    ],
)
def test_an_answer_is_due_at_the_target_or_two_hours_before_the_window(
    wrote: str, minutes: int, window: str, due: str, by: str, soon: str, late: str
) -> None:
    found = deadline(HOURS, at(wrote), minutes, at(window) if window else Millis(0))

    assert (found.at, found.by) == (at(due), by)
    for moment, words in ((found.soon_at, soon), (found.late_at, late)):
        then = datetime.fromtimestamp(moment / 1000, PARIS)
        day, _, clock = words.rpartition(" ")
        assert (f"{then.hour}:{then.minute:02d}", str(then.day)) == (clock, day or str(then.day))


def test_moments_are_named_in_the_brands_own_time() -> None:
    now = at("2026-11-24T18:00:00")

    assert moment_text(HOURS, "fr", at("2026-11-24T18:20:00"), now) == "18\u00a0h\u00a020"
    assert moment_text(HOURS, "fr", at("2026-11-25T09:30:00"), now) == "demain à 9\u00a0h\u00a030"
    assert moment_text(HOURS, "en", at("2026-11-25T15:00:00"), now) == "tomorrow at 3 pm"


def test_a_day_with_a_change_of_clock_keeps_its_shifts() -> None:
    every_day = Hours(time_zone="Europe/Paris", week=(((9 * 60, 24 * 60),),) * 7)
    assert next_opening(every_day, at("2026-03-29T05:00:00")) == at("2026-03-29T09:00:00")
    assert is_open(every_day, at("2026-10-25T23:59:00"))


def test_a_brand_that_never_opens_has_a_clock_that_always_runs() -> None:
    assert next_opening(Hours(), at("2026-11-24T10:00:00")) is None
    assert next_opening_text(Hours(), "fr", at("2026-11-24T10:00:00")) == ""
    assert due_at(Hours(), at("2026-11-24T10:00:00"), 30) == at("2026-11-24T10:30:00")


@pytest.mark.parametrize(
    ("when", "french", "english"),
    [
        ("2026-11-24T12:45:00", "aujourd’hui à 13\u00a0h\u00a030", "today at 1:30 pm"),
        ("2026-11-24T19:00:00", "demain à 9\u00a0h\u00a030", "tomorrow at 9:30 am"),
        ("2026-11-28T19:00:00", "lundi 30 novembre à 9\u00a0h\u00a030", "Monday 30 November at 9:30 am"),
        ("2026-11-27T23:00:00", "demain à 10\u00a0h", "tomorrow at 10 am"),
    ],
)
def test_the_next_opening_in_words(when: str, french: str, english: str) -> None:
    assert next_opening_text(HOURS, "fr", at(when)) == french
    assert next_opening_text(HOURS, "en", at(when)) == english
