"""What a platform reports of our own messages is let go at the door only where the table says the same already."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from chalicelib.conversation import address_of
from chalicelib.model import Echo, Event, EventId, Millis, Receipt
from chalicelib.stages.intake import LOOKS_MOST
from chalicelib.stages.known_reports import known
from chalicelib.store import rows
from chalicelib.store.table import Table
from tests.simulation.dynamo import client_error
from tests.unit.stages.test_intake import taken
from tests.unit.store.fixtures import NOW, PERSON, put, row, table
from tests.unit.test_spoofed_requests import ACCOUNT

REFERENCE = f"{row().row_id}:0"


def status(said: Literal["sent", "delivered", "read", "failed"]) -> Receipt:
    return Receipt(event_id=EventId("r"), address=PERSON, sent_at=NOW, status=said, row_id=REFERENCE, platform_id="p")


def echo(row_id: str = REFERENCE, *, own_app: bool = True) -> Echo:
    return Echo(event_id=EventId("e"), address=PERSON, sent_at=NOW, text="Bonjour", row_id=row_id, own_app=own_app)


def ended(state: Literal["sent", "unknown", "failed"]) -> Table:
    here = table()
    put(here, row())
    rows.finish(here, row(), state, now=NOW)
    return here


@pytest.mark.parametrize("report", [status("sent"), echo()])
def test_a_row_that_ended_as_sent_needs_no_second_proof(report: Event) -> None:
    assert known(ended("sent"), report)


@pytest.mark.parametrize("report", [status("sent"), echo()])
@pytest.mark.parametrize("state", ["unknown", "failed"])
def test_a_row_that_ended_otherwise_takes_the_proof(report: Event, state: Literal["unknown", "failed"]) -> None:
    assert not known(ended(state), report)


@pytest.mark.parametrize("report", [status("sent"), echo(), echo("not ours"), echo(""), echo("", own_app=False)])
def test_a_report_that_comes_before_its_row_has_ended_is_taken_in(report: Event) -> None:
    assert not known(table(), report)


@pytest.mark.parametrize(
    "error", [ConnectionError("gone"), client_error("ProvisionedThroughputExceededException", "GetItem")]
)
def test_a_table_that_does_not_answer_loses_no_proof(error: Exception) -> None:
    here = ended("sent")

    class Down:
        exceptions = here.client.exceptions

        def get_item(self, **_: Any) -> Any:
            raise error

    here.client = Down()
    assert not known(here, echo())


@pytest.mark.parametrize("own_app", [True, False])
def test_an_echo_without_a_reference_is_known_by_the_id_under_which_its_row_was_sent(*, own_app: bool) -> None:
    here = table()
    put(here, row())
    rows.finish(here, row(), "sent", now=NOW, marks=("e",))

    assert known(here, echo("", own_app=own_app))


def our_own(number: int) -> Receipt:
    where = address_of("whatsapp", ACCOUNT.account_id, "7")
    return Receipt(event_id=EventId(f"r{number}"), address=where, sent_at=Millis(1), status="sent", row_id=REFERENCE)


def test_what_is_known_is_let_go_and_a_body_is_looked_up_a_few_times_at_most() -> None:
    asked: list[Event] = []

    def all_known(_brand: str, event: Event) -> bool:
        asked.append(event)
        return True

    queued = taken(*map(our_own, range(LOOKS_MOST + 2)), known=all_known)

    assert [event.event_id for event in asked] == [f"r{n}" for n in range(LOOKS_MOST)]
    assert [event.event_id for _, event in queued] == [f"r{n}" for n in range(LOOKS_MOST, LOOKS_MOST + 2)]


@pytest.mark.parametrize(("said", "kept"), [("delivered", False), ("read", False), ("failed", True)])
def test_only_what_decides_something_is_queued(said: Any, kept: bool) -> None:  # noqa: FBT001 - a table
    where = address_of("whatsapp", ACCOUNT.account_id, "7")
    report = Receipt(event_id=EventId("r"), address=where, sent_at=Millis(1), status=said, row_id=REFERENCE)

    assert [event for _, event in taken(report)] == [report] * kept
