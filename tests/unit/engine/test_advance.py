"""The engine as tables: what is known and an event, and the change that it leads to. No table, no queue, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, get_args

import pytest

from chalicelib.conversation import Control, HeadBefore, Lookup, Scope, TimelineMessage, address_of
from chalicelib.engine.advance import advance, ahead
from chalicelib.engine.change import Change, JudgeAnew, LookAtIntent, ProvePart
from chalicelib.engine.loaded import Loaded, Need, Read
from chalicelib.model import (
    AccountPaused,
    Address,
    AddressChange,
    AgentAction,
    AgentReply,
    AnswerJudged,
    BrandId,
    CodeFound,
    Deletion,
    DeliveryReport,
    Echo,
    Edit,
    Event,
    EventId,
    Internal,
    LookupAnswered,
    MediaFetched,
    Message,
    MessagesShifted,
    Millis,
    MoveArrived,
    MoveConfirmed,
    NumbersGuessed,
    OptOut,
    OutboxRow,
    Part,
    Postback,
    ProfileFetched,
    Reaction,
    Receipt,
    ReminderDue,
    ReportedRow,
    RowId,
    Shift,
    StopRequested,
    ThreadCopy,
    ThreadFound,
    TicketLookupAnswered,
    TimerFired,
    at_desk,
)
from chalicelib.store import keys
from chalicelib.store.judged_answers import JudgedAnswer
from tests.unit.decision.views import HEAD, NOW, PLAYBOOK, QUESTION, classified, environment, message, ticket

BRAND = BrandId("maison-lune")
PERSON = message().address
DESK = at_desk("slack", "T0GUICHET/C0MAISON", "t1")
ASKED = message()
STATED = replace(ASKED, covered="unsure")
BASE: dict[str, Any] = {"address": PERSON, "event_id": EventId("e1"), "sent_at": NOW}
ABOUT: dict[str, Any] = BASE | {"address": DESK, "target_id": "t1"}
ROW_ID = RowId(keys.row_id(HEAD.conversation_id, NOW * 100, PERSON))
REPORTED = ReportedRow(row_id=ROW_ID, kind="reply", covers=(STATED.message_id,))

# What a read finds that says nothing else.
NOTHING: dict[str, Any] = {
    "latest": [],
    "messages_from": [],
    "open_rows": [],
    "playbook": PLAYBOOK,
    "scorer": SimpleNamespace(classify=lambda text, serves: classified(), model="test", expected={}),
    "control": Control(),
    "cap": {},
    "refusals": [],
    "answers": {},
    "judged": [],
}


def row(kind: str = "reply", state: str = "pending", text: str = "Bonjour", **more: Any) -> OutboxRow:
    given: dict[str, Any] = {
        "row_id": ROW_ID,
        "kind": kind,
        "author": "bot",
        "address": PERSON,
        "conversation_id": HEAD.conversation_id,
        "state": state,
        "created_at": NOW,
        "not_before": NOW,
        "parts": (Part(text=text),),
        "covers": (STATED.message_id,),
    }
    return OutboxRow(**(given | more))


def line(**verdicts: str) -> JudgedAnswer:
    return JudgedAnswer(
        intent="opening_hours",
        place="private",
        language="fr",
        message="m",
        words="w",
        sample="sent",
        draw="sent",
        number=0,
        at=NOW,
        channel="messenger",
        bundle="b",
        contact="p1",
        verdicts=verdicts,
    )


def sent(**more: Any) -> TimelineMessage:
    return message("Nous ouvrons.", 5, author="bot", kind="reply", state="sent", covers=(STATED.message_id,), **more)


def known(**more: Any) -> Loaded:
    given: dict[str, Any] = {"brand": BRAND, "conversation": HEAD, "ticket": None, "uncovered": ()}
    return Loaded(**(given | more))


def led(loaded: Loaded, event: Event, answers: Mapping[str, Any] | None = None) -> tuple[Change, list[Read]]:
    """The change, and every read that was asked for: what is not in `answers` or NOTHING is not there."""
    found, asked = NOTHING | dict(answers or {}), list(ahead(loaded, event))
    for _ in range(8):
        there = {read: found.get(read.name) for read in asked}
        result = advance(replace(loaded, found=there), event, environment())
        if isinstance(result, Change):
            return result, asked
        assert not set(result.reads) & set(asked), "it asked for what it knows"
        asked += result.reads
    raise AssertionError(asked)


@dataclass(frozen=True)
class Led:
    """What a change is told by: the rows it adds, its ticket's state, and the kinds of what is done beside it."""

    rows: tuple[str, ...] = ()
    ticket: str = ""
    then: tuple[str, ...] = ()
    nothing: bool = False


