"""By when an answer is promised: what was kept, rounded up; a part of the day where nobody knows; past ones by name."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.model import Millis
from chalicelib.playbook.hours import due_at, next_opening
from chalicelib.playbook.promise import Promise, past_words, promise_words, promised
from chalicelib.playbook.schema import Hours

PARIS = ZoneInfo("Europe/Paris")
NB = "\u00a0"
_DAY = ((9 * 60 + 30, 12 * 60 + 30), (13 * 60 + 30, 18 * 60 + 30))
HOURS = Hours(week=(_DAY,) * 5 + (((10 * 60, 17 * 60),), ()))
LATE = Hours(week=(((14 * 60, 20 * 60),),) * 5 + ((), ()))


def at(iso: str) -> Millis:
    return Millis(round(datetime.fromisoformat(iso).replace(tzinfo=PARIS).timestamp() * 1000))


def said(now: str, kept: int | None, language: str = "fr", hours: Hours = HOURS) -> str:
    moment = at(now)
    return promise_words(hours, language, moment, promised(hours, moment, kept)).replace(NB, " ")


@pytest.mark.parametrize(
    ("now", "kept", "french", "english"),
    [
        ("2026-11-25T13:30", 160, "avant 16 h 30", "before 4:30 pm"),
        ("2026-11-25T13:35", 160, "avant 16 h 30", "before 4:30 pm"),
        ("2026-11-25T14:00", 60, "avant 15 h", "before 3 pm"),
        ("2026-11-25T14:01", 60, "avant 15 h 30", "before 3:30 pm"),
        ("2026-11-25T14:01", 200, "avant 18 h", "before 6 pm"),  # over three hours: the full hour
        ("2026-11-25T10:00", 160, "avant 14 h", "before 2 pm"),  # over the break
        ("2026-11-25T18:00", 60, "demain avant 10 h", "before 10 am tomorrow"),
        ("2026-11-29T11:00", 60, "demain avant 10 h 30", "before 10:30 am tomorrow"),  # a Sunday
        ("2026-11-28T16:30", 600, "mardi 1er décembre avant 11 h", "before 11 am on Tuesday 1 December"),
        ("2026-11-25T10:00", None, "aujourd’hui", "today"),
        ("2026-11-25T07:00", None, "aujourd’hui", "today"),
        ("2026-11-25T17:00", None, "demain dans la matinée", "tomorrow morning"),  # an hour and a half are left
        ("2026-11-25T22:00", None, "demain dans la matinée", "tomorrow morning"),
        ("2026-11-28T20:00", None, "lundi 30 novembre dans la matinée", "on Monday 30 November in the morning"),
    ],
)
def test_what_may_be_promised(now: str, kept: int | None, french: str, english: str) -> None:
    assert (said(now, kept), said(now, kept, "en")) == (french, english)


def test_a_team_that_begins_in_the_afternoon_promises_no_morning() -> None:
    assert said("2026-11-25T22:00", None, hours=LATE) == "demain dans la journée"
    assert said("2026-11-25T22:00", None, "en", hours=LATE) == "tomorrow"


def test_a_brand_without_opening_hours_names_no_time() -> None:
    assert promised(Hours(), at("2026-11-25T10:00"), None) == promised(Hours(), at("2026-11-25T10:00"), 60) == Promise()
    assert said("2026-11-25T10:00", 60, hours=Hours()) == "dès que possible"


def test_a_day_that_was_named_is_not_named_again() -> None:
    now = at("2026-11-29T11:00")
    opening = next_opening(HOURS, now)
    for kept, french, english in (
        (None, "dans la matinée", "in the morning"),
        (60, "avant 10 h 30", "before 10:30 am"),
    ):
        promise = promised(HOURS, now, kept)
        assert promise_words(HOURS, "fr", now, promise, since=opening).replace(NB, " ") == french
        assert promise_words(HOURS, "en", now, promise, since=opening) == english


@pytest.mark.parametrize(
    ("now", "until", "loose", "french", "english"),
    [
        ("2026-11-25T15:10", "2026-11-25T15:00", False, "avant 15 h", "before 3 pm"),
        ("2026-11-26T09:40", "2026-11-25T15:00", False, "hier avant 15 h", "yesterday before 3 pm"),
        (
            "2026-11-30T09:40",
            "2026-11-27T15:00",
            False,
            "le vendredi 27 novembre avant 15 h",
            "Friday 27 November before 3 pm",
        ),
        ("2026-11-26T13:40", "2026-11-26T12:00", True, "ce matin", "this morning"),
        ("2026-11-26T09:40", "2026-11-25T18:30", True, "hier", "yesterday"),
        ("2026-11-30T09:40", "2026-11-27T18:30", True, "le vendredi 27 novembre", "Friday 27 November"),
    ],
)
def test_a_promise_that_was_not_kept_is_called_as_it_was_given(
    *, now: str, until: str, loose: bool, french: str, english: str
) -> None:
    missed = Promise(at(until), loose=loose)
    assert past_words(HOURS, "fr", at(now), missed).replace(NB, " ") == french
    assert past_words(HOURS, "en", at(now), missed) == english


@given(st.integers(0, 14 * 24 * 60), st.one_of(st.none(), st.integers(0, 3_000)), st.sampled_from(["fr", "en"]))
def test_a_promise_lies_ahead_and_never_before_what_was_kept(minute: int, kept: int | None, language: str) -> None:
    now = Millis(at("2026-11-23T00:00") + minute * 60_000)
    promise = promised(HOURS, now, kept)
    assert promise.until > now
    if kept is not None:
        assert promise.until >= due_at(HOURS, now, kept)
        assert promise.until < due_at(HOURS, now, max(kept, 1)) + 3_600_000
    assert promise_words(HOURS, language, now, promise)
