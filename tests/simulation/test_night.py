"""
A night: four hundred customers, thirty answers, the second wrong one stops the subject, two corrections, one start.

Through the real pipeline, from the webhooks to Slack, by the degrees with which every brand begins.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.conversation import JUDGES, Scope
from chalicelib.model import Millis, TicketId
from chalicelib.playbook.codec import to_json
from chalicelib.playbook.release import BEGINNING, FULL, Rollout
from chalicelib.quality import answer_samples
from chalicelib.store import judging
from chalicelib.workspaces.slack import actions
from chalicelib.workspaces.slack.services import suggested

from . import agent
from .invariants import Ledger, broken
from .judges import asks, says_of_it
from .paths import presses
from .world import SimWiring, Step, World, playbook_of

SCOPE = "intent:opening_hours"
CUSTOMERS = 400
EVENING_MS = 11 * 3_600_000  # from 10 in the morning to 9 in the evening in Paris
APART_MS = 90_000  # so the last one writes at 7 in the morning
UNNAMED = "U0EVE"


def opened(world: World, degrees: Rollout) -> None:
    playbook = playbook_of(world.brand)
    rules = replace(playbook.autonomy, degrees=degrees)
    world.table.put_playbook(to_json(replace(playbook, autonomy=rules)), world.clock())


def text(number: int) -> str:
    return f"Vos horaires svp ? kk{number}zz"


def writes(number: int, wait_ms: int = APART_MS) -> Step:
    return Step(lambda world: world.whatsapp.writes(f"336{number:08d}", text(number)), wait_ms=wait_ms)


def says(word: str, by: str = agent.AGENT) -> Step:
    return Step(agent.commands(word, by=by), wait_ms=2_000)


def answered(world: World) -> list[dict[str, Any]]:
    return [row for row in Ledger(world).finished.values() if row["kind"] == "reply" and row["state"] == "sent"]


def tickets(world: World) -> list[dict[str, Any]]:
    return [item for (_, sk), item in Ledger(world).plain.items() if sk == "ticket"]


def scope(world: World) -> Scope | None:
    return world.table.control().scopes.get(SCOPE)


def stopped(world: World) -> bool:
    found = scope(world)
    return found is not None and found.stopped


def some(count: int, verdicts: tuple[str, ...] = ()) -> World:
    """So many customers were answered, and somebody judged the first of these answers."""
    world = World()
    opened(world, FULL)
    world.run(*(writes(number, 5_000) for number in range(count)))
    return world.run(*(step for verdict in verdicts for step in (asks(), says_of_it(verdict))))


@pytest.mark.slow
def test_a_night_of_four_hundred_customers_and_the_morning_after() -> None:
    world = World()
    world.loops = 60_000
    world.clock.now += EVENING_MS
    opened(world, BEGINNING)
    world.run(*(writes(number) for number in range(CUSTOMERS)))

    assert len(answered(world)) == BEGINNING.cap
    reasons = Counter(ticket["reason"] for ticket in tickets(world))
    assert set(reasons) == {"outside_share", "over_cap"}
    assert reasons.total() == CUSTOMERS - BEGINNING.cap
    assert all("Lyon" in ticket["suggestion"] for ticket in tickets(world))
    waiting = judging.waiting(world.table, world.clock())
    assert {each.said_id for each in waiting} == {row["row_id"] for row in answered(world)}
    assert {each.line.sample for each in waiting} == {answer_samples.SAMPLE}

    world.run(*(step for verdict in ("right", "wrong") for step in (asks(), says_of_it(verdict))))
    assert not stopped(world)
    pressed: list[int] = []
    world.run(asks(), says_of_it("wrong"), Step(lambda world: pressed.append(world.clock())))

    found = scope(world)
    assert found is not None
    assert (found.stopped, found.by, found.refused, found.answers) == (True, JUDGES, 2, 3)
    assert found.since - pressed[0] < 5_000
    assert Counter(ticket["reason"] for ticket in tickets(world))["judged_wrong"] == 2

    world.run(presses(actions.START_INTENT, by=UNNAMED))
    assert stopped(world)
    world.run(presses(actions.START_INTENT, by=agent.COLLEAGUE))
    assert not stopped(world)
    world.run(says("stop", UNNAMED), says("start", UNNAMED))
    assert world.table.control().silences_now("whatsapp", "")
    world.run(says("start", agent.COLLEAGUE))
    assert not world.table.control().silences_now("whatsapp", "")
    assert broken(world, [text(number) for number in range(CUSTOMERS)]) == []


def test_one_wrong_answer_is_corrected_and_the_second_stops_the_subject_within_five_seconds() -> None:
    world = some(4, ("wrong", "right"))
    assert not stopped(world)
    pressed: list[Millis] = []

    world.run(asks(), says_of_it("wrong"), Step(lambda world: pressed.append(world.clock())))

    found = scope(world)
    assert found is not None
    assert (found.stopped, found.by, found.refused, found.answers) == (True, JUDGES, 2, 3)
    assert found.since - pressed[0] < 5_000
    notice = next(one for one in world.slack.posts if actions.START_INTENT in json.dumps(one.get("first") or ()))
    words = json.dumps(notice["first"], ensure_ascii=False)
    assert "2 réponses jugées fausses sur les 3 dernières relues" in words
    assert notice["at"] - pressed[0] < 5_000


def test_a_single_dangerous_answer_stops_it_at_once() -> None:
    assert stopped(some(2, ("dangerous",)))


def test_what_is_right_stops_nothing_and_opens_no_ticket() -> None:
    world = some(3, ("right", "right", "right"))

    assert not stopped(world)
    assert tickets(world) == []


def test_each_wrong_answer_becomes_a_ticket_whose_button_opens_the_apology() -> None:
    world = some(3, ("wrong", "wrong"))

    found = tickets(world)
    assert [(ticket["reason"], ticket["priority"]) for ticket in found] == [("judged_wrong", "high")] * 2
    for message in agent.tickets(world)[:2]:
        (row,) = [block for block in message["blocks"] if block["type"] == "actions"]
        (button,) = [one for one in row["elements"] if one["action_id"] == actions.EDIT_REPLY]
        assert (button["text"]["text"], button["style"]) == ("Corriger", "primary")
    said = len(world.whatsapp.said)

    world.run(presses(actions.EDIT_REPLY))
    dialog = json.dumps(next(v for v in world.slack.views[::-1] if v.get("private_metadata")), ensure_ascii=False)
    assert "nous vous prions de nous en excuser" in dialog
    assert len(world.whatsapp.said) == said  # nothing leaves without a press
    world.run(Step(agent.submit("Nous vous prions de nous en excuser : 18 h."), wait_ms=2_000))

    assert world.whatsapp.said[-1].text == "Nous vous prions de nous en excuser : 18 h."


def test_an_answer_that_is_chosen_in_that_dialog_follows_the_apology() -> None:
    world = some(2, ("wrong",))
    (ticket,) = tickets(world)

    found = suggested(SimWiring(world, world.settings), world.brand, TicketId(ticket["ticket_id"]), "retour")

    assert "nous vous prions de nous en excuser" in found[0].text
    assert found[0].text.count("Bonjour") == 1
    assert "point relais" in found[0].text


def test_two_judges_who_agree_that_an_answer_is_wrong_open_one_ticket() -> None:
    world = some(2, ("wrong",))
    world.run(asks(agent.COLLEAGUE), says_of_it("right", agent.COLLEAGUE))
    world.run(asks(agent.COLLEAGUE), says_of_it("wrong", agent.COLLEAGUE))

    assert len(tickets(world)) == 1
    assert not stopped(world)


def test_after_the_stop_it_is_suggested_and_only_a_named_person_starts_it_again() -> None:
    world = some(3, ("wrong", "wrong"))
    before = len(answered(world))

    world.run(writes(90, 60_000), presses(actions.START_INTENT, by=UNNAMED))
    assert stopped(world)
    assert "<@U0LEA>, <@U0TOM>" in json.dumps(world.slack.views[-1])
    assert len(answered(world)) == before
    assert tickets(world)[-1]["suggestion"]

    world.run(presses(actions.START_INTENT, by=agent.COLLEAGUE), writes(91, 60_000))
    assert not stopped(world)
    assert len(answered(world)) == before + 1


def test_anybody_stops_the_whole_brand_and_only_a_named_person_starts_it() -> None:
    world = World()
    world.run(says("stop", UNNAMED))
    assert world.table.control().silences_now("whatsapp", "")

    world.run(says("start", UNNAMED))
    assert world.table.control().silences_now("whatsapp", "")

    world.run(says("start", agent.COLLEAGUE))
    assert not world.table.control().silences_now("whatsapp", "")


def test_what_was_judged_before_somebody_started_it_again_counts_no_more() -> None:
    world = some(6, ("wrong", "wrong"))
    world.run(presses(actions.START_INTENT), writes(70, 60_000), writes(71, 5_000))
    world.run(asks(), says_of_it("wrong"))  # one of before: it is corrected, and counts for nothing else
    assert not stopped(world)
    assert len(tickets(world)) == 3


def test_an_answer_that_was_overtaken_is_put_to_nobody() -> None:
    world = World()
    world.run(writes(1), Step(lambda world: world.whatsapp.writes("33600000001", "svp kkop"), wait_ms=700))

    (asked,) = judging.waiting(world.table, world.clock())
    assert "kkop" in asked.text
    assert [row["row_id"] for row in answered(world)] == [asked.said_id]
