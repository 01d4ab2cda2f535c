"""Open tickets are found by their index, from the write that opens them to the one that ends them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import ENDED, TicketRecord
from chalicelib.model import Address, ConversationId, EventId, Millis, TicketId
from chalicelib.store import items, keys, open_index, open_tickets
from chalicelib.store.commit import Commit, Marked, commit
from chalicelib.store.table import Table
from tests.simulation.dynamo import Dynamo

from .fixtures import NOW, PERSON, first_commit, table


def ticket(number: int = 1, *, address: Address = PERSON, **more: Any) -> TicketRecord:
    given: dict[str, Any] = {
        "ticket_id": TicketId(f"t{number}"),
        "conversation_id": ConversationId("c1"),
        "address": address,
        "state": "open",
        "priority": "normal",
        "reason": "unsure",
        "intent": "",
        "language": "fr",
        "created_at": Millis(NOW + number),
    }
    return TicketRecord(**(given | more))


def write(here: Table, now: TicketRecord, event: str, rev: int = 0) -> None:
    """A decision that writes this ticket, over its revision `rev`."""
    head = here.head(now.conversation_id)
    assert head is not None
    marked = Marked(PERSON, EventId(event))
    commit(here, Commit(before=head, after=head, marked=marked, now=NOW, ticket=now, ticket_rev=rev))


def opened(count: int, here: Table | None = None) -> Table:
    here = here or table()
    first_commit(here)
    for number in range(count):
        write(here, ticket(number), f"e{number}")
    return here


def ids(here: Table, most: int = open_tickets.MOST) -> list[str]:
    return [each.ticket_id for each in open_tickets.read(here, most).tickets]


def test_a_ticket_is_listed_from_its_first_commit_on_the_oldest_first() -> None:
    here = opened(20)

    assert ids(here) == [f"t{number}" for number in range(20)]


@pytest.mark.parametrize("state", ENDED)
def test_a_ticket_that_ends_leaves_the_list(state: str) -> None:
    here = opened(2)
    write(here, ticket(0, state=state), "end", rev=1)

    assert ids(here) == ["t1"]


@pytest.mark.parametrize("state", ["claimed", "sending", "answered", "failed", "held"])
def test_a_ticket_stays_while_it_is_anybodys_whatever_becomes_of_it(state: str) -> None:
    here = opened(1)
    write(here, ticket(0, state=state, assignee="U1"), "more", rev=1)

    assert [each.state for each in open_tickets.read(here).tickets] == [state]


def test_a_closed_ticket_that_somebody_takes_is_listed_again() -> None:
    here = opened(1)
    write(here, ticket(0, state="closed"), "end", rev=1)
    here.claim_ticket("t0", "U1")

    assert ids(here) == ["t0"]


def test_a_list_takes_the_oldest_and_says_how_many_it_left_out() -> None:
    found = open_tickets.read(opened(30), most=12)

    assert [each.ticket_id for each in found.tickets] == [f"t{number}" for number in range(12)]
    assert found.unread == 18


def test_more_tickets_than_one_request_reads_are_all_read() -> None:
    here = opened(open_tickets.MOST // 4)

    assert len(ids(here)) == 150


def test_no_brand_lists_anothers_tickets() -> None:
    db = Dynamo()
    opened(3, table(db))
    opened(1, table(db, "maison"))

    assert ids(table(db, "maison")) == ["t0"]


def test_a_ticket_that_ended_a_moment_ago_is_not_listed_though_the_index_still_has_it() -> None:
    here = opened(1)
    key = keys.ticket(here.brand, "t0")
    late = items.ticket_item(ticket(0, state="closed", rev=2)) | {"open_shard": open_index.shard(here.brand, "t0")}
    here.put(key, late)

    assert ids(here) == []


def test_a_ticket_without_its_place_gets_it_once_and_not_when_it_was_written_meanwhile() -> None:
    here = opened(0)
    old = replace(ticket(0), rev=4)
    here.put(keys.ticket(here.brand, "t0"), items.ticket_item(old))

    assert not open_tickets.add(here, replace(old, rev=3))
    assert ids(here) == []
    assert open_tickets.add(here, old)
    assert ids(here) == ["t0"]
    assert not open_tickets.add(here, old)
