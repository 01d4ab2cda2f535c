"""Internal events on the wire: bodies as they were written while all of them were one class."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from chalicelib.conversation import MONITOR, address_of
from chalicelib.errors import Malformed
from chalicelib.events import decode, encode
from chalicelib.model import (
    AccountPaused,
    AnswerJudged,
    BlobRef,
    CodeFound,
    DeliveryReport,
    EventId,
    Internal,
    LookupAnswered,
    MediaFetched,
    MessageId,
    MessagesShifted,
    Millis,
    MoveArrived,
    MoveConfirmed,
    NumbersGuessed,
    ProfileFetched,
    ReminderDue,
    ReportedRow,
    Shift,
    StopRequested,
    ThreadFound,
    TicketLookupAnswered,
    TimerFired,
)

HEAD = '{"v":1,"kind":"fact","event_id":"e1","address":["whatsapp","1001","33"],"sent_at":null,'
BASE: dict[str, Any] = {"event_id": EventId("e1"), "address": address_of("whatsapp", "1001", "33"), "sent_at": None}
COVERS = (MessageId("c1.1795597200002.00000000a1093d45"), MessageId("c1.1795597200003.00000000a1093d46"))
REPLY = ReportedRow(row_id="c1.17.aa", kind="reply", covers=COVERS, ticket_id="t1")
FETCH = ReportedRow(row_id="c1.17.aa", kind="media", covers=COVERS[:1])
WORDS = " ".join(COVERS)
ON_THE_WIRE: list[tuple[str, Internal]] = [
    ('"subject":"timer","key":"3"}', TimerFired(**BASE, generation=3)),
    (
        '"subject":"order","key":"ML1 ML2","found":true,"fields":[["0.status","shipped"],["1.status","not_found"]]}',
        LookupAnswered(
            **BASE, subject="order", key="ML1 ML2", answer=(("0.status", "shipped"), ("1.status", "not_found"))
        ),
    ),
    ('"subject":"order","key":"ML1","failed":true}', LookupAnswered(**BASE, subject="order", key="ML1", failed=True)),
    (
        '"target_id":"t1","subject":"looked_up","key":"ML1","found":true,"fields":[["status","not_found"]]}',
        TicketLookupAnswered(**BASE, target_id="t1", key="ML1", answer=(("status", "not_found"),)),
    ),
    (
        (
            '"target_id":"t1","subject":"clock_due","key":"r1",'
            '"fields":[["kind","clock"],["code","late"],["covers",""],["ticket","t1"]]}'
        ),
        ReminderDue(
            **BASE, target_id="t1", row=ReportedRow(row_id="r1", kind="clock", ticket_id="t1"), reminder="late"
        ),
    ),
    (
        (
            '"target_id":"t1","subject":"row_failed","key":"c1.17.aa",'
            f'"fields":[["kind","reply"],["code","Refused 131047"],["covers","{WORDS}"],["ticket","t1"]]}}'
        ),
        DeliveryReport(**BASE, target_id="t1", row=REPLY, status="failed", code="Refused 131047"),
    ),
    (
        (
            '"target_id":"t1","subject":"row_unknown","key":"c1.17.aa",'
            f'"fields":[["kind","reply"],["code",""],["covers","{WORDS}"],["ticket","t1"]]}}'
        ),
        DeliveryReport(**BASE, target_id="t1", row=REPLY, status="unknown"),
    ),
    (
        (
            f'"subject":"row_silenced","key":"c1.17.aa",'
            f'"fields":[["kind","reply"],["code","stopped"],["covers","{WORDS}"],["ticket","t1"]]}}'
        ),
        DeliveryReport(**BASE, row=REPLY, status="silenced", code="stopped"),
    ),
    (
        (
            '"target_id":"t1","subject":"account_paused","key":"c1.17.aa",'
            f'"fields":[["kind","reply"],["code","190"],["covers","{WORDS}"],["ticket","t1"]]}}'
        ),
        AccountPaused(**BASE, target_id="t1", row=REPLY, code="190"),
    ),
    (
        (
            '"subject":"media","key":"c1.17.aa","fields":[["kind","media"],["code","{\\"n\\":0,\\"key\\":\\"k\\",'
            '\\"type\\":\\"image/png\\",\\"size\\":9,\\"name\\":\\"image-1.png\\"}"],'
            f'["covers","{COVERS[0]}"],["ticket",""]]}}'
        ),
        MediaFetched(
            **BASE, row=FETCH, number=0, file=BlobRef(key="k", media_type="image/png", size=9, name="image-1.png")
        ),
    ),
    (
        (
            '"subject":"media","key":"c1.17.aa","fields":[["kind","media"],["code","{\\"n\\":1,\\"why\\":\\"http_404\\"}"],'
            f'["covers","{COVERS[0]}"],["ticket",""]]}}'
        ),
        MediaFetched(**BASE, row=FETCH, number=1, why="http_404"),
    ),
    (
        '"subject":"profile","key":"c1","found":true,"fields":[["name","Manon Petit"]]}',
        ProfileFetched(**BASE, conversation_id="c1", name="Manon Petit"),
    ),
    (
        (
            '"subject":"sent_judged","key":"c1.17.aa","fields":[["intent","opening_hours"],["place","private"],'
            '["language","fr"],["line_id","73"],["judge","ee"],["verdict","wrong"]]}'
        ),
        AnswerJudged(
            **BASE,
            row_id="c1.17.aa",
            intent="opening_hours",
            place="private",
            language="fr",
            line_id="73",
            judge="ee",
            verdict="wrong",
        ),
    ),
    (
        '"subject":"intent_refused","key":"refund","fields":[["epoch","2"],["by","judges"]]}',
        StopRequested(**BASE, intent="refund", epoch=2, by="judges"),
    ),
    (
        (
            '"subject":"messages_shifted","key":"state","fields":[["language","fr"],["intent","refund"],'
            '["state","overdue"],["before","5"],["now","70"]]}'
        ),
        MessagesShifted(**BASE, shift=Shift("state", "fr", "refund", "overdue", 5, 70)),
    ),
    (
        '"subject":"numbers_guessed","key":"1795600800000","fields":[["missed","21"],["asked","30"]]}',
        NumbersGuessed(**BASE, until=Millis(1795600800000), missed=21, asked=30),
    ),
    ('"subject":"move_arrived","key":"aa11"}', MoveArrived(**BASE, mark="aa11")),
    ('"subject":"move_confirmed","key":"aa11"}', MoveConfirmed(**BASE, mark="aa11")),
    (
        '"subject":"thread_found","key":"","fields":[["channel","messenger"],["account","2001"],["person","77"]]}',
        ThreadFound(**BASE, to=address_of("messenger", "2001", "77")),
    ),
    (
        (
            '"subject":"code_found","key":"aa11","fields":[["channel","email"],["account","a@b.example"],'
            '["person","c@d.example"]]}'
        ),
        CodeFound(**BASE, mark="aa11", to=address_of("email", "a@b.example", "c@d.example")),
    ),
]


@pytest.mark.parametrize(("body", "event"), ON_THE_WIRE)
def test_a_body_is_read_as_its_own_type_and_written_as_it_was(body: str, event: Internal) -> None:
    assert decode(HEAD + body) == event
    assert encode(event) == HEAD + body


def test_every_internal_event_has_a_body_here() -> None:
    assert {type(event) for _, event in ON_THE_WIRE} == set(get_args(Internal))


@pytest.mark.parametrize(
    "body",
    [
        '"subject":"timer","key":"soon"}',
        '"subject":"clock_due","key":"r1"}',
        '"subject":"media","key":"r1","fields":[["code","{"]]}',
        '"subject":"media","key":"r1","fields":[["code","[]"]]}',
        '"subject":"media","key":"r1","fields":[["code","{\\"n\\":0,\\"key\\":\\"k\\"}"]]}',
        '"subject":"sent_judged","key":"r1","fields":[["intent","refund"]]}',
        '"subject":"intent_refused","key":"refund","fields":[["epoch","two"]]}',
        '"subject":"messages_shifted","key":"weather","fields":[]}',
        '"subject":"code_found","key":"aa11","fields":[["channel","email"]]}',
        '"subject":"numbers_guessed","key":"","fields":[["missed","21"],["asked","30"]]}',
    ],
)
def test_a_body_without_what_its_type_needs_is_malformed(body: str) -> None:
    with pytest.raises(Malformed):
        decode(HEAD + body)


def test_a_stop_that_does_not_say_by_what_was_asked_for_by_the_refusals() -> None:
    old = decode(HEAD + '"subject":"intent_refused","key":"refund","fields":[["epoch","2"]]}')

    assert isinstance(old, StopRequested)
    assert old.by == MONITOR