def told(change: Change) -> Led:
    if change.commit is None:
        return Led(nothing=True)
    commit = change.commit
    kinds = tuple(each.kind for each in commit.rows)
    return Led(kinds, commit.ticket.state if commit.ticket else "", tuple(type(each).__name__ for each in change.then))


OPEN = ticket(quotes=())
MINE = ticket(state="claimed", assignee="U1", waits_since=NOW)
BEFORE = HeadBefore(**{name: getattr(HEAD, name) for name in HeadBefore._fields})
HEAD_OPEN = replace(HEAD, ticket_id="t1")
HEARD = replace(HEAD_OPEN, last_customer={keys.recipient(PERSON): int(NOW)})
NOTIFIED, OPENED = ("NotifyRows",), ("NotifyRows", "AskWhoElse")
NEW = known(identity=PERSON, conversation=replace(HEAD, rev=0))
POSTED = ("ticket", "clock", "clock")

HERE = {
    "channel": PERSON.channel,
    "account": PERSON.account_id,
    "person": PERSON.person_id,
    "contact_id": HEAD.contact_id,
    "conversation_id": HEAD.conversation_id,
    "anchor": "",
}
ELSEWHERE = HERE | {"channel": "whatsapp", "person": "33600000099", "contact_id": "p9", "conversation_id": "c9"}
MOVE = {
    "origin": HERE,
    "channel": "whatsapp",
    "by": "bot",
    "language": "fr",
    "until": int(NOW) + 60_000,
    "state": "open",
    "edition": 1,
}
MAILBOX = address_of("email", "sav@brand.example", "elsa@mail.example")
CODE = {key: value for key, value in HERE.items() if key != "anchor"} | {
    "order": "ML123456",
    "until": int(NOW) + 60_000,
    "language": "fr",
    "state": "asked",
    "tries": 0,
    "to": "",
    "edition": 1,
}

