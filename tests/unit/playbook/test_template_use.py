"""The templates of a playbook: how they are written, and what is wrong with them by a platform's list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.playbook.codec import from_json, to_json
from chalicelib.playbook.reader import PlaybookError
from chalicelib.playbook.template_use import TemplateUse
from chalicelib.playbook.yaml_file import load
from chalicelib.template_offers import lacking, mistakes
from chalicelib.template_port import APPROVED, ListedTemplate

YAML = (Path(__file__).parent / "every_key.yaml").read_text(encoding="utf-8")
USE = TemplateUse(name="reponse", values=("{answer}", "Lune"))
LISTED = ListedTemplate("reponse", "reponse", "fr", "utility", APPROVED, "Bonjour {{1}}, {{2}}.", 2)


def problems(use: Any) -> list[str]:
    data: dict[str, Any] = yaml.load(YAML, Loader=yaml.BaseLoader)  # noqa: S506 - the base loader makes texts only
    try:
        load(yaml.safe_dump({**data, "templates": {"fr": use}}, allow_unicode=True))
    except PlaybookError as error:
        return [each.message for each in error.problems]
    return []


@pytest.mark.parametrize(
    ("use", "words"),
    [
        ({"values": ["{answer}"]}, "name"),
        ({"name": "réponse"}, "letters, digits and _"),
        ({"name": "reponse", "values": ["Lune"]}, "{answer} once"),
        ({"name": "reponse", "values": ["{answer}", "{answer}"]}, "{answer} once"),
        ({"name": "reponse", "values": ["{answer}", "a\nb"]}, "one line"),
        ({"name": "reponse", "values": ["{answer}", "a" * 201]}, "one line"),
        ({"name": "reponse", "values": []}, "empty list"),
        ({"name": "reponse", "price": 1}, "price"),
    ],
)
def test_a_template_that_cannot_be_filled_is_a_mistake(use: Any, words: str) -> None:
    assert any(words in each for each in problems(use))


def test_a_template_needs_only_its_name_and_is_stored_as_it_is_written() -> None:
    assert problems({"name": "reponse"}) == []
    playbook = replace(load(YAML), templates={"fr": USE})
    assert from_json(to_json(playbook)).templates["fr"] == USE


@pytest.mark.parametrize(
    ("found", "lacks"),
    [
        (LISTED, ""),
        (None, "unlisted"),
        (LISTED._replace(status="paused"), "status:paused"),
        (LISTED._replace(lacks="header"), "needs:header"),
        (LISTED._replace(category="marketing"), "category:marketing"),
        (LISTED._replace(category="authentication"), "category:authentication"),
        (LISTED._replace(category=""), "category:"),
        (LISTED._replace(places=1), "places:1"),
    ],
)
def test_only_an_approved_template_of_care_with_these_places_takes_an_answer(
    found: ListedTemplate | None, lacks: str
) -> None:
    assert lacking(USE, found) == lacks


def test_advertising_is_allowed_by_the_brand_alone_and_never_a_code() -> None:
    use = replace(USE, marketing=True)

    assert lacking(use, LISTED._replace(category="marketing")) == ""
    assert lacking(use, LISTED._replace(category="authentication")) != ""


def test_each_mistake_names_account_language_and_what_to_do() -> None:
    playbook = replace(load(YAML), templates={"fr": USE, "en": USE})

    found = mistakes(playbook, "whatsapp 1001", [LISTED._replace(category="marketing")])

    assert [language for language, _ in found] == ["fr", "en"]
    assert "`reponse` is marketing" in found[0][1]
    assert found[1][1].startswith("whatsapp 1001: the platform lists no template `reponse`")
