"""docs/playbook.md says what the code does: how soon a push is live, what the shop answers, which keys there are."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from chalicelib import shop
from chalicelib.playbook.declaration import Section, declared, section_keys
from chalicelib.playbook.schema import LOOKUP_FIELDS, LOOKUPS, Acknowledge, Intent, Limits, Playbook, Targets
from chalicelib.wiring import PLAYBOOK_AGE_MS

PAGE = (Path(__file__).parents[3] / "docs" / "playbook.md").read_text(encoding="utf-8")


def test_a_push_is_live_when_the_page_says() -> None:
    assert f"live within {PLAYBOOK_AGE_MS // 1000} seconds" in PAGE


def test_the_page_gives_the_shape_of_the_shops_answer() -> None:
    section = PAGE.partition("## The shop")[2].partition("\n## ")[0]

    assert "GET /orders/" in section
    assert f"{shop.TIMEOUT_S:g} seconds" in section
    for word in {*shop.STATUSES, *LOOKUPS["order"], *(LOOKUP_FIELDS["order"] - {"order_number"})}:
        assert f"`{word}`" in section


# --- the tables and samples of keys ---

CELLS = re.compile(r"(?<!\\)\|")
TABLE = PAGE.partition("## What it holds")[2].partition("\n\n")[2].partition("\n\n")[0]
ROWS = {cells[1].strip().strip("`"): (cells[2], cells[3].strip()) for cells in map(CELLS.split, TABLE.splitlines()[2:])}
PARTS = {name: key.kind.of for name, key in section_keys(Playbook).items() if isinstance(key.kind, Section)}


def default(of: type, name: str) -> Any:
    return next(each.default for each in fields(of) if each.name == name)


def test_the_table_has_a_row_for_every_key_and_for_no_other() -> None:
    assert ROWS.keys() == section_keys(Playbook).keys()


@pytest.mark.parametrize("name", ROWS)
def test_a_row_says_needed_where_a_file_without_the_key_is_refused(name: str) -> None:
    assert ("needed" in ROWS[name][1]) is section_keys(Playbook)[name].needed


@pytest.mark.parametrize("name", PARTS)
def test_a_row_names_every_key_of_its_section(name: str) -> None:
    named = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]*)`", ROWS[name][0]))))

    assert section_keys(PARTS[name]).keys() - named == set()


@pytest.mark.parametrize(("name", "of"), [("limits", Limits), ("targets", Targets), ("acknowledge", Acknowledge)])
def test_a_row_of_numbers_and_truths_gives_the_defaults_in_the_order_of_its_keys(name: str, of: type) -> None:
    found = [word for word in re.findall(r"\w+", ROWS[name][0]) if word in declared(of)]

    assert ROWS[name][1] == ", ".join(str(default(of, each)).lower() for each in found)


def test_the_other_defaults_are_those_of_the_declaration() -> None:
    assert ROWS["suggest_from"][1] == str(default(Playbook, "suggest_from"))
    assert ROWS["country"][1].startswith(f"`{default(Playbook, 'country')}`")
    assert set(re.findall(r"`([A-Z]{2})`", ROWS["country"][0])) == set(section_keys(Playbook)["country"].kind.allowed)


def test_every_key_of_an_intent_stands_in_its_section() -> None:
    section = PAGE.partition("## An intent")[2].partition("\n## ")[0]
    said = set(re.findall(r"(\w+):", PAGE)) | set(re.findall(r"`(\w+)`", section))

    assert section_keys(Intent).keys() - said == set()
    assert set(LOOKUPS["order"]) <= set(re.findall(r"(\w+):", section.partition("statuses:")[2]))


def test_the_degrees_begin_as_the_page_says() -> None:
    opens = section_keys(Playbook)["autonomy"].kind.of
    begin = default(opens, "degrees")

    assert f"opens: {{share: {begin.share}, cap: {begin.cap}, hours: {begin.hours}}}" in ROWS["autonomy"][0]
    assert f"Left out it is {begin.share}, {begin.cap} and `{begin.hours}`" in PAGE
