"""When an agent is reminded, by the brand's own clock, and the dialog that asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.model import Millis
from chalicelib.playbook.schema import Hours
from chalicelib.workspaces.slack import actions
from chalicelib.workspaces.slack.snoozing import answer_words, snooze_view, until
from tests.unit.workspaces.slack.limits import broken_view
from tests.unit.workspaces.slack.test_blocks import VIEW
from tests.unit.workspaces.slack.test_open_lists import PLAYBOOK

PARIS = ZoneInfo("Europe/Paris")


def at(text: str) -> Millis:
    return Millis(round(datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp() * 1000))


@pytest.mark.parametrize(
    ("choice", "now", "then"),
    [
        ("hours", "2026-11-25 16:30", "2026-11-25 18:30"),
        ("tomorrow", "2026-11-25 23:59", "2026-11-26 09:00"),
        ("tomorrow", "2026-03-28 12:00", "2026-03-29 09:00"),  # the night that is an hour short
        ("monday", "2026-11-25 10:00", "2026-11-30 09:00"),
        ("monday", "2026-11-30 08:00", "2026-12-07 09:00"),  # on a Monday: the next one
        ("monday", "2026-11-29 23:00", "2026-11-30 09:00"),
    ],
)
def test_the_time_is_that_of_the_brands_clock(choice: str, now: str, then: str) -> None:
    hours: Hours = replace(PLAYBOOK.hours, time_zone="Europe/Paris")

    assert until(choice, hours, at(now)) == at(then)


def test_no_other_word_is_a_time() -> None:
    assert until("never", PLAYBOOK.hours, at("2026-11-25 10:00")) is None


def test_the_dialog_offers_the_three_times_within_slacks_limits() -> None:
    view = snooze_view(VIEW)
    (row,) = [block for block in view["blocks"] if block["type"] == "actions"]

    assert broken_view(view) == []
    assert [each["action_id"] for each in row["elements"]] == list(actions.SNOOZE_UNTIL.values())
    assert [each["text"]["text"].replace("\u00a0", " ") for each in row["elements"]] == [
        "Dans 2 heures",
        "Demain à 9 h",
        "Lundi à 9 h",
    ]


@pytest.mark.parametrize(
    ("language", "then", "words"),
    [
        ("fr", "2026-11-25 18:30", "C’est noté : rappel à 18 h 30."),
        ("fr", "2026-11-30 09:00", "C’est noté : rappel le 30 nov., 9 h."),
        ("en", "2026-11-30 09:00", "Noted: you are reminded at 30 Nov, 9 am."),
    ],
)
def test_the_answer_says_when_with_its_day_where_that_is_another(language: str, then: str, words: str) -> None:
    view = replace(VIEW, time_zone="Europe/Paris")
    said = answer_words(view, language, at(then), at("2026-11-25 16:30"))

    assert said.replace("\u202f", " ").replace("\u00a0", " ") == words
