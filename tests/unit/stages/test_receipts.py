"""Receipts and echoes: what each proves, of a row that is open, finished, of unknown result, or not ours."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib import events
from chalicelib.conversation import TimelineMessage
from chalicelib.model import DeliveryReport, Echo, EventId, Millis, OutboxRow, Part, QuickReply, Receipt
from chalicelib.services import Services
from chalicelib.stages.receipts import receive
from chalicelib.store import items, keys
from tests.simulation.world import START, SimWiring, World
from tests.unit.store import fixtures
from tests.unit.store.fixtures import PERSON

TWO = (Part(text="Bonjour"), Part(text="et merci"))
ID = f"c{'0' * 20}.179559720000000.{keys.recipient(PERSON)}"


class Stage:
    """A stage's table and queues in memory, and what was counted."""

    def __init__(self) -> None:
        self.world = World()
        self.services: Services = SimWiring(self.world, self.world.settings).for_handlers

    def row(self, *known: str, state: Any = "claimed") -> OutboxRow:
        parts = tuple(replace(part, platform_id=given) for part, given in zip(TWO, known, strict=True))
        stored = fixtures.row(row_id=ID, state=state, parts=parts, created_at=Millis(START), address=PERSON)
        self.world.table.put(keys.open_row(self.world.brand, ID), items.row_item(stored))
        return stored

    def finish(self, state: Any) -> None:
        done = items.finished(replace(fixtures.row(row_id=ID, address=PERSON), state=state), Millis(START))
        self.world.table.put(keys.message(self.world.brand, keys.finished_row(ID)), items.message_item(done))

    def echo(self, reference: str, mid: str = "mid.1") -> None:
        self.receive(Echo(event_id=EventId(mid), address=PERSON, sent_at=Millis(START), text="", row_id=reference))

    def says(self, text: str, mid: str = "1:7") -> None:
        self.receive(Echo(event_id=EventId(mid), address=PERSON, sent_at=Millis(START), text=text, own_app=True))

    def receipt(self, status: Any, reference: str = f"{ID}:0", **more: Any) -> None:
        self.receive(
            Receipt(
                event_id=EventId(f"{status}.1"),
                address=PERSON,
                sent_at=Millis(START),
                row_id=reference,
                status=status,
                platform_id="mid.1",
                **more,
            )
        )

    def receive(self, event: Any) -> None:
        receive(self.world.brand, event, self.services)

    @property
    def open(self) -> OutboxRow | None:
        return self.world.table.open_row(ID)

    @property
    def finished(self) -> TimelineMessage | None:
        return self.world.table.finished_row(ID)

    @property
    def reports(self) -> list[DeliveryReport]:
        waiting = [json.loads(each.body) for each in self.world.sqs.queues.get("inbox.fifo", ())]
        return [events.decode(json.dumps(each["event"])) for each in waiting]  # type: ignore[misc]


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_an_echo_of_the_last_part_ends_the_row_of_a_worker_that_died(stage: Stage) -> None:
    stage.row("mid.0", "")
    stage.echo(f"{ID}:1")

    assert stage.open is None
    assert stage.finished is not None
    assert (stage.finished.state, stage.finished.platform_ids) == ("sent", ("mid.0", "mid.1"))
    assert stage.world.counts["row_proven"] == 1


def test_an_echo_of_one_part_leaves_the_others_to_be_proven(stage: Stage) -> None:
    stage.row("", "")
    stage.echo(f"{ID}:1")

    assert stage.open is not None
    assert [part.platform_id for part in stage.open.parts] == ["", "mid.1"]
    assert stage.finished is None


def test_a_part_keeps_the_first_id_that_proved_it(stage: Stage) -> None:
    stage.row("mid.0", "")
    stage.echo(f"{ID}:0", "mid.other")

    assert stage.open is not None
    assert [part.platform_id for part in stage.open.parts] == ["mid.0", ""]


def test_an_echo_of_ours_without_a_reference_proves_the_part_that_says_the_same(stage: Stage) -> None:
    stage.row("1:6", "")
    stage.says(" et   merci ")

    assert stage.finished is not None
    assert (stage.finished.state, stage.finished.platform_ids) == ("sent", ("1:6", "1:7"))


@pytest.mark.parametrize("said", ["autre chose", "Bonjour et merci", ""])
def test_an_echo_of_ours_that_says_something_else_proves_nothing_and_is_nobodys_answer(stage: Stage, said: str) -> None:
    before = stage.row("", "")
    stage.says(said)

    assert stage.open == before
    assert stage.world.counts["receipt_unplaced"] == 1
    assert stage.reports == []


