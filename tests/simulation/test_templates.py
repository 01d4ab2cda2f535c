"""A template whose category, and so its price, changes at Meta: the team is told, once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .world import Step, World

DONE = {"previous_category": "UTILITY", "new_category": "MARKETING"}
SOON = {"correct_category": "MARKETING", "new_category": "UTILITY", "category_update_timestamp": 1_763_887_802}


def told(*values: dict[str, Any]) -> Step:
    """Meta says so of a template, as often as given; it names no number."""

    def do(world: World) -> None:
        for value in values:
            named = {"message_template_id": 1, "message_template_language": "fr", **value}
            change = {"field": "template_category_update", "value": named}
            entry = {"id": "WABA", "changes": [change]}
            world.whatsapp.hook({"object": "whatsapp_business_account", "entry": [entry]})

    return Step(do, name="template")


def lines(world: World) -> list[str]:
    return [json.dumps(each, ensure_ascii=False) for each in world.slack.messages.values()]


@pytest.mark.parametrize(
    ("said", "words"), [(DONE, "a reclassé le modèle"), (SOON, "va reclasser le modèle")], ids=["done", "soon"]
)
def test_the_team_reads_which_template_goes_from_what_to_what_once(said: dict[str, Any], words: str) -> None:
    value = {"message_template_name": "commande_prete", **said}
    world = World().run(told(value, value))

    (line,) = lines(world)
    assert words in line
    assert "de UTILITY en MARKETING" in line
    assert "commande_prete" in line


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"message_template_name": "a<b>", **DONE},
        {"message_template_name": "x" * 200, **DONE},
        {"message_template_name": "a", "new_category": "MARKETING"},
        {"message_template_name": "a:b", **DONE},
    ],
)
def test_what_does_not_say_it_is_only_counted(value: dict[str, Any]) -> None:
    assert lines(World().run(told(value))) == []
