"""bench/reads tells what process reads for an event before its commit, in its order."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench import reads

ROOT = Path(__file__).resolve().parents[3]


def test_an_agents_reply_reads_the_ticket_its_head_and_its_clock() -> None:
    command = [sys.executable, "bench/reads.py", "--json", "--path", "agent's reply"]
    found = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)

    reply = found["AgentAction reply"]
    asked = "get_item ticket/ticket, get_item conv/head, get_item out/r"
    figures = {"least": 3, "median": 3, "most": 3, "rounds": 1}
    assert reply == {"events": 1, **figures, "writes": {}, "orders": [[asked, 1]]}


@pytest.mark.parametrize(
    "path",
    [
        "a message is taken back after its ticket was closed",
        "a dangerous answer, and an open ticket of the same customer",
    ],
)
def test_the_longest_paths_are_decided_in_six_rounds(path: str) -> None:
    assert max(each.rounds for each in reads.taken(path)) <= 6


def test_a_write_before_the_commit_is_told_and_what_follows_it_is_not() -> None:
    (refused,) = [
        each for each in reads.taken("an intent stops by itself") if each.kind == "StopRequested" and each.writes
    ]

    assert refused.writes == ["transact_write_items Put control/control, Put audit/a", "delete_item judging/pace"]
    assert refused.reads[-1] == "get_item control/control"
    assert [call.what for call in refused.calls if call.commits] != []
