"""Two contacts become one and come apart again: nothing lost, nothing mixed, and nothing while somebody writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import Conversation, TicketRecord, address_of
from chalicelib.errors import Conflict, UsageError
from chalicelib.model import Address, ContactId, ConversationId, EventId, MessageId, Millis, TicketId
from chalicelib.store import items, keys, merging, people, roots, rows, splitting, whole_brand
from chalicelib.store.commit import Commit, Marked, commit
from chalicelib.store.merging import Proof
from chalicelib.store.table import Table
from tests.simulation.dynamo import Dynamo
from tests.unit.store.fixtures import NOW, put, row, table, written

FIRST, SECOND, THIRD = (address_of("messenger", "2001", person) for person in ("71", "72", "73"))
WHY = "same order number"
PROOF = Proof(evidence="agent", reason=WHY, by="lea", at=NOW)


class Scanning(Dynamo):
    """The table in memory, with the one call that only commands make."""

    def scan(self, **_: Any) -> Any:
        return {"Items": list(self.items.values())}


class Counting(Dynamo):
    """A table that counts the writes of each transaction."""

    def __init__(self) -> None:
        super().__init__()
        self.transactions: list[int] = []

    def transact_write_items(self, **given: Any) -> Any:
        self.transactions.append(len(given["TransactItems"]))
        return Dynamo.__getattr__(self, "transact_write_items")(**given)


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
    """One message of a person, kept at the home of its address; the head that speaks for it is written with it."""
    known = here.identity_item(address)
    home = roots.home_of(known) if known else roots.Home(ContactId(f"p{number}"), ConversationId(f"c{number}"))
    before = roots.Roots(here).of_identity(known) if known else None
    message = replace(written(event), address=address)
    message = replace(
        message,
        message_id=keys.message_id(home.conversation_id, message.sent_at, "messenger", "2001", str(event)),
    )
    change = Commit(
        before=before or head(number),
        after=after or before or head(number),
        marked=Marked(address, EventId(f"m{event}")),
        now=NOW,
        messages=(message,),
        identity=None if before else address,
        home=home,
    )
    commit(here, change)


def two(db: Dynamo | None = None, first: Conversation | None = None, second: Conversation | None = None) -> Table:
    """A table with two people, a message of each."""
    here = table(db)
    write(here, 1, FIRST, 1, first or head(1))
    write(here, 2, SECOND, 2, second or head(2))
    return here


def ticket(**more: Any) -> TicketRecord:
    given: dict[str, Any] = {"address": SECOND, "state": "open", "priority": "normal", "reason": "doubt"}
    return TicketRecord(**{**given, "intent": "", "language": "fr", "created_at": NOW, **more})


def contents(db: Dynamo) -> dict[tuple[str, str], dict[str, Any]]:
    """All items but counts, without the revision that a commit raises and the number that a split raises."""
    raised, kept = ("rev", "tree", "v"), {key: item for key, item in db.items.items() if "#tally#" not in key[0]}
    return {key: {name: value for name, value in item.items() if name not in raised} for key, item in kept.items()}


def texts(here: Table, contact: str) -> list[str]:
    who = people.person(here, contact)
    assert who is not None
    return [message.event_id for message in people.timeline(here, who)]


def test_a_merged_person_has_both_addresses_one_timeline_and_the_reason() -> None:
    here = two()
    done = merging.merge(here, "p1", "p2", PROOF)
    write(here, 2, SECOND, 3)
    who, gone = people.known(here, "p1"), people.known(here, "p2")

    assert (done.winner, done.loser, done.conversation_id, done.addresses) == ("p1", "p2", "c1", (SECOND,))
    assert people.addresses(here, who) == (FIRST, SECOND)
    (record,) = who.merged
    assert [record[name] for name in ("contact_id", "evidence", "reason", "by", "at")] == [
        "p2",
        "agent",
        WHY,
        "lea",
        NOW,
    ]
    assert (gone.merged_into, gone.addresses) == ("p1", (SECOND,))
    assert texts(here, "p1") == ["m1", "m2", "m3"]


def test_an_address_keeps_its_home_and_its_messages_stay_there_while_one_head_speaks_for_both() -> None:
    here = two()
    merging.merge(here, "p1", "p2", PROOF)
    write(here, 2, SECOND, 3)

    assert here.identity(SECOND) == ("p2", "c2")
    assert [each.event_id for each in here.timeline(ConversationId("c2"))] == ["m2", "m3"]
    spoken = roots.Roots(here).of_identity(here.identity_item(SECOND) or {})
    assert spoken is not None
    assert spoken.conversation_id == "c1"


def test_a_split_puts_everything_back_as_it_was() -> None:
    db = Dynamo()
    here = two(db)
    before = contents(db)
    merging.merge(here, "p1", "p2", PROOF)
    assert contents(db) != before

    splitting.split(here, "p1", "p2", NOW)
    assert contents(db) == before


def test_merges_come_apart_in_any_order_and_depth() -> None:
    db = Dynamo()
    here = two(db)
    write(here, 3, THIRD, 3)
    before = contents(db)
    merging.merge(here, "p2", "p3", PROOF)
    merging.merge(here, "p1", "p2", PROOF)
    assert texts(here, "p1") == ["m1", "m2", "m3"]

    splitting.split(here, "p2", "p3", NOW)  # from the middle of a chain
    assert (texts(here, "p1"), texts(here, "p3")) == (["m1", "m2"], ["m3"])
    splitting.split(here, "p1", "p2", NOW)
    merging.merge(here, "p2", "p3", PROOF)
    merging.merge(here, "p1", "p2", PROOF)
    splitting.split(here, "p1", "p2", NOW)
    splitting.split(here, "p2", "p3", NOW)
    assert set(contents(db)) == set(before)
    assert [texts(here, each) for each in ("p1", "p2", "p3")] == [["m1"], ["m2"], ["m3"]]


def test_what_was_written_while_merged_goes_back_to_its_address() -> None:
    here = two()
    merging.merge(here, "p1", "p2", PROOF)
    write(here, 2, SECOND, 3)
    write(here, 1, FIRST, 4)
    splitting.split(here, "p1", "p2", NOW)

    assert (texts(here, "p1"), texts(here, "p2")) == (["m1", "m4"], ["m2", "m3"])


def test_an_address_remembers_where_it_was_merged_to_until_a_split() -> None:
    here = two()
    write(here, 3, THIRD, 3)
    merging.merge(here, "p2", "p3", PROOF)
    merging.merge(here, "p1", "p2", PROOF)

    def led_to() -> str:
        known = here.identity_item(THIRD) or {}
        found = roots.Roots(here).of_identity(known)
        assert found is not None
        roots.remember(here, THIRD, known, found)
        return str(found.conversation_id)

    assert (led_to(), (here.identity_item(THIRD) or {})["near"], led_to()) == ("c1", "c1", "c1")
    splitting.split(here, "p2", "p3", NOW)
    assert led_to() == "c3"
    merging.merge(here, "p1", "p3", PROOF)
    assert (led_to(), led_to()) == ("c1", "c1")
    splitting.split(here, "p1", "p2", NOW)
    assert led_to() == "c1"


def test_a_hint_beside_the_head_in_the_middle_dies_with_the_split_beneath_it() -> None:
    here = two()
    write(here, 3, THIRD, 3)
    merging.merge(here, "p2", "p3", PROOF)
    known = here.identity_item(THIRD) or {}
    middle = roots.Roots(here).of_identity(known)
    assert middle is not None
    roots.remember(here, THIRD, known, middle)  # beside THIRD stands c2, which is then merged on
    merging.merge(here, "p1", "p2", PROOF)
    splitting.split(here, "p2", "p3", NOW)
    found = roots.Roots(here).of_identity(here.identity_item(THIRD) or {})

    assert found is not None
    assert found.conversation_id == "c3"


def test_who_is_one_person_already_is_joined_once_and_a_cycle_is_none() -> None:
    here = two()
    write(here, 3, THIRD, 3)

    assert merging.join(here, "p1", "p2", PROOF) is not None
    assert merging.join(here, "p2", "p3", PROOF) is not None
    assert merging.join(here, "p3", "p1", PROOF) is None
    assert merging.join(here, "p2", "p1", PROOF) is None
    assert people.root_of(here, "p3").contact_id == "p1"


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
    merging.merge(here, "p1", "p3", PROOF)
    before = contents(db)

    with pytest.raises(UsageError, match=said):
        merging.merge(here, winner, loser, PROOF)
    assert contents(db) == before


@pytest.mark.parametrize(("winner", "loser"), [("p1", "p2"), ("p1", "p9"), ("p9", "p1")])
def test_who_was_never_merged_is_not_split(winner: str, loser: str) -> None:
    with pytest.raises(UsageError, match=f"{loser} is not merged into {winner}"):
        splitting.split(two(), winner, loser, NOW)


def test_two_open_tickets_leave_a_reminder_that_makes_them_one() -> None:
    here = two(None, head(1, ticket_id="t1"), head(2, ticket_id="t2"))
    second = ticket(ticket_id=TicketId("t2"), conversation_id=ConversationId("c2"))
    here.put(keys.ticket(here.brand, "t2"), items.ticket_item(second))
    (made,) = merging.merge(here, "p1", "p2", PROOF).rows

    assert (made.ticket_id, made.address.person_id, here.open_row(made.row_id)) == ("t2", "t2:clock:joined", made)


def test_what_waits_for_its_decision_waits_for_both_and_goes_back_with_its_address() -> None:
    here = two(None, head(1), head(2, uncovered_from="m#1", hold_until=Millis(NOW + 5), hold_gen=4))
    done = merging.merge(here, "p1", "p2", PROOF)
    both = here.head(ConversationId("c1"))
    assert both is not None
    assert (both.uncovered_from, both.uncovered_in, both.hold_until, both.hold_gen) == ("m#1", ("c2",), NOW + 5, 5)
    assert [each.conversation_id for each in done.waits] == ["c1"]

    write(here, 1, FIRST, 4)
    splitting.split(here, "p1", "p2", NOW)
    one, two_ = here.head(ConversationId("c1")), here.head(ConversationId("c2"))
    assert one is not None
    assert two_ is not None
    assert (one.uncovered_from, one.hold_until) == ("", 0)
    assert (two_.uncovered_from, two_.uncovered_in, two_.hold_until) == ("m#1", (), NOW + 5)


def test_an_answer_on_its_way_is_sent_after_a_merge_unless_a_person_spoke_since() -> None:
    for spoke in (False, True):
        here = two()
        said = row(author="bot", address=SECOND, conversation_id=ConversationId("c2"))
        put(here, said)
        merging.merge(here, "p1", "p2", PROOF)
        if spoke:
            stands = here.head(ConversationId("c1"))
            assert stands is not None
            write(here, 1, FIRST, 4, replace(stands, fence=stands.fence + 1))

        claimed = rows.claim(here, said, now=NOW, lease_ms=1, fence=0, token="t")
        assert claimed == ("fenced" if spoke else "claimed")


def test_a_split_has_the_answers_on_their_way_decided_again_but_waits_for_one_to_both() -> None:
    here = two()
    merging.merge(here, "p1", "p2", PROOF)
    write(here, 2, SECOND, 3)
    covers = tuple(each.message_id for each in people.timeline(here, people.known(here, "p1")))
    both = row(author="bot", address=SECOND, conversation_id=ConversationId("c1"), covers=covers)
    put(here, both)
    with pytest.raises(UsageError, match="An answer to both of them is on its way"):
        splitting.split(here, "p1", "p2", NOW)
    assert rows.take_out(here, both)

    mine = row(author="bot", address=FIRST, conversation_id=ConversationId("c1"), covers=covers[:1])
    put(here, mine)
    stands = here.head(ConversationId("c1"))
    assert stands is not None
    write(here, 1, FIRST, 4, replace(stands, last_order=1))
    splitting.split(here, "p1", "p2", NOW)
    assert rows.claim(here, mine, now=NOW, lease_ms=1, fence=0, token="t") == "fenced"


def test_a_person_who_is_being_erased_is_not_merged() -> None:
    db = Dynamo()
    here = two(db)
    key = keys.head(here.brand, ConversationId("c2"))
    db._drop((key.pk, key.sk))

    with pytest.raises(UsageError, match="p2 has no conversation; it is being erased"):
        merging.merge(here, "p1", "p2", PROOF)


def test_a_merge_is_the_same_few_writes_however_many_addresses_there_are() -> None:
    db = Counting()
    here = two(db)
    for number in range(60):
        address = address_of("messenger", "2001", f"9{number:02}")
        where = {"v": items.VERSION, "channel": "messenger", "account": "2001", "person": f"9{number:02}", "why": "x"}
        here.put(keys.membership(here.brand, "p2", address), where)
    merging.merge(here, "p1", "p2", PROOF)

    assert db.transactions[-1] == 4


def test_a_message_that_comes_while_two_are_merged_is_lost_by_neither() -> None:
    db = Racing()
    here = two(db)
    db.meanwhile = [lambda: write(here, 2, SECOND, 3)]
    merging.merge(here, "p1", "p2", PROOF)

    assert texts(here, "p1") == ["m1", "m2", "m3"]


def test_a_message_that_comes_while_two_are_split_is_lost_by_neither() -> None:
    db = Racing()
    here = two(db)
    merging.merge(here, "p1", "p2", PROOF)
    db.meanwhile = [lambda: write(here, 2, SECOND, 3)]

    splitting.split(here, "p1", "p2", NOW)
    assert (texts(here, "p1"), texts(here, "p2")) == (["m1"], ["m2", "m3"])


def test_who_is_written_to_all_the_time_is_merged_another_time() -> None:
    db = Racing()
    here = two(db)
    # Each of our tries is followed by the transaction of the other writer, which takes its own place in the list.
    for event in range(3, 60):
        db.meanwhile += [lambda event=event: write(here, 2, SECOND, event), lambda: None]  # type: ignore[misc]

    with pytest.raises(Conflict, match="Somebody is writing to these people"):
        merging.merge(here, "p1", "p2", PROOF)
    assert here.identity(SECOND) == ("p2", "c2")


def test_the_message_that_a_platform_gave_an_id_to_is_found_in_the_whole_table() -> None:
    db = Scanning()
    here = two(db)
    here.client = db  # past the limits of the functions: a command scans
    message = MessageId(keys.message_id(ConversationId("c1"), NOW, "messenger", "2001", "m9"))
    sent = replace(written(), message_id=message, author="bot", platform_ids=("mid.1", "mid.2"))
    here.put(keys.message(here.brand, message), items.message_item(sent))
    spent: list[float] = []

    assert whole_brand.sent_as(here, "mid.2", spent.append) == message
    assert whole_brand.sent_as(here, "mid.3", spent.append) is None
