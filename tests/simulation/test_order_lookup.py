"""The order that a customer names, looked up for the agent: a line on the ticket, words to send, nothing said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.model import Autonomy, TicketId
from chalicelib.playbook.codec import to_json
from chalicelib.playbook.schema import AutonomyRules
from chalicelib.workspaces.slack import actions
from chalicelib.workspaces.slack.services import suggested

from . import agent
from .paths import NUMBER, PERSON, SHAME, order_known, says
from .world import SimWiring, Step, World, playbook_of

PARCEL = "Où est mon colis ML123456 ? kkor"
LINE = "*ML123456* expédiée, Colissimo, prévue le 27\u00a0nov. · numéro donné par le client, identité non vérifiée"


def suggesting(world: World) -> None:
    """A brand as it is advised to begin."""
    rules = AutonomyRules(default=Autonomy.SUGGEST)
    world.table.put_playbook(to_json(replace(playbook_of(world.brand), autonomy=rules)), world.clock())


def stopped(world: World) -> None:
    world.table.switch("all", stopped=True)


def prepared(*how: Callable[[World], None]) -> World:
    world = World()
    for each in (order_known, *how):
        each(world)
    return world


def read(world: World) -> list[str]:
    return agent.shown(agent.tickets(world)[-1]).splitlines()


def element(world: World, name: str) -> dict[str, Any]:
    (block,) = [block for block in agent.tickets(world)[-1]["blocks"] if block["type"] == "actions"]
    return next(one for one in block["elements"] if one["action_id"] == name)


@pytest.mark.parametrize("how", [suggesting, stopped])
def test_an_order_status_is_ready_to_send_where_the_bot_may_not_say_it(how: Callable[[World], None]) -> None:
    world = prepared(how).run(says("whatsapp", PARCEL, wait_ms=1_000))

    lines = read(world)
    assert LINE in lines
    assert any(line.startswith("> Votre commande ML123456 est en route.") for line in lines)
    assert element(world, actions.SEND_SUGGESTION)["style"] == "primary"
    assert world.shop.asked == ["ML123456"]
    assert not any("ML123456" in said.text for said in world.whatsapp.said)


def test_a_complaint_shows_the_order_and_keeps_its_own_words() -> None:
    world = prepared().run(says("whatsapp", f"{SHAME}, ma commande ML123456 est perdue"))

    assert LINE in read(world)
    assert not any("Votre commande ML123456" in line for line in read(world))
    assert not any("Colissimo" in said.text for said in world.whatsapp.said)


def test_a_number_that_comes_later_is_looked_up_then() -> None:
    world = prepared().run(says("whatsapp", SHAME), says("whatsapp", NUMBER, wait_ms=60_000))

    assert LINE in read(world)


def test_two_numbers_are_two_lines() -> None:
    world = prepared().run(says("whatsapp", f"{SHAME}, mes commandes ML123456 et ML99999 !"))

    assert LINE in read(world)
    assert any(line.startswith("*ML99999* commande introuvable") for line in read(world))


def test_two_orders_are_proposed_together() -> None:
    def another(world: World) -> None:
        world.shop.orders["ML99999"] = {"number": "ML99999", "status": "preparing", "expected_on": "2026-12-01"}

    world = prepared(suggesting, another).run(says("whatsapp", "Où sont mes colis ML123456 et ML99999 ? kkor"))

    said = "\n".join(line for line in read(world) if line.startswith("> "))
    assert "ML123456 est en route" in said
    assert "ML99999 est en préparation" in said


def test_nobody_is_proposed_to_ask_for_the_number_a_third_time() -> None:
    world = prepared().run(
        says("whatsapp", "Où est mon colis ML99998 ? kkor"),
        says("whatsapp", "ML99999", wait_ms=60_000),
        says("whatsapp", "ML99997", wait_ms=60_000),
    )

    assert "je passe la main" in world.whatsapp.said[-1].text
    assert any(line.startswith("*ML99997* commande introuvable") for line in read(world))
    assert not any("carnet" in line and "Réponse" in line for line in read(world))


def test_a_shop_that_does_not_answer_is_one_honest_line() -> None:
    def down(world: World) -> None:
        world.shop.orders["ML123456"] = {"status": "in the moon"}

    world = prepared(suggesting, down).run(says("whatsapp", PARCEL))

    assert "*ML123456* le suivi des commandes n’a pas répondu" in read(world)
    assert not any("carnet" in line and "Réponse" in line for line in read(world))


def test_the_same_webhook_twice_is_one_ticket_with_one_line() -> None:
    world = prepared(suggesting).run(says("whatsapp", PARCEL, times=3))

    assert read(world).count(LINE) == 1
    assert len(agent.tickets(world)) == 1


def test_the_dialogs_list_has_the_order_status_filled_in() -> None:
    world = prepared().run(says("whatsapp", f"{SHAME}, ma commande ML123456 est perdue"))
    (ticket,) = [item for key, item in world.dynamo.items.items() if key[1] == "ticket"]
    here = SimWiring(world, world.settings)

    found = suggested(here, world.brand, TicketId(ticket["ticket_id"]["S"]), "suivi de commande")

    assert "ML123456 est en route" in found[0].text


def test_without_a_number_the_dialogs_list_asks_for_it() -> None:
    world = prepared().run(says("whatsapp", SHAME))
    (ticket,) = [item for key, item in world.dynamo.items.items() if key[1] == "ticket"]
    found = suggested(SimWiring(world, world.settings), world.brand, TicketId(ticket["ticket_id"]["S"]), "suivi de")

    assert "numéro de commande" in found[0].text


def test_in_public_the_order_is_shown_to_the_agent_and_no_words_of_it_are_proposed() -> None:
    world = prepared(suggesting).run(
        Step(lambda world: world.x.writes(PERSON, "@maison où est mon colis ML123456 ? kkor", public=True))
    )

    assert LINE in read(world)
    assert not any("est en route" in line for line in read(world))
