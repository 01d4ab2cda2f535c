"""Which bundle a brand uses: numbers, ways back, and the one read that tells it with the playbook."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.errors import Conflict
from chalicelib.model import BrandId, Millis
from chalicelib.playbook.codec import to_json
from chalicelib.settings import Settings
from chalicelib.store import bundles, items, playbook_keys
from chalicelib.store.bundles import InUse, Pushed
from chalicelib.store.table import Table
from chalicelib.wiring import Wiring
from tests.simulation.dynamo import Dynamo, client_error
from tests.simulation.world import playbook_of

BRAND = BrandId("maison-lune")


@pytest.fixture
def table() -> Table:
    return Table(Dynamo(), "t", BRAND)


def bundle(name: str) -> Pushed:
    return Pushed(
        number=0, model=f"guichet@{name}", card=name * 64, files={name * 64: 9}, at=Millis(5), figures='{"x": 1}'
    )


def test_each_bundle_has_a_number_and_the_same_one_keeps_its_own(table: Table) -> None:
    assert [bundles.push(table, bundle(name)).number for name in "abcab"] == [1, 2, 3, 1, 2]
    assert [(each.number, each.model, each.figures) for each in bundles.pushed(table)] == [
        (1, "guichet@a", '{"x": 1}'),
        (2, "guichet@b", '{"x": 1}'),
        (3, "guichet@c", '{"x": 1}'),
    ]


def test_back_returns_to_the_one_before_as_often_as_there_is_one(table: Table) -> None:
    for name in "ab":
        bundles.push(table, bundle(name))
    used = [bundles.use(table, number, Millis(at)) for at, number in enumerate((1, 2, 2, 1, 0, 2))][-1]
    assert (used.number, used.card, used.since, used.before) == (2, "b" * 64, 5, (0, 1, 2, 1, 0))
    way: list[int] = []
    while (used_before := bundles.back(table, Millis(9))) is not None:
        way.append(used_before.number)

    assert way == [0, 1, 2, 1, 0]
    assert bundles.in_use(table).card == ""


def test_of_two_who_change_it_at_once_one_is_told(table: Table) -> None:
    for name in "abc":
        bundles.push(table, bundle(name))
    bundles.use(table, 1, Millis(1))

    class Between:
        """Somebody else changes it after it was read."""

        def __init__(self, inner: Any) -> None:
            self.inner, self.done = inner, False

        def __getattr__(self, name: str) -> Any:
            if name == "query" and not self.done:
                self.done = True
                bundles.use(table, 2, Millis(2))
            return getattr(self.inner, name)

    with pytest.raises(Conflict):
        bundles.use(Table(Between(table.client), "t", BRAND), 3, Millis(3))

    assert bundles.in_use(table).number == 2


def test_a_refusal_is_noted_unless_something_else_is_in_use_by_now(table: Table) -> None:
    for name in "ab":
        bundles.push(table, bundle(name))
    old = bundles.use(table, 1, Millis(1))
    new = bundles.use(table, 2, Millis(2))
    bundles.note_refused(table, old, "It is broken.", Millis(3))
    assert bundles.in_use(table).refused == ""
    bundles.note_refused(table, new, "It is broken.", Millis(4))
    assert (bundles.in_use(table).refused, bundles.in_use(table).refused_at) == ("It is broken.", 4)
    bundles.use(table, 1, Millis(5))

    assert bundles.in_use(table).refused == ""


def test_one_read_tells_playbook_and_bundle_and_a_new_playbook_leaves_the_bundle(table: Table) -> None:
    assert bundles.words_and_bundle(table) == (None, InUse(), ())
    table.put_playbook("{}", Millis(1))
    bundles.push(table, bundle("a"))
    bundles.use(table, 1, Millis(2))
    table.put_playbook('{"second": 1}', Millis(3))

    assert bundles.words_and_bundle(table) == ('{"second": 1}', bundles.in_use(table), ())
    assert bundles.in_use(table).number == 1


def test_nothing_of_it_is_about_a_person(table: Table) -> None:
    bundles.push(table, bundle("a"))
    bundles.use(table, 1, Millis(2))
    stored = table.get(playbook_keys.bundle_in_use(BRAND))

    assert stored is not None
    assert set(stored) - {"pk", "sk"} == {"v", "number", "card", "files", "since", "before", "revision"}
    assert stored["v"] == items.VERSION


class Counting:
    """A table's client that counts its calls."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.calls = inner, list[str]()

    def __getattr__(self, name: str) -> Any:
        if name != "exceptions":
            self.calls.append(name)
        return getattr(self.inner, name)


class Empty:
    """A bucket without files, for who may not list it."""

    exceptions = SimpleNamespace(ClientError=ClientError)

    def get_object(self, **_: Any) -> Any:
        raise client_error("AccessDenied", "GetObject")


def test_a_message_costs_no_read_for_its_classifier_and_a_change_holds_within_a_minute(
    table: Table, tmp_path: Path
) -> None:
    table.put_playbook(to_json(replace(playbook_of(BRAND), continue_on={}, codes=False)), Millis(1))
    client, now = Counting(table.client), [1_000_000]
    wiring = Wiring(
        settings(tmp_path),
        client=lambda service: Empty() if service == "s3" else client,
        clock=lambda: Millis(now[0]),
        metrics=lambda *_, **__: None,
    )
    for _ in range(20):
        wiring.scorer(BRAND)
        wiring.playbook(BRAND)
        now[0] += 700
    assert client.calls == ["query"]

    shipped = wiring.scorer(BRAND).model
    bundles.push(table, bundle("a"))
    bundles.use(table, 1, Millis(2))
    now[0] += 60_000
    noted = [wiring.scorer(BRAND).model, bundles.in_use(table).refused]

    assert noted[0] == shipped, "there is no such bundle in the bucket: the shipped one speaks"
    assert noted[1], "and it was tried"


def settings(tmp_path: Path) -> Settings:
    urls: dict[str, Any] = {
        f"{name}_url": "https://sqs.invalid/q" for name in ("inbox", "outbox", "desk", "receipts", "timers", "unparsed")
    }
    return Settings(
        stage="test",
        table_name="t",
        bucket_name="b",
        secrets_prefix="/guichet/test",
        region="eu-west-3",
        local_bases={"shop": "http://127.0.0.1:1"},
        model_cache=str(tmp_path / "models"),
        **urls,
    )
