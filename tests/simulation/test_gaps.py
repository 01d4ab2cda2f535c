"""Subjects that the classifier knows and the playbook has no words for: named on the ticket, counted, listed."""

from __future__ import annotations

import pytest

from chalicelib.admin import gaps
from chalicelib.model import Millis
from infra.commands import _arguments

from . import agent
from .paths import HOURS, ODD
from .world import Step, World, playbook_of

MOVED = "Comment changer mon adresse de livraison ?"
DAY_MS = 86_400_000


def asks(person: str, text: str, *, times: int = 1, wait_ms: int = 60_000) -> Step:
    return Step(lambda world: world.whatsapp.writes(person, text, times=times), wait_ms=wait_ms, name=text)


def listed(world: World, days: int = 7) -> list[tuple[str, str, int]]:
    found = gaps.found(world.table, playbook_of(world.brand), days, Millis(world.clock.now))
    return [(gap["intent"], gap["title"], gap["asked"]) for gap in found]


def test_a_subject_without_words_is_named_on_its_ticket_and_counted_once_a_question() -> None:
    world = World().run(asks("33600000301", MOVED, times=2), asks("33600000302", MOVED), asks("33600000303", HOURS))

    about = agent.shown(agent.tickets(world)[0])
    assert "*Sujet reconnu\u00a0: changement d’adresse.* Le carnet n’a pas encore de réponse." in about
    assert listed(world) == [("change_address", "Changement d’adresse", 2)]
    assert "2  change_address" in gaps.drawn(
        gaps.found(world.table, playbook_of(world.brand), 7, Millis(world.clock.now)), "b", 7
    )


def test_what_no_subject_fits_is_no_gap() -> None:
    world = World().run(asks("33600000304", ODD))

    assert listed(world) == []
    assert gaps.drawn([], "maison-lune", 7) == "Nobody asked maison-lune about a known subject without words in 7 days."


def test_a_gap_of_last_month_is_not_this_weeks() -> None:
    world = World().run(asks("33600000305", MOVED))
    world.clock.now += 10 * DAY_MS

    assert listed(world) == []
    assert listed(world, 30) == [("change_address", "Changement d’adresse", 1)]


@pytest.mark.parametrize(("text", "days"), [("7d", 7), ("30", 30), ("100d", 100)])
def test_how_far_back_is_given_in_days(text: str, days: int) -> None:
    assert _arguments.days(text) == days


@pytest.mark.parametrize("text", ["0d", "101d", "week", "-1d", ""])
def test_anything_else_is_wrong_usage(text: str) -> None:
    with pytest.raises(Exception, match="give days"):
        _arguments.days(text)
