"""One subject's words: which there are, what is wrong with a new one, and what a file would take back of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.admin.playbook_differences import leaves, undone
from chalicelib.playbook.answers import (
    Slot,
    found_intents,
    known_names,
    mistakes,
    renewed,
    size_of,
    slots,
    text_of,
    too_long,
    with_texts,
)
from chalicelib.playbook.codec import from_json, to_json
from chalicelib.playbook.release import Approval
from chalicelib.playbook.schema import Intent
from chalicelib.playbook.yaml_file import load
from tests.unit.playbook.test_bulletin import PLACES, PLAYBOOK

RETURN, ORDER = PLAYBOOK.intents["return"], PLAYBOOK.intents["order_status"]
FR = Slot("replies", "", "fr")
SHIPPED = Slot("statuses", "shipped", "fr")
NORTH = load((Path(__file__).parents[3] / "playbooks" / "atelier-nord.yaml").read_text(encoding="utf-8"))


def test_the_answer_comes_first_and_every_text_once() -> None:
    found = list(slots(PLAYBOOK, RETURN))

    assert found[:2] == [FR, Slot("replies", "", "en")]
    assert len({slot.key for slot in found}) == len(found)


def test_an_intent_that_looks_up_has_a_text_a_status_its_question_and_its_public_words() -> None:
    kinds = {(slot.kind, slot.name) for slot in slots(PLAYBOOK, ORDER)}

    assert {("statuses", "shipped"), ("statuses", "not_found"), ("question", ""), ("public", "")} <= kinds
    assert ("replies", "") not in kinds


@pytest.mark.parametrize("name", sorted(PLAYBOOK.intents))
def test_every_text_that_stands_in_the_file_is_right_and_fits(name: str) -> None:
    intent = PLAYBOOK.intents[name]
    for slot in slots(PLAYBOOK, intent):
        text = text_of(intent, slot)
        assert list(mistakes(PLAYBOOK, intent, slot, text)) == [], slot
        assert too_long(text, size_of(PLAYBOOK, intent, slot, text, PLACES))[0] == 0, slot


@pytest.mark.parametrize("slot", [FR, SHIPPED, Slot("question", "", "en"), Slot("public", "", "fr")])
def test_a_new_text_stands_at_its_place_typeset_and_nowhere_else(slot: Slot) -> None:
    intent = ORDER if slot.kind != "replies" else RETURN
    after = with_texts(PLAYBOOK, intent, {slot: "  Bien arrivé !  "})
    there = after.intents[intent.name]

    assert text_of(there, slot) == ("Bien arrivé\u202f!" if slot.language == "fr" else "Bien arrivé !")
    assert [each for each in slots(after, there) if text_of(there, each) != text_of(intent, each)] == [slot]
    assert from_json(to_json(after)) == after
    assert {name: one for name, one in after.intents.items() if name != intent.name} == {
        name: one for name, one in PLAYBOOK.intents.items() if name != intent.name
    }


@pytest.mark.parametrize(
    ("slot", "text", "problem"),
    [
        (FR, "Tu peux le rendre.", "the register is vous"),
        (FR, "Rendez-le avant {day}.", "nothing fills {day}"),
        (FR, "Votre commande {order_number}.", "nothing fills {order_number}"),
        (SHIPPED, "La commande {order_number} arrive {expected_on}.", ""),
        (SHIPPED, "La commande {order_number} est chez {carrier}.", "nothing fills {carrier}"),
        (Slot("question", "", "fr"), "Quel numéro ? Et quelle date ?", "several things"),
        (Slot("public", "", "fr"), "Votre commande est partie.", "tells everybody"),
    ],
)
def test_what_is_wrong_is_what_a_files_check_says(slot: Slot, text: str, problem: str) -> None:
    intent = RETURN if slot.kind == "replies" else ORDER
    found = list(mistakes(PLAYBOOK, intent, slot, text))

    assert any(problem in each for each in found) if problem else found == []


def test_a_text_is_measured_with_its_greeting_and_ai_line_where_there_is_least_room() -> None:
    size = size_of(PLAYBOOK, RETURN, FR, "Court.", PLACES)

    assert size is not None
    assert size.surface.limit == min(place.limit for place in PLACES if not place.public)
    assert size.used > len("Court.") + 100


def test_public_words_are_measured_in_public() -> None:
    size = size_of(PLAYBOOK, ORDER, Slot("public", "", "fr"), "mot " * 80, PLACES)

    assert size is not None
    assert (size.surface.public, size.surface.limit) == (True, 280)
    assert too_long("mot " * 80, size) == (size.used - 280, 280)


def test_a_shape_for_one_channel_is_measured_there_alone() -> None:
    own: Intent = replace(RETURN, channels={"x": {"fr": "Court."}})
    shape = size_of(PLAYBOOK, own, Slot("channels", "x", "fr"), "Court.", PLACES)
    usual = size_of(PLAYBOOK, own, FR, "mot " * 200, [place for place in PLACES if place.channel == "x"])

    assert shape is not None
    assert shape.surface.channel == "x"
    assert usual is None or usual.surface.public


@settings(max_examples=40)
@given(words=st.integers(1, 400), unit=st.sampled_from(["mot ", "été ", "x" * 9 + " ", "14 h 30 "]))
def test_what_is_not_too_long_fits_one_bubble_everywhere(words: int, unit: str) -> None:
    text = unit * words
    size = size_of(PLAYBOOK, RETURN, FR, text, PLACES)
    assert size is not None
    over, limit = too_long(text.strip(), size)

    assert (over == 0) == (size.used <= size.surface.limit and len(text.strip()) <= 1_700)
    assert limit in (size.surface.limit, 1_700)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("return", ["return"]),
        ("RETOUR", ["return"]),
        ("suivi de commande", ["order_status"]),
        ("order status", ["order_status"]),
        ("order_status", ["order_status"]),
        ("lamas", []),
    ],
)
def test_a_subject_is_found_by_its_name_in_any_of_the_brands_languages(asked: str, found: list[str]) -> None:
    assert found_intents(PLAYBOOK, asked) == found


def test_a_part_of_a_name_finds_all_that_hold_it() -> None:
    assert len(found_intents(PLAYBOOK, "de")) > 1


def test_the_names_that_may_be_used_are_told() -> None:
    assert {"return_days", "order_number", "expected_on"} <= set(known_names(PLAYBOOK, ORDER))


@pytest.mark.parametrize(
    ("before", "until"),
    [
        (Approval(), "2027-11-29"),
        (Approval(owner="Léa", approved_on="2026-11-01", valid_until="2026-11-15"), "2026-12-13"),
        (Approval(owner="Léa", approved_on="2026-01-01", valid_until="2039-12-31"), "2039-12-31"),
    ],
)
def test_publishing_approves_anew_for_as_long_as_before_and_a_year_at_most(before: Approval, until: str) -> None:
    bare = replace(NORTH, approval=Approval(), intents={"return": replace(NORTH.intents["return"], approval=before)})
    owned = renewed(bare, bare.intents["return"], "U0LEA", "2026-11-29")

    assert owned.approval == Approval(owner="U0LEA", approved_on="2026-11-29", valid_until=until)


# --- what a file would take back --------------------------------------------------------------


def changed(text: str, slot: Slot = FR, playbook: Any = PLAYBOOK) -> Any:
    return with_texts(playbook, playbook.intents["return"], {slot: text})


def test_a_file_that_does_not_know_a_change_would_undo_it() -> None:
    now = changed("Quarante jours.")

    [found] = undone(PLAYBOOK, now, PLAYBOOK)
    assert found.path == "intents.return.replies.fr"
    assert (found.now, found.file) == ("Quarante jours.", text_of(RETURN, FR))


def test_a_file_that_has_the_change_undoes_nothing_whatever_else_it_changes() -> None:
    now = changed("Quarante jours.")
    file = changed("Forty days.", Slot("replies", "", "en"), now)

    assert undone(PLAYBOOK, now, file) == []


def test_a_file_that_says_a_third_thing_is_told_too() -> None:
    assert [each.path for each in undone(PLAYBOOK, changed("Quarante."), changed("Cinquante."))] == [
        "intents.return.replies.fr"
    ]


def test_every_value_of_a_playbook_has_a_path() -> None:
    found = leaves(PLAYBOOK)

    assert found["brand"] == "maison-lune"
    assert found["intents.order_status.statuses.shipped.fr"] == text_of(ORDER, SHIPPED)
