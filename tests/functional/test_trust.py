"""The dress rehearsal of docs/trust.md, line by line, on the local stack; both languages tell the same one."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.quality.confidence import needed
from infra.names import ROOT

from .conftest import Done, SystemUnderTest

pytestmark = pytest.mark.stack
PAGE = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")


def lines(half: str) -> list[str]:
    """What somebody types, without the remarks behind it."""
    blocks = re.findall(r"^```\n(.*?)^```", half, re.MULTILINE | re.DOTALL)
    return [re.sub(r"\s+# .*", "", line) for block in blocks for line in block.splitlines()]


ENGLISH, FRENCH = (lines(half) for half in PAGE.split("\n---\n"))


@pytest.fixture(autouse=True)
def as_before(system: SystemUnderTest) -> Iterator[None]:
    before = system.table().playbook()
    yield
    assert before is not None
    system.table().put_playbook(before, 0)  # type: ignore[arg-type]
    for scope in system.table().control().scopes:
        system.table().switch(scope, stopped=False)


def typed(system: SystemUnderTest, line: str, folder: Path) -> Done:
    """The line as in the repository's folder, with its files in another one."""
    placed = re.sub(r"\b(playbooks|tests)/", rf"{ROOT}/\1/", line)
    if placed.startswith("sed "):
        ran = subprocess.run(["sh", "-c", placed], cwd=folder, capture_output=True, text=True, check=False)
        return Done(ran.returncode, ran.stdout, ran.stderr)
    assert placed.startswith("guichet ")
    words = shlex.split(re.sub(r"\b(sample\.jsonl|rehearsal\.yaml)", rf"{folder}/\1", placed))
    return system.call(*words[1:])


def test_every_line_of_the_dress_rehearsal_does_what_the_page_says(system: SystemUnderTest, tmp_path: Path) -> None:
    done = {line: typed(system, line, tmp_path) for line in ENGLISH}

    told = {line: each.out + each.err for line, each in done.items()}
    refused = "guichet auto set auto --intent opening_hours"
    assert {line for line, each in done.items() if each.status} == {refused}, told
    assert re.search(r"opening_hours fr: [1-9]\d? of 140 judged, 0 wrong: \d+ more", told[refused])
    assert "opening_hours fr" in told["guichet auto next"]
    assert "dress rehearsal" in told["guichet auto status --intent opening_hours"]


def test_both_languages_tell_the_same_rehearsal() -> None:
    assert len(ENGLISH) == 14
    assert FRENCH == ENGLISH


def test_the_numbers_of_the_proof_are_those_that_are_asked_for() -> None:
    for target, row in ((0.97, "| 93 | 180 | 249 |"), (0.98, "| 270 | 374 |")):
        counts = [needed(wrong, target) for wrong in range(3)]
        assert row in PAGE
        assert all(str(count) in PAGE for count in counts)
