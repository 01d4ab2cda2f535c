"""Times and counts of the report in Slack, where they are at their ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.report import report_of
from chalicelib.workspaces.slack.report_words import report_text
from tests.unit.decision.views import PLAYBOOK

ENGLISH = replace(PLAYBOOK, languages=("en", "fr"))


def text(*names: tuple[str, int], channel: str = "x") -> str:
    counts = {("2026-11-24", channel): {"contact": 2, "message": 2} | dict(names)}
    return report_text(report_of(counts, "2026-11-24", "2026-11-24"), ENGLISH, str.upper)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("auto:1", "first answer within 1 s"),
        ("auto:59", "first answer within 59 s"),
        ("auto:60", "first answer within 1 min"),
        ("auto:3600", "first answer within 1 h"),
        ("auto:28800", "first answer within 8 h"),
        ("auto:86400", "first answer within 1 day"),
        ("auto:more", "first answer within over a day"),
        ("people:300", "by the team within 5 min"),
    ],
)
def test_a_time_is_told_in_its_largest_unit(name: str, words: str) -> None:
    assert words in text((name, 1))


def test_one_day_is_no_span_and_one_channel_needs_no_line_of_its_own() -> None:
    lines = text().splitlines()

    assert lines[0] == "📊 *Your figures of Tuesday 24 November*"
    assert [line for line in lines if line.startswith("•")] == []


def test_one_contact_is_one() -> None:
    assert "1 contact" in text(("contact", 1)).splitlines()[1]
    assert "1 contacts" not in text(("contact", 1))


def test_what_did_not_happen_is_not_told() -> None:
    assert text().splitlines()[1] == "*All channels* 2 contacts"
    assert len(text().splitlines()) == 3


def test_what_happened_has_its_line() -> None:
    told = text(("asked_after", 1), ("clarify", 5), ("clarified", 3), ("opt_out", 2), ("promise_missed", 1))

    assert "A person asked for after an automatic answer: 1" in told
    assert "Questions “which subject?”: 5, left unanswered: 2" in told
    assert "Want no more automatic messages: 2" in told
    assert "promises kept 0 of 1" in told
