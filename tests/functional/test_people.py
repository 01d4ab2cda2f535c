"""Merging and splitting people: nothing lost, nothing mixed, everything as before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from chalicelib.errors import UsageError
from chalicelib.stages.process import process
from chalicelib.store import people
from chalicelib.store.table import Table
from chalicelib.wiring import now_ms

from .conftest import DEMO, OTHER, Counter, drain, everything, identity, wiring

pytestmark = pytest.mark.stack

Items = Mapping[tuple[str, str], Mapping[str, object]]


def about(items: Items) -> dict[tuple[str, str], dict[str, object]]:
    """What a merge and a split may not change: everything but the fence of commits."""
    return {key: {name: value for name, value in item.items() if name != "rev"} for key, item in items.items()}


def two(counter: Counter, first: str = "hello", second: str = "hello again") -> tuple[str, str, Any, Any]:
    """Two customers whose messages a person has seen: nothing is on its way."""
    a, b = counter.person(), counter.person("messenger")
    for who, text in ((a, first), (b, second)):
        counter.write(who, f"this is about something else entirely: {text}")
        counter.act(counter.table().head(counter.table().identity(who)[1]).ticket_id, "close")  # type: ignore[index, union-attr]
        drain(counter, who)
    return counter.contact_of(a), counter.contact_of(b), a, b


def merge(counter: Counter, winner: str, loser: str) -> Any:
    return counter.ask("contact", "merge", winner, loser, "--reason", "same order number")


def test_merged_people_have_one_timeline_and_keep_the_reason(counter: Counter) -> None:
    winner, loser, a, b = two(counter, "first", "second")
    merge(counter, winner, loser)
    counter.write(b, "third, from the other channel")
    counter.write(a, "fourth, from the first")
    shown = counter.ask("conversation", "show", "--contact", winner)
    who = counter.ask("contact", "show", winner)

    said = [m["text"] for m in shown["messages"] if m["author"] == "customer"]
    assert [text.rpartition(" ")[2] for text in said] == ["first", "second", "channel", "first"]
    assert {m["channel"] for m in shown["messages"]} == {"whatsapp", "messenger"}
    assert {each["identity"] for each in who["identities"]} == {identity(a), identity(b)}
    assert [(each["contact_id"], each["reason"]) for each in who["merged"]] == [(loser, "same order number")]
    assert counter.ask("contact", "show", loser)["merged_into"] == winner
    assert counter.ask("conversation", "show", "--contact", loser) == shown
    assert counter.ask("conversation", "show", "--identity", identity(b)) == shown


def test_after_a_merge_and_a_split_everything_is_as_before(counter: Counter) -> None:
    winner, loser, _, _ = two(counter)
    before = about(everything(counter.table()))
    merge(counter, winner, loser)
    assert about(everything(counter.table())) != before
    done = counter.ask("contact", "split", winner, loser)

    assert done["messages_left_behind"] == 0
    assert about(everything(counter.table())) == before


def test_merges_come_apart_in_any_depth(counter: Counter) -> None:
    first, second, _, _ = two(counter)
    third, fourth, _, _ = two(counter)
    before = about(everything(counter.table()))
    merge(counter, third, fourth)
    merge(counter, second, third)
    merge(counter, first, second)
    assert len(counter.ask("conversation", "show", "--contact", fourth)["conversations"]) == 4
    counter.refused("contact", "split", third, fourth)
    for winner, loser in ((first, second), (second, third), (third, fourth)):
        counter.ask("contact", "split", winner, loser)

    assert about(everything(counter.table())) == before


def test_what_came_while_merged_stays_readable_and_each_goes_on_alone(counter: Counter) -> None:
    winner, loser, a, b = two(counter)
    merge(counter, winner, loser)
    counter.write(b, "this is about something else entirely, while merged")
    drain(counter, b)
    done = counter.ask("contact", "split", winner, loser)
    counter.write(b, "alone again")
    theirs = counter.ask("conversation", "show", "--contact", loser)

    assert done["messages_left_behind"] > 0
    assert theirs["messages"][-1]["text"] == "alone again"
    assert "alone again" not in str(counter.ask("conversation", "show", "--contact", winner))
    assert counter.contact_of(b) == loser
    assert counter.contact_of(a) == winner


def test_a_ticket_goes_with_its_customer(counter: Counter) -> None:
    winner, loser, _, b = two(counter)
    counter.write(b, "this is about something else entirely, and open")
    drain(counter, b)
    ticket = counter.ask("conversation", "show", "--contact", loser)["head"]["ticket_id"]
    merge(counter, winner, loser)
    together = counter.ask("conversation", "show", "--contact", winner)["head"]
    counter.act(ticket, "reply", "we are on it")
    rows = counter.ask("conversation", "show", "--contact", winner)["open_rows"]

    assert together["ticket_id"] == ticket
    assert [(row["kind"], row["channel"]) for row in rows] == [("agent_reply", "messenger")]
    drain(counter, b)
    counter.ask("contact", "split", winner, loser)
    assert counter.ask("conversation", "show", "--contact", loser)["head"]["ticket_id"] == ticket
    assert counter.ask("conversation", "show", "--contact", winner)["head"]["ticket_id"] is None


class Racing:
    """A DynamoDB client that lets somebody else act just before its first transaction."""

    def __init__(self, client: Any, act: Callable[[], object]) -> None:
        self._client = client
        self._act: Callable[[], object] | None = act

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **arguments: Any) -> Any:
        act, self._act = self._act, None
        if act is not None:
            act()
        return self._client.transact_write_items(**arguments)


@pytest.mark.parametrize("verb", ["merge", "split"])
def test_a_message_that_races_a_merge_or_a_split_is_not_lost(counter: Counter, verb: str) -> None:
    winner, loser, _, b = two(counter)
    if verb == "split":
        merge(counter, winner, loser)
    act = {
        "merge": lambda: people.merge(counter.table(), winner, loser, "race", now_ms()),
        "split": lambda: people.split(counter.table(), winner, loser),
    }[verb]
    racing = Racing(counter.aws.cloud.client("dynamodb"), act)
    clients = {"dynamodb": racing}
    services = wiring(counter.aws, lambda service: clients.get(service) or counter.aws.cloud.client(service))
    process(counter.brand, counter.message(b, "in the very moment of the race"), now_ms(), services.for_handlers)
    owner = counter.ask("conversation", "show", "--contact", winner if verb == "merge" else loser)

    assert [m["text"] for m in owner["messages"]].count("in the very moment of the race") == 1
    assert owner["messages"][-1]["covered"]


def test_a_merge_that_races_a_message_reads_again(counter: Counter) -> None:
    winner, loser, _, b = two(counter)
    racing = Racing(
        counter.aws.cloud.client("dynamodb"), lambda: counter.write(b, "this is about something else entirely, now")
    )
    table = Table(racing, counter.table().name, counter.brand)
    with pytest.raises(UsageError, match="on its way"):
        people.merge(table, winner, loser, "race", now_ms())
    drain(counter, b)
    merge(counter, winner, loser)

    assert "entirely, now" in str(counter.ask("conversation", "show", "--contact", winner))


def test_people_who_wait_for_an_answer_are_not_merged(counter: Counter) -> None:
    winner, loser, _, b = two(counter)
    counter.write(b, "[opening_hours] when?")

    assert "on its way" in counter.refused("contact", "merge", winner, loser, "--reason", "same")


def test_what_cannot_be_merged_is_refused_in_one_sentence(counter: Counter) -> None:
    winner, loser, _, _ = two(counter)
    again, _, _, _ = two(counter)

    counter.refused("contact", "merge", winner, winner, "--reason", "same")
    counter.refused("contact", "merge", winner, "p0000", "--reason", "same")
    counter.refused("contact", "split", winner, loser)
    merge(counter, winner, loser)
    assert "already merged" in counter.refused("contact", "merge", again, loser, "--reason", "same")


@pytest.mark.parametrize("verb", ["show", "export", "merge", "split", "erase"])
def test_people_of_another_brand_are_not_there(counter: Counter, verb: str) -> None:
    mine, _, _, _ = two(counter)
    who = counter.person(brand=OTHER)
    counter.write(who, "hello, my parcel is broken", OTHER)
    theirs = counter.contact_of(who, OTHER)
    before = everything(counter.table(OTHER))
    asked = {
        "show": [theirs],
        "export": [theirs],
        "merge": [mine, theirs, "--reason", "same"],
        "split": [mine, theirs],
        "erase": [theirs, "--yes"],
    }[verb]
    counter.refused("contact", verb, *asked, "--brand", DEMO)

    assert everything(counter.table(OTHER)) == before


def test_an_export_holds_everything(counter: Counter) -> None:
    winner, loser, a, b = two(counter, "one", "two")
    merge(counter, winner, loser)
    counter.write(a, "this is about something else entirely: three")
    found = counter.ask("contact", "export", "--identity", identity(b))

    assert {"one", "two", "three"} <= {m["text"].rpartition(" ")[2] for m in found["messages"]}
    assert len(found["tickets"]) >= 1
    assert found["contact"]["name"] == "Claire Martin"
