"""An intent whose answers customers refuse in words is stopped by itself, told at once, and started by a person."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from chalicelib.conversation import MONITOR, Scope, address_of
from chalicelib.model import Shift
from chalicelib.quality import drift
from chalicelib.quality.monitor import count
from chalicelib.workspaces.slack import actions

from . import agent
from .paths import HOURS, presses
from .world import SimWiring, Step, World

SCOPE = "intent:opening_hours"
LYON, NANTES = "Vos horaires à Lyon ?", "et les horaires de Nantes ?"


def says(person: str, text: str, wait_ms: int = 0) -> Step:
    """One of several customers writes."""
    return Step(lambda world: world.whatsapp.writes(person, text), wait_ms=wait_ms, name=text)


def refuses(person: str, text: str = "non") -> list[Step]:
    return [says(person, HOURS), says(person, text, 60_000)]


def scope(world: World) -> Scope | None:
    return world.table.control().scopes.get(SCOPE)


def stopped(world: World) -> bool:
    found = scope(world)
    return found is not None and found.stopped


def notices(world: World) -> list[dict[str, Any]]:
    return [one for one in world.slack.posts if "thread_ts" not in one and "opening" not in one and _button(one)]


def _button(message: dict[str, Any]) -> bool:
    return actions.START_INTENT in json.dumps(message.get("first") or ())


def tickets(world: World) -> list[dict[str, Any]]:
    return [item for key, item in world.dynamo.items.items() if key[1] == "ticket"]


def two_refuse(world: World) -> World:
    return world.run(*refuses("33600000100"), *refuses("33600000101", "c'est pas ma question"))


def test_refusals_in_words_stop_the_intent_and_a_person_is_asked_instead() -> None:
    world = World()
    world.run(*refuses("33600000100"))
    assert not stopped(world)
    world.run(*refuses("33600000101", "c'est pas ma question"))

    found = scope(world)
    assert found is not None
    assert (found.stopped, found.by, found.refused, found.answers) == (True, MONITOR, 2, 2)
    assert world.counts["classifier_tightened"] == 1


def test_the_desk_is_told_at_once_with_the_tickets_behind_it_and_the_way_back() -> None:
    world = two_refuse(World())

    (notice,) = notices(world)
    words = json.dumps(notice["first"], ensure_ascii=False)
    assert "Horaires et boutiques" in words
    assert "2 réponses refusées sur 2" in words
    for ticket in tickets(world):
        assert f"message_ts={ticket['desk_ts']['S']}" in words
    assert "33600000" not in words
    found = scope(world)
    assert found is not None
    assert notice["at"] - found.since < 5_000


def test_its_customers_are_told_that_a_person_answers_and_the_ticket_names_the_stop() -> None:
    world = two_refuse(World())
    before = len(world.whatsapp.said)

    world.run(says("33600000109", HOURS, 60_000))

    (said,) = world.whatsapp.said[before:]
    assert "Lyon" not in said.text
    ticket = next(item for item in tickets(world) if item["person"]["S"] == "33600000109")
    assert ticket["reason"]["S"] == "stopped"
    shown = json.dumps(world.slack.messages[ticket["desk_ts"]["S"]]["blocks"], ensure_ascii=False)
    assert "sur ce sujet, le bot est arrêté depuis" in shown
    assert "2 réponses refusées" in shown


def test_the_button_starts_it_again_at_once_and_the_notice_says_who_did() -> None:
    world = two_refuse(World())

    world.run(presses(actions.START_INTENT), says("33600000109", HOURS, 5_000))

    assert not stopped(world)
    assert "Lyon" in world.whatsapp.said[-1].text
    (notice,) = [m for m in world.slack.messages.values() if _button(m)]
    now = json.dumps(notice["blocks"], ensure_ascii=False)
    assert f"<@{agent.AGENT}>" in now
    assert actions.START_INTENT not in now


def test_what_was_refused_before_somebody_started_it_counts_no_more() -> None:
    world = two_refuse(World())
    world.run(presses(actions.START_INTENT), *refuses("33600000110"))
    assert not stopped(world)

    world.run(*refuses("33600000111"))

    assert stopped(world)
    assert len(notices(world)) == 2


def test_good_customers_who_come_back_stop_nothing() -> None:
    world = World()
    for number in range(6):
        person = f"3360000020{number}"
        world.run(says(person, LYON), says(person, NANTES, 600_000), says(person, LYON, 7_200_000))

    assert not stopped(world)
    assert notices(world) == []


def test_one_person_stops_nothing_however_often_they_refuse() -> None:
    """Also when the desk closes the ticket each time, and the bot answers again."""
    world = World()
    for _ in range(4):
        world.run(*refuses("33600000300"), presses(actions.CLAIM), presses(actions.CLOSE))

    assert not stopped(world)


def test_a_stop_of_everything_stays_silent() -> None:
    world = World()
    world.table.switch("all", stopped=True)

    world.run(says("33600000109", HOURS))

    assert world.whatsapp.said == []


def test_a_brand_without_a_desk_for_notices_is_stopped_all_the_same() -> None:
    world = World()
    from chalicelib.playbook.codec import to_json

    from .world import playbook_of

    playbook = playbook_of(world.brand)
    world.table.put_playbook(to_json(replace(playbook, routing=replace(playbook.routing, account=""))), world.clock())

    two_refuse(world)

    assert stopped(world)


def test_what_has_shifted_is_said_at_the_desk_by_its_name_and_once() -> None:
    world = World()
    address = address_of("whatsapp", "1001", "33600000500")

    def seen_twice(world: World) -> None:
        services = SimWiring(world, world.settings).for_handlers
        shift = Shift("state", "fr", "refund", "overdue", 5, 70)
        drift.report_shifts(world.brand, [shift, shift], address, services)

    world.run(Step(seen_twice), Step(seen_twice, wait_ms=60_000))

    (line,) = [message["text"] for message in world.slack.posts if message["text"].startswith("📉")]
    assert "« Remboursement »" in plain(line)
    assert "délai dépassé, 70 % des messages" in plain(line)
    assert world.counts["classifier_drift"] >= 1


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_an_answer_that_was_overtaken_counts_as_none() -> None:
    world = World()

    world.run(says("33600000400", HOURS), says("33600000400", "svp", 700), says("33600000401", HOURS, 60_000))

    assert sum(day.answers for day in count(world.table, "opening_hours", 0, world.clock())) == 2
