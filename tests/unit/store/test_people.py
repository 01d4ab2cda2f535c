"""Two contacts become one and come apart again: nothing lost, nothing mixed, and nothing while somebody writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import Conversation, PastAnswer, address_of
from chalicelib.errors import Conflict, UsageError
from chalicelib.model import Address, ContactId, ConversationId, EventId, MessageId, Millis, TicketId
from chalicelib.store import items, keys, people
from chalicelib.store.commit import Commit, Marked, commit
from chalicelib.store.people import absorb, apart, merge, split
from chalicelib.store.table import Table
from tests.simulation.dynamo import Dynamo
from tests.unit.store.fixtures import NOW, put, row, table, written

FIRST, SECOND, THIRD = (address_of("messenger", "2001", person) for person in ("71", "72", "73"))
WHY = "same order number"


class Scanning(Dynamo):
    """The table in memory, with the one call that only commands make."""

    def scan(self, **_: Any) -> Any:
        return {"Items": list(self.items.values())}


class Racing(Dynamo):
    """A table in which something else is written before each of the next transactions."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[Callable[[], object]] = []

    def transact_write_items(self, **given: Any) -> Any:
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return Dynamo.__getattr__(self, "transact_write_items")(**given)


def head(number: int, **more: Any) -> Conversation:
    return Conversation(conversation_id=ConversationId(f"c{number}"), contact_id=ContactId(f"p{number}"), **more)


def write(here: Table, number: int, address: Address, event: int, after: Conversation | None = None) -> None:
    """One message of a person, in the conversation that stands (a new one where there is none)."""
    before = here.head(ConversationId(f"c{number}"))
    message = replace(written(event), address=address)
    message = replace(
        message,
        message_id=keys.message_id(ConversationId(f"c{number}"), message.sent_at, "messenger", "2001", str(event)),
    )
    change = Commit(
        before=before or head(number),
        after=after or before or head(number),
        marked=Marked(address, EventId(f"m{event}")),
        now=NOW,
        messages=(message,),
        identity=None if before else address,
    )
    commit(here, change)


def two(db: Dynamo | None = None, first: Conversation | None = None, second: Conversation | None = None) -> Table:
    """A table with two people, a message of each."""
    here = table(db)
    write(here, 1, FIRST, 1, first or head(1))
    write(here, 2, SECOND, 2, second or head(2))
    return here


def contents(db: Dynamo) -> dict[tuple[str, str], dict[str, Any]]:
    """All items, but for the revision that every commit raises."""
    return {key: {name: value for name, value in item.items() if name != "rev"} for key, item in db.items.items()}


def texts(here: Table, contact: str) -> list[str]:
    who = people.person(here, contact)
    assert who is not None
    return [message.event_id for message in people.timeline(here, who)]


def test_a_merged_person_has_both_addresses_one_timeline_and_the_reason() -> None:
    here = two()
    done = merge(here, "p1", "p2", WHY, NOW)
    write(here, 1, SECOND, 3)
    who, gone = people.person(here, "p1"), people.person(here, "p2")

    assert (done.winner, done.loser, done.conversation_id, done.addresses) == ("p1", "p2", "c1", (SECOND,))
    assert here.identity(SECOND) == ("p1", "c1")
    assert who is not None
    assert set(who.addresses) == {FIRST, SECOND}
    assert [(each["contact_id"], each["reason"]) for each in who.merged] == [("p2", WHY)]
    assert gone is not None
    assert (gone.merged_into, gone.addresses) == ("p1", ())
    assert texts(here, "p1") == ["m1", "m2", "m3"]


def test_a_split_puts_everything_back_as_it_was() -> None:
    db = Dynamo()
    here = two(db)
    before = contents(db)
    merge(here, "p1", "p2", WHY, NOW)
    assert contents(db) != before

    assert split(here, "p1", "p2").left_behind == 0
    assert contents(db) == before


def test_merges_come_apart_in_the_order_in_which_they_were_made() -> None:
    db = Dynamo()
    here = two(db)
    write(here, 3, THIRD, 3)
    before = contents(db)
    merge(here, "p2", "p3", WHY, NOW)
    merge(here, "p1", "p2", WHY, NOW)

    assert texts(here, "p1") == ["m1", "m2", "m3"]
    assert here.identity(THIRD) == ("p1", "c1")
    with pytest.raises(UsageError, match="p2 is itself merged into p1; split that first"):
        split(here, "p2", "p3")
    split(here, "p1", "p2")
    assert here.identity(THIRD) == ("p2", "c2")
    split(here, "p2", "p3")
    assert contents(db) == before


def test_what_was_written_while_merged_stays_with_the_winner_and_is_counted() -> None:
    here = two()
    merge(here, "p1", "p2", WHY, NOW)
    write(here, 1, SECOND, 3)
    write(here, 1, FIRST, 4)

    assert split(here, "p1", "p2").left_behind == 1
    assert (texts(here, "p1"), texts(here, "p2")) == (["m1", "m3", "m4"], ["m2"])
    assert here.identity(SECOND) == ("p2", "c2")


