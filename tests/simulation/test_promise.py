"""The story of a promise: kept, missed, and said sorry for once; and what the desk sees of it."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.model import Autonomy
from chalicelib.playbook.codec import to_json
from chalicelib.workspaces.slack import actions

from .invariants import Ledger
from .paths import ODD, natively, presses, says, team_answers_within, trouble, writes_reply
from .platforms import GRAPH_REFUSED
from .test_desk import ticket_of
from .world import START, World, playbook_of

MINUTE, HOUR = 60_000, 3_600_000
SORRY = "nous sommes en retard"
THERE, STILL = "Vous êtes là ?", "Il n'y a toujours personne ?"


def team(minutes: int = 160) -> World:
    """Ten o'clock in Paris, and a team that answered nine of ten within 2 h 40 (from 10:00, over lunch: 13:40)."""
    world = World()
    team_answers_within(minutes)(world)
    return world


def told(world: World, channel: str = "whatsapp") -> list[str]:
    return [each.text.replace("\u00a0", " ") for each in getattr(world, channel).said]


def promised(world: World) -> int:
    (ticket,) = [item for (_, sk), item in Ledger(world).plain.items() if sk == "ticket"]
    return int(ticket.get("promised_until", 0))


def test_a_promise_that_is_kept_is_shown_at_the_desk_and_nothing_more_is_said() -> None:
    world = team().run(says("whatsapp", ODD))

    assert [text for text in told(world) if "avant 14 h. (Assistant IA de Maison Lune)" in text] == told(world)
    assert promised(world) == START + 4 * HOUR
    assert "*Promis* une réponse avant 14 h" in str(ticket_of(world)).replace("\\xa0", " ").replace("\u00a0", " ")

    world.run(
        says("whatsapp", THERE, wait_ms=2 * HOUR),  # noon: the time is not over
        *writes_reply("Oui, en rose aussi. zz"),
        says("whatsapp", "Et en bleu ?", wait_ms=3 * HOUR),
    )
    assert len(told(world)) == 2
    assert SORRY not in "".join(told(world))


def test_a_promise_that_is_missed_is_said_sorry_for_once_and_given_anew() -> None:
    world = team().run(says("whatsapp", ODD), says("whatsapp", THERE, wait_ms=4 * HOUR + MINUTE))

    assert told(world)[1] == (
        "Nous vous avions annoncé une réponse avant 14 h et nous sommes en retard : toutes nos excuses. "
        "Une personne vous répond avant 17 h. (Assistant IA de Maison Lune)"
    )
    assert promised(world) == START + 7 * HOUR

    world.run(says("whatsapp", STILL, wait_ms=MINUTE), says("whatsapp", THERE, wait_ms=3 * HOUR + 10 * MINUTE))
    assert len(told(world)) == 2


def test_a_ticket_that_was_only_claimed_is_late_all_the_same() -> None:
    world = team().run(
        says("whatsapp", ODD), presses(actions.CLAIM), says("whatsapp", THERE, wait_ms=4 * HOUR + MINUTE)
    )

    assert SORRY in told(world)[1]


def test_nobody_is_told_sorry_at_night_but_in_the_morning() -> None:
    world = team().run(says("whatsapp", ODD), says("whatsapp", THERE, wait_ms=12 * HOUR))
    assert len(told(world)) == 1

    world.run(says("whatsapp", STILL, wait_ms=12 * HOUR))
    assert "annoncé une réponse hier avant 14 h et" in told(world)[1]


def test_an_answer_in_the_platforms_own_app_is_an_answer() -> None:
    world = team().run(
        says("messenger", ODD),
        natively("messenger", "Oui, en rose aussi.", HOUR),
        says("messenger", THERE, wait_ms=4 * HOUR),
    )

    assert SORRY not in "".join(told(world, "messenger"))


def test_an_acknowledgement_that_did_not_arrive_promised_nothing() -> None:
    world = team()
    trouble("whatsapp", GRAPH_REFUSED)(world)
    world.run(says("whatsapp", ODD))

    assert (told(world), promised(world)) == ([], 0)
    world.run(says("whatsapp", THERE, wait_ms=4 * HOUR + MINUTE))
    assert told(world) == []


def test_a_fresh_brand_promises_a_day_and_is_sorry_the_day_after() -> None:
    world = World().run(says("whatsapp", ODD), says("whatsapp", THERE, wait_ms=24 * HOUR))

    assert "vous répond ici aujourd’hui." in told(world)[0]
    assert "annoncé une réponse hier et nous sommes en retard" in told(world)[1]
    assert "Une personne vous répond aujourd’hui." in told(world)[1]


def test_in_suggest_a_customer_is_acknowledged_at_night() -> None:
    world = World()
    playbook = playbook_of(world.brand)
    rules = replace(playbook.autonomy, default=Autonomy.SUGGEST)
    world.table.put_playbook(to_json(replace(playbook, autonomy=rules)), world.clock())
    world.clock.now = START + 12 * HOUR
    world.run(says("whatsapp", "Vos horaires svp ?"))

    (words,) = told(world)
    assert "votre message est bien arrivé. L’équipe est de retour demain à 9 h 30 et vous répond ici dans" in words
