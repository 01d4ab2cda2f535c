"""bench/walk walks through both stories, and counts a change of file where a call stands in another file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench import walk

ROOT = Path(__file__).resolve().parents[3]


def test_it_prints_both_stories_by_function_and_twice_the_same() -> None:
    first, second = (
        json.loads(
            subprocess.run(
                [sys.executable, "bench/walk.py", "--json"], cwd=ROOT, check=True, capture_output=True, text=True
            ).stdout
        )
        for _ in range(2)
    )

    assert first == second
    reply, ticket = first["automatic reply"], first["ticket, agent's reply"]
    assert {"intake", "process", "timers"} <= set(reply["functions"])
    assert {"intake", "process", "deliver", "desk", "slack"} <= set(ticket["functions"])
    assert 0 < reply["pipeline"] < reply["changes"] < reply["calls"] < ticket["calls"]
    assert reply["functions"]["process"]["files"] < reply["files"] < ticket["files"]


def test_a_change_is_a_call_in_another_file_than_the_call_before_it() -> None:
    one, two, other = "stages/a.py", "engine/b.py", "store/c.py"

    found = walk.figures([[one, one, two, other], [one, two]])

    assert found == walk.Figures(files=3, calls=6, changes=3, pipeline=2)