Table = tuple[Loaded, Event, Mapping[str, Any], Led]
TABLE: Mapping[str, Table] = {
    "a sure question is answered": (
        NEW,
        Message(**BASE, text=QUESTION),
        {},
        Led(("reply",), "", ("NotifyRows", "AskName", "DecisionCount")),
    ),
    "a question that is out of scope becomes a ticket": (
        NEW,
        Message(**BASE, text="Bonjour, une question tout autre"),
        {"scorer": SimpleNamespace(classify=lambda text, serves: classified(None), model="t", expected={})},
        Led((*POSTED, "acknowledgement"), "open", ("NotifyRows", "AskName", "AskWhoElse", "DecisionCount")),
    ),
    "a message after a held answer cancels it": (
        known(conversation=replace(HEAD, held_row=ROW_ID, held_before=BEFORE)),
        Message(**BASE, text=QUESTION),
        {"open_row": row(), "message": STATED},
        Led(("reply",), "", ("NotifyRows", "AskName", "DecisionCount")),
    ),
    "a pressed button is decided on like words": (
        NEW,
        Postback(**BASE, title=QUESTION, payload="HOURS"),
        {},
        Led(("reply",), "", ("NotifyRows", "AskName", "DecisionCount")),
    ),
    "an edit of a message that nobody knows waits for it": (
        known(),
        Edit(**BASE, target_id="m9", text="Autre"),
        {},
        Led((), "", NOTIFIED),
    ),
    "an edit of words that a ticket shows is noted there": (
        known(ticket=OPEN, conversation=HEAD_OPEN),
        Edit(**BASE, target_id="m0", text="Autre"),
        {
            "marker": {"message_id": STATED.message_id},
            "message": STATED,
            "open_rows": [
                row(
                    "thread_note",
                    why=ThreadCopy(note="customer_wrote", shows=(STATED.message_id,)),
                    ticket_id="t1",
                    address=DESK,
                )
            ],
        },
        Led(("thread_note", "ticket_update"), "open", NOTIFIED),
    ),
    "a deleted message that was answered is only emptied": (
        known(),
        Deletion(**BASE, target_id="m0"),
        {"marker": {"message_id": STATED.message_id}, "message": STATED},
        Led((), "", (*NOTIFIED, "ForgetUnsent")),
    ),
    "a deletion that came before changes nothing": (
        known(),
        Deletion(**BASE, target_id="m0"),
        {"marker": {"message_id": STATED.message_id}, "message": replace(STATED, deleted=True)},
        Led(nothing=True),
    ),
    "a thumb down on an answer becomes a ticket": (
        known(),
        Reaction(**BASE, target_id="p1", emoji="👎"),
        {"latest": [sent(platform_ids=("p1",))]},
        Led((*POSTED, "acknowledgement"), "open", ("NotifyRows", "AskWhoElse", "DecisionCount")),
    ),
    "a reaction on words that are not ours changes nothing": (
        known(),
        Reaction(**BASE, target_id="p2", emoji="👎"),
        {},
        Led(nothing=True),
    ),
    "an opt-out is noted on the open ticket": (
        known(ticket=OPEN, conversation=HEAD_OPEN),
        OptOut(**BASE),
        {},
        Led((), "", NOTIFIED),
    ),
    "a new number is noted, and the ticket's answer goes there": (
        known(ticket=OPEN, conversation=HEAD_OPEN, links=(PERSON,)),
        AddressChange(**BASE, alias="new"),
        {},
        Led(("thread_note", "ticket_update"), "open", NOTIFIED),
    ),
    "an answer in the platform's own app answers the ticket": (
        known(ticket=OPEN, conversation=HEAD_OPEN),
        Echo(**BASE, text="Je regarde."),
        {},
        Led(("clock", "thread_note", "ticket_update"), "answered", NOTIFIED),
    ),
    "a claim is the agent's": (
        known(ticket=OPEN, conversation=HEAD_OPEN),
        AgentAction(**ABOUT, verb="claim", agent_id="U1"),
        {},
        Led(("ticket_update",), "claimed", NOTIFIED),
    ),
    "a reply is on its way": (
        known(ticket=MINE, conversation=HEARD),
        AgentAction(**ABOUT, verb="reply", agent_id="U1", text="Bonjour"),
        {},
        Led(("agent_reply", "clock", "ticket_update"), "sending", NOTIFIED),
    ),
    "a reply to fewer words than there are is kept back": (
        known(ticket=replace(MINE, messages=3), conversation=HEAD_OPEN),
        AgentAction(**ABOUT, verb="reply", agent_id="U1", text="Bonjour", seen_rev=1),
        {},
        Led(("thread_note",), "claimed", NOTIFIED),
    ),
    "a ticket is closed": (
        known(ticket=MINE, conversation=HEAD_OPEN),
        AgentAction(**ABOUT, verb="close", agent_id="U1"),
        {},
        Led(("ticket_update",), "closed", NOTIFIED),
    ),
    "an undo that comes too late says so": (
        known(ticket=MINE, conversation=HEAD_OPEN),
        AgentAction(**ABOUT, verb="undo", agent_id="U1", row_id=ROW_ID),
        {},
        Led(("thread_note",), "", NOTIFIED),
    ),
    "words in the thread are a note": (
        known(ticket=MINE, conversation=HEAD_OPEN),
        AgentReply(**ABOUT, text="À voir", agent_id="U1", thread_id="1.1"),
        {},
        Led(("thread_note", "thread_note"), "", NOTIFIED),
    ),
    "a timer that is due decides on what is there": (
        known(conversation=replace(HEAD, hold_gen=2, hold_until=NOW), uncovered=(ASKED,)),
        TimerFired(**BASE, generation=2),
        {},
        Led(("reply",), "", ("NotifyRows", "DecisionCount")),
    ),
    "a timer that is out of date changes nothing": (
        known(conversation=replace(HEAD, hold_gen=3, hold_until=NOW), uncovered=(ASKED,)),
        TimerFired(**BASE, generation=2),
        {},
        Led(nothing=True),
    ),
    "an answer that nobody waits for changes nothing": (
        known(conversation=replace(HEAD, fact=Lookup("order", "1", {}))),
        LookupAnswered(**BASE, subject="order", key="1"),
        {},
        Led(nothing=True),
    ),
    "an answer for a ticket that asked nothing changes nothing": (
        known(ticket=OPEN, conversation=HEAD_OPEN),
        TicketLookupAnswered(**ABOUT, key="ML1"),
        {},
        Led(nothing=True),
    ),
    "a reminder calls the ticket's agent once": (
        known(ticket=replace(MINE, waits_since=Millis(NOW - 86_400_000)), conversation=HEAD_OPEN),
        ReminderDue(**ABOUT, row=ReportedRow(row_id="r"), reminder="late"),
        {},
        Led(("thread_note",), "claimed", NOTIFIED),
    ),
    "a reminder of an answered ticket changes nothing": (
        known(ticket=replace(MINE, state="answered", waits_since=Millis(0)), conversation=HEAD_OPEN),
        ReminderDue(**ABOUT, row=ReportedRow(row_id="r"), reminder="late"),
        {},
        Led(nothing=True),
    ),
    "an answer that failed becomes a ticket": (
        known(),
        DeliveryReport(**BASE, row=REPORTED, status="failed", code="Refused 1"),
        {"message": STATED},
        Led((*POSTED, "thread_note"), "open", OPENED),
    ),
    "an answer that was silenced is decided on again": (
        known(),
        DeliveryReport(**BASE, row=REPORTED, status="silenced"),
        {"message": STATED},
        Led(("reply",), "", ("NotifyRows", "DecisionCount")),
    ),
    "a paused account is told to the team": (
        known(),
        AccountPaused(**BASE, row=REPORTED, code="190"),
        {},
        Led(("notice",), "", NOTIFIED),
    ),
    "a file of a message that is gone changes nothing": (
        known(),
        MediaFetched(**BASE, row=REPORTED, number=0, why="gone"),
        {},
        Led(nothing=True),
    ),
    "a name stands on the open ticket": (
        known(ticket=OPEN, conversation=HEAD_OPEN),
        ProfileFetched(**BASE, conversation_id=HEAD.conversation_id, name="Emma"),
        {},
        Led(("ticket_update",), "open", ("NotifyRows", "NoteKeys")),
    ),
    "a wrong answer is corrected by a person": (
        known(),
        AnswerJudged(
            **BASE,
            row_id=ROW_ID,
            intent="opening_hours",
            place="private",
            language="fr",
            line_id="l",
            judge="j",
            verdict="wrong",
        ),
        {"with_verdict": line(j="wrong"), "finished_row": sent(), "message": STATED},
        Led(POSTED, "open", OPENED),
    ),
    "a shift of the messages is told to the team": (
        known(),
        MessagesShifted(**BASE, shift=Shift("language", "fr")),
        {},
        Led(("notice",), "", NOTIFIED),
    ),
    "guessed numbers block look-ups, and the team is told": (
        known(),
        NumbersGuessed(**BASE, until=Millis(NOW + 1), missed=30, asked=40),
        {"braked": Control(guessed_until=Millis(NOW + 1))},
        Led(("notice",), "", NOTIFIED),
    ),
    "look-ups that are blocked already are not told again": (
        known(),
        NumbersGuessed(**BASE, until=Millis(NOW + 1), missed=30, asked=40),
        {"braked": Control(guessed_until=Millis(NOW + 9))},
        Led(nothing=True),
    ),
    "an intent that is refused is stopped, and the team is told": (
        known(),
        StopRequested(**BASE, intent="opening_hours", epoch=0, by="watch"),
        {"stopped": Control(epoch=1, scopes={"intent:opening_hours": Scope(stopped=True, epoch=1, by="watch")})},
        Led(("notice",), "", NOTIFIED),
    ),
    "who came by a link is asked for at its origin": (
        known(),
        MoveArrived(**BASE, mark="aa11"),
        {"item": MOVE | {"state": "asked", "arrived": ELSEWHERE}},
        Led(("move",), "", NOTIFIED),
    ),
    "what an origin said is over is asked no more": (
        known(),
        MoveArrived(**BASE, mark="aa11"),
        {"item": MOVE | {"state": "refused", "arrived": ELSEWHERE}},
        Led(nothing=True),
    ),
    "where the customer goes on they are told so": (
        known(),
        MoveConfirmed(**BASE, mark="aa11"),
        {"item": MOVE | {"state": "confirmed", "origin": ELSEWHERE, "arrived": HERE}},
        Led(("move",), "", NOTIFIED),
    ),
    "a code goes to the address that the shop names": (
        known(),
        CodeFound(**BASE, mark="aa11", to=MAILBOX),
        {"item": CODE},
        Led(("code",), "", NOTIFIED),
    ),
    "a code that was typed back is kept as proved": (
        known(),
        CodeFound(**BASE, mark="aa11", to=MAILBOX),
        {"item": CODE | {"state": "proved", "to": keys.recipient(MAILBOX)}},
        Led((), "", (*NOTIFIED, "ProveCode")),
    ),
    "an address that the shop has changed since is not": (
        known(),
        CodeFound(**BASE, mark="aa11", to=MAILBOX),
        {"item": CODE | {"state": "proved", "to": "another"}},
        Led(nothing=True),
    ),
    "where a comment's writer is reached in private is kept as theirs": (
        known(links=(MAILBOX,)),
        ThreadFound(**BASE, to=MAILBOX),
        {},
        Led((), "", NOTIFIED),
    ),
    "where that is known already nothing is": (known(), ThreadFound(**BASE, to=MAILBOX), {}, Led(nothing=True)),
    "a receipt is nothing for the engine": (known(), Receipt(**BASE, status="sent"), {}, Led(nothing=True)),
}


