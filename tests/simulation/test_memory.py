"""A customer who comes back is answered: with a second order, about another shop, a week later, after a ticket."""

from __future__ import annotations

from chalicelib.workspaces.slack import actions

from .paths import NUMBER, ODD, PARCEL, PERSON, order_known, presses, says
from .world import World

SECOND = "et la ML654321 ?"
LYON, NANTES = "Vos horaires à Lyon ?", "et les horaires de la boutique de Nantes ?"
DAY = 86_400_000


def orders_known(world: World) -> None:
    order_known(world)
    world.shop.orders["ML654321"] = {
        "number": "ML654321", "status": "shipped", "carrier": "DPD", "expected_on": "2026-11-28"
    }  # fmt: skip


def tickets(world: World) -> list[str]:
    return [item["reason"]["S"] for key, item in world.dynamo.items.items() if key[1] == "ticket"]


def test_a_second_order_is_looked_up() -> None:
    world = World()
    orders_known(world)

    world.run(
        says("whatsapp", PARCEL), says("whatsapp", NUMBER, wait_ms=30_000), says("whatsapp", SECOND, wait_ms=600_000)
    )

    assert "ML654321" in world.whatsapp.said[-1].text
    assert tickets(world) == []


def test_the_hours_of_another_shop_are_said_too() -> None:
    world = World()

    world.run(says("messenger", LYON), says("messenger", NANTES, wait_ms=600_000))

    assert (len(world.messenger.said), tickets(world)) == (2, [])


def test_a_day_later_the_same_question_is_looked_up_afresh() -> None:
    """What the shop said yesterday is not said again: the order has moved on."""
    world = World()
    orders_known(world)
    world.run(says("whatsapp", "Où est mon colis ML123456 ?"))

    world.shop.orders["ML123456"] |= {"status": "delivered"}
    world.run(says("whatsapp", "Où est mon colis ML123456 ?", wait_ms=DAY + 60_000))

    assert len(world.whatsapp.said) == 2
    assert "livré" in world.whatsapp.said[-1].text
    assert tickets(world) == []


def test_a_closed_ticket_ends_what_was_said() -> None:
    world = World()
    world.run(
        says("whatsapp", LYON), says("whatsapp", ODD, wait_ms=60_000), presses(actions.CLAIM), presses(actions.CLOSE)
    )

    world.run(says("whatsapp", LYON + " svp", wait_ms=60_000))

    assert tickets(world) == ["out_of_scope"]
    assert "Lyon" in world.whatsapp.said[-1].text


def test_the_same_question_soon_again_goes_to_a_person() -> None:
    world = World()

    world.run(says("whatsapp", LYON), says("whatsapp", LYON, wait_ms=60_000))

    assert tickets(world) == ["already_said"]


def test_an_answer_that_was_overtaken_is_not_remembered() -> None:
    """It was never said: the question of the second message is answered, not taken for a repetition."""
    world = World()

    world.run(says("whatsapp", LYON), says("whatsapp", "svp", wait_ms=700))

    assert [said.person for said in world.whatsapp.said] == [PERSON]
    assert tickets(world) == []
