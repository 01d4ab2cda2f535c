"""Every test can fail: it asserts, expects an error, or calls a helper of the tests that does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
EXPECTING = {"raises", "warns", "fail"}  # pytest's
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def _functions() -> tuple[tuple[Path, Function], ...]:
    return tuple(
        (path, node)
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, FUNCTIONS)
    )


def _checks(node: Function) -> bool:
    """Whether the function asserts, raises or expects something in its own lines."""
    return any(
        isinstance(each, ast.Assert | ast.Raise) or (isinstance(each, ast.Call) and _called(each) in EXPECTING)
        for each in ast.walk(node)
    )


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _calls(node: Function) -> set[str]:
    return {_called(each) for each in ast.walk(node) if isinstance(each, ast.Call)}


def _checking() -> set[str]:
    """The names of helpers that check something, themselves or through another."""
    helpers = [(node.name, _calls(node)) for _, node in _functions()]
    found = {node.name for _, node in _functions() if _checks(node)}
    while more := {name for name, calls in helpers if calls & found} - found:
        found |= more
    return found


def _without_a_check() -> Iterator[str]:
    checking = _checking()
    for path, node in _functions():
        if node.name.startswith("test_") and not _checks(node) and not _calls(node) & checking:
            yield f"{path.relative_to(ROOT)}: {node.name}"


def test_every_test_checks_something() -> None:
    assert list(_without_a_check()) == []


def test_no_check_holds_whatever_happens() -> None:
    """Like `assert True`, `assert (x, "y")` or `assert x or True`."""
    vain = [
        f"{path.relative_to(ROOT)}:{each.lineno}"
        for path, node in _functions()
        for each in ast.walk(node)
        if isinstance(each, ast.Assert) and _always_true(each.test)
    ]
    assert vain == []


def _always_true(test: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return any(map(_always_true, test.values))
    if isinstance(test, ast.Compare) and len(test.comparators) == 1:
        return ast.dump(test.left) == ast.dump(test.comparators[0]) and not any(
            isinstance(each, ast.Call) for each in ast.walk(test)
        )
    return (isinstance(test, ast.Constant) and bool(test.value)) or (isinstance(test, ast.Tuple) and bool(test.elts))
