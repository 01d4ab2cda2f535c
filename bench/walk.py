"""
How far one question walks through the code: files crossed, calls, changes of file.

    python bench/walk.py [--json] [--pairs 12]

Two stories are played in the simulation (`tests/simulation`: real handlers, AWS and platforms in memory, a classifier
of a few words) under `sys.setprofile`, each by a new customer on WhatsApp and with warm functions: a question that is
answered automatically, with its receipts; and a message that becomes a ticket, which an agent answers from Slack, with
the receipts of that answer.

A call is the start of a function with a name in a file of chalicelib (of a generator each resumption; lambdas and
comprehensions do not count). A change of file is a call whose function stands in another file than the one called
before it in the same invocation. "Pipeline" counts the changes between two modules of chalicelib/decision, engine,
quality and stages. There is no bar: the figures are compared before and after a change.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "CRITICAL")

OURS = str(Path(__file__).parent.parent / "chalicelib") + os.sep
PIPELINE = ("decision" + os.sep, "engine" + os.sep, "quality" + os.sep, "stages" + os.sep)
WARMS, ASKS, WRITES = "33600000011", "33600000012", "33600000013"  # customers: who warms the functions, who is counted
QUESTION, TICKET, ANSWER = "Vos horaires svp ?", "Vous vendez des lamas roses ?", "Oui, en rose aussi."


@dataclass(slots=True)
class Walk:
    """The files in which functions were called, in order: a list for each invocation, by the name of its worker."""

    files: dict[str, list[list[str]]] = field(default_factory=dict)

    @property
    def whole(self) -> list[list[str]]:
        """All invocations."""
        return [files for invocations in self.files.values() for files in invocations]

    def through(self, worker: str, work: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """The same work of an invocation of `worker`, with its calls noted."""
        seen: list[str] = []
        self.files.setdefault(worker, []).append(seen)

        def called(frame: FrameType, event: str, _: Any) -> None:
            code = frame.f_code
            if event == "call" and code.co_filename.startswith(OURS) and not code.co_name.startswith("<"):
                seen.append(code.co_filename[len(OURS) :])

        def traced(wiring: Any) -> Any:
            sys.setprofile(called)
            try:
                return work(wiring)
            finally:
                sys.setprofile(None)

        return traced


@dataclass(frozen=True, slots=True)
class Figures:
    """What one function of ours, or all of them, did in one story."""

    files: int
    calls: int
    changes: int
    pipeline: int


def figures(walks: Sequence[Sequence[str]]) -> Figures:
    """The figures of these invocations together; between the end of one and the next nothing changes."""
    pairs = changes(walks)
    return Figures(
        files=len({file for walk in walks for file in walk}),
        calls=sum(map(len, walks)),
        changes=pairs.total(),
        pipeline=sum(count for pair, count in pairs.items() if all(file.startswith(PIPELINE) for file in pair)),
    )


def changes(walks: Sequence[Sequence[str]]) -> Counter[tuple[str, str]]:
    """How often a call in the first file was followed by one in the second."""
    return Counter(pair for walk in walks for pair in pairwise(walk) if pair[0] != pair[1])


def stories() -> dict[str, Walk]:
    """The two stories as they were walked."""
    from tests.simulation import paths  # noqa: PLC0415 - the simulation: only where it is played
    from tests.simulation.world import Step, World  # noqa: PLC0415 - the same

    def writes(person: str, text: str) -> Any:
        return Step(lambda world: world.whatsapp.writes(person, text), wait_ms=60_000, name=text)

    def told(*steps: Any) -> Walk:
        world: Any = World()
        with contextlib.redirect_stdout(io.StringIO()):
            world.run(writes(WARMS, QUESTION), writes(WARMS, TICKET), *paths.writes_reply(ANSWER))
            walk, start = Walk(), world._start  # noqa: SLF001 - where the simulation begins an invocation
            world._start = lambda name, work, then: start(name, walk.through(name, work), then)  # noqa: SLF001 - the same
            world.run(*steps)
        return walk

    return {
        "automatic reply": told(writes(ASKS, QUESTION)),
        "ticket, agent's reply": told(writes(WRITES, TICKET), *paths.writes_reply(ANSWER)),
    }


def table(walked: dict[str, Walk], most: int) -> str:
    """The table for people: each story in all and by function, then the most frequent changes of both."""
    lines = [f"{'':<32}{'files':>8}{'calls':>8}{'changes':>9}{'pipeline':>10}"]
    for story, walk in walked.items():
        lines.append(_line(story, figures(walk.whole)))
        lines += [_line(f"  {name}", figures(invocations)) for name, invocations in walk.files.items()]
    lines += ["", "the most frequent changes:"]
    pairs = changes([files for walk in walked.values() for files in walk.whole])
    lines += [f"  {count:>4}  {first} -> {second}" for (first, second), count in pairs.most_common(most)]
    return "\n".join(lines)


def _line(name: str, found: Figures) -> str:
    return f"{name:<32}{found.files:>8}{found.calls:>8}{found.changes:>9}{found.pipeline:>10}"


def document(walked: dict[str, Walk], most: int) -> dict[str, Any]:
    """The same for machines."""

    def plain(found: Figures) -> dict[str, int]:
        return {name: getattr(found, name) for name in Figures.__dataclass_fields__}

    return {
        story: plain(figures(walk.whole))
        | {
            "functions": {name: plain(figures(invocations)) for name, invocations in walk.files.items()},
            "most_frequent": [[*pair, count] for pair, count in changes(walk.whole).most_common(most)],
        }
        for story, walk in walked.items()
    }


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--pairs", type=int, default=12, help="how many of the most frequent changes are shown")
    chosen = parser.parse_args()
    walked = stories()
    print(json.dumps(document(walked, chosen.pairs)) if chosen.json else table(walked, chosen.pairs))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
