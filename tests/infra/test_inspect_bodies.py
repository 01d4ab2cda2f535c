"""
`guichet inspect` on bodies of each kind that the platforms document, and on bent ones: what each of them means.

The bodies (`tests/fixtures/inspect/bodies.jsonl`) were written by us from the documentation, and their meanings judged
one by one: a customer's words are a message, what cannot be shown is one too, what asks for nothing is ignored by its
name, and what names nobody or no message is malformed.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from chalicelib.channels import REGISTRY
from infra import cli
from infra.names import ROOT

LINES = (ROOT / "tests" / "fixtures" / "inspect" / "bodies.jsonl").read_text(encoding="utf-8").splitlines()
BODIES: list[dict[str, Any]] = [json.loads(line) for line in LINES]
SAID = ("kind", "text", "sender_id", "target_id", "reason", "status", "notice", "public")


@pytest.mark.parametrize("channel", sorted({each["channel"] for each in BODIES}))
def test_a_body_means_what_its_platform_says(channel: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bodies = [each for each in BODIES if each["channel"] == channel]
    files = [tmp_path / str(number) for number in range(len(bodies))]
    for file, given in zip(files, bodies, strict=True):
        file.write_bytes(given["body"].encode() if "body" in given else given["latin"].encode("latin-1"))
    status = cli.main(["inspect", channel, *map(str, files), "--json"])
    said = capsys.readouterr()
    lines = [json.loads(line)["events"] for line in said.out.splitlines()]

    assert (status, said.err) == (0, "")
    shown = {given["what"]: [meaning(event) for event in events] for given, events in zip(bodies, lines, strict=True)}
    assert shown == {given["what"]: given["means"] for given in bodies}


def meaning(event: dict[str, Any]) -> dict[str, Any]:
    """Return what of an event is compared: what stands in it."""
    files = [one["kind"] for one in event["attachments"]]
    return {name: event[name] for name in SAID if event.get(name)} | ({"attachments": files} if files else {})


def test_every_channel_has_bodies_of_many_kinds_and_bent_ones() -> None:
    counted = Counter(each["channel"] for each in BODIES)
    kinds = {each["channel"]: set[str]() for each in BODIES}
    for each in BODIES:
        kinds[each["channel"]] |= {event["kind"] for event in each["means"]}

    assert set(counted) == set(REGISTRY)
    assert min(counted.values()) >= 7
    assert all({"message"} < found for found in kinds.values())
