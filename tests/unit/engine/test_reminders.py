"""Reminders that are due: who is called once, what is set again, and what an ended ticket no longer needs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import TicketRecord
from chalicelib.engine.change import Change
from chalicelib.engine.reminders import AUTO_CLOSE_MS, LOOK_AGAIN_MS
from chalicelib.model import Millis, ReminderDue, ReportedRow
from tests.unit.decision.views import NOW, ticket
from tests.unit.engine.test_advance import ABOUT, HEAD_OPEN, known, led

LONG_AGO = Millis(NOW - 86_400_000)
MINE = ticket(state="claimed", assignee="U1", waits_since=LONG_AGO)
ANSWERED = ticket(state="answered", answered_at=Millis(NOW - AUTO_CLOSE_MS))


def due(what: Any, stored: TicketRecord | None) -> Change:
    event = ReminderDue(**ABOUT, row=ReportedRow(row_id="r"), reminder=what)
    return led(known(ticket=stored, conversation=HEAD_OPEN), event)[0]


def rows(change: Change) -> tuple[str, ...]:
    return tuple(row.kind for row in change.commit.rows) if change.commit else ()


def after(change: Change) -> TicketRecord:
    assert change.commit is not None
    assert change.commit.ticket is not None
    return change.commit.ticket


def waits(change: Change) -> int:
    """When the reminder that was set again is due."""
    assert change.commit is not None
    (row,) = (row for row in change.commit.rows if row.kind == "clock")
    return int(row.not_before)


@pytest.mark.parametrize("what", ["remind", "late", "window", "escalate", "wrote", "settle"])
@pytest.mark.parametrize("stored", [None, ticket(state="closed"), ticket(state="returned"), ticket(state="settled")])
def test_nobody_is_called_about_a_ticket_that_ended_or_is_gone(what: str, stored: TicketRecord | None) -> None:
    assert due(what, stored).commit is None


def test_a_late_answer_is_said_once_counted_and_shown_where_the_channel_takes_none_any_more() -> None:
    change = due("late", replace(MINE, answer_by=Millis(NOW - 1)))

    assert (after(change).told, after(change).window_closed) == (2, True)
    assert rows(change) == ("thread_note", "ticket_update")
    assert change.commit is not None
    assert {"late", "window_missed"} <= {word for count in change.commit.counts for word in count}
    assert due("late", after(change)).commit is None


def test_of_a_late_answer_that_may_still_be_sent_the_end_of_its_window_is_watched() -> None:
    change = due("late", replace(MINE, answer_by=Millis(NOW + 5_000)))

    assert (after(change).told, after(change).window_closed, waits(change)) == (2, False, NOW + 5_000)


@pytest.mark.parametrize(
    "more",
    [
        {"window_closed": True},
        {"waits_since": Millis(0)},
        {"answer_by": Millis(0)},
        {"answer_by": Millis(NOW + 1)},
    ],
)
def test_a_window_that_is_open_or_known_to_be_closed_changes_nothing(more: dict[str, Any]) -> None:
    assert due("window", replace(MINE, **({"answer_by": Millis(NOW - 1)} | more))).commit is None


def test_a_window_that_closed_is_shown_on_the_ticket_and_calls_nobody() -> None:
    change = due("window", replace(MINE, answer_by=Millis(NOW - 1)))

    assert after(change).window_closed
    assert rows(change) == ("ticket_update",)


def test_while_an_answer_is_being_sent_the_reminder_looks_again_soon() -> None:
    assert waits(due("late", replace(MINE, state="sending"))) == NOW + LOOK_AGAIN_MS


@pytest.mark.parametrize("more", [{"told": 1}, {"waits_since": Millis(0)}, {"called": 1, "assignee": ""}])
def test_what_was_said_or_is_no_longer_so_is_not_said(more: dict[str, Any]) -> None:
    assert due("remind", replace(MINE, **more)).commit is None


@pytest.mark.parametrize("what", ["late", "wrote"])
@pytest.mark.parametrize("state", ["answered", "held"])
def test_a_customer_who_waits_for_nothing_calls_nobody(what: str, state: Any) -> None:
    stored = replace(MINE, state=state)

    assert due(what, stored if what == "late" else replace(stored, rung_at=LONG_AGO)).commit is None


def test_a_reminder_that_comes_before_its_time_is_set_again() -> None:
    fresh = replace(MINE, waits_since=NOW)
    change = due("late", fresh)

    assert rows(change) == ("clock",)
    assert waits(change) > NOW


def test_an_answered_ticket_is_closed_after_its_silence_and_no_sooner() -> None:
    assert after(due("settle", ANSWERED)).state == "settled"
    early = replace(ANSWERED, answered_at=NOW)
    assert waits(due("settle", early)) == NOW + AUTO_CLOSE_MS
    assert after(due("settle", replace(early, close_after=True))).state in ("settled", "closed")


def test_a_ticket_whose_answer_is_on_its_way_is_closed_later() -> None:
    assert waits(due("settle", ticket(state="sending"))) == NOW + LOOK_AGAIN_MS


def test_a_ticket_that_was_written_to_again_is_not_closed() -> None:
    assert due("settle", MINE).commit is None


@pytest.mark.parametrize("more", [{"assignee": "U1"}, {"state": "answered"}, {"called": 0}, {"called": 99}])
def test_the_next_person_is_called_only_for_a_danger_that_nobody_took(more: dict[str, Any]) -> None:
    danger = ticket(state="open", called=1, waits_since=LONG_AGO)

    assert due("escalate", replace(danger, **more)).commit is None


SNOOZED = replace(MINE, snoozed_until=Millis(NOW - 1))


def test_an_agent_who_asked_to_be_reminded_is_called_and_the_ticket_is_listed_again() -> None:
    change = due("wrote", SNOOZED)

    assert after(change).snoozed_until == 0
    assert rows(change) == ("thread_note", "ticket_update")


def test_a_reminder_of_a_ticket_that_was_put_off_once_more_does_nothing() -> None:
    assert due("wrote", replace(MINE, snoozed_until=Millis(NOW + 1))).commit is None


def test_nobody_is_called_where_an_answer_was_sent_meanwhile_and_the_ticket_is_listed_again() -> None:
    change = due("wrote", replace(SNOOZED, state="answered"))

    assert after(change).snoozed_until == 0
    assert rows(change) == ("ticket_update",)
