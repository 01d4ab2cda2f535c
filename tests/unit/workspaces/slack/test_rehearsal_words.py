"""The morning message of a rehearsal: what the bot would have answered, and what to prove first."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.report import Rehearsal, ToProve
from chalicelib.workspaces.slack.rehearsal_words import rehearsal_text
from tests.unit.decision.views import PLAYBOOK

HOURS = ToProve(intent="opening_hours", public=False, language="fr", share=0.254, more=40)
SEEN = Rehearsal(day="2026-11-24", messages=80, would=30, gaps=(), first=())
ENGLISH = replace(PLAYBOOK, languages=("en", "fr"))


def test_the_share_is_of_the_days_questions() -> None:
    lines = rehearsal_text(SEEN, PLAYBOOK).splitlines()

    assert "mardi 24 novembre" in lines[0]
    assert lines[1].endswith("30 sur 80 (38\u00a0%).")
    assert len(lines) == 2


def test_a_day_without_questions_has_no_share() -> None:
    assert "0 of 0 (0%)" in rehearsal_text(replace(SEEN, messages=0, would=0), ENGLISH)


def test_what_is_to_be_judged_says_how_much_and_how_long_it_takes() -> None:
    text = rehearsal_text(replace(SEEN, first=(HOURS, replace(HOURS, public=True, more=1))), ENGLISH)

    assert "(fr): 25% of questions, 40 answers to judge, about 14 min" in text
    assert ", in public (fr): 25% of questions, 1 answers to judge, about 1 min" in text
    assert text.endswith("`/guichet judge`")


def test_what_is_proved_needs_no_judge() -> None:
    lines = rehearsal_text(replace(SEEN, first=(replace(HOURS, more=0),)), ENGLISH).splitlines()

    assert lines[-1].endswith("25% of questions, proved")


def test_of_the_subjects_without_words_the_most_frequent_are_named() -> None:
    gaps = (("refund", 9), ("change_address", 4), ("somebody_elses", 2), ("late", 1))
    line = rehearsal_text(replace(SEEN, gaps=gaps), ENGLISH).splitlines()[-1]

    assert line.startswith("Subjects without words in the playbook: ")
    assert [part.rpartition(" ")[2] for part in line.split(", ")] == ["9", "4", "2"]
