"""One declaration for a YAML file, a JSON file and a form: the same mistake has the same path and the same sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.playbook.answers import mistakes, slots, text_of
from chalicelib.playbook.attribute import AttributeUse
from chalicelib.playbook.check import checked, mistakes_in
from chalicelib.playbook.codec import to_json
from chalicelib.playbook.declaration import declared, section_keys
from chalicelib.playbook.reader import Document, PlaybookError, Problem
from chalicelib.playbook.release import Approval, Rollout, Waiver
from chalicelib.playbook.schema import (
    Acknowledge,
    AutonomyRules,
    FieldShape,
    Hours,
    Intent,
    Limits,
    NeverAutomatic,
    Playbook,
    Routing,
    Targets,
)
from chalicelib.playbook.template_use import TemplateUse
from chalicelib.playbook.yaml_file import load
from chalicelib.workspaces import IDS

YAML = (Path(__file__).parent / "every_key.yaml").read_text(encoding="utf-8")
DATA = yaml.load(YAML, Loader=yaml.BaseLoader)  # noqa: S506 - the base loader makes texts only
PLAYBOOK = load(YAML)
CHANNELS = ("messenger", "whatsapp", "x")
Found = list[tuple[str, str]]


def paths(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    below = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in below:
        yield (*path, key)
        yield from paths(value, (*path, key))


def with_value(path: tuple[Any, ...], value: object) -> dict[str, Any]:
    data: dict[str, Any] = deepcopy(DATA)
    there: Any = data
    for key in path[:-1]:
        there = there[key]
    there[path[-1]] = value
    return data


def of_yaml(data: object) -> tuple[Problem, ...]:
    try:
        load(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), channels=CHANNELS, workspaces=IDS)
    except PlaybookError as error:
        return error.problems
    return ()


def of_json(data: object) -> tuple[Problem, ...]:
    try:
        checked(Document(json.loads(json.dumps(data))), channels=CHANNELS, workspaces=IDS)
    except PlaybookError as error:
        return error.problems
    return ()


def told(problems: tuple[Problem, ...]) -> Found:
    return sorted((each.path, each.message) for each in problems)


WORDS = st.sampled_from(
    [
        "", "no", "auto", "none", "order", "town", "fr", "Tu paies {nope}", "votre commande ? Et ?", "Dear customer",
        "2026-02-30", "ML####", "e-mail", "18:00-02:00", "\x1b", "Désolés !", "x" * 1_800,
    ]
)  # fmt: skip
LEAVES = WORDS | st.integers(-5, 300) | st.booleans() | st.floats(0, 2).map(lambda each: round(each, 3))
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["fr", "en", "de", "default", "languages", "title", "mon"]), inner, max_size=3
        )
    ),
    max_leaves=4,
)


@given(st.sampled_from(sorted(paths(DATA), key=str)), VALUES)
def test_a_mistake_in_yaml_and_in_json_has_the_same_path_and_the_same_sentence(path: Any, value: object) -> None:
    data = with_value(path, value)

    assert told(of_yaml(data)) == told(of_json(data))


@given(st.sampled_from(sorted(paths(DATA), key=str)), VALUES)
def test_a_mistake_in_a_file_has_its_line_and_one_in_plain_data_its_path(path: Any, value: object) -> None:
    data = with_value(path, value)

    assert all(each.line >= 1 and each.column >= 1 for each in of_yaml(data))
    assert all(
        each.line == 0 and str(each) == f"{each.path or 'the playbook'}: {each.message}" for each in of_json(data)
    )


def test_numbers_and_truths_of_json_are_read_as_a_file_writes_them() -> None:
    data = with_value(("limits", "undo_ms"), 5000) | {"suggest_from": 0.6}
    data["acknowledge"] = {"in_hours": True, "out_of_hours": False}

    assert to_json(checked(Document(data))) == to_json(PLAYBOOK)


def test_a_key_that_is_given_twice_is_told_at_its_second_line() -> None:
    with pytest.raises(PlaybookError) as caught:
        load(YAML.replace("name: Rich\n", "name: Rich\nname: '{what}'\n"))

    [problem] = caught.value.problems
    assert str(problem) == "line 4, column 1: `name` is already given on line 3"


# --- a part, as a form sends it ---------------------------------------------------------------------


def texts_of(playbook: Playbook) -> list[tuple[str, Any]]:
    return [(name, slot) for name, intent in playbook.intents.items() for slot in slots(playbook, intent)]


@given(st.sampled_from(texts_of(PLAYBOOK)), WORDS)
def test_a_text_in_a_form_is_told_what_it_is_told_in_a_file(place: tuple[str, Any], text: str) -> None:
    name, slot = place
    there = (slot.kind, slot.name, slot.language) if slot.name else (slot.kind, slot.language)
    path = ("intents", name, *there)
    part: Any = text
    for key in reversed(path):
        part = {key: part}
    here = ".".join(path)
    in_file = [(each.path, each.sentence) for each in of_json(with_value(path, text)) if each.path == here]

    assert sorted((each.path, each.sentence) for each in mistakes_in(PLAYBOOK, part)) == sorted(in_file)
    short = [sentence for _, sentence in in_file if "characters long" not in sentence]
    assert sorted(mistakes(PLAYBOOK, PLAYBOOK.intents[name], slot, text)) == sorted(short)


def test_a_part_misses_nothing_and_is_read_as_if_it_stood_in_the_playbook() -> None:
    assert mistakes_in(PLAYBOOK, {"intents": {"return": {"replies": {"fr": "Voir {site}."}}}}) == ()
    assert mistakes_in(PLAYBOOK, {"limits": {"undo_ms": 4_000}}) == ()

    found = mistakes_in(
        PLAYBOOK, {"limits": {"undo": 1}, "routing": {"urgent": "general"}, "hours": {"week": {"mo": []}}}, IDS
    )
    assert [(each.path, each.sentence.partition(";")[0]) for each in found] == [
        ("routing.urgent", "routing.urgent must be <team id>/<channel id>, such as T0AB12CD3/C0EF45GH6"),
        ("hours.week.mo", "week has no `mo`"),
        ("limits.undo", "limits has no `undo`"),
    ]


def test_each_text_of_a_playbook_is_right_as_a_part() -> None:
    for name, slot in texts_of(PLAYBOOK):
        assert list(mistakes(PLAYBOOK, PLAYBOOK.intents[name], slot, text_of(PLAYBOOK.intents[name], slot))) == []


# --- the declaration --------------------------------------------------------------------------------

SECTIONS = (
    Acknowledge, Approval, AutonomyRules, Rollout, FieldShape, Hours, Intent, Limits, NeverAutomatic, Playbook, Routing,
    Targets, TemplateUse, Waiver, AttributeUse,
)  # fmt: skip
NOT_IN_THE_FILE = {
    Playbook: {"can_look_up", "bulletins", "listed_templates", "ways", "code_by"},
    Intent: {"name"},
    FieldShape: {"name"},
    Routing: {"workspace", "account"},
}


@pytest.mark.parametrize("of", SECTIONS)
def test_every_attribute_is_declared_once_but_those_that_no_file_has(of: type) -> None:
    assert {each.name for each in fields(of)} - declared(of).keys() == NOT_IN_THE_FILE.get(of, set())


def test_the_fixture_has_every_key() -> None:
    intent = DATA["intents"]["return"].keys() | DATA["intents"]["order_status"].keys()
    parts = {
        Playbook: DATA.keys(), Intent: intent, Approval: DATA["approval"].keys(), Routing: DATA["routing"].keys(),
        AutonomyRules: DATA["autonomy"].keys(), Rollout: DATA["autonomy"]["opens"].keys(),
        Waiver: DATA["autonomy"]["without_proof"].keys(), Hours: DATA["hours"].keys(), Limits: DATA["limits"].keys(),
        Targets: DATA["targets"].keys(), Acknowledge: DATA["acknowledge"].keys(),
        NeverAutomatic: DATA["never_automatic"].keys(), TemplateUse: DATA["templates"]["fr"].keys(),
        AttributeUse: DATA["attributes"]["tier"].keys(),
        FieldShape: set().union(*(each.keys() for each in DATA["fields"].values())),
    }  # fmt: skip

    assert {of: section_keys(of).keys() - keys for of, keys in parts.items()} == {of: set() for of in SECTIONS}
