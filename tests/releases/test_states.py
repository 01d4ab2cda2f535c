"""Today's code takes up what earlier code left in mid-life: nothing is lost, nothing is said twice."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.store import bodies, items

from . import states
from .stories import STORIES

State = dict[str, Any]
RECORDED = [(path, name) for path in sorted(states.FOLDER.glob("*.json")) for name in states.states_in(path)]


@pytest.mark.parametrize(("path", "name"), RECORDED, ids=[f"{path.stem}: {name}" for path, name in RECORDED])
def test_a_recorded_state_is_taken_up_and_finished(path: Any, name: str) -> None:
    assert states.finished(states.states_in(path)[name], STORIES[name]) == []


def test_the_versions_of_today_have_a_recorded_state_of_every_story() -> None:
    path = states.file_of_today()

    assert path.exists(), "python -m tests.releases.states --write, and commit the file beside the earlier ones"
    assert states.states_in(path).keys() == STORIES.keys()


def test_every_recorded_state_is_of_a_version_that_is_read_until_its_file_is_deleted() -> None:
    found = {item["v"] for path, name in RECORDED for item in states.states_in(path)[name]["items"]}

    assert found
    assert found <= set(range(items.OLDEST, items.NEWEST + 1))


def test_a_recorded_state_holds_what_its_story_is_about() -> None:
    found = states.states_in(states.file_of_today())
    rows = {name: [item for item in state["items"] if item["sk"].startswith("r#")] for name, state in found.items()}
    bodies = {
        name: [json.loads(letter[0]) for letters in state["queues"].values() for letter in letters]
        for name, state in found.items()
    }

    assert found["a ticket that is open at the desk"]["slack"]["messages"]
    assert any("hold" in body for body in bodies["a burst that is held"])
    assert [row["state"] for row in rows["a row that was claimed and not sent"]] == ["claimed"]
    assert [row["state"] for row in rows["a row that was sent and not ended"]] == ["claimed"]
    assert found["a row that was sent and not ended"]["platforms"]["messenger"]["said"]
    assert any("recipient" in body for body in bodies["a row that waits for its timer"])
    assert any("clarified" in item for item in found["a clarifying question that is open"]["items"])
    assert any("look_up" in body for body in bodies["a look-up that is asked for"])
    assert [row["due_shard"][:6] for row in rows["a row of a paused account"]] == ["parked"]
    assert found["a dead letter that is redriven"]["dead"]
    assert any("#judging" in item["pk"] for item in found["an answer that waits for its judges"]["items"])
    assert any("turn_of" in body for body in bodies["a ticket that waits in its channel's line"])


def row_lost(state: State) -> None:
    state["items"] = [item for item in state["items"] if not item["sk"].startswith("r#")]
    state["queues"] = {}


def sent_row_forgotten(state: State) -> None:
    """As if it had never been claimed, and the platform told nobody that it was sent."""
    state["platforms"]["messenger"]["hooks"] = []
    for item in state["items"]:
        if item["sk"].startswith("r#"):
            for name in ("attempt", "lease_until", "claimed_by"):
                item.pop(name, None)
            item["state"] = "pending"


def letter_of_a_later_version(state: State) -> None:
    for letter in state["dead"]:
        letter[1] = json.dumps(json.loads(letter[1]) | {"v": bodies.NEWEST + 1})


def items_of_a_later_version(state: State) -> None:
    for item in state["items"]:
        if item["sk"] == "head":
            item["v"] = items.NEWEST + 1


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("a row that waits for its timer", row_lost, "lost: "),
        ("a row that was sent and not ended", sent_row_forgotten, "said 2 times: "),
        ("a dead letter that is redriven", letter_of_a_later_version, "dead letter on inbox.fifo"),
        ("a clarifying question that is open", items_of_a_later_version, "dead letter on inbox.fifo"),
    ],
)
def test_a_state_that_this_code_cannot_finish_is_told(
    name: str, change: Callable[[State], None], sentence: str
) -> None:
    state = copy.deepcopy(states.states_in(states.file_of_today())[name])
    change(state)
    told = states.finished(state, STORIES[name])

    assert any(each.startswith(sentence) for each in told), told
