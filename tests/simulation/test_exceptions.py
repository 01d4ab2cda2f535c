"""Exceptions through the whole of Guichet: live within a minute, read once a day, over by themselves, explained."""

from __future__ import annotations

from typing import Any

from chalicelib.admin.explain import of_key
from chalicelib.model import Millis
from chalicelib.playbook.bulletin import Bulletin
from chalicelib.store import bulletins
from tests.unit.playbook.test_bulletin import DAY, HOUR, STRIKE, exception

from .invariants import Ledger, broken
from .paths import HOURS, ODD, another, says
from .world import START, Step, World

WORDS = "En raison d’une grève, les livraisons ont un à deux jours de retard."
LATER = "Et le samedi, vos horaires ? kkee"


def holds(wait_ms: int = 0, **more: Any) -> Step:
    made: Bulletin = exception(begins_at=Millis(START), made_at=Millis(START), ends_at=Millis(START + DAY), **more)

    def do(world: World) -> None:
        bulletins.add(world.table, made, world.clock(), lambda others: True)

    return Step(do, wait_ms=wait_ms, name="exception")


def read(world: World) -> list[str]:
    return [said.text for said in world.whatsapp.said]


def test_the_next_customer_after_less_than_a_minute_reads_it() -> None:
    world = World()
    world.run(says("whatsapp", HOURS), holds(wait_ms=30_000), another(f"{HOURS} kkzz", wait_ms=16_000))

    assert [WORDS in text for text in read(world)] == [False, True]
    assert broken(world, [HOURS, f"{HOURS} kkzz"]) == []


def test_who_read_it_before_an_answer_does_not_read_it_again_before_the_acknowledgement() -> None:
    world = World()
    world.run(holds(), says("whatsapp", HOURS), says("whatsapp", ODD, wait_ms=HOUR))

    assert [WORDS in text for text in read(world)] == [True, False]


def test_an_answer_that_is_overtaken_before_it_leaves_was_not_read() -> None:
    world = World()
    world.run(holds(), says("whatsapp", HOURS), says("whatsapp", ODD, wait_ms=500))

    assert [WORDS in text for text in read(world)] == [True]


def test_when_it_ends_answers_are_as_before() -> None:
    world = World()
    world.run(holds(), says("whatsapp", HOURS, wait_ms=DAY + 16_000))

    assert [WORDS in text for text in read(world)] == [False]


def test_a_subject_whose_usual_answer_is_wrong_goes_to_a_person() -> None:
    world = World()
    world.run(holds(intents=("opening_hours",), person_only=True, texts=STRIKE), says("whatsapp", HOURS))

    tickets = [item for (_, sk), item in Ledger(world).plain.items() if sk == "ticket"]
    assert [ticket["reason"] for ticket in tickets] == ["exception"]
    assert [WORDS in text for text in read(world)] == [True]


def test_explain_tells_which_exception_spoke() -> None:
    world = World()
    world.run(holds(), says("whatsapp", HOURS))

    [row] = [item for item in Ledger(world).finished.values() if item["kind"] == "reply"]
    found = of_key(world.table, row["row_id"])
    assert found is not None
    assert found.told == ("x1",)
