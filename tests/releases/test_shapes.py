"""What this code writes has the shapes that were recorded for its versions, or the release before could not read it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from chalicelib.store import items

from . import shapes
from .played import NAMES, Played, played

SHORT = "an answer that is held until the customer says hello"
BESIDE = "an agent's answer with two files on the channel that takes them at once"
Change = Callable[[Played], Any]


def always(_family: str) -> bool:
    return True


def never(_family: str) -> bool:
    return False


@cache
def known(family: str) -> shapes.Found:
    return shapes.recorded(family)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_writes_no_shape_that_is_not_recorded(name: str) -> None:
    now = shapes.shapes_of([name])
    told = [line for each in shapes.FAMILIES for line in untold(each, now[each])]

    assert told == [], "\n".join(told)


def untold(family: str, now: shapes.Found) -> list[str]:
    """What is not as recorded. Until a release wrote a family, more may come, and what is recorded stays as it is."""
    stands = shapes.stands(family)
    told = shapes.lacks(family, now, known(family), stands=stands)
    changed = [line for line in told[:-1] if not line.endswith(" is new.")]
    return told if stands or not known(family) else [*changed, told[-1]] if changed else []


@pytest.mark.parametrize(
    ("family", "shape"),
    [
        ("later items", "out/r agent agent_reply: parts[].beside"),
        ("later items", "out/r system comments: "),
        ("later events", "agent_action: files"),
    ],
)
def test_what_is_written_above_the_version_is_recorded_in_a_file_of_its_own(family: str, shape: str) -> None:
    recorded = [f"{kind}: {path}" for kind, paths in known(family).items() for path in paths]

    assert any(each.startswith(shape) for each in recorded)
    assert shapes.file_of(family) != shapes.file_of(family.removeprefix("later "))


def test_a_new_shape_above_the_version_is_told_and_may_be_recorded_until_a_release_wrote_it(tmp_path: Path) -> None:
    run = played(BESIDE)
    before = shapes.of_runs([run])
    assert shapes.write(before, tmp_path, standing=never) == []
    next(item for _, item in run.items if item.get("v", 0) > items.VERSION)["mood"] = "calm"
    after = shapes.of_runs([run])
    told = shapes.lacks("later items", after["later items"], before["later items"], stands=False)

    assert [line.partition(": ")[2] for line in told[:-1]] == ["mood (str?) is new."]
    assert "Until release 0.3.0 that is allowed" in told[-1]
    assert shapes.write(after, tmp_path, standing=lambda family: family not in shapes.LATER) == []
    assert shapes.recorded("later items", tmp_path) == shapes.kept_shapes(after["later items"])


def test_each_kind_that_the_keys_page_names_is_recorded() -> None:
    page = Path(shapes.ROOT / "chalicelib" / "store" / "keys.py").read_text(encoding="utf-8").partition('"""')[2]
    rows = [[cell.strip() for cell in line.split("|")] for line in page.splitlines() if line.startswith("| ")][1:]
    places = [_place(pk, sk) for _, _, pk, sks, *_ in rows for sk in re.split(r", (?=[a-z])", sks)]
    recorded = {kind.partition(" ")[0] for kind in known(shapes.ITEM)}

    assert len(places) > 30
    assert [place for place in places if place not in recorded | shapes.OF_PEOPLE] == []


def _place(pk: str, sk: str) -> str:
    """What the recorded shapes call a row of the table in keys.py."""
    if sk.startswith("current / "):
        sk = "current"
    owner, _, rest = pk.partition("#")
    if owner in shapes.UNOWNED:
        return "brands/account" if owner == "brands" else f"{owner}/{sk.partition('#')[0]}"
    return f"{rest.partition('#')[0]}/{sk.partition('#')[0]}"


def ticket_with(**more: Any) -> Change:
    def change(run: Played) -> None:
        next(item for (_, sk), item in run.items if sk == "ticket").update(more)

    return change


def customer_without(name: str) -> Change:
    def change(run: Played) -> None:
        for (_, sk), item in run.items:
            if sk.startswith("m#") and item["author"] == "customer":
                del item[name]

    return change


