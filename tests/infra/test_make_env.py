"""infra/make_env.sh where something lacks: one clear sentence each. Pythons are played, nothing is fetched."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.names import ROOT

TOOLS = ("sh", "rm", "mkdir", "cat", "chmod")
# A python that answers the script's three questions (version, ensurepip and venv, `-m venv`) as told, and writes its
# own commands down. An environment that it makes has a python of the same kind.
FAKE = """#!/bin/sh
echo "$0 $*" >> "{log}"
case "$*" in
    *"sys.version_info"*) exit {too_old} ;;
    *"import ensurepip, venv"*) exit {no_venv} ;;
    "-m venv "*) [ {makes_none} = 0 ] || exit 1
                 mkdir -p "$3/bin"; cat "$0" > "$3/bin/python"; chmod +x "$3/bin/python" ;;
    *"pip --version"*) exit 0 ;;
    *"pip "*) [ {no_network} = 0 ] || echo "ERROR: No matching distribution" >&2; exit {no_network} ;;
esac
"""


@dataclass
class Machine:
    """A PATH of its own. `python` puts a played python on it."""

    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def python(
        self, name: str = "python3", *, too_old: int = 0, no_venv: int = 0, makes_none: int = 0, no_network: int = 0
    ) -> None:
        path = self.folder / "bin" / name
        path.write_text(
            FAKE.format(log=self.log, too_old=too_old, no_venv=no_venv, makes_none=makes_none, no_network=no_network),
            encoding="utf-8",
        )
        path.chmod(0o755)

    def make(self) -> subprocess.CompletedProcess[str]:
        command = [str(self.folder / "bin" / "sh"), str(ROOT / "infra" / "make_env.sh"), "env", "wanted.txt", "."]
        path = {"PATH": str(self.folder / "bin")}
        return subprocess.run(command, cwd=self.folder, env=path, capture_output=True, text=True, check=False)

    @property
    def commands(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    return Machine(tmp_path)


def test_a_machine_with_what_it_needs_gets_its_environment(machine: Machine) -> None:
    machine.python()
    done = machine.make()

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "guichet: installing wanted.txt into env (once; some minutes on a slow line).\n"
    assert any(each.endswith("install --quiet --quiet -r wanted.txt") for each in machine.commands)
    assert any(each.endswith("install --quiet --quiet --no-deps --editable .") for each in machine.commands)


def test_without_python3_venv_the_sentence_names_the_package(machine: Machine) -> None:
    machine.python(no_venv=1)
    done = machine.make()

    assert done.returncode == 1
    assert done.stderr == (
        "guichet: python3 cannot make virtual environments; install them with 'apt-get install python3-venv' "
        "and run make again.\n"
    )
    assert not (machine.folder / "env").exists()


@pytest.mark.parametrize("names", [(), ("python3",)])
def test_without_a_python_of_these_versions_the_sentence_names_them(machine: Machine, names: tuple[str, ...]) -> None:
    for name in names:
        machine.python(name, too_old=1)
    done = machine.make()

    assert done.returncode == 1
    assert done.stderr == (
        "guichet: no Python 3.11, 3.12 or 3.13 was found; install one with 'apt-get install python3 python3-venv' "
        "or name it with PYTHON=/path/to/python3.\n"
    )


def test_a_newer_python_beside_one_that_is_too_old_or_without_venv_is_taken(machine: Machine) -> None:
    machine.python("python3", too_old=1)
    machine.python("python3.13", no_venv=1)
    machine.python("python3.12")

    assert machine.make().returncode == 0
    assert any("python3.12 -m venv env" in each for each in machine.commands)


def test_a_half_made_environment_is_made_again_and_said_so(machine: Machine) -> None:
    machine.python()
    (machine.folder / "env" / "bin").mkdir(parents=True)
    (machine.folder / "env" / "left-over").touch()
    done = machine.make()

    assert done.returncode == 0
    assert done.stderr.splitlines()[0] == "guichet: the environment env was half made; it is made again."
    assert not (machine.folder / "env" / "left-over").exists()
    assert (machine.folder / "env" / "bin" / "python").exists()


def test_an_environment_that_cannot_be_made_leaves_nothing_half_made(machine: Machine) -> None:
    machine.python(makes_none=1)
    done = machine.make()

    assert done.returncode == 1
    assert done.stderr == (
        "guichet: python3 could not make the environment env; install python3-venv and run make again.\n"
    )
    assert not (machine.folder / "env").exists()


def test_packages_that_cannot_be_fetched_are_one_sentence_after_pips_own(machine: Machine) -> None:
    machine.python(no_network=1)
    done = machine.make()

    assert done.returncode == 1
    assert done.stderr.splitlines()[1:] == [
        "ERROR: No matching distribution",
        "guichet: the packages of wanted.txt could not be installed; check the network and run make again.",
    ]
