"""What administrators do: use cases that know no command line, each with a permission; commands are thin."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from chalicelib.admin import permissions
from chalicelib.store.audit import What

from .test_imports import imports, roots
from .test_shape import nodes

ROOT = Path(__file__).resolve().parents[2]
ADMIN = [path for path in sorted((ROOT / "chalicelib" / "admin").rglob("*.py")) if path.name != "__init__.py"]
COMMANDS = sorted((ROOT / "infra" / "commands").glob("*.py"))
OUTSIDE = {"argparse", "sys", "os", "getpass", "subprocess", "boto3", "urllib.request", "urllib3"}


def named() -> set[str]:
    return {value for each in get_args(permissions.Permission) for value in get_args(each) or (each,)}


def use_cases() -> Iterator[tuple[str, Any]]:
    """Every function of admin that is marked with a permission, by its module and name."""
    for path in ADMIN:
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for name, each in inspect.getmembers(module, inspect.isfunction):
            if each.__module__ == module.__name__ and each in permissions._NEEDED:
                yield f"{path.stem}.{name}", each


def test_a_use_case_knows_no_command_line_no_environment_and_no_client_of_its_own() -> None:
    found = {path.name: sorted({*imports(path), *roots(path)} & OUTSIDE) for path in ADMIN}

    assert {name: each for name, each in found.items() if each} == {}


def test_every_permission_says_what_it_allows_and_every_change_of_the_audit_log_is_one() -> None:
    assert permissions.ALLOWS.keys() == named()
    assert set(get_args(What)) <= named()
    assert list(permissions.ALLOWS) == sorted(permissions.ALLOWS)


def test_use_cases_need_permissions_that_are_on_the_list() -> None:
    found = {name: permissions.needed(each) for name, each in use_cases()}

    assert len(found) > 15
    assert set(found.values()) <= named()


def _functions_of_store(path: Path) -> set[str]:
    """What a command imports of the table beside types: those stand under TYPE_CHECKING."""
    typed = {
        id(inner)
        for node in nodes(path)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    return {
        node.module
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom)
        and id(node) not in typed
        and node.module is not None
        and node.module.startswith(("chalicelib.store", "chalicelib.stages"))
    }


def test_no_command_reads_or_writes_the_table_itself_or_runs_a_stage() -> None:
    found = {path.name: _functions_of_store(path) for path in COMMANDS}

    assert {name: each for name, each in found.items() if each} == {}


def _changing(path: Path, function: ast.FunctionDef) -> set[str]:
    """The use cases that change something and are called in a function of a command, by name."""
    changing = {name.rpartition(".")[2] for name, each in use_cases() if permissions.needed(each) in get_args(What)}
    brought = {
        alias.asname or alias.name
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("chalicelib.admin")
        for alias in node.names
    }
    called = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    plain = {each.id for each in called if isinstance(each, ast.Name) and each.id in brought}
    plain |= {
        each.attr
        for each in called
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id in brought
    }
    return plain & changing


def test_a_function_of_a_command_stands_around_one_use_case_that_changes_something() -> None:
    """Of at most forty lines, as every function is (`test_shape`)."""
    found = {
        (path.name, each.name): _changing(path, each)
        for path in COMMANDS
        for each in nodes(path)
        if isinstance(each, ast.FunctionDef)
    }

    assert {where: names for where, names in found.items() if len(names) > 1} == {}
    assert sum(map(bool, found.values())) > 12
