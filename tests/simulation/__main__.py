"""
`python -m tests.simulation --json`: kills a worker after every call of every path, and says how many points held.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import time
from collections import Counter
from typing import Any

from .exploring import Outcome, calm, play, shuffled, single_faults
from .faults import KINDS
from .paths import PATHS


def main() -> int:
    given = _arguments()
    quiet: Any = contextlib.redirect_stdout(io.StringIO())
    began = time.monotonic()
    if given.path and given.plan is not None:
        return _one(given)
    names = [given.path] if given.path else list(PATHS)
    with quiet:
        outcomes, wrong = _explore(names, given)
    report = {
        "paths": len(names),
        "crash_points": sum(1 for one in outcomes if any(kind == "die" for _, kind, _ in one.struck)),
        "runs": len(outcomes),
        "by_fault": dict(Counter(kind for one in outcomes for _, kind, _ in one.struck)),
        "broken": len(wrong),
        "seconds": round(time.monotonic() - began, 1),
        "examples": [{"run": one.command, "broken": one.broken} for one in wrong[: given.examples]],
    }
    if given.json:
        print(json.dumps(report))
    else:
        for name, value in report.items():
            print(f"{name:13} {json.dumps(value, ensure_ascii=False, indent=1) if name == 'examples' else value}")
    return 1 if wrong else 0


def _explore(names: list[str], given: argparse.Namespace) -> tuple[list[Outcome], list[Outcome]]:
    outcomes: list[Outcome] = []
    for name in names:
        found = calm(name, in_memory=given.in_memory)[1]
        outcomes.append(Outcome(name, {}, None, (), tuple(found), 0))
        outcomes += single_faults(name, given.kinds.split(","), given.every, in_memory=given.in_memory)
        outcomes += [shuffled(name, seed, seed % 3, in_memory=given.in_memory) for seed in range(given.seeds)]
        print(name, len(outcomes), file=sys.stderr) if given.verbose else None
    return outcomes, [one for one in outcomes if one.broken]


def _one(given: argparse.Namespace) -> int:
    plan = {int(n): kind for n, _, kind in (each.partition(":") for each in given.plan.split(",") if each)}
    world, outcome = play(given.path, plan, given.seed, in_memory=given.in_memory)
    for number, call in enumerate(world.injector.trace):
        print(number, call, *(kind for n, kind, _ in outcome.struck if n == number))
    print(outcome.broken)
    return 1 if outcome.broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--in-memory", action="store_true", help="agents work in the workspace in memory, not in Slack")
    parser.add_argument("--path", choices=list(PATHS), help="this path only")
    parser.add_argument("--plan", help='one run: faults as "call:kind,…"')
    parser.add_argument("--seed", type=int, help="one run: several workers at once, shuffled by this seed")
    parser.add_argument("--kinds", default=",".join(KINDS), help="kinds of faults")
    parser.add_argument("--every", type=int, default=1, help="only every n-th point")
    parser.add_argument("--seeds", type=int, default=20, help="shuffled runs a path")
    parser.add_argument("--examples", type=int, default=10, help="broken runs to show")
    parser.add_argument("--verbose", action="store_true", help="progress on stderr")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