@pytest.mark.parametrize(
    ("winner", "loser", "said"),
    [
        ("p1", "p1", "cannot be merged with itself"),
        ("p1", "p9", "has no contact 'p9'"),
        ("p9", "p1", "has no contact 'p9'"),
        ("p2", "p3", "p3 is already merged into p1"),
        ("p3", "p2", "p3 is already merged into p1"),
    ],
)
def test_a_merge_that_cannot_be_is_refused_and_says_why(winner: str, loser: str, said: str) -> None:
    db = Dynamo()
    here = two(db)
    write(here, 3, THIRD, 3)
    merge(here, "p1", "p3", WHY, NOW)
    before = contents(db)

    with pytest.raises(UsageError, match=said):
        merge(here, winner, loser, WHY, NOW)
    assert contents(db) == before


@pytest.mark.parametrize(("winner", "loser"), [("p1", "p2"), ("p1", "p9"), ("p9", "p1")])
def test_who_was_never_merged_is_not_split(winner: str, loser: str) -> None:
    with pytest.raises(UsageError, match=f"{loser} is not merged into {winner}"):
        split(two(), winner, loser)


def test_two_open_tickets_are_two_people_at_work() -> None:
    here = two(None, head(1, ticket_id="t1"), head(2, ticket_id="t2"))

    with pytest.raises(UsageError, match="Both have an open ticket"):
        merge(here, "p1", "p2", WHY, NOW)


@pytest.mark.parametrize(("winner", "loser"), [("p1", "p2"), ("p2", "p1")])
def test_nobody_is_merged_while_a_message_waits_for_its_decision(winner: str, loser: str) -> None:
    here = two(None, head(1, uncovered_from="m#1"))

    with pytest.raises(UsageError, match="An answer to p1 is on its way"):
        merge(here, winner, loser, WHY, NOW)


def test_an_answer_of_the_bot_on_its_way_is_waited_for() -> None:
    here = two()
    put(here, row(author="bot", address=SECOND))

    with pytest.raises(UsageError, match="An answer to p2 is on its way"):
        merge(here, "p1", "p2", WHY, NOW)


def test_an_answer_of_a_person_on_its_way_is_not_waited_for() -> None:
    here = two()
    put(here, row(author="agent", address=SECOND))

    assert merge(here, "p1", "p2", WHY, NOW).addresses == (SECOND,)


def test_a_person_who_is_being_erased_is_not_merged() -> None:
    db = Dynamo()
    here = two(db)
    key = keys.head(here.brand, ConversationId("c2"))
    db._drop((key.pk, key.sk))

    with pytest.raises(UsageError, match="p2 has no conversation; it is being erased"):
        merge(here, "p1", "p2", WHY, NOW)


def test_more_addresses_than_one_transaction_moves_are_not_moved() -> None:
    here = two()
    for number in range(people.MOST_ADDRESSES):
        address = address_of("messenger", "2001", f"9{number:02}")
        where = {"v": items.VERSION, "channel": "messenger", "account": "2001", "person": f"9{number:02}", "why": "x"}
        here.put(keys.membership(here.brand, "p2", address), where)

    with pytest.raises(UsageError, match="p2 has more than 30 addresses; merge the other into it"):
        merge(here, "p1", "p2", WHY, NOW)


def test_a_message_that_comes_while_two_are_merged_is_lost_by_neither() -> None:
    db = Racing()
    here = two(db)
    db.meanwhile = [lambda: write(here, 2, SECOND, 3)]
    merge(here, "p1", "p2", WHY, NOW)

    assert texts(here, "p1") == ["m1", "m2", "m3"]


def test_a_message_that_comes_while_two_are_split_is_lost_by_neither() -> None:
    db = Racing()
    here = two(db)
    merge(here, "p1", "p2", WHY, NOW)
    db.meanwhile = [lambda: write(here, 1, SECOND, 3)]

    assert split(here, "p1", "p2").left_behind == 1
    assert texts(here, "p1") == ["m1", "m3"]


def test_who_is_written_to_all_the_time_is_merged_another_time() -> None:
    db = Racing()
    here = two(db)
    # Each of our tries is followed by the transaction of the other writer, which takes its own place in the list.
    for event in range(3, 60):
        db.meanwhile += [lambda event=event: write(here, 2, SECOND, event), lambda: None]  # type: ignore[misc]

    with pytest.raises(Conflict, match="Somebody is writing to these people"):
        merge(here, "p1", "p2", WHY, NOW)
    assert here.identity(SECOND) == ("p2", "c2")


def test_the_message_that_a_platform_gave_an_id_to_is_found_in_the_whole_table() -> None:
    db = Scanning()
    here = two(db)
    here.client = db  # past the limits of the functions: a command scans
    message = MessageId(keys.message_id(ConversationId("c1"), NOW, "messenger", "2001", "m9"))
    sent = replace(written(), message_id=message, author="bot", platform_ids=("mid.1", "mid.2"))
    here.put(keys.message(here.brand, message), items.message_item(sent))
    spent: list[float] = []

    assert people.sent_as(here, "mid.2", spent.append) == message
    assert people.sent_as(here, "mid.3", spent.append) is None


