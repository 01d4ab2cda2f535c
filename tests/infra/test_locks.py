"""The locks (requirements*.txt) hold what pyproject's dependency groups want, by hash and from no named host."""

from __future__ import annotations

import re
import tomllib
from functools import cache

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.names import ROOT

LOCKS = {
    "functions": "requirements.txt",
    "layer": "requirements-layer.txt",
    "dev": "requirements-dev.txt",
    "local": "requirements-local.txt",
}
# name==version, perhaps extras and a marker, then its hashes. A line of any other kind (an index, a path) does not fit.
ENTRY = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(\[[\w,-]+\])?==(?P<version>[\w.!+-]+)( ; [^\\#]+?)?"
    r"(?P<hashes>( --hash=sha256:[0-9a-f]{64})+)"
)


@cache
def wanted(group: str) -> dict[str, str]:
    """Package name to version of a dependency group, the groups that it includes too."""
    found: dict[str, str] = {}
    for each in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"][group]:
        if isinstance(each, dict):
            found |= wanted(each["include-group"])
        else:
            requirement = Requirement(each)
            found[canonicalize_name(requirement.name)] = str(requirement.specifier).removeprefix("==")
    return found


def lines(lock: str) -> list[str]:
    """The entries of a lock, each on one line, without comments."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)
    return [" ".join(line.split()) for line in text.replace("\\\n", " ").splitlines() if line.strip()]


@cache
def locked(lock: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Package name to version and hashes of a lock."""
    entries = [match for line in lines(lock) if (match := ENTRY.fullmatch(line))]
    return {each["name"]: (each["version"], frozenset(each["hashes"].split())) for each in entries}


@pytest.mark.parametrize("lock", LOCKS.values())
def test_a_lock_has_nothing_but_pins_each_with_its_hashes(lock: str) -> None:
    assert [line for line in lines(lock) if not ENTRY.fullmatch(line)] == []
    assert len(locked(lock)) == len(lines(lock)) > 0


@pytest.mark.parametrize(("group", "lock"), LOCKS.items())
def test_what_a_group_wants_its_lock_pins_to_the_same_version(group: str, lock: str) -> None:
    pins = {name: version for name, (version, _) in locked(lock).items()}

    assert {name: pins.get(name) for name in wanted(group)} == wanted(group)


@pytest.mark.parametrize("group", ["functions", "layer"])
def test_what_ships_is_listed_whole_and_is_what_was_tested(group: str) -> None:
    shipped = locked(LOCKS[group])

    assert set(shipped) == set(wanted(group))
    assert {name: locked(LOCKS["dev"]).get(name) for name in shipped} == shipped


@pytest.mark.parametrize("name", [*LOCKS.values(), "classifiers/requirements.txt", "pyproject.toml"])
def test_no_index_and_no_host_is_named_beside_a_requirement(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    assert re.findall(r"^.*(?:--(?:extra-)?index-url|--find-links|://).*$|^-[if] .*$", text, re.MULTILINE) == []


def test_hooks_before_a_commit_are_our_own() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))

    assert [each["repo"] for each in config["repos"]] == ["local"]
    assert {hook["entry"].split()[0] for each in config["repos"] for hook in each["hooks"]} == {
        ".venv/bin/ruff",
        ".venv/bin/mypy",
    }


def test_the_python_of_this_folder_is_the_oldest_that_we_run_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert project["project"]["requires-python"].startswith(
        f">={(ROOT / '.python-version').read_text(encoding='utf-8').strip()},"
    )