@pytest.mark.parametrize(("loaded", "event", "answers", "expected"), TABLE.values(), ids=TABLE)
def test_what_is_known_and_an_event_lead_to_one_change(
    loaded: Loaded, event: Event, answers: Mapping[str, Any], expected: Led
) -> None:
    change, _ = led(loaded, event, answers)

    assert told(change) == expected


def test_the_table_has_every_kind_of_event_that_changes_anything() -> None:
    kinds = {type(event) for _, event, _, _ in TABLE.values()}

    assert kinds >= {*get_args(Internal), Message, Postback, Edit, Deletion, Reaction, OptOut, AddressChange, Echo} | {
        AgentAction,
        AgentReply,
    }


def test_a_message_after_a_held_answer_cancels_it_and_is_answered_with_the_words_before_it() -> None:
    loaded, event, answers, _ = TABLE["a message after a held answer cancels it"]

    commit = led(loaded, event, answers)[0].commit

    assert commit is not None
    assert [each.row_id for each in commit.cancelled] == [ROW_ID]
    assert STATED.message_id in commit.rows[0].covers


def test_a_proof_is_written_before_the_transaction_and_the_bot_goes_on() -> None:
    claimed = row(state="claimed", text="Nous ouvrons à 10 h")

    change, _ = led(known(), Echo(**BASE, text="Nous ouvrons à 10 h"), {"open_rows": [claimed]})

    assert change.first == (ProvePart(claimed, 0, "e1"),)
    assert change.commit is not None
    assert change.commit.after.mode == "bot"