def test_an_echo_of_a_text_with_buttons_says_what_stood_above_them(stage: Stage) -> None:
    shown = replace(TWO[0], text="Bonjour\n1. Colis", shown_text="Bonjour", quick_replies=(QuickReply("Colis", "1"),))
    stored = fixtures.row(row_id=ID, state="claimed", parts=(shown,), created_at=Millis(START), address=PERSON)
    stage.world.table.put(keys.open_row(stage.world.brand, ID), items.row_item(stored))
    stage.says("Bonjour")

    assert stage.finished is not None
    assert stage.finished.state == "sent"


def test_an_echo_of_ours_that_comes_twice_proves_one_part(stage: Stage) -> None:
    stage.row("", "")
    stage.says("Bonjour")
    stage.says("Bonjour")

    assert stage.open is not None
    assert [part.platform_id for part in stage.open.parts] == ["1:7", ""]


def test_a_row_that_nobody_sends_is_not_proven_by_its_words(stage: Stage) -> None:
    before = stage.row("", "", state="pending")
    stage.says("Bonjour")

    assert stage.open == before


@pytest.mark.parametrize("reference", [f"{ID}:2", f"{ID}:99"])
def test_a_part_that_the_row_has_not_proves_nothing(stage: Stage, reference: str) -> None:
    before = stage.row("", "")
    stage.echo(reference)

    assert stage.open == before


def test_a_row_that_nobody_claimed_is_not_ended_by_an_echo(stage: Stage) -> None:
    stage.row("mid.0", "mid.1", state="pending")
    stage.echo(f"{ID}:0")

    assert stage.open is not None
    assert stage.finished is None


def test_a_message_of_unknown_result_becomes_sent_by_its_echo(stage: Stage) -> None:
    stage.finish("unknown")
    stage.echo(f"{ID}:0")

    assert stage.finished is not None
    assert (stage.finished.state, stage.finished.platform_ids) == ("sent", ("mid.1",))


@pytest.mark.parametrize("state", ["sent", "failed", "cancelled"])
def test_a_message_whose_end_is_known_is_not_changed_by_an_echo(stage: Stage, state: str) -> None:
    stage.finish(state)
    before = stage.finished
    stage.echo(f"{ID}:0")

    assert stage.finished == before


@pytest.mark.parametrize("reference", ["order.1.2", "a:b", ":"])
def test_another_tools_reference_is_counted_and_stops_nothing(stage: Stage, reference: str) -> None:
    stage.echo(reference)
    stage.receipt("sent", reference)
    stage.receipt("failed", reference)

    assert stage.world.counts["receipt_unplaced"] == 3
    assert stage.reports == []


def test_a_receipt_without_a_reference_is_counted_and_stops_nothing(stage: Stage) -> None:
    stage.receipt("sent", "")

    assert stage.world.counts == {"receipt_unplaced": 1}


def test_a_receipt_that_names_no_message_proves_the_part_by_its_own_id(stage: Stage) -> None:
    stage.row("mid.0", "")
    stage.receive(
        Receipt(event_id=EventId("ev.7"), address=PERSON, sent_at=Millis(START), row_id=f"{ID}:1", status="sent")
    )

    assert stage.finished is not None
    assert stage.finished.platform_ids == ("mid.0", "ev.7")


def test_a_failure_ends_an_open_row_and_is_reported_once_with_the_platforms_code(stage: Stage) -> None:
    stage.row("mid.0", "")
    for _ in range(2):
        stage.receipt("failed", error_code="551")

    assert stage.open is None
    assert stage.finished is not None
    assert (stage.finished.state, stage.finished.error_code) == ("failed", stage.reports[0].code)
    (told,) = {each.event_id: each for each in stage.reports}.values()
    assert (told.status, told.row.row_id, told.code.split()[-1]) == ("failed", ID, "551")


@pytest.mark.parametrize(("state", "reported"), [("sent", 1), ("unknown", 1), ("failed", 0), ("cancelled", 0)])
def test_a_failure_after_the_end_counts_where_the_message_was_thought_to_be_there(
    stage: Stage, state: str, reported: int
) -> None:
    stage.finish(state)
    stage.receipt("failed", error_code="551")

    assert len(stage.reports) == reported
    assert stage.finished is not None
    assert stage.finished.state == ("failed" if reported else state)


def test_a_failure_of_a_row_that_is_not_there_is_nobodys(stage: Stage) -> None:
    stage.receipt("failed", error_code="551")

    assert (stage.reports, stage.world.counts) == ([], {})
