"""Merging and splitting people: nothing lost, nothing mixed, everything as before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from chalicelib.conversation import address_of
from chalicelib.stages.process import process
from chalicelib.store import keys, merging, splitting
from chalicelib.store.table import Table
from chalicelib.wiring import now_ms

from .conftest import DEMO, OTHER, SystemUnderTest, drain, everything, identity, wiring

pytestmark = pytest.mark.stack

RACE = merging.Proof(evidence="agent", reason="race", by="test", at=now_ms())
Items = Mapping[tuple[str, str], Mapping[str, object]]
# What tells that something was done, and stays: the audit log, that a person split two, and the day's count of merges.
DONE, COUNTED = (keys.AUDIT_PREFIX, keys.LINK_PREFIX), f"#tally#{merging.MERGED}"
# The fence of commits, when a merge last changed whose head this is, and the version that can say so.
NOTED = ("rev", "tree", "v")


def about(items: Items) -> dict[tuple[str, str], dict[str, object]]:
    """What a merge and a split may not change."""
    kept = {key: item for key, item in items.items() if not key[1].startswith(DONE) and not key[0].endswith(COUNTED)}
    return {key: {name: value for name, value in item.items() if name not in NOTED} for key, item in kept.items()}


def seen(system: SystemUnderTest, contact: str) -> tuple[list[str], list[str]]:
    """The words of somebody's conversation, and their addresses."""
    said = system.ask("conversation", "show", "--contact", contact)["messages"]
    known = system.ask("contact", "show", contact)["identities"]
    return [each["text"] for each in said], [each["identity"] for each in known]


def two(system: SystemUnderTest, first: str = "hello", second: str = "hello again") -> tuple[str, str, Any, Any]:
    """Two customers whose messages a person has seen: nothing is on its way."""
    a, b = system.person(), system.person("messenger")
    for who, text in ((a, first), (b, second)):
        system.write(who, f"this is about something else entirely: {text}")
        system.act(system.table().head(system.table().identity(who)[1]).ticket_id, "close")  # type: ignore[index, union-attr]
        drain(system, who)
    return system.contact_of(a), system.contact_of(b), a, b


def merge(system: SystemUnderTest, winner: str, loser: str) -> Any:
    return system.ask("contact", "merge", winner, loser, "--reason", "same order number", "--proved")


def test_merged_people_have_one_timeline_and_keep_the_reason(system: SystemUnderTest) -> None:
    winner, loser, a, b = two(system, "first", "second")
    merge(system, winner, loser)
    system.write(b, "third, from the other channel")
    system.write(a, "fourth, from the first")
    shown = system.ask("conversation", "show", "--contact", winner)
    who = system.ask("contact", "show", winner)

    said = [m["text"] for m in shown["messages"] if m["author"] == "customer"]
    assert [text.rpartition(" ")[2] for text in said] == ["first", "second", "channel", "first"]
    assert {m["channel"] for m in shown["messages"]} == {"whatsapp", "messenger"}
    assert {each["identity"] for each in who["identities"]} == {identity(a), identity(b)}
    assert [(each["contact_id"], each["reason"]) for each in who["merged"]] == [(loser, "same order number")]
    assert system.ask("contact", "show", loser)["merged_into"] == winner
    assert system.ask("conversation", "show", "--contact", loser) == shown
    assert system.ask("conversation", "show", "--identity", identity(b)) == shown


def test_after_a_merge_and_a_split_everything_is_as_before(system: SystemUnderTest) -> None:
    winner, loser, _, _ = two(system)
    before = about(everything(system.table()))
    merge(system, winner, loser)
    assert about(everything(system.table())) != before
    done = system.ask("contact", "split", winner, loser)

    assert done["messages_left_behind"] == 0
    assert about(everything(system.table())) == before


def chain(system: SystemUnderTest) -> tuple[str, str, str, str]:
    """Four people, to be merged one into the other."""
    first, second, _, _ = two(system)
    third, fourth, _, _ = two(system)
    return first, second, third, fourth


