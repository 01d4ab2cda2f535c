from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import branch_shares


def report(tmp_path: Path, **files: tuple[int, int]) -> str:
    """coverage's report of modules with (covered, all) branches and 100 statements, all of them reached."""

    def summary(covered: int, branches: int, lines: int) -> dict[str, Any]:
        return {
            "covered_branches": covered,
            "num_branches": branches,
            "covered_lines": lines,
            "num_statements": lines,
        }

    total = summary(sum(c for c, _ in files.values()), sum(n for _, n in files.values()), 100 * len(files))
    each = {name: {"summary": summary(*counts, 100)} for name, counts in files.items()}
    path = tmp_path / "report.json"
    path.write_text(json.dumps({"totals": total, "files": each}), encoding="utf-8")
    return str(path)


def test_branches_are_told_apart_from_statements(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert branch_shares.main(report(tmp_path, one=(99, 100), other=(95, 100))) == 0
    assert capsys.readouterr().out.split("\n") == [
        "100.00 % of statements: 200 of 200",
        " 97.00 % of branches: 194 of 200",
        "",
    ]


def test_under_the_bar_it_fails_although_every_statement_ran(tmp_path: Path) -> None:
    assert branch_shares.main(report(tmp_path, one=(100, 100), other=(89, 100))) == 1


def test_the_weakest_modules_come_first_and_one_without_branches_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    branch_shares.main(report(tmp_path, weak=(8, 10), weaker=(0, 1), plain=(0, 0), strong=(1000, 1000)))

    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()[:2]] == ["weaker", "weak"]
