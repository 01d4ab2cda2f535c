"""Where tickets go: a workspace contributes how the playbook writes its ids."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from chalicelib.errors import Misconfigured
from chalicelib.playbook.codec import from_json, to_json
from chalicelib.playbook.declaration import Text, WorkspaceIds
from chalicelib.playbook.schema import Routing
from chalicelib.playbook.yaml_file import PlaybookError, load
from chalicelib.workspaces import IDS, WORKSPACES
from tests.unit.playbook.test_yaml_file import SMALL

CONSOLE = WorkspaceIds(
    desk=Text(r"desk-\d+", "{what} must be desk-<number>"),
    group=Text(r"g\d+", "{what} must be a group's number"),
    member=Text(r"m\d+", "{what} must be a member's number"),
    called="a member's number (m1)",
)
BOTH = {**IDS, "console": CONSOLE}


def routed(routing: str) -> str:
    return SMALL.replace("routing: {slack: T0SMALL/C0SMALL}", f"routing: {routing}")


def problems(text: str) -> list[str]:
    with pytest.raises(PlaybookError) as caught:
        load(text, workspaces=BOTH)
    return [each.sentence for each in caught.value.problems]


def test_each_workspace_says_how_its_ids_are_written() -> None:
    console = load(routed("{console: desk-7, on_call: g1, safety_contacts: [m1]}"), workspaces=BOTH)

    assert console.routing == Routing(workspace="console", account="desk-7", on_call="g1", safety_contacts=("m1",))
    assert problems(routed("{console: T0SMALL/C0SMALL}")) == ["routing.console must be desk-<number>"]
    assert problems(routed("{console: desk-7, on_call: S0CARE}")) == ["routing.on_call must be a group's number"]
    assert problems(routed("{slack: T0SMALL/C0SMALL, safety_contacts: [m1]}")) == [
        "a safety contact must be a Slack member's id, such as U0AB12CD3"
    ]


def test_a_brand_has_one_workspace() -> None:
    assert problems(routed("{slack: T0SMALL/C0SMALL, console: desk-7}")) == [
        "routing names two workspaces: `slack` and `console`"
    ]


def test_where_no_workspace_is_known_any_may_be_named_as_with_channels() -> None:
    assert load(routed("{anything: here, urgent: there}")).routing == Routing(
        workspace="anything", account="here", urgent="there"
    )


def test_who_may_change_words_is_named_as_their_workspace_names_members() -> None:
    admins = "\nadmins: [Marie Curie]\n"

    assert problems(routed("{console: desk-7}") + admins) == [
        "a name in admins is a member's number (m1) or letters, digits, . _ - @, no blank"
    ]


@pytest.mark.parametrize("name", [*WORKSPACES, "console"])
def test_the_stored_playbook_has_the_desk_under_its_workspaces_name(name: str) -> None:
    playbook = replace(load(SMALL), routing=Routing(workspace=name, account="a/b", on_call="g1"))
    stored = to_json(playbook)

    assert json.loads(stored)["routing"] == {name: "a/b", "urgent": "", "on_call": "g1", "safety_contacts": []}
    assert from_json(stored) == playbook


def test_a_stored_playbook_with_two_workspaces_is_not_read() -> None:
    stored = json.loads(to_json(load(SMALL)))
    stored["routing"]["console"] = "desk-7"

    with pytest.raises(Misconfigured):
        from_json(json.dumps(stored))


def test_a_brand_without_a_desk_is_stored_too() -> None:
    nowhere = replace(load(SMALL), routing=Routing())

    assert from_json(to_json(nowhere)) == nowhere
