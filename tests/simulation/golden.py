"""
The golden trace: every AWS and HTTP call of every path's calm run, and of a few with a fault (`recorded.HURT`), against
the committed `golden.json`.

    python -m tests.simulation.golden                       what differs from the file, by path; exit 1 if anything does
    python -m tests.simulation.golden --path "ticket"       the whole trace of one path
    python -m tests.simulation.golden --diff COMMIT [COMMIT]  a unified diff between the traces of two commits (the
                                                            second: this working tree), of all paths or of --path's
    python -m tests.simulation.golden --write               take the calls of this working tree into the file

A change that is to leave behaviour as it is leaves the file as it is. Whoever changes calls on purpose writes it anew
and commits it beside the change; after a merge conflict take either side and write it again.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict

from .normalised import CALL, LABEL, Call, shape
from .recorded import NAMES, recorded

ROOT = Path(__file__).resolve().parents[2]
FILE = Path(__file__).with_name("golden.json")
TOKEN = LABEL + CALL


class Golden(TypedDict):
    """One path in the file. `runs`: the calls between two changes of worker: its name, then a token for each call."""

    calls: int
    digest: str
    runs: list[str]


class Kept(TypedDict):
    """The whole file. `labels`: what a token's first characters stand for."""

    labels: dict[str, str]
    paths: dict[str, Golden]


def golden(calls: Sequence[Call]) -> Golden:
    """What the file keeps of a trace."""
    runs: list[str] = []
    for call in calls:
        if call.begins:
            runs.append(call.worker + " ")
        runs[-1] += call.token
    return {"calls": len(calls), "digest": shape("\n".join(call.text for call in calls), 16), "runs": runs}


def kept() -> Kept:
    """The committed file."""
    found: Kept = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def difference(name: str, calls: Sequence[Call], file: Kept) -> str:
    """How a path's calls differ from the file: its first call that does; "" where none does."""
    now, before = golden(calls), file["paths"].get(name)
    if before is None:
        return f"{name}: not in {FILE.name}.\n{_advice(name)}"
    if now["digest"] == before["digest"]:
        return ""
    old = list(_tokens(before["runs"]))
    new = [(call.begins, call.token) for call in calls]
    at = next((n for n, (ours, theirs) in enumerate(zip(new, old, strict=False)) if ours != theirs), None)
    if at is None:
        at = min(len(new), len(old))
    lines = [
        f"{name}: {before['calls']} calls in {FILE.name}, {now['calls']} now; call {at + 1} is the first that differs.",
        f"  before it: {calls[at - 1].label}" if at else "  it is the first of all",
        f"  in {FILE.name}: {file['labels'][old[at][1][:LABEL]] if at < len(old) else 'no call'}",
        f"  now: {calls[at].text if at < len(calls) else 'no call'}",
    ]
    return "\n".join([*lines, _advice(name)])


def _advice(name: str) -> str:
    return (
        f'Both in full: python -m tests.simulation.golden --diff HEAD --path "{name}"\n'
        "If the change is meant: python -m tests.simulation.golden --write"
    )


def _tokens(runs: Sequence[str]) -> Iterator[tuple[bool, str]]:
    """Each call's token, and whether a run begins with it."""
    for run in runs:
        tokens = run.rpartition(" ")[2]
        for at in range(0, len(tokens), TOKEN):
            yield at == 0, tokens[at : at + TOKEN]


def write(traces: Mapping[str, Sequence[Call]]) -> None:
    """Takes these traces into the file. Raises ValueError where two labels share one token."""
    labels: dict[str, str] = {}
    for call in (call for calls in traces.values() for call in calls):
        if labels.setdefault(call.token[:LABEL], call.label) != call.label:
            raise ValueError(f"{call.label} and {labels[call.token[:LABEL]]} have one token: make LABEL longer.")
    file: Kept = {
        "labels": dict(sorted(labels.items())),
        "paths": {name: golden(calls) for name, calls in traces.items()},
    }
    FILE.write_text(json.dumps(file, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def texts(names: Sequence[str]) -> dict[str, list[str]]:
    """The whole trace of each of these paths, in lines."""
    return {name: [line for call in recorded(name) for line in call.text.splitlines()] for name in names}


def _at(commit: str, names: Sequence[str]) -> dict[str, list[str]]:
    """The traces of a commit, by its own code in a working tree of its own; of those of these paths that it has."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        _git("worktree", "add", "--quiet", "--detach", str(tree), commit)
        try:
            if not (tree / Path(__file__).relative_to(ROOT)).exists():
                raise SystemExit(f"{commit} has no golden trace yet.")
            environment = os.environ | {"PYTHONPATH": str(tree)}
            command = [sys.executable, "-m", "tests.simulation.golden", "--json"]
            command += ["--path", names[0]] if len(names) == 1 else []
            ran = subprocess.run(command, cwd=tree, env=environment, check=False, capture_output=True, text=True)
        finally:
            _git("worktree", "remove", "--force", str(tree))
    if ran.returncode:
        raise SystemExit(f"{commit} plays no such trace:\n{ran.stderr[-400:]}")
    found: dict[str, list[str]] = json.loads(ran.stdout)
    return {name: lines for name, lines in found.items() if name in names}


def _git(*arguments: str) -> None:
    subprocess.run(["git", "-C", str(ROOT), *arguments], check=True)


def _diff(commits: Sequence[str], names: Sequence[str]) -> int:
    old = _at(commits[0], names)
    new = _at(commits[1], names) if len(commits) > 1 else texts(names)
    sides = (commits[0], commits[1] if len(commits) > 1 else "working tree")
    lines = [
        line
        for name in dict.fromkeys((*old, *new))
        for line in difflib.unified_diff(
            old.get(name, []), new.get(name, []), f"{sides[0]}: {name}", f"{sides[1]}: {name}", lineterm=""
        )
    ]
    print("\n".join(lines)) if lines else None
    return 1 if lines else 0


def _compare(names: Sequence[str]) -> int:
    file = kept()
    found = [line for name in names if (line := difference(name, recorded(name), file))]
    found += [f"{name}: in {FILE.name}, and no path any more" for name in file["paths"] if name not in NAMES]
    print("\n\n".join(found) or f"{len(names)} paths make the calls of {FILE.name}")
    return 1 if found else 0


def main() -> int:
    given = _arguments()
    names = [given.path] if given.path else list(NAMES)
    if given.write:
        write({name: recorded(name) for name in NAMES})
        return 0
    if given.diff:
        return _diff(given.diff, names)
    if given.json or given.path:
        found = texts(names)
        print(json.dumps(found) if given.json else "\n".join(line for lines in found.values() for line in lines))
        return 0
    return _compare(names)


def _arguments() -> argparse.Namespace:
    raw: Any = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.golden", description=__doc__, formatter_class=raw)
    parser.add_argument("--path", choices=list(NAMES), metavar="PATH", help="this path only")
    parser.add_argument("--diff", nargs="+", metavar="COMMIT", help="two commits, or one and this working tree")
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name} anew")
    parser.add_argument("--json", action="store_true", help="the traces as one JSON document on stdout")
    return parser.parse_args()


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        raise SystemExit(main())
