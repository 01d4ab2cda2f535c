"""docs/cse.md and docs/aipd.md name everything that the table keeps; nothing that we print names who did what."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from chalicelib.admin.ticket_lessons import Lesson
from chalicelib.quality.judge_queue import Card
from chalicelib.report import Line, Report
from chalicelib.store import audit, judged_answers, judging, keys
from chalicelib.workspaces.slack.judging_view import Judgeable
from tests.unit.store.test_keys_page import rows

DOCS = Path(__file__).parents[2] / "docs"


def named(page: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", (DOCS / page).read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", ["cse.md", "aipd.md"])
def test_every_kind_of_item_is_named(page: str) -> None:
    assert set(rows(keys.__doc__ or "")) - named(page) == set()


@pytest.mark.parametrize(
    ("page", "days"),
    [
        ("aipd.md", f"jusqu'à deux jugements, {judging.KEPT_DAYS} jours au plus"),
        ("aipd.md", f"aucun texte | {judged_answers.KEPT_DAYS} jours"),
        ("aipd.md", f"la personne concernée | {audit.KEPT_DAYS} jours"),
        ("cse.md", f"(`guichet audit`) | {audit.KEPT_DAYS} jours"),
        ("cse.md", f"{judged_answers.KEPT_DAYS} jours, et {judging.KEPT_DAYS} jours"),
    ],
)
def test_the_days_are_those_of_the_code(page: str, days: str) -> None:
    assert days in (DOCS / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("shape", [Line, Report, Card, Judgeable, Lesson])
def test_nothing_that_is_shown_or_learned_has_a_place_for_an_agent(shape: type) -> None:
    words = {word for field in fields(shape) for word in field.name.split("_")}

    assert words & {"agent", "assignee", "judge", "by", "author", "user", "name"} == set()
