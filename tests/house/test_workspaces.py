"""Where agents work is one implementation of a port: nothing else of what ships knows it, or what its rows are like."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from chalicelib.model import ROW_TRAITS
from chalicelib.workspaces import WORKSPACES
from tests.house.test_shape import ROOT, SHIPPED, name_of, nodes

# Beside its own folder, a workspace's name stands in the registry alone.
WIRING = {"chalicelib/workspaces/__init__.py"}
VOCABULARY = "chalicelib/triage/artefact/"  # the words of a language model
FOR_AGENTS = {kind for kind, traits in ROW_TRAITS.items() if not traits.reported}
TOLD_APART = ("stages", "engine", "store", "quality", "decision", "model")


def _texts() -> list[Path]:
    """Every file of what ships that people wrote."""
    found = [path for path in (ROOT / "chalicelib").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return [path for path in found if not name_of(path).startswith(VOCABULARY)]


@pytest.mark.parametrize("name", WORKSPACES)
def test_a_workspaces_name_stands_in_its_folder_and_in_the_registry(name: str) -> None:
    own = f"chalicelib/workspaces/{name}/"
    found = {name_of(path) for path in _texts() if name in path.read_text(encoding="utf-8").lower()}

    assert {each for each in found if not each.startswith(own)} == WIRING
    assert any(each.startswith(own) for each in found)


def _compared(path: Path) -> set[str]:
    """The words that a `.kind` is compared with, or looked for among."""
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Compare) and any(
            isinstance(one, ast.Attribute) and one.attr == "kind" for one in ast.walk(node)
        ):
            found |= {
                each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)
            }
    return found


@pytest.mark.parametrize("folder", TOLD_APART)
def test_rows_for_agents_are_told_apart_by_their_traits(folder: str) -> None:
    here = [path for path in SHIPPED if path.is_relative_to(ROOT / "chalicelib" / folder)]

    assert here
    assert {name_of(path): words for path in here if (words := _compared(path) & FOR_AGENTS)} == {}
