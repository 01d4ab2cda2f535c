"""A new account's ten copies are told before they cost a webhook."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from infra.concurrency import FOR_API, Headroom, needed, tell
from infra.template import SOURCES


def test_a_stage_needs_what_its_consumers_may_take_and_room_for_the_api() -> None:
    assert all(source.at_once for source in SOURCES.values())
    assert needed() == sum(source.at_once for source in SOURCES.values()) + FOR_API


@pytest.mark.parametrize(("allowed", "enough"), [(10, False), (1_000, True)])
def test_too_little_room_is_a_sentence_that_says_what_to_do(allowed: int, enough: bool) -> None:  # noqa: FBT001 - a table
    found = Headroom(allowed)

    assert found.enough == enough
    assert found.sentence.startswith(f"{allowed} copies")
    assert ("Service Quotas" in found.sentence) != enough


@pytest.mark.parametrize(("unreserved", "local", "told"), [(10, False, 1), (990, False, 0), (10, True, 0)])
def test_a_plan_tells_of_too_little_room_and_of_nothing_else(unreserved: int, local: bool, told: int) -> None:  # noqa: FBT001 - a table
    limit = {"ConcurrentExecutions": 1_000, "UnreservedConcurrentExecutions": unreserved}
    asked = SimpleNamespace(get_account_settings=lambda: {"AccountLimit": limit})
    where: Any = SimpleNamespace(is_local=local, client=lambda service: {"lambda": asked}[service])
    said: list[str] = []

    tell(where, said.append)

    assert len(said) == told
