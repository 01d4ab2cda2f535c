"""
What an answer hangs on is read by the channel that made it alone: engine, decisions and stages only pass it on.

Not looked at: the stage that draws rows for agents, whose anchors are messages of the workspace.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "chalicelib"
NAMES = ("anchor", "reply_anchor", "own_anchor")
PARTS = ("decision", "engine", "stages")
FILES = [path for part in PARTS for path in sorted((ROOT / part).glob("*.py")) if path.name != "desk_rows.py"]


def reads(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where an anchor is read, with the line: neither passed on under its own name nor measured."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in NAMES:
            holder: ast.AST = node
            while isinstance(parents[holder], ast.IfExp) and parents[holder].test is not holder:  # type: ignore[attr-defined]
                holder = parents[holder]
            if not _passes(parents[holder], holder):
                yield node.lineno, ast.unparse(parents[holder])


def _passes(where: ast.AST, value: ast.AST) -> bool:
    match where:
        case ast.keyword(arg=name):
            return name in NAMES
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name in NAMES
        case ast.Dict(keys=keys, values=values):
            named = [key for key, each in zip(keys, values, strict=True) if each is value]
            return all(isinstance(key, ast.Constant) and key.value in NAMES for key in named) and bool(named)
        case ast.Call(func=ast.Name(id="len")):
            return True
    return False


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_anchor_is_passed_on_and_never_read(path: Path) -> None:
    assert list(reads(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("f(anchor=one.anchor)", 0),
        ("x = {'anchor': one.anchor}", 0),
        ("f(anchor=one.anchor if one else '')", 0),
        ("anchor = one.anchor if one else ''", 0),
        ("len(one.anchor) > 9", 0),
        ("if one.anchor: pass", 1),
        ("f(one.anchor)", 1),
        ("x = one.reply_anchor.split()", 1),
        ("f(text=one.anchor)", 1),
        ("x = {one.anchor: 'anchor'}", 1),
        ("f(anchor=1 if one.anchor else 2)", 1),
    ],
)
def test_what_counts_as_reading_it(source: str, told: int) -> None:
    assert len(list(reads(ast.parse(source)))) == told
