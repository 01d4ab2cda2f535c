"""
Nothing is lost and nothing is said twice, whoever dies when (issue: simulation of dying).

`make test` tries a fixed selection, `make test-long` every point and more seeds.
"""

from __future__ import annotations

import pytest

from .exploring import Outcome, calm, shuffled, single_faults
from .faults import KINDS
from .paths import PATHS

OTHERS = tuple(kind for kind in KINDS if kind != "die")
TRIED: dict[str, int] = {}


def _must_hold(outcomes: list[Outcome], what: str) -> None:
    TRIED[what] = TRIED.get(what, 0) + len(outcomes)
    wrong = [(one.command, one.broken) for one in outcomes if one.broken]
    assert wrong[:3] == [], f"{len(wrong)} of {len(outcomes)} runs"


@pytest.mark.parametrize("name", PATHS)
def test_a_calm_day_goes_as_its_path_says(name: str) -> None:
    assert calm(name)[1] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", PATHS)
def test_a_worker_dies_after_a_call(name: str) -> None:
    _must_hold(list(single_faults(name, ("die",), every=10, first=len(name) % 10)), "crash points")


@pytest.mark.slow
@pytest.mark.parametrize("name", PATHS)
def test_a_call_fails_otherwise(name: str) -> None:
    _must_hold(list(single_faults(name, OTHERS, every=60, first=len(name) % 60)), "other faults")


@pytest.mark.slow
@pytest.mark.parametrize("name", PATHS)
def test_several_workers_at_once(name: str) -> None:
    _must_hold([shuffled(name, seed, faults=seed % 2) for seed in range(2)], "shuffled runs")


def test_a_message_that_is_put_off_behind_another_that_may_have_killed_its_worker_has_not_failed() -> None:
    _must_hold([shuffled("receipts that a queue cannot carry", 59, faults=2)], "shuffled runs")


@pytest.mark.long
@pytest.mark.parametrize("name", PATHS)
def test_a_worker_dies_after_every_call(name: str) -> None:
    _must_hold(list(single_faults(name, ("die",))), "crash points")


@pytest.mark.long
@pytest.mark.parametrize("name", PATHS)
def test_every_call_fails_in_every_way(name: str) -> None:
    _must_hold(list(single_faults(name, OTHERS)), "other faults")


@pytest.mark.long
@pytest.mark.parametrize("name", PATHS)
def test_several_workers_at_once_with_many_seeds(name: str) -> None:
    _must_hold([shuffled(name, seed, faults=seed % 3) for seed in range(150)], "shuffled runs")
