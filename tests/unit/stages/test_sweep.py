"""The minute's sweep and a reconnection: what is notified for again, once, and what one failure does not stop."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import address_of
from chalicelib.model import AccountId, ChannelName, Millis
from chalicelib.services import Services
from chalicelib.stages.sweep import reconnect, sweep
from chalicelib.store import items, keys, rows
from tests.simulation.world import START, SimWiring, World
from tests.unit.store import fixtures
from tests.unit.store.fixtures import NEW, PERSON

MESSENGER = ChannelName("messenger"), AccountId("2001")
OTHER = address_of("messenger", "2001", "78")


class Stage:
    """A stage's table and queues in memory."""

    def __init__(self) -> None:
        self.world = World()
        self.services: Services = SimWiring(self.world, self.world.settings).for_handlers

    def notified(self, queue: str = "outbox.fifo") -> list[str]:
        found = [json.loads(each.body) for each in self.world.sqs.queues.get(queue, ())]
        return [each["recipient"] for each in found if "recipient" in each]

    def later(self) -> None:
        self.world.clock.now += 3_600_000

    def parked(self, *numbers: int, address: Any = PERSON) -> None:
        for number in numbers:
            row = fixtures.row(number, address=address, created_at=Millis(START), not_before=Millis(START))
            table = self.world.table
            table.put(keys.open_row(table.brand, row.row_id), items.row_item(row))
            rows.index_due(table, row, keys.parked_shard(*MESSENGER), self.services.clock())


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_row_that_nobody_sent_is_notified_for_again_and_again_ever_later(stage: Stage) -> None:
    fixtures.first_commit(stage.world.table, rows=(fixtures.row(),))
    sweep(stage.services)
    assert stage.notified() == []
    stage.later()
    sweep(stage.services)
    sweep(stage.services)

    assert stage.notified() == [keys.recipient(PERSON)]
    stage.later()
    stage.later()
    sweep(stage.services)
    assert stage.notified() == [keys.recipient(PERSON)] * 2


def test_a_row_that_is_gone_wakes_nobody(stage: Stage) -> None:
    row = fixtures.row()
    fixtures.first_commit(stage.world.table, rows=(row,))
    rows.take_out(stage.world.table, row)
    stage.later()
    sweep(stage.services)

    assert stage.notified() == []


def test_a_wait_whose_timer_never_came_ends_by_the_sweep(stage: Stage) -> None:
    message = fixtures.written()
    held = replace(
        NEW,
        hold_until=Millis(START + 1_000),
        hold_gen=1,
        uncovered_from=keys.message(stage.world.brand, message.message_id).sk,
    )
    fixtures.first_commit(stage.world.table, after=held, hold=(1, START + 1_000))
    stage.later()
    sweep(stage.services)
    waiting = [json.loads(each.body) for each in stage.world.sqs.queues["timers"]]

    assert [(each["hold"], each["until"]) for each in waiting] == [(1, START + 1_000)]


def test_one_recipient_of_many_parked_rows_is_notified_once(stage: Stage) -> None:
    stage.parked(1, 2, 3)
    stage.parked(4, address=OTHER)

    assert reconnect(*MESSENGER, stage.services) == 2
    assert sorted(stage.notified()) == sorted([keys.recipient(PERSON), keys.recipient(OTHER)])


def test_a_row_is_parked_once_until_it_is_notified_for(stage: Stage) -> None:
    stage.parked(1)

    assert reconnect(*MESSENGER, stage.services) == 1
    assert reconnect(*MESSENGER, stage.services) == 0


def test_what_time_does_not_suffice_for_is_left_to_the_sweep(stage: Stage) -> None:
    stage.parked(1)

    assert reconnect(*MESSENGER, stage.services, until=START) == 0
    assert stage.notified() == []
    stage.later()
    sweep(stage.services)
    assert stage.notified() == [keys.recipient(PERSON)]
