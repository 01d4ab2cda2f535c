"""infra/make_env.sh where something lacks: one clear sentence each. Pythons are played, nothing is fetched."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.names import ROOT

TOOLS = ("sh", "rm", "mkdir", "cat", "chmod", "sed")
# A python that answers the script's three questions (version, ensurepip and venv, `-m venv`) as told, and writes its
# own commands down. An environment that it makes has a python of the same kind. Like a version manager's, it may be
# found from some folders only; it tells where it really lies. Pip brings a uv where it is asked for one.
PYTHON = """#!/bin/sh
echo "$0 $*" >> "{log}"
case "$*" in
    *"sys.version_info"*) case "$PWD" in {known_in}) echo "$0"; exit {too_old} ;; *) exit 127 ;; esac ;;
    *"import ensurepip, venv"*) exit {no_venv} ;;
    "-m venv "*) [ {makes_none} = 0 ] || exit 1
                 mkdir -p "$3/bin"; cat "$0" > "$3/bin/python"; chmod +x "$3/bin/python" ;;
    *"pip --version"*) exit 0 ;;
    *"pip "*uv.txt) [ {no_network} = 0 ] || exit 1
                 cat "{folder}/played-uv" > env/bin/uv; chmod +x env/bin/uv ;;
    *"pip "*) [ {no_network} = 0 ] || echo "ERROR: No matching distribution" >&2; exit {no_network} ;;
esac
"""
UV = """#!/bin/sh
echo "$0 $*" >> "{log}"
[ "$1" = --version ] || exit {fails}
"""
LOCK = """# written by a machine
unlike==1 \\
    --hash=sha256:aa
uv==2 \\
    --hash=sha256:bb \\
    --hash=sha256:cc
    # via here
wanted==3 \\
    --hash=sha256:dd
"""
BY_UV = "pip install --quiet --python env/bin/python --no-deps --require-hashes -r lock.txt"
PIP = "-m pip --disable-pip-version-check install --quiet --quiet --no-deps"
BY_PIP = f"env/bin/python {PIP} --require-hashes -r lock.txt"


@dataclass
class Machine:
    """A PATH of its own. `python` puts a played python on it, `uv` a played uv."""

    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def python(
        self,
        name: str = "python3",
        *,
        too_old: int = 0,
        no_venv: int = 0,
        makes_none: int = 0,
        no_network: int = 0,
        known_in: str = "*",
    ) -> None:
        played = PYTHON.format(
            folder=self.folder,
            log=self.log,
            too_old=too_old,
            no_venv=no_venv,
            makes_none=makes_none,
            no_network=no_network,
            known_in=known_in,
        )
        self.put(self.folder / "bin" / name, played)

    def uv(self, place: str = "bin/uv", *, fails: int = 0) -> None:
        self.put(self.folder / place, UV.format(log=self.log, fails=fails))

    @staticmethod
    def put(path: Path, text: str) -> None:
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def make(self, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.folder / "bin" / "sh"), str(ROOT / "infra" / "make_env.sh"), "env", "lock.txt", "."]
        told = {"PATH": str(self.folder / "bin"), **environment}
        return subprocess.run(command, cwd=self.folder, env=told, capture_output=True, text=True, check=False)

    @property
    def commands(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    (tmp_path / "lock.txt").write_text(LOCK, encoding="utf-8")
    machine = Machine(tmp_path)
    machine.uv("played-uv")
    return machine


INSTALLING = "guichet: installing lock.txt into env (once; some minutes on a slow line).\n"


def test_a_machine_with_what_it_needs_gets_its_environment_by_the_uv_of_the_lock(machine: Machine) -> None:
    machine.python()
    done = machine.make()

    assert (done.returncode, done.stdout, done.stderr) == (0, "", INSTALLING)
    assert (machine.folder / "env" / "uv.txt").read_text(encoding="utf-8") == (
        "uv==2 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
    )
    assert machine.commands[-3] == f"env/bin/python {PIP} --require-hashes -r env/uv.txt"
    assert machine.commands[-2:] == [
        f"env/bin/uv {BY_UV}",
        f"env/bin/python {PIP} --no-build-isolation --editable .",
    ]


@pytest.mark.parametrize(("place", "told"), [("bin/uv", {}), ("other-uv", {"UV": "./other-uv"})])
def test_a_uv_that_is_there_already_is_taken(machine: Machine, place: str, told: dict[str, str]) -> None:
    machine.python()
    machine.uv(place)

    assert machine.make(**told).returncode == 0
    assert [each.split(" ", 1)[1] for each in machine.commands if "lock.txt" in each] == [BY_UV]
    assert not (machine.folder / "env" / "uv.txt").exists()


def test_pip_installs_what_uv_could_not(machine: Machine) -> None:
    machine.python()
    machine.uv(fails=2)
    done = machine.make()

    assert (done.returncode, done.stderr) == (0, INSTALLING + "guichet: uv could not install lock.txt; pip is tried.\n")
    assert machine.commands[-2] == BY_PIP


def test_pip_installs_a_lock_without_uv_where_there_is_none(machine: Machine) -> None:
    machine.python()
    (machine.folder / "lock.txt").write_text("wanted==3 --hash=sha256:dd\n", encoding="utf-8")
    done = machine.make()

    assert (done.returncode, done.stderr) == (0, INSTALLING)
    assert machine.commands[-2] == BY_PIP
    assert not any("uv.txt" in each for each in machine.commands)


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


def test_a_python_that_a_version_manager_knows_elsewhere_only_is_taken_by_its_real_path(machine: Machine) -> None:
    """As pyenv does where .python-version names a Python that it does not have."""
    machine.python("python3.12", known_in="/")
    machine.python("python3.13", known_in="/nowhere")

    assert machine.make().returncode == 0
    assert any(each.endswith("bin/python3.12 -m venv env") for each in machine.commands)


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
        f"guichet: {machine.folder}/bin/python3 could not make the environment env; install python3-venv and run "
        "make again.\n"
    )
    assert not (machine.folder / "env").exists()


def test_packages_that_cannot_be_fetched_are_one_sentence_after_pips_own(machine: Machine) -> None:
    machine.python(no_network=1)
    done = machine.make()

    assert done.returncode == 1
    assert done.stderr.splitlines()[1:] == [
        "ERROR: No matching distribution",
        "guichet: the packages of lock.txt could not be installed; check the network and run make again.",
    ]
