"""What follows when a row failed, may have been sent, or was silenced: by its kind, and by the ticket that is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import TicketRecord
from chalicelib.engine.change import Change
from chalicelib.model import DeliveryReport, Millis, TicketId
from chalicelib.model.internal import DeliveryStatus
from tests.unit.decision.views import HEAD, NOW, message
from tests.unit.engine.test_advance import BASE, HEAD_OPEN, OPEN, REPORTED, STATED, known, led, row

PROMISED = replace(OPEN, promised_until=Millis(NOW + 3_600_000))
SENDING = replace(OPEN, state="sending", assignee="U1", answer="Bonjour Emma", row_id=REPORTED.row_id)


def reported(
    kind: str,
    status: DeliveryStatus,
    code: str = "Refused 100",
    stored: TicketRecord | None = None,
    answers: Mapping[str, Any] | None = None,
    **head: Any,
) -> Change:
    event = DeliveryReport(
        **BASE, row=replace(REPORTED, kind=kind, ticket_id="t1" if stored else ""), status=status, code=code
    )
    conversation = replace(HEAD_OPEN if stored else HEAD, **head)
    return led(known(conversation=conversation, ticket=stored), event, {"message": STATED} | dict(answers or {}))[0]


def kinds(change: Change) -> tuple[str, ...]:
    assert change.commit is not None
    return tuple(row.kind for row in change.commit.rows)


def ticket_after(change: Change) -> TicketRecord:
    assert change.commit is not None
    assert change.commit.ticket is not None
    return change.commit.ticket


@pytest.mark.parametrize("kind", ["greeting", "consent"])
def test_a_welcome_that_did_not_arrive_is_said_with_the_next_greeting_and_nobody_is_told(kind: str) -> None:
    change = reported(kind, "failed", greeted_at=NOW, menu=("opening_hours",), disclosed_at=NOW, disclosed_to="x")

    assert change.commit is not None
    assert (change.commit.after.greeted_at, change.commit.after.menu) == (0, ())
    assert (change.commit.after.disclosed_at, change.commit.after.disclosed_to) == (0, "")
    assert kinds(change) == ()


def test_a_welcome_that_may_have_arrived_is_not_said_twice() -> None:
    change = reported("greeting", "unknown", greeted_at=NOW, menu=("opening_hours",), disclosed_at=NOW)

    assert change.commit is not None
    assert (change.commit.after.greeted_at, change.commit.after.menu) == (NOW, ("opening_hours",))
    assert change.commit.after.disclosed_at == 0


@pytest.mark.parametrize(
    ("status", "code", "reason", "failure"),
    [
        ("failed", "Refused 100", "delivery_failed", "Refused 100"),
        ("failed", "", "delivery_failed", "Refused"),
        ("unknown", "", "delivery_unknown", "Unconfirmed"),
    ],
)
def test_an_answer_that_did_not_arrive_becomes_an_urgent_persons_ticket_that_says_why(
    status: DeliveryStatus, code: str, reason: str, failure: str
) -> None:
    ticket = ticket_after(reported("reply", status, code))

    assert (ticket.reason, ticket.priority, ticket.failure) == (reason, "high", failure)


def test_an_answer_that_did_not_arrive_is_added_to_the_ticket_that_is_open() -> None:
    change = reported("reply", "failed", stored=OPEN)

    assert ticket_after(change).ticket_id == "t1"
    assert "ticket" not in kinds(change)
    assert "thread_note" in kinds(change)


def test_an_answer_to_words_that_were_erased_is_nobodys() -> None:
    change = reported("reply", "failed", answers={"message": None})

    assert change.commit is None or (change.commit.ticket is None and change.commit.rows == ())


@pytest.mark.parametrize("status", ["failed", "unknown"])
def test_an_acknowledgement_that_did_not_arrive_is_shown_on_its_ticket(status: DeliveryStatus) -> None:
    change = reported("acknowledgement", status, "Refused 100", PROMISED)
    ticket = ticket_after(change)

    assert kinds(change) == ("thread_note", "ticket_update")
    assert ticket.failure == "Refused 100"
    assert ticket.promised_until == (0 if status == "failed" else PROMISED.promised_until)


def test_an_answer_that_did_not_arrive_weighs_more_than_its_acknowledgement() -> None:
    ticket = ticket_after(
        reported("acknowledgement", "failed", "Refused 100", replace(PROMISED, failure="Refused 551"))
    )

    assert ticket.failure == "Refused 551"


@pytest.mark.parametrize("answered", [{"state": "answered"}, {"first_answer_at": NOW}])
def test_an_acknowledgement_that_did_not_arrive_does_not_matter_once_a_person_answered(
    answered: dict[str, Any],
) -> None:
    change = reported("acknowledgement", "failed", "Refused 100", replace(PROMISED, **answered))

    assert kinds(change) == ("thread_note",)


def test_an_acknowledgement_without_its_ticket_tells_nobody() -> None:
    assert reported("acknowledgement", "failed").commit is None or kinds(reported("acknowledgement", "failed")) == ()


def test_a_silenced_acknowledgement_promised_nothing() -> None:
    change = reported("acknowledgement", "silenced", "", PROMISED)

    assert ticket_after(change).promised_until == 0
    assert kinds(change) == ("ticket_update",)


def test_a_silenced_acknowledgement_without_a_promise_changes_no_ticket() -> None:
    change = reported("acknowledgement", "silenced", "", OPEN)

    assert change.commit is None or change.commit.ticket is None


@pytest.mark.parametrize(("author", "again"), [("native", False), ("customer", True)])
def test_a_silenced_answer_is_decided_on_again_unless_the_app_itself_showed_its_words(author: Any, again: bool) -> None:  # noqa: FBT001 - a table
    answers = {"messages_from": [message("vu", 5, author=author)]}
    change = reported("reply", "silenced", "", answers=answers, mode="human", wrote_at=NOW)

    assert bool(change.commit and change.commit.rows) is again


@pytest.mark.parametrize(
    ("status", "code", "closed", "failure"),
    [
        ("failed", "Refused 100", False, "Refused 100"),
        ("failed", "WindowClosed 10", True, "WindowClosed 10"),
        ("unknown", "", False, "Unconfirmed"),
    ],
)
def test_an_agents_answer_that_did_not_arrive_comes_back_to_them_as_a_draft(
    status: DeliveryStatus,
    code: str,
    closed: bool,  # noqa: FBT001 - a table
    failure: str,
) -> None:
    change = reported("agent_reply", status, code, SENDING)
    ticket = ticket_after(change)

    assert (ticket.state, ticket.failure, ticket.draft) == ("failed", failure, "Bonjour Emma")
    assert ticket.window_closed is closed
    assert kinds(change)[-2:] == ("thread_note", "ticket_update")
    assert change.commit is not None
    assert any("window_missed" in each for each in change.commit.counts) is closed


def test_an_agents_answer_of_an_older_ticket_is_told_there() -> None:
    older = replace(SENDING, ticket_id=TicketId("t0"))
    event = DeliveryReport(**BASE, row=replace(REPORTED, kind="agent_reply", ticket_id="t0"), status="failed", code="x")
    change, _ = led(known(conversation=HEAD_OPEN, ticket=OPEN), event, {"ticket": older, "message": STATED})

    assert ticket_after(change).ticket_id == "t0"


def test_an_agents_answer_whose_ticket_is_erased_tells_nobody() -> None:
    event = DeliveryReport(**BASE, row=replace(REPORTED, kind="agent_reply", ticket_id="t0"), status="failed", code="x")
    change, _ = led(known(), event, {"open_row": row()})

    assert change.commit is None or change.commit.rows == ()


def test_a_failed_row_of_another_kind_changes_nothing() -> None:
    change = reported("notice", "failed")

    assert change.commit is None or (change.commit.rows == () and change.commit.ticket is None)
