"""
A held answer that goes as a template: what its agent sees before the press, what the customer reads, what may go wrong.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.channels._whatsapp_templates import listed
from chalicelib.playbook.codec import to_json
from chalicelib.playbook.template_use import ANSWER, TemplateUse
from chalicelib.store import templates
from chalicelib.workspaces.slack import actions

from . import agent
from .exploring import play
from .invariants import broken
from .paths import ODD, PERSON, TEMPLATE, presses, says, waits, with_template, writes_reply
from .platforms import GRAPH_PAUSED, Said, answer
from .test_answering import ticket
from .world import Step, World

BODY: Any = TEMPLATE["components"]
WORDS = "Oui, en rose\n\taussi.    zz"
READS = "Bonjour, voici notre réponse : Oui, en rose aussi. zz L'équipe Maison Lune vous lit ici."
HELD = (says("whatsapp", ODD), presses("claim"), waits(25 * 60), *writes_reply(WORDS))


def relisted(world: World, **changed: Any) -> None:
    """The list was read again, and the template is another by then."""
    account = next(each for each in world.directory.accounts(world.brand) if each.channel == "whatsapp")
    one: Mapping[str, Any] = {**TEMPLATE, **changed}
    templates.keep(world.table, account, templates.bounded([listed(dict(one))], world.clock()))


def screen(world: World) -> str:
    return agent.shown(agent.tickets(world)[-1])


def went(world: World) -> list[Said]:
    """What reached the customer of their agent's answer; the acknowledgement went before it."""
    return [said for said in world.whatsapp.said if "zz" in said.text]


def run(*steps: Step, prepare: Any = None) -> World:
    world = World()
    (prepare or with_template())(world)
    return world.run(*HELD, *steps)


def test_an_agent_sees_words_and_price_before_the_press_and_nothing_has_gone() -> None:
    world = run()

    assert went(world) == []
    assert ticket(world).state == "held"
    assert f"> {READS}" in screen(world)
    assert "0,0288 USD" in screen(world)
    assert "reponse_conseiller" in screen(world)
    (button,) = [
        one
        for block in agent.tickets(world)[-1]["blocks"]
        for one in block.get("elements", ())
        if one.get("action_id") == actions.SEND_TEMPLATE
    ]
    assert "0,0288 USD" in button["confirm"]["text"]["text"]


def test_a_press_sends_the_template_once_with_the_answer_on_one_line() -> None:
    world = run(presses("send_template", 120_000), presses("send_template", 120_000))

    assert [(said.text, said.kind) for said in went(world)] == [(READS, "template")]
    assert ticket(world).state == "settled"
    assert broken(world, [ODD]) == []


def test_a_press_may_be_undone_and_the_agents_own_words_are_in_the_dialog() -> None:
    world = run(presses("send_template"), presses("undo", 2_000))

    assert went(world) == []
    assert (ticket(world).state, ticket(world).draft) == ("claimed", WORDS)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"status": "PAUSED"}, "il est en pause"),
        ({"status": "REJECTED"}, "il a été refusé"),
        ({"category": "MARKETING"}, "sa catégorie est « marketing »"),
        ({"language": "en"}, "la plateforme ne connaît pas ce modèle"),
        ({"components": [{"type": "BODY", "text": "Bonjour {{1}} merci"}]}, "il a 1 champs"),
        ({"components": [{"type": "HEADER", "format": "IMAGE"}, *BODY]}, "il demande autre chose qu’un texte"),
        ({"components": [{"type": "BODY", "text": "{{1}} {{2}} " + "a" * 1_000}]}, "passe 1024 caractères"),
    ],
)
def test_what_cannot_go_is_held_with_the_reason_and_without_a_button(changed: Any, words: str) -> None:
    def prepare(world: World) -> None:
        with_template()(world)
        relisted(world, **changed)

    world = run(prepare=prepare)

    assert ticket(world).state == "held"
    assert words in screen(world).replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ")
    assert agent.button(world, actions.SEND_TEMPLATE) is None


def test_a_marketing_template_goes_where_the_brand_allows_it_and_its_price_is_said_to_be_unknown() -> None:
    def prepare(world: World) -> None:
        with_template()(world)
        relisted(world, category="MARKETING")
        use = TemplateUse(name="reponse_conseiller", values=(ANSWER, "Maison Lune"), marketing=True)
        world.table.put_playbook(to_json(replace(world.playbook, templates={"fr": use})), world.clock())

    world = run(prepare=prepare)

    assert "prix inconnu" in screen(world)
    assert agent.button(world, actions.SEND_TEMPLATE) is not None


@pytest.mark.parametrize("changed", [{"category": "MARKETING"}, {"status": "PAUSED"}])
def test_a_press_on_what_has_changed_since_sends_nothing(changed: Any) -> None:
    world = run(
        Step(lambda world: relisted(world, **changed), wait_ms=20_000, name="read again"),
        presses("send_template", 60_000),
    )

    assert went(world) == []
    assert ticket(world).state == "held"


def test_a_paused_template_falls_back_to_held_and_the_reason_is_told() -> None:
    world = run(
        Step(lambda world: world.whatsapp.troubles.append(GRAPH_PAUSED), name="paused"),
        presses("send_template", 60_000),
    )

    assert went(world) == []
    assert (ticket(world).state, ticket(world).failure, ticket(world).answer) == ("held", "Refused 132015", WORDS)
    assert "132015" in screen(world)
    assert agent.button(world, actions.SEND_TEMPLATE) is None
    assert world.desks.thread_names(ticket(world), "Refused 132015")


def test_a_template_that_failed_after_it_was_taken_falls_back_to_held() -> None:
    def undelivered(world: World) -> None:
        said = world.whatsapp.said[-1]
        world.whatsapp.status(PERSON, said.platform_id, said.token, "failed", 0, 131049)

    def prepare(world: World) -> None:
        with_template()(world)
        world.whatsapp.mute = True

    world = run(
        presses("send_template", 60_000), Step(undelivered, wait_ms=20_000, name="undelivered"), prepare=prepare
    )

    assert len(went(world)) == 1
    assert (ticket(world).state, ticket(world).failure) == ("held", "Refused 131049")


def test_a_lost_answer_is_not_sent_again() -> None:
    world = run(
        Step(lambda world: world.whatsapp.troubles.append(answer(502, {})), name="lost"),
        presses("send_template", 120_000),
        waits(10),
    )

    assert went(world) == []
    assert ticket(world).state == "failed"
    assert "Unconfirmed" in ticket(world).failure


def test_the_held_answer_leaves_as_a_text_when_the_customer_writes_first() -> None:
    world = run(says("whatsapp", "Bonjour", wait_ms=60_000))

    assert [(said.text, said.kind) for said in went(world)] == [(WORDS, "")]


def test_without_a_template_in_the_playbook_nothing_is_offered() -> None:
    world = World().run(*HELD)

    assert ticket(world).state == "held"
    assert "modèle" not in json.dumps(agent.tickets(world)[-1]["blocks"], ensure_ascii=False)


@pytest.mark.parametrize(
    "name", ["an answer that comes too late goes as a template", "an answer that is held until the customer says hello"]
)
def test_an_answer_that_is_submitted_again_after_it_was_held_is_held_all_the_same(name: str) -> None:
    """Slack heard nothing of the first submission, whose worker died after it had queued it."""
    trace = play(name)[0].injector.trace
    queued = [number for number, call in enumerate(trace) if call == "slack: sqs.send_message inbox.fifo"]
    wrong = {number: found for number in queued if (found := play(name, {number: "die"})[1].broken)}

    assert queued
    assert wrong == {}
