"""
`make coverage`'s figures, from coverage's JSON report: statements and branches apart (coverage's own total mixes them).

Run as `python -m tests.support.branch_shares REPORT.json`; it exits 1 where fewer branches than pyproject.toml's
`fail_under` (percent) were taken.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.names import ROOT

WEAK = 90.0  # percent of a module's branches below which it is named


def share(summary: Mapping[str, Any], what: str) -> float:
    """Percent of the statements (`what` "statements") or branches that ran; 100 where there are none."""
    covered = summary["covered_lines" if what == "statements" else f"covered_{what}"]
    return 100.0 * float(covered) / summary[f"num_{what}"] if summary[f"num_{what}"] else 100.0


def weak(report: Mapping[str, Any]) -> list[tuple[float, str]]:
    """The modules of which fewer than `WEAK` percent of the branches were taken, the lowest first."""
    shares = [(share(each["summary"], "branches"), name) for name, each in report["files"].items()]
    return sorted((percent, name) for percent, name in shares if percent < WEAK)


def main(path: str) -> int:
    report = json.loads(Path(path).read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    bar = project["tool"]["coverage"]["report"]["fail_under"]
    totals = report["totals"]
    for percent, name in weak(report):
        print(f"{percent:6.1f} % of the branches of {name}")
    for what, covered in (("statements", "covered_lines"), ("branches", "covered_branches")):
        print(f"{share(totals, what):6.2f} % of {what}: {totals[covered]} of {totals[f'num_{what}']}")
    return int(share(totals, "branches") < bar)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