def new_kind(run: Played) -> None:
    run.items.append((("maison-lune#mood#1", "mood"), {"pk": "maison-lune#mood#1", "sk": "mood", "v": items.VERSION}))


def longer_row_in_the_quotes(run: Played) -> None:
    for (_, sk), item in run.items:
        if sk == "ticket":
            item["quotes"][0].extend([False] * 20)


def packed_or_not(run: Played) -> None:
    """The body of a row says more than it did, inside its JSON text."""
    for (_, sk), item in run.items:
        if sk.startswith("r#") and "body" in item:
            item["body"] = items.packed(json.dumps(json.loads(items.unpacked(item["body"])) | {"colour": "red"}))


def event_with_more(run: Played) -> None:
    next(body for _, body in run.bodies if "event" in body)["event"]["mood"] = "calm"


def notification_with_more(run: Played) -> None:
    next(body for queue, body in run.bodies if queue == "desk.fifo")["hurry"] = True


def button_with_more(run: Played) -> None:
    run.buttons.append(json.dumps(json.loads(run.buttons[0]) | {"z": "1"}))


@pytest.mark.parametrize(
    ("change", "family", "sentence"),
    [
        (ticket_with(mood="calm"), shapes.ITEM, "ticket/ticket: mood (str?) is new."),
        (ticket_with(messages="two"), shapes.ITEM, "ticket/ticket: messages is str now, and was int."),
        (customer_without("event_id"), shapes.ITEM, "conv/m customer: event_id is missing now, and was always there."),
        (new_kind, shapes.ITEM, "mood/mood: this kind is new."),
        (longer_row_in_the_quotes, shapes.ITEM, "ticket/ticket: quotes[].20 (bool?) is new."),
        (packed_or_not, shapes.ITEM, "out/r system ticket: body(json).colour (str) is new."),
        (event_with_more, shapes.EVENT, "message: mood (str?) is new."),
        (notification_with_more, shapes.BODY, "desk.fifo recipient: hurry (bool?) is new."),
        (button_with_more, shapes.BUTTON, "value: z (str?) is new."),
    ],
)
def test_a_shape_that_is_not_recorded_is_told_by_its_kind_and_attribute(
    change: Change, family: str, sentence: str
) -> None:
    run = played(SHORT)
    change(run)
    told = shapes.lacks(family, shapes.of_runs([run])[family], known(family), stands=True)

    assert sentence in told
    assert told[-1] == shapes.advice(family, stands=True)


def test_recorded_shapes_are_written_anew_until_they_stand_and_then_beside_a_raised_version_only(
    tmp_path: Path,
) -> None:
    before = shapes.of_runs([played(SHORT)])
    changed = played(SHORT)
    ticket_with(mood="calm")(changed)
    after = shapes.of_runs([changed])

    assert shapes.write(before, tmp_path, standing=never) == []
    refused = shapes.write(after, tmp_path, standing=always)
    assert refused[0] == f"items-v{items.VERSION}.json: ticket/ticket: mood (str?) is new."
    assert f"version {items.VERSION + 1}" in refused[-1]
    assert shapes.recorded(shapes.ITEM, tmp_path) == shapes.kept_shapes(before[shapes.ITEM])

    assert shapes.write(after, tmp_path, standing=always, shown=True) == []
    assert shapes.recorded(shapes.ITEM, tmp_path) == shapes.kept_shapes(after[shapes.ITEM])
    shapes.file_of(shapes.ITEM, tmp_path).unlink()  # as where the version was raised: none is recorded for it
    missing = shapes.lacks(shapes.ITEM, before[shapes.ITEM], shapes.recorded(shapes.ITEM, tmp_path), stands=True)
    assert len(missing) == 1
    assert missing[0].startswith(f"items-v{items.VERSION}.json is not recorded")
    assert shapes.write(before, tmp_path, standing=always) == []
    assert shapes.recorded(shapes.ITEM, tmp_path) == shapes.kept_shapes(before[shapes.ITEM])
    assert shapes.write(after, tmp_path, standing=never) == []
