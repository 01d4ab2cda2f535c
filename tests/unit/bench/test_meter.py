"""The meter counts what AWS's pages say."""

from __future__ import annotations

import pytest

from bench.rig.meter import Dynamo, Ledger, index_units, item_size, read_units, write_units


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({}, 0),
        ({"pk": {"S": "abc"}}, 5),
        ({"été": {"S": "é"}}, 7),
        ({"n": {"N": "1763801402123"}}, 1 + 8),
        ({"b": {"BOOL": True}}, 2),
        ({"l": {"L": [{"S": "ab"}, {"S": "c"}]}}, 1 + 3 + (1 + 2) + (1 + 1)),
        ({"m": {"M": {"k": {"S": "v"}}}}, 1 + 3 + (1 + 1 + 1)),
    ],
)
def test_an_item_is_as_long_as_its_names_and_values(item: dict[str, dict[str, object]], size: int) -> None:
    assert item_size(item) == size


@pytest.mark.parametrize(("size", "units"), [(0, 1), (1, 1), (1024, 1), (1025, 2), (4096, 4)])
def test_writes_go_by_kilobytes(size: int, units: int) -> None:
    assert write_units(size) == units


@pytest.mark.parametrize(("size", "units"), [(0, 1), (4096, 1), (4097, 2)])
def test_consistent_reads_go_by_four_kilobytes_and_others_cost_half(size: int, units: int) -> None:
    assert read_units(size, consistent=True) == units
    assert read_units(size, consistent=False) == units / 2


INDEX = ("open_shard", "created_at")
IN = {"open_shard": {"S": "b#1"}, "created_at": {"N": "5"}}


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        ({}, IN, 1),
        (IN, {}, 1),
        (IN, IN | {"state": {"S": "claimed"}}, 0),
        (IN, IN | {"created_at": {"N": "6"}}, 2),
        ({}, {"created_at": {"N": "5"}}, 0),
    ],
)
def test_an_entry_of_an_index_costs_where_it_comes_goes_or_moves(
    before: dict[str, dict[str, str]], after: dict[str, dict[str, str]], units: int
) -> None:
    assert index_units(before, after, INDEX) == units


class Table:
    """A client that has these items."""

    exceptions = None

    def __init__(self, items: list[dict[str, dict[str, str]]]) -> None:
        self.items = items

    def batch_get_item(self, **_: object) -> dict[str, object]:
        return {"Responses": {"t": self.items}, "ConsumedCapacity": [{"CapacityUnits": 1.5}]}


def test_each_item_of_a_batch_is_read_for_itself() -> None:
    ledger = Ledger()
    Dynamo(Table([{"a": {"S": "x" * 5_000}}, {"a": {"S": "x"}}]), ledger).batch_get_item(RequestItems={})

    assert (ledger.spent.rru, ledger.spent.reported, ledger.spent.calls["read"]) == (1.5, 1.5, 1)
