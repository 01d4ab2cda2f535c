"""What may be kept of a customer is declared with its use and its end, or it is refused."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.playbook.codec import from_json, to_json
from chalicelib.playbook.reader import PlaybookError
from chalicelib.playbook.yaml_file import load

YAML = (Path(__file__).parent / "every_key.yaml").read_text(encoding="utf-8")
TIER: dict[str, Any] = {"title": {"fr": "Fidélité", "en": "Loyalty"}, "purpose": "what to offer first", "keep_days": 30}


def problems(attributes: Any) -> list[str]:
    data: dict[str, Any] = yaml.load(YAML, Loader=yaml.BaseLoader)  # noqa: S506 - the base loader makes texts only
    try:
        load(yaml.safe_dump({**data, "attributes": attributes}, allow_unicode=True))
    except PlaybookError as error:
        return [each.message for each in error.problems]
    return []


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in TIER.items() if name != key}


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"tier": without("purpose")}, "needs `purpose`: what is kept of a customer has a use"),
        ({"tier": without("keep_days")}, "needs `keep_days`: what is kept of a customer has an end"),
        ({"tier": without("title")}, "needs `title`"),
        ({"tier": {**TIER, "purpose": "vip"}}, "in 10 to 300 characters"),
        ({"tier": {**TIER, "keep_days": 0}}, "keep_days"),
        ({"tier": {**TIER, "keep_days": 1_096}}, "keep_days"),
        ({"tier": {**TIER, "keep_days": "always"}}, "keep_days"),
        ({"Tier": TIER}, "lower-case letters"),
        ({"tier": {**TIER, "secret": "yes"}}, "secret"),
        ({f"a{number}": deepcopy(TIER) for number in range(21)}, "at most 20"),
    ],
)
def test_an_attribute_without_use_or_end_is_a_mistake(attributes: Any, words: str) -> None:
    assert any(words in each for each in problems(attributes)), problems(attributes)


def test_a_declared_one_is_stored_as_it_is_written() -> None:
    assert problems({"tier": TIER}) == []
    playbook = load(YAML)
    assert playbook.attributes["tier"].keep_days == 365
    assert from_json(to_json(playbook)).attributes == playbook.attributes