def test_merges_come_apart_in_any_depth_and_the_last_one_first_leaves_everything_as_before(
    system: SystemUnderTest,
) -> None:
    first, second, third, fourth = chain(system)
    before = about(everything(system.table()))
    merge(system, third, fourth)
    merge(system, second, third)
    merge(system, first, second)
    assert len(system.ask("conversation", "show", "--contact", fourth)["conversations"]) == 4
    for winner, loser in ((first, second), (second, third), (third, fourth)):
        system.ask("contact", "split", winner, loser)

    assert about(everything(system.table())) == before


def test_a_merge_in_the_middle_of_others_comes_apart_and_each_has_their_own_words(system: SystemUnderTest) -> None:
    people = first, second, third, fourth = chain(system)
    before = [seen(system, each) for each in people]
    merge(system, third, fourth)
    merge(system, second, third)
    merge(system, first, second)
    system.ask("contact", "split", second, third)
    halves = [seen(system, first), seen(system, third)]
    for winner, loser in ((third, fourth), (first, second)):
        system.ask("contact", "split", winner, loser)

    assert [len(addresses) for _, addresses in halves] == [2, 2]
    assert [seen(system, each) for each in people] == before


def test_what_came_while_merged_stays_with_its_address_and_each_goes_on_alone(system: SystemUnderTest) -> None:
    winner, loser, a, b = two(system)
    merge(system, winner, loser)
    system.write(b, "this is about something else entirely, while merged")
    drain(system, b)
    system.ask("contact", "split", winner, loser)
    system.write(b, "alone again")
    theirs = system.ask("conversation", "show", "--contact", loser)

    assert "while merged" in str(theirs)
    assert theirs["messages"][-1]["text"] == "alone again"
    assert "alone again" not in str(system.ask("conversation", "show", "--contact", winner))
    assert system.contact_of(b) == loser
    assert system.contact_of(a) == winner


def test_a_ticket_goes_with_its_customer(system: SystemUnderTest) -> None:
    winner, loser, _, b = two(system)
    system.write(b, "this is about something else entirely, and open")
    drain(system, b)
    ticket = system.ask("conversation", "show", "--contact", loser)["head"]["ticket_id"]
    merge(system, winner, loser)
    together = system.ask("conversation", "show", "--contact", winner)["head"]
    system.act(ticket, "reply", "we are on it")
    rows = system.ask("conversation", "show", "--contact", winner)["open_rows"]

    assert together["ticket_id"] == ticket
    assert [(row["kind"], row["channel"]) for row in rows] == [("agent_reply", "messenger")]
    drain(system, b)
    system.ask("contact", "split", winner, loser)
    assert system.ask("conversation", "show", "--contact", loser)["head"]["ticket_id"] == ticket
    assert system.ask("conversation", "show", "--contact", winner)["head"]["ticket_id"] is None


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
def test_a_message_that_races_a_merge_or_a_split_is_not_lost(system: SystemUnderTest, verb: str) -> None:
    winner, loser, _, b = two(system)
    if verb == "split":
        merge(system, winner, loser)
    act = {
        "merge": lambda: merging.merge(system.table(), winner, loser, RACE),
        "split": lambda: splitting.split(system.table(), winner, loser, now_ms()),
    }[verb]
    racing = Racing(system.aws.cloud.client("dynamodb"), act)
    clients = {"dynamodb": racing}
    services = wiring(system.aws, lambda service: clients.get(service) or system.aws.cloud.client(service))
    process(system.brand, system.message(b, "in the very moment of the race"), now_ms(), services.for_handlers)
    owner = system.ask("conversation", "show", "--contact", winner if verb == "merge" else loser)

    assert [m["text"] for m in owner["messages"]].count("in the very moment of the race") == 1
    assert owner["messages"][-1]["covered"]