# --- the head of both -------------------------------------------------------------------------


def test_of_two_heads_the_more_careful_value_counts() -> None:
    one = head(1, language="", opted_out=("a", "b"), greeted_at=Millis(5), hold_gen=2, last_order=7, message_count=3)
    other = head(
        2,
        mode="human",
        ticket_id="t2",
        language="fr",
        opted_out=("b", "c"),
        greeted_at=Millis(9),
        hold_gen=4,
        last_order=1,
        message_count=2,
        menu=("returns",),
        clarified=("m",),
    )
    for both in (absorb(one, other), absorb(replace(one, menu=("x",)), other)):
        assert (both.conversation_id, both.mode, both.ticket_id, both.language) == ("c1", "human", "t2", "fr")
        assert (both.opted_out, both.greeted_at, both.last_order) == (("a", "b", "c"), 9, 7)
        assert (both.hold_gen, both.message_count, both.menu, both.clarified) == (5, 5, (), ())
    assert absorb(one, head(2)).mode == "bot"
    assert absorb(head(1, language="en", ticket_id="t1"), other).language == "en"


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (("20100", 3), ("20100", 4), ("20100", 7)),  # the same day: together
        (("20100", 3), ("20101", 4), ("20101", 4)),  # the later day alone
        (("20101", 3), ("20100", 4), ("20101", 3)),
        (("", 0), ("20100", 4), ("20100", 4)),
    ],
)
def test_automatic_answers_of_one_day_are_counted_together(
    one: tuple[str, int], other: tuple[str, int], both: tuple[str, int]
) -> None:
    together = absorb(head(1, auto_day=one[0], auto_count=one[1]), head(2, auto_day=other[0], auto_count=other[1]))

    assert (together.auto_day, together.auto_count) == both


def test_the_newest_windows_are_kept_each_at_its_latest_message() -> None:
    one = head(1, last_customer={"a": 50, "b": 1, "c": 30, "d": 40})
    other = head(2, last_customer={"a": 20, "c": 35, "e": 2, "f": 60, "g": 70})

    assert dict(absorb(one, other).last_customer) == {"e": 2, "c": 35, "d": 40, "a": 50, "f": 60, "g": 70}


def test_what_was_answered_to_either_is_remembered_once_oldest_first() -> None:
    shared = PastAnswer("returns", 2)
    one, other = head(1, said=(PastAnswer("late", 1), shared)), head(2, said=(shared, PastAnswer("stock", 3)))

    assert [said.intent for said in absorb(one, other).said] == ["late", "returns", "stock"]


KEY = keys.recipient(SECOND)


def after(winner: Conversation, loser: Conversation, **happened: Any) -> tuple[Conversation, Conversation]:
    """The two heads after a merge, what happened then, and a split."""
    stored = replace(loser, merged_into="c1")
    now = replace(absorb(winner, loser), rev=9, **happened)
    return apart(now, stored, winner, (SECOND,))


def test_where_nothing_happened_both_heads_are_as_before_the_merge() -> None:
    winner, loser = head(1, auto_count=1, menu=("x",)), head(2, ticket_id="t2", mode="human", auto_count=2)

    assert after(winner, loser) == (replace(winner, rev=9), loser)


def test_the_ticket_goes_with_whose_it_was_and_with_it_who_speaks() -> None:
    mine, theirs = after(head(1), head(2, ticket_id="t2", mode="human"), message_count=5)

    assert (mine.ticket_id, mine.mode) == ("", "bot")
    assert (theirs.ticket_id, theirs.mode, theirs.merged_into) == ("t2", "human", "")


def test_a_ticket_closed_while_merged_is_closed_for_both() -> None:
    mine, theirs = after(head(1), head(2, ticket_id="t2", mode="human"), ticket_id="", mode="bot")

    assert (mine.ticket_id, mine.mode) == ("", "bot")
    assert (theirs.ticket_id, theirs.mode) == ("", "bot")


def test_a_ticket_opened_while_merged_stays_with_the_winner() -> None:
    mine, theirs = after(head(1), head(2), ticket_id="t3", mode="human")

    assert (mine.ticket_id, mine.mode) == ("t3", "human")
    assert (theirs.ticket_id, theirs.mode) == ("", "bot")


def test_what_was_heard_said_and_refused_while_merged_goes_with_the_address() -> None:
    mine, theirs = after(
        head(1, last_customer={"mine": 5}, message_count=2, hold_gen=1),
        head(2, last_customer={KEY: 10}, message_count=4, hold_gen=1, last_order=3),
        last_customer={"mine": 5, KEY: 90},
        said=(PastAnswer("returns", 80),),
        opted_out=("account",),
        message_count=8,
        hold_gen=6,
        last_order=11,
    )

    assert (dict(mine.last_customer), mine.message_count) == ({"mine": 5}, 4)
    assert dict(theirs.last_customer) == {KEY: 90}
    assert [said.intent for said in theirs.said] == ["returns"]
    assert (theirs.opted_out, theirs.hold_gen, theirs.last_order) == (("account",), 7, 11)
    assert TicketId(mine.ticket_id) == ""
