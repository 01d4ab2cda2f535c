"""An agent's action on a ticket that is not as their screen showed it; answers in the platform's own app."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import TicketRecord
from chalicelib.engine.change import Change, ProvePart
from chalicelib.model import AgentAction, Echo, Millis, OutboxRow, Part
from tests.unit.decision.views import NOW
from tests.unit.engine.test_advance import ABOUT, BASE, DESK, HEAD_OPEN, HEARD, MINE, OPEN, known, led, row

FAILED = replace(MINE, state="failed", answer="Bonjour Emma", failure="Refused 1")
ON_ITS_WAY = row("agent_reply", address=DESK, author="agent", ticket_id="t1")


def acted(verb: Any, stored: TicketRecord, conversation: Any = HEARD, **more: Any) -> Change:
    open_row = more.pop("open_row", None)
    event = AgentAction(**ABOUT, verb=verb, agent_id="U2", **more)
    return led(known(ticket=stored, conversation=conversation), event, {"open_row": open_row})[0]


def kinds(change: Change) -> tuple[str, ...]:
    return tuple(row.kind for row in change.commit.rows) if change.commit else ()


def after(change: Change) -> TicketRecord | None:
    assert change.commit is not None
    return change.commit.ticket


def ticket_after(change: Change) -> TicketRecord:
    found = after(change)
    assert found is not None
    return found


def test_a_reply_to_fewer_words_than_there_are_is_kept_as_the_agents_draft() -> None:
    change = acted("reply", replace(MINE, messages=3), text="À demain", seen_rev=1)

    assert ticket_after(change).draft == "À demain"
    assert kinds(change) == ("thread_note",)


def test_a_suggestion_that_was_sent_to_fewer_words_than_there_are_is_no_draft() -> None:
    change = acted("reply", replace(MINE, messages=3, suggestion="À demain"), text="À demain", seen_rev=1)

    assert after(change) is None
    assert kinds(change) == ("thread_note",)


def test_an_answer_that_did_not_arrive_is_sent_once_more_as_it_was() -> None:
    change = acted("retry", FAILED)

    assert change.commit is not None
    (sent,) = (each for each in change.commit.rows if each.kind == "agent_reply")
    assert [part.text for part in sent.parts] == ["Bonjour Emma"]
    assert (ticket_after(change).state, ticket_after(change).failure) == ("sending", "")


def test_an_answer_that_the_channel_did_not_take_waits_for_its_customer() -> None:
    change = acted("hold", FAILED)

    assert (ticket_after(change).state, ticket_after(change).answer) == ("held", "Bonjour Emma")
    assert "agent_reply" not in kinds(change)


@pytest.mark.parametrize("verb", ["retry", "hold"])
@pytest.mark.parametrize("stored", [MINE, replace(FAILED, answer=""), replace(FAILED, state="answered")])
def test_what_did_not_fail_is_neither_sent_again_nor_kept(verb: str, stored: TicketRecord) -> None:
    change = acted(verb, stored)

    assert kinds(change) == ("thread_note",)
    assert after(change) is None


@pytest.mark.parametrize(
    ("state", "then", "fence"),
    [("open", "claimed", 1), ("claimed", "claimed", 1), ("failed", "failed", 1), ("closed", "closed", 0)],
)
def test_a_ticket_that_is_taken_over_stays_what_it_is_and_silences_the_bot_while_it_is_open(
    state: Any, then: str, fence: int
) -> None:
    change = acted("take_over", replace(MINE, state=state), text="je connais Emma")

    assert (ticket_after(change).assignee, ticket_after(change).state) == ("U2", then)
    assert kinds(change) == ("thread_note", "ticket_update")
    assert change.commit is not None
    assert change.commit.after.fence - HEARD.fence == fence


@pytest.mark.parametrize(("verb", "state"), [("close", "closed"), ("give_back", "returned")])
def test_a_ticket_ends_by_whoever_ends_it_and_stays_whose_it_was(verb: str, state: str) -> None:
    mine, nobodys = ticket_after(acted(verb, MINE)), ticket_after(acted(verb, replace(MINE, assignee="")))

    assert (mine.state, mine.ended_by, mine.assignee) == (state, "U2", "U1")
    assert (nobodys.state, nobodys.assignee) == (state, "U2")


@pytest.mark.parametrize("verb", ["close", "give_back"])
def test_a_ticket_with_words_that_nobody_has_seen_is_not_ended_by_the_first_click(verb: str) -> None:
    change = acted(verb, replace(MINE, messages=2), seen_rev=1)

    assert kinds(change) == ("thread_note", "ticket_update")
    assert after(change) is None
    assert ticket_after(acted(verb, replace(MINE, messages=2), seen_rev=2)).ended_by == "U2"


def test_an_answer_that_waits_is_taken_back_and_becomes_a_draft() -> None:
    stored = replace(MINE, state="sending", answer="Bonjour Emma", row_id=ON_ITS_WAY.row_id, undo_until=Millis(NOW))
    change = acted("undo", stored, row_id=ON_ITS_WAY.row_id, open_row=ON_ITS_WAY)

    assert change.commit is not None
    assert [each.row_id for each in change.commit.cancelled] == [ON_ITS_WAY.row_id]
    found = ticket_after(change)
    assert (found.state, found.draft, found.answer, found.row_id, found.undo_until) == (
        "claimed",
        "Bonjour Emma",
        "",
        "",
        0,
    )


@pytest.mark.parametrize("there", [None, replace(ON_ITS_WAY, state="claimed"), replace(ON_ITS_WAY, ticket_id="t2")])
def test_an_answer_that_is_being_sent_or_is_anothers_is_not_taken_back(there: OutboxRow | None) -> None:
    change = acted("undo", MINE, row_id=ON_ITS_WAY.row_id, open_row=there)

    assert change.commit is not None
    assert (change.commit.cancelled, kinds(change)) == ((), ("thread_note",))


@pytest.mark.parametrize("verb", ["stop_brand", "start_brand"])
def test_who_stopped_and_who_started_the_bot_is_said_in_the_thread(verb: str) -> None:
    change = acted(verb, MINE)

    assert kinds(change) == ("thread_note",)
    assert after(change) is None


def echoed(text: str, *rows: OutboxRow, event_id: str = "mid.9", stored: TicketRecord | None = OPEN) -> Change:
    event = Echo(**(BASE | {"event_id": event_id}), text=text)
    conversation = HEAD_OPEN if stored else replace(HEAD_OPEN, ticket_id="")
    return led(known(ticket=stored, conversation=conversation), event, {"open_rows": list(rows)})[0]


CLAIMED = row(state="claimed", parts=(Part(text="Bonjour  à vous"), Part(text="voir https://a.example/x ici")))


@pytest.mark.parametrize(("text", "index"), [("Bonjour à vous", 0), ("voir ici", 1), ("voir https://fb.me/1 ici", 1)])
def test_an_echo_of_our_words_proves_the_part_whose_answer_was_lost(text: str, index: int) -> None:
    change = echoed(text, CLAIMED)

    assert change.first == (ProvePart(CLAIMED, index, "mid.9"),)
    assert kinds(change) == ()


def test_an_echo_that_proved_a_part_before_proves_nothing_more() -> None:
    proven = replace(CLAIMED, parts=(Part(text="Bonjour à vous", platform_id="mid.9"), CLAIMED.parts[1]))
    change = echoed("Bonjour à vous", proven)

    assert (change.first, kinds(change)) == ((), ())


@pytest.mark.parametrize("ours", [replace(CLAIMED, state="pending"), replace(CLAIMED, parts=(Part(text="Autre"),))])
def test_words_that_we_are_not_sending_are_a_persons(ours: OutboxRow) -> None:
    change = echoed("Bonjour à vous", ours)

    assert ticket_after(change).state == "answered"
    assert change.commit is not None
    assert [message.author for message in change.commit.messages] == ["native"]


def test_an_answer_in_the_app_without_a_ticket_silences_the_bot_alone() -> None:
    change = echoed("Je regarde.", stored=None)

    assert (kinds(change), after(change)) == ((), None)
    assert change.commit is not None
    assert change.commit.after.mode == "human"


def test_the_first_answer_of_a_ticket_is_counted_once() -> None:
    first, second = echoed("Je regarde."), echoed("Je regarde.", stored=replace(OPEN, first_answer_at=Millis(NOW - 1)))

    assert first.commit is not None
    assert second.commit is not None
    assert len(first.commit.counts) > len(second.commit.counts)
