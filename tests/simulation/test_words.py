"""Words changed in Slack, without an engineer: the next customer gets them within a minute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.playbook.codec import from_json
from chalicelib.store import bulletins, versions

from . import agent
from .invariants import broken
from .paths import HOURS, another, says
from .world import Step, World

NEW = "Nos boutiques sont ouvertes du mardi au samedi, de 10 h à 19 h."
STRIKE = "Une grève retarde les livraisons d’un jour ou deux."


def types(text: str, wait_ms: int = 1_000) -> Step:
    return Step(agent.commands(text), wait_ms=wait_ms, name=text)


def fills(given: Mapping[str, Any], wait_ms: int = 20_000) -> Step:
    return Step(agent.fills(given), when=lambda world: bool(world.slack.views), wait_ms=wait_ms, name="publish")


def changes_the_answer() -> list[Step]:
    return [
        says("whatsapp", HOURS),
        types("réponse opening_hours"),
        fills({"answer_replies//fr": {"value": NEW}}),
        another(f"{HOURS} kkzz", wait_ms=30_000),
    ]


def makes_an_exception(ends: int) -> list[Step]:
    return [
        types("exception"),
        fills({"exception_fr": {"value": STRIKE}, "exception_en": {}, "exception_ends": {"selected_date_time": ends}}),
        says("whatsapp", HOURS, wait_ms=30_000),
    ]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def read(world: World) -> list[str]:
    return [plain(said.text) for said in world.whatsapp.said]


def test_a_sentence_changed_in_the_dialog_is_what_the_next_customer_reads_within_a_minute() -> None:
    world = World()
    world.run(*changes_the_answer())

    assert [NEW in text for text in read(world)] == [False, True]
    assert broken(world, [HOURS, f"{HOURS} kkzz"]) == []
    [now, before] = versions.latest(world.table, 5)
    assert (now.number, now.by, now.what, now.pushed) == (2, agent.AGENT, "answer:opening_hours", before.number)


def test_an_exception_made_in_the_dialog_is_read_within_a_minute() -> None:
    world = World()
    world.run(*makes_an_exception(world.clock.now // 1000 + 86_400))

    assert [STRIKE in text for text in read(world)] == [True]
    [made] = bulletins.read(world.table)
    assert (made.by, made.texts) == (agent.AGENT, {"fr": STRIKE})


@pytest.mark.parametrize("fault", ["die", "lost", "conflict"])
def test_an_exception_is_made_once_though_the_desk_fails_at_any_call(fault: str) -> None:
    def publishes(plan: dict[int, str]) -> World:
        world = World(plan=plan)
        return world.run(*makes_an_exception(world.clock.now // 1000 + 86_400)[:2])

    for call in range(1, len(publishes({}).injector.trace) + 1):
        table = publishes({call: fault}).table
        assert (call, bulletins.read(table)) == (call, tuple(bulletins.history(table)))
        assert len(bulletins.read(table)) == 1


@pytest.mark.parametrize("fault", ["die", "lost", "conflict"])
def test_a_desk_that_fails_at_any_call_publishes_once(fault: str) -> None:
    def publishes(plan: dict[int, str]) -> World:
        return World(plan=plan).run(types("réponse opening_hours"), fills({"answer_replies//fr": {"value": NEW}}))

    calls = len(publishes({}).injector.trace)
    assert calls > 8
    for call in range(1, calls + 1):
        held = versions.current(publishes({call: fault}).table)
        assert held is not None
        assert (call, held.number) == (call, 2)
        assert plain(from_json(held.json).intents["opening_hours"].replies["fr"]) == NEW