def test_a_merge_that_races_a_message_has_it(system: SystemUnderTest) -> None:
    winner, loser, _, b = two(system)
    racing = Racing(
        system.aws.cloud.client("dynamodb"), lambda: system.write(b, "this is about something else entirely, now")
    )
    table = Table(racing, system.table().name, system.brand)
    merging.merge(table, winner, loser, RACE)
    drain(system, b)

    assert "entirely, now" in str(system.ask("conversation", "show", "--contact", winner))


def test_people_who_wait_for_an_answer_are_merged_and_it_is_still_on_its_way(system: SystemUnderTest) -> None:
    winner, loser, _, b = two(system)
    system.write(b, "[opening_hours] when?")
    before = system.ask("conversation", "show", "--contact", loser)["open_rows"]
    merge(system, winner, loser)
    after = system.ask("conversation", "show", "--contact", winner)

    assert [each["kind"] for each in before] == ["reply"]
    assert [each["row_id"] for each in after["open_rows"]] == [each["row_id"] for each in before]
    assert "[opening_hours] when?" in [each["text"] for each in after["messages"]]


def test_what_cannot_be_merged_is_refused_in_one_sentence(system: SystemUnderTest) -> None:
    winner, loser, _, _ = two(system)
    again, _, _, _ = two(system)

    system.refused("contact", "merge", winner, winner, "--reason", "same", "--proved")
    system.refused("contact", "merge", winner, "p0000", "--reason", "same", "--proved")
    system.refused("contact", "split", winner, loser)
    merge(system, winner, loser)
    assert "already merged" in system.refused("contact", "merge", again, loser, "--reason", "same", "--proved")


@pytest.mark.parametrize("verb", ["show", "export", "merge", "split", "erase"])
def test_people_of_another_brand_are_not_there(system: SystemUnderTest, verb: str) -> None:
    mine, _, _, _ = two(system)
    who = system.person(brand=OTHER)
    system.write(who, "hello, my parcel is broken", OTHER)
    theirs = system.contact_of(who, OTHER)
    before = everything(system.table(OTHER))
    asked = {
        "show": [theirs],
        "export": [theirs],
        "merge": [mine, theirs, "--reason", "same", "--proved"],
        "split": [mine, theirs],
        "erase": [theirs, "--yes"],
    }[verb]
    system.refused("contact", verb, *asked, "--brand", DEMO)

    assert everything(system.table(OTHER)) == before


def test_an_export_holds_everything(system: SystemUnderTest) -> None:
    winner, loser, a, b = two(system, "one", "two")
    merge(system, winner, loser)
    system.write(a, "this is about something else entirely: three")
    found = system.ask("contact", "export", "--identity", identity(b))

    assert {"one", "two", "three"} <= {m["text"].rpartition(" ")[2] for m in found["messages"]}
    assert len(found["tickets"]) >= 1
    assert found["contact"]["name"] == "Claire Martin"


def test_a_telephone_that_several_share_joins_nobody_and_the_command_lists_who_has_it(system: SystemUnderTest) -> None:
    by_whatsapp, other = system.person(), system.person()
    by_sms, joined = (
        address_of("sms", system.aws.account(DEMO, "sms").account_id, who.person_id) for who in (by_whatsapp, other)
    )
    said = system.ask("contact", "shared", "--phone", f"+{by_whatsapp.person_id}")
    for who in (by_whatsapp, by_sms, other, joined):
        system.write(who, "this is about something else entirely: a gift")
        drain(system, who)
    apart, linked = (system.ask("contact", "show", system.contact_of(who)) for who in (by_sms, joined))
    back = system.ask("contact", "shared", "--phone", f"+{by_whatsapp.person_id}", "--undo")

    assert said["contacts"] == []
    assert apart["links"] == []
    assert [each["contact_id"] for each in linked["links"]] == [system.contact_of(other)]
    assert {each["contact_id"] for each in back["contacts"]} == {
        system.contact_of(by_whatsapp),
        system.contact_of(by_sms),
    }
