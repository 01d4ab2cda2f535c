"""A path's calls are those of `golden.json`, until somebody changes them on purpose (`tests/simulation/golden.py`)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from . import golden
from .normalised import Call, Normal
from .recorded import NAMES, recorded
from .world import START

SHORT = "ticket"


@cache
def of_the_file() -> golden.Kept:
    return golden.kept()


@pytest.mark.parametrize("name", NAMES)
def test_a_path_makes_the_calls_of_the_golden_trace(name: str) -> None:
    told = golden.difference(name, recorded(name), of_the_file())

    assert not told, told


def test_the_golden_trace_has_no_path_that_is_none() -> None:
    assert of_the_file()["paths"].keys() == set(NAMES)


def told_of(calls: list[Call]) -> list[str]:
    return golden.difference(SHORT, calls, of_the_file()).splitlines()


def test_the_first_call_that_differs_is_told_with_what_stood_there() -> None:
    calls = recorded(SHORT)
    other = replace(calls[9], answer="another answer")

    count, before, stood, now, *_ = told_of([*calls[:9], other, *calls[10:]])

    assert count.startswith(f"{SHORT}: {len(calls)} calls in golden.json, {len(calls)} now; call 10 is the first")
    assert before.endswith(calls[8].label)
    assert stood.endswith(calls[9].label)
    assert "another answer" in now


def test_a_call_more_and_a_call_less_are_told_where_they_are() -> None:
    calls = recorded(SHORT)

    assert f"call {len(calls)} is the first" in told_of(calls[:-1])[0]
    assert f"call {len(calls) + 1} is the first" in told_of([*calls, calls[0]])[0]


def test_times_are_told_from_the_moment_of_their_call_and_ids_by_their_order() -> None:
    drawn, hashed, now = "id00000007", "692f6c59b529b029aba32edeb8bb5f26", START + 12

    told = Normal().of(
        f"{hashed} {drawn} {hashed} at {START} until {now + 60_001} row {START}07 ttl {START // 1000}", now
    )

    assert told == "‹1› ‹2› ‹1› at ‹+0s› until ‹+60s› row ‹+0s›.07 ttl ‹+0s›"
