"""The report: daily counts added up, as the command prints it and Slack shows it."""

from __future__ import annotations

import json

import pytest

from chalicelib.report import report_of
from chalicelib.workspaces.slack.report_words import report_text
from infra.commands.report import document, drawn
from tests.unit.decision.views import PLAYBOOK

DAYS = {
    ("2026-11-23", "whatsapp"): {"contact": 2, "message": 3, "reply": 2, "auto:10": 2, "subject:opening_hours": 2},
    ("2026-11-24", "whatsapp"): {
        "contact": 1,
        "message": 4,
        "reply": 1,
        "auto:300": 1,
        "ticket": 1,
        "answered": 1,
        "people:3600": 1,
        "promise_kept": 1,
        "subject:refund": 1,
        "gap:change_address": 2,
        "opt_out": 1,
    },
    ("2026-11-24", "x"): {"contact": 1, "message": 1, "ticket": 1, "late": 1, "window_missed": 1, "asked_after": 1},
    ("2026-12-01", "x"): {"contact": 50},
}
FOUND = report_of(DAYS, "2026-11-23", "2026-11-29")
NOBODY = report_of({}, "2026-11-23", "2026-11-29")


def titles(channel: str) -> str:
    return {"whatsapp": "WhatsApp", "x": "X"}[channel]


def test_days_are_added_up_by_channel_and_other_days_left_out() -> None:
    assert (FOUND.total.contacts, FOUND.total.alone, FOUND.total.tickets) == (4, 3, 2)
    assert FOUND.total.alone_share == pytest.approx(0.6)
    assert {name: line.contacts for name, line in FOUND.channels.items()} == {"whatsapp": 3, "x": 1}


def test_a_median_is_the_class_of_the_middle_one() -> None:
    assert FOUND.total.first_automatic_s == 10
    assert FOUND.channels["x"].first_automatic_s is None
    slow = report_of({("2026-11-23", "x"): {"people:60": 1, "people:more": 2}}, "2026-11-23", "2026-11-23")
    assert slow.total.first_of_people_s == float("inf")


def test_subjects_are_the_most_frequent_first_and_those_without_words_apart() -> None:
    assert FOUND.subjects == (("opening_hours", 2), ("refund", 1))
    assert FOUND.gaps == (("change_address", 2),)


def test_what_was_taken_off_again_is_not_shown() -> None:
    counts = {("2026-11-23", "x"): {"reply": 0, "subject:refund": 0, "auto:10": 0}}

    assert report_of(counts, "2026-11-23", "2026-11-23").subjects == ()
    assert report_of(counts, "2026-11-23", "2026-11-23").total.first_automatic_s is None


def test_slack_reads_it_in_the_brands_language() -> None:
    text = report_text(FOUND, PLAYBOOK, titles)

    assert text.splitlines()[0] == "📊 *Vos chiffres du lundi 23 novembre au dimanche 29 novembre*"
    assert "*Tous les canaux* 4 contacts · répondu seul 60\u00a0% (3 sur 5 questions)" in text
    assert "• *WhatsApp* 3 contacts" in text
    assert "première réponse en 10 s · par l’équipe en 1\u00a0h · promesses tenues 1 sur 1" in text
    assert "en retard 1 · délais du canal manqués 1" in text
    assert "Sujets sans réponse au carnet\u00a0: Changement d’adresse 2" in text
    assert "Une personne demandée après une réponse automatique\u00a0: 1" in text


def test_slack_reads_it_in_english() -> None:
    english = type(PLAYBOOK)(
        **{name: getattr(PLAYBOOK, name) for name in PLAYBOOK.__dataclass_fields__} | {"languages": ("en", "fr")}
    )
    text = report_text(FOUND, english, titles)

    assert "Your figures from Monday 23 November to Sunday 29 November" in text
    assert "*All channels* 4 contacts · answered alone 60% (3 of 5 questions) · first answer within 10 s" in text
    assert "Subjects without words in the playbook: Change of address 2" in text


def test_a_week_in_which_nobody_wrote_says_so() -> None:
    assert report_text(NOBODY, PLAYBOOK, titles).splitlines()[1] == "Personne n’a écrit."


def test_the_command_prints_a_row_a_channel_and_one_for_all() -> None:
    lines = drawn("maison-lune", FOUND).splitlines()

    assert lines[0].startswith("maison-lune, 2026-11-23 to 2026-11-29")
    assert [line.split()[0] for line in lines[2:5]] == ["whatsapp", "x", "all"]
    assert lines[4].split()[1:5] == ["4", "5", "60%", "2"]
    assert "subjects without words: change_address 2" in lines
    assert "Qualiweb" in lines[-1]


def test_its_json_is_json_also_where_an_answer_took_over_a_day() -> None:
    slow = report_of({("2026-11-23", "x"): {"people:more": 1}}, "2026-11-23", "2026-11-23")
    total = json.loads(json.dumps(document(slow), allow_nan=False))["total"]

    assert (total["first_of_people_s"], total["first_of_people_over_a_day"]) == (None, True)
    assert document(FOUND)["subjects_without_words"] == [{"intent": "change_address", "count": 2}]
    assert document(FOUND)["channels"]["whatsapp"]["alone_share"] == 0.75
