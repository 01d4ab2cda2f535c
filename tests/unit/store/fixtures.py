"""A table in memory behind AWS's limits, and rows to put into it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib.conversation import Conversation, TimelineMessage, address_of
from chalicelib.model import (
    BrandId,
    ContactId,
    ConversationId,
    EventId,
    MessageId,
    Millis,
    OutboxRow,
    Part,
)
from chalicelib.store import items, keys
from chalicelib.store.commit import Commit, Marked, commit
from chalicelib.store.table import Table
from tests.simulation.dynamo import Dynamo
from tests.support.aws_limits import Limited

NOW = Millis(1_795_597_200_000)
PERSON = address_of("messenger", "2001", "77")
NEW = Conversation(conversation_id=ConversationId("c1"), contact_id=ContactId("p1"))


def table(db: Dynamo | None = None, brand: str = "maison-lune") -> Table:
    return Table(Limited(db or Dynamo(), "dynamodb"), "t", BrandId(brand))


def people(db: Dynamo | None = None) -> Table:
    """A table with contacts: p1, p2, p3, "crowd" and fifty others."""
    here = table(db)
    for contact_id in ("p1", "p2", "p3", "crowd", *(f"q{number}" for number in range(50))):
        here.put(keys.contact(here.brand, contact_id), {"v": items.VERSION, "conversation_id": f"c{contact_id}"})
    return here


def row(number: int = 1, **more: Any) -> OutboxRow:
    address = more.pop("address", PERSON)
    given = {
        "row_id": keys.row_id("c1", NOW * 100 + number, address),
        "kind": "reply",
        "author": "bot",
        "address": address,
        "conversation_id": ConversationId("c1"),
        "state": "pending",
        "created_at": NOW,
        "not_before": NOW,
        "parts": (Part(text="Bonjour"),),
    }
    return OutboxRow(**(given | more))


def written(number: int = 0, text: str = "Bonjour") -> TimelineMessage:
    at = Millis(NOW + number)
    return TimelineMessage(
        message_id=keys.message_id(ConversationId("c1"), at, "messenger", "2001", f"m{number}"),
        author="customer",
        address=PERSON,
        text=text,
        sent_at=at,
        received_at=at,
        event_id=f"m{number}",
    )


def first_commit(here: Table, event: str = "m0", **more: Any) -> Conversation:
    """A conversation with one message; gives its head as stored."""
    given: dict[str, Any] = {"before": NEW, "after": NEW, "messages": (written(),), "identity": PERSON}
    commit(here, Commit(marked=Marked(PERSON, EventId(event)), now=NOW, **(given | more)))
    head = here.head(NEW.conversation_id)
    assert head is not None
    return head


def stored(here: Table, wanted: OutboxRow) -> OutboxRow:
    found = here.open_row(wanted.row_id)
    assert found is not None
    return found


def timeline(here: Table) -> list[TimelineMessage]:
    return list(here.timeline(ConversationId("c1")))


def put(here: Table, *rows: OutboxRow) -> None:
    for each in rows:
        key = keys.open_row(here.brand, each.row_id)
        here.put(key, items.row_item(each))


__all__ = ["MessageId", "first_commit", "put", "replace", "row", "stored", "table", "timeline", "written"]
