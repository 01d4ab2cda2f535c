"""Bodies of the queues: each message as it stands on the wire, and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.conversation import address_of
from chalicelib.errors import Malformed
from chalicelib.model import AccountId, Address, BrandId, ChannelName, ConversationId, EventId, Message, Millis
from chalicelib.model.queued import (
    Arrived,
    ConversationLookup,
    CustomerWaits,
    DeskMessage,
    HoldOver,
    OutboxMessage,
    PassDue,
    ProfileLookup,
    RowsDue,
    TicketLookup,
    TimerMessage,
)
from chalicelib.store import bodies

LUNE = BrandId("lune")
HER = address_of("whatsapp", "1001", "33")
WANTED = ConversationLookup(conversation_id=ConversationId("c1"), subject="order", key="ML1", generation=2, until=17)
TURN = PassDue(
    brand=LUNE, channel=ChannelName("slack"), account_id=AccountId("T1/C1"), until=Millis(17), due=Millis(12)
)
OVER = HoldOver(brand=LUNE, generation=2, until=17, address=HER, conversation_id=ConversationId("c1"))
ROWS = RowsDue(brand=LUNE, recipient="r1")
WAITS = CustomerWaits(brand=LUNE, recipient="r1", address=HER, anchor="e1")
ORDER = TicketLookup(brand=LUNE, ticket_id="t1", subject="order", key="ML1", since=17)
NAME = ProfileLookup(brand=LUNE, address=HER, conversation_id=ConversationId("c1"), since=17)

Read = Callable[[Any], Any]
HEAD = '{"v": 1, "brand": "lune", '
ON_THE_WIRE: list[tuple[Read, str, Any]] = [
    (bodies.outbox, '"recipient": "r1"}', ROWS),
    (bodies.desk, '"recipient": "r1", "also": ["r2"]}', RowsDue(brand=LUNE, recipient="r1", also=("r2",))),
    (bodies.outbox, '"recipient": "r1", "typing": ["whatsapp", "1001", "33"], "anchor": "e1"}', WAITS),
    (
        bodies.outbox,
        (
            '"recipient": "r1", "typing": ["whatsapp", "1001", "33"], "anchor": "e1", '
            '"look_up": {"conversation": "c1", "subject": "order", "key": "ML1", "since": [2, 17]}}'
        ),
        CustomerWaits(brand=LUNE, recipient="r1", address=HER, anchor="e1", look_up=WANTED),
    ),
    (bodies.outbox, '"look_up": {"ticket": "t1", "subject": "order", "key": "ML1", "since": 17}}', ORDER),
    (bodies.outbox, '"look_up": {"profile": ["whatsapp", "1001", "33"], "conversation": "c1", "since": 17}}', NAME),
    (bodies.desk, '"turn_of": ["slack", "T1/C1"], "until": 17, "due": 12}', TURN),
    (
        bodies.timers,
        '"turn_of": ["slack", "T1/C1"], "until": 17, "due": 12, "last": true}',
        PassDue(
            brand=LUNE,
            channel=TURN.channel,
            account_id=TURN.account_id,
            until=TURN.until,
            due=TURN.due,
            last=True,
        ),
    ),
    (
        bodies.timers,
        '"turn_of": ["slack", "T1/C1"], "until": 17, "due": 12, "next": 0}',
        PassDue(
            brand=LUNE,
            channel=TURN.channel,
            account_id=TURN.account_id,
            until=TURN.until,
            due=TURN.due,
            next_at=Millis(0),
        ),
    ),
    (bodies.timers, '"recipient": "r1"}', ROWS),
    (
        bodies.timers,
        '"hold": 2, "until": 17, "address": ["whatsapp", "1001", "33"], "conversation": "c1"}',
        OVER,
    ),
    (
        bodies.timers,
        '"hold": 2, "until": 17, "address": ["whatsapp", "1001", "33"]}',
        HoldOver(brand=LUNE, generation=2, until=17, address=HER),
    ),
]


@pytest.mark.parametrize(("read", "told", "message"), ON_THE_WIRE)
def test_a_body_is_read_as_its_own_type_and_written_as_it_was(read: Read, told: str, message: Any) -> None:
    assert read(json.loads(HEAD + told)) == message
    assert bodies.write(message) == HEAD + told


def test_every_message_of_every_queue_has_a_body_here() -> None:
    seen = {(read, type(message)) for read, _, message in ON_THE_WIRE}

    for read, union in ((bodies.outbox, OutboxMessage), (bodies.desk, DeskMessage), (bodies.timers, TimerMessage)):
        assert {kind for at, kind in seen if at is read} == set(get_args(union))


def test_an_event_is_read_once_with_the_body_it_stands_in() -> None:
    said = Message(event_id=EventId("e1"), address=HER, sent_at=None, text="Bonjour")
    told = bodies.arrived(LUNE, said, Millis(17))

    assert told == '{"v":1,"brand":"lune","received_at":17,"event":' + json.dumps(
        {
            "v": 1,
            "kind": "message",
            "event_id": "e1",
            "address": ["whatsapp", "1001", "33"],
            "sent_at": None,
            "text": "Bonjour",
        },
        separators=(",", ":"),
    ) + ("}")
    arrived = Arrived(brand=LUNE, event=said, received_at=Millis(17))
    assert bodies.inbox(json.loads(told)) == arrived
    assert bodies.receipts({"v": 1, "batch": [json.loads(told)] * 2}) == (arrived, arrived)


words = st.text(max_size=8)
named = st.text(min_size=1, max_size=8)
times = st.integers(0, 10**13)
brands = {"brand": words}
people = st.builds(Address, words, words, words)
wanted = st.builds(ConversationLookup, conversation_id=words, subject=words, key=words, generation=times, until=times)
rows = st.builds(RowsDue, **brands, recipient=words, also=st.lists(words, max_size=3).map(tuple))
passes = st.builds(
    PassDue,
    **brands,
    channel=words,
    account_id=words,
    until=times,
    due=times,
    next_at=st.none() | times,
    last=st.booleans(),
)
waits = st.builds(CustomerWaits, **brands, recipient=words, address=people, anchor=words, look_up=st.none() | wanted)
orders = st.builds(TicketLookup, **brands, ticket_id=words, subject=words, key=words, since=times)
names = st.builds(ProfileLookup, **brands, address=people, conversation_id=words, since=times)
holds = st.builds(HoldOver, **brands, generation=times, until=times, address=people, conversation_id=st.none() | named)
BY_QUEUE: dict[Read, st.SearchStrategy[Any]] = {
    bodies.outbox: rows | waits | orders | names,
    bodies.desk: rows | passes,
    bodies.timers: rows | passes | holds,
}


@pytest.mark.parametrize("read", BY_QUEUE)
@given(data=st.data())
def test_every_message_survives_its_queue(read: Read, data: st.DataObject) -> None:
    message = data.draw(BY_QUEUE[read])
    told = bodies.write(message)

    assert told.isascii()
    assert read(json.loads(told)) == message
    assert read(json.loads(told) | {"of_a_later_version": 1}) == message


@pytest.mark.parametrize(("read", "told", "_message"), ON_THE_WIRE)
def test_a_body_without_what_its_message_needs_is_malformed(read: Read, told: str, _message: Any) -> None:
    whole = json.loads(HEAD + told)
    (first,) = list(whole)[2:3]  # that by which it is known

    others: list[Any] = [{"v": 1, "brand": "lune"}, {**whole, first: None}, [], None, "r1", whole | {"brand": []}]
    for body in others:
        with pytest.raises(Malformed):
            read(body)
