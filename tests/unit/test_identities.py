"""A telephone number in `--identity` is found however somebody writes it: requests about data come by letter."""

from __future__ import annotations

import pytest

from chalicelib.admin import people
from chalicelib.errors import UsageError
from tests.simulation.paths import says
from tests.simulation.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return World().run(says("whatsapp", "Vous vendez des lamas roses ?"))


@pytest.mark.parametrize(
    "person",
    ["33600000001", "+33600000001", "0033600000001", "+33 6 00 00 00 01", "+33 (0)6.00.00.00.01", " 33-600-000-001 "],
)
def test_a_number_is_found_however_it_is_written(world: World, person: str) -> None:
    assert people.by_identity(world.table, f"whatsapp:1001:{person}").name == "Léa"


@pytest.mark.parametrize("person", ["33600000002", "+33", "FR.123", "léa", "+33 6 00 00 00 01 ext"])
def test_nobody_else_is_found_for_it(world: World, person: str) -> None:
    with pytest.raises(UsageError):
        people.by_identity(world.table, f"whatsapp:1001:{person}")
