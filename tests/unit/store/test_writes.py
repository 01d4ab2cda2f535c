from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.errors import Conflict
from chalicelib.model import BrandId
from chalicelib.store import writes
from chalicelib.store.keys import Key
from chalicelib.store.table import Table
from tests.simulation.dynamo import Dynamo, client_error

HERE = Key("b#p", "s")


class Busy:
    """A client whose first writes meet these errors."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.inner, self.codes, self.calls = Dynamo(), list(codes), 0

    def __getattr__(self, name: str) -> Any:
        made = getattr(self.inner, name)
        if name not in {"put_item", "update_item", "delete_item", "transact_write_items"}:
            return made

        def call(**given: Any) -> Any:
            self.calls += 1
            if self.codes:
                raise client_error(self.codes.pop(0), name)
            return made(**given)

        return call


def table(*codes: str) -> tuple[Table, Busy]:
    client = Busy(codes)
    return Table(client, "t", BrandId("b")), client


def test_an_expressions_names_and_values_are_found_by_their_words() -> None:
    found = writes.update(
        HERE, "SET #state = :new, parts[0].id = :id", "#kind = :was", {"kind": "k"}, new="a", id=1, was=True
    )

    assert found == {
        "Update": {
            "Key": {"pk": {"S": "b#p"}, "sk": {"S": "s"}},
            "UpdateExpression": "SET #state = :new, parts[0].id = :id",
            "ConditionExpression": "#kind = :was",
            "ExpressionAttributeNames": {"#state": "state", "#kind": "k"},
            "ExpressionAttributeValues": {":new": {"S": "a"}, ":id": {"N": "1"}, ":was": {"BOOL": True}},
        }
    }


def test_a_write_without_expressions_asks_for_nothing_else() -> None:
    assert writes.put(HERE, {"a": 1}) == {"Put": {"Item": {"a": {"N": "1"}, "pk": {"S": "b#p"}, "sk": {"S": "s"}}}}
    assert writes.delete(HERE) == {"Delete": {"Key": {"pk": {"S": "b#p"}, "sk": {"S": "s"}}}}


def test_all_of_these_attributes_are_set_whatever_their_names() -> None:
    here, _ = table()
    here.put(HERE, {"kept": 1})

    assert here.write(writes.set_all(HERE, {"judge:a b": "right", "size": 2}, writes.THERE))
    assert here.get(HERE) == {"kept": 1, "judge:a b": "right", "size": 2, "pk": "b#p", "sk": "s"}


def test_a_version_is_written_over_the_one_before_it_only() -> None:
    here, _ = table()

    made = [here.write(writes.put_numbered(HERE, {"a": a}, before)) for a, before in ((1, 0), (2, 1), (3, 1))]

    assert made == [True, True, False]
    assert here.get(HERE) == {"a": 2, "number": 2, "pk": "b#p", "sk": "s"}


def test_an_update_gives_the_item_after_it_or_none_where_its_condition_fails() -> None:
    here, _ = table()
    count = writes.update(HERE, "ADD n :one", "attribute_not_exists(n) OR n < :most", one=1, most=1)

    assert here.written(count) == {"n": 1, "pk": "b#p", "sk": "s"}
    assert here.written(count) is None


@pytest.mark.parametrize("conflicts", [0, 3])
def test_a_write_waits_for_the_end_of_a_transaction(conflicts: int) -> None:
    here, client = table(*["TransactionConflictException"] * conflicts)

    assert here.write(writes.put_new(HERE, {"a": 1}))
    assert client.calls == conflicts + 1


def test_a_write_that_meets_transactions_for_too_long_says_so() -> None:
    here, client = table(*["TransactionConflictException"] * 9)

    with pytest.raises(ClientError):
        here.write(writes.put_new(HERE, {"a": 1}))
    assert client.calls == writes.CONFLICT_TRIES


def test_no_other_error_is_tried_again() -> None:
    here, client = table("ValidationException")

    with pytest.raises(ClientError):
        here.write(writes.delete(HERE))
    with pytest.raises(ClientError):
        table("ValidationException")[0].together([writes.delete(HERE)])
    assert client.calls == 1


def test_a_transaction_tells_which_write_was_refused_and_makes_none() -> None:
    here, _ = table()
    here.put(HERE, {"a": 1})
    other = Key("b#p", "other")

    assert here.transact([writes.put_new(other, {}), writes.put_new(HERE, {})]) == ["None", "ConditionalCheckFailed"]
    assert here.get(other) is None
    assert here.transact([writes.put_new(other, {}), writes.delete(HERE)]) == []
    assert (here.get(other), here.get(HERE)) == ({"pk": "b#p", "sk": "other"}, None)


@pytest.mark.parametrize("code", ["TransactionConflictException", "TransactionCanceledException"])
def test_a_transaction_that_meets_another_is_not_taken_for_made(code: str) -> None:
    here, _ = table(code)

    assert not here.together([writes.put(HERE, {})])
    assert here.get(HERE) is None


def test_a_lost_race_is_run_again_until_it_is_won() -> None:
    found = iter([writes.LOST, writes.LOST, None, 7])

    assert writes.until_done(lambda: next(found), "busy") is None
    assert next(found) == 7


def test_a_race_that_is_always_lost_is_a_conflict() -> None:
    tried: list[int] = []

    def attempt() -> writes.Lost:
        tried.append(1)
        return writes.LOST

    with pytest.raises(Conflict, match="busy"):
        writes.until_done(attempt, "busy", 3)
    assert len(tried) == 3