def test_a_verdict_is_looked_at_although_it_was_stored_before() -> None:
    event = TABLE["a wrong answer is corrected by a person"][1]

    change, _ = led(known(), event, {"with_verdict": line(j="wrong"), "finished_row": sent(judged="wrong")})

    assert (change.first, change.commit) == ((LookAtIntent("opening_hours"),), None)


def test_a_stopped_intent_is_judged_anew_only_by_the_event_that_stopped_it() -> None:
    loaded, event, answers, _ = TABLE["an intent that is refused is stopped, and the team is told"]
    before = Control(scopes={"intent:opening_hours": Scope(stopped=True, epoch=1, by="watch")})

    assert led(loaded, event, answers)[0].first == (JudgeAnew("opening_hours"),)
    assert led(loaded, event, {**answers, "control": before})[0].first == ()


def test_what_is_missing_is_asked_for_in_one_order_and_each_read_once() -> None:
    event = Message(**BASE, text=QUESTION)
    reads = [read.name for read in led(NEW, event)[1]]

    assert reads == ["item", "playbook", "control", "scorer"]
    assert advance(NEW, event, environment()) == Need((Read("item", (early(PERSON),)),))


@pytest.mark.parametrize(
    ("name", "rounds"),
    [
        ("a sure question is answered", 0),
        ("a question that is out of scope becomes a ticket", 1),
    ],
)
def test_what_every_message_needs_is_read_before_it_is_decided_on(name: str, rounds: int) -> None:
    loaded, event, answers, _ = TABLE[name]
    here = [read for read in led(loaded, event, answers)[1] if read not in ahead(loaded, event)]

    found = {read: (NOTHING | dict(answers)).get(read.name) for read in ahead(loaded, event)}
    first = advance(replace(loaded, found=found), event, environment())

    assert isinstance(first, Change) is (rounds == 0)
    assert isinstance(first, Change) or list(first.reads) == here


def test_the_note_on_a_deletion_rests_on_a_timeline_read_after_the_outbox() -> None:
    loaded = known(ticket=OPEN, conversation=HEAD_OPEN)
    found = {"marker": {"message_id": STATED.message_id}, "message": STATED}
    reads = [read for read in led(loaded, Deletion(**BASE, target_id="m0"), found)[1] if read.name != "playbook"]

    assert [(read.name, read.of[-1]) for read in reads[2:]] == [
        ("messages_from", ""),
        ("open_rows", keys.recipient(DESK)),
        ("messages_from", "outbox"),
    ]


def test_the_same_knowledge_gives_the_same_change() -> None:
    event = Message(**BASE, text=QUESTION)

    first, second = (led(NEW, event)[0] for _ in range(2))

    assert first == second


def early(address: Address) -> keys.Key:
    return keys.early_edit(BRAND, address.channel, address.account_id, "e1")
