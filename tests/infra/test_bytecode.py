"""What goes to AWS is compiled for the Python that runs it, or does not go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.errors import UsageError
from infra.archive import Archive
from infra.build import Build, compiled
from infra.targets import PYTHONS, aws, interpreter, local

NOTHING = Archive(Path("code.zip"), 0, 0, "0", {})
BUILT = Build(NOTHING, NOTHING, {}, Path("layer"), Path("code"), bytecode=True)


def test_a_build_without_bytecode_is_refused_by_a_sentence_that_says_what_to_install() -> None:
    with pytest.raises(UsageError, match=r"Install python3\.13 or python3\.12"):
        compiled(replace(BUILT, bytecode=False), aws())

    assert compiled(BUILT, aws()) is BUILT


@pytest.mark.parametrize(
    ("here", "runtime"), [({"3.12"}, "python3.12"), ({"3.12", "3.13"}, "python3.13"), (set(), "python3.13")]
)
def test_lambda_runs_the_newest_python_that_the_machine_can_compile_for(here: set[str], runtime: str) -> None:
    assert aws(lambda version: version in here).runtime == runtime


def test_a_machine_can_compile_for_its_own_python_and_not_for_one_that_it_lacks() -> None:
    assert interpreter(local().python)
    assert interpreter("2.99") is None
    assert all(version.startswith("3.") for version in PYTHONS)
