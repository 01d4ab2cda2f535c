"""The line of the board: what is late or soon due, who has it, what waits for somebody else."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.model import Millis
from chalicelib.playbook.schema import Playbook
from chalicelib.workspaces.slack.board_words import board_words, next_hour
from chalicelib.workspaces.slack.open_lists import standing
from tests.unit.workspaces.slack.test_open_lists import ENGLISH, HOUR, NOW, PLAYBOOK, ticket

MINUTE = 60_000


def said(*tickets: Any, playbook: Playbook = PLAYBOOK, unread: int = 0) -> str:
    text = board_words(standing(tickets, unread, playbook, NOW), playbook)
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def mine(hours: float, **more: Any) -> Any:
    return ticket(hours, **({"state": "claimed", "assignee": "U1"} | more))


def test_every_group_is_counted_in_both_languages() -> None:
    there = [
        *(ticket(30) for _ in range(3)),
        *(mine(0.1, answer_by=Millis(NOW + 2 * HOUR + 45 * MINUTE)) for _ in range(5)),
        *(ticket(0.5) for _ in range(9)),
        *(mine(1) for _ in range(19)),
        *(mine(50, state="answered") for _ in range(16)),
        *(mine(2, snoozed_until=Millis(NOW + HOUR)) for _ in range(2)),
    ]

    assert said(*there) == "📋 3 en retard · 5 avant 13 h · 12 libres · 24 pris · 16 attendent le client · 2 à rappeler"
    assert said(*there, playbook=ENGLISH) == (
        "📋 3 late · 5 before 1 pm · 12 free · 24 taken · 16 wait for the customer · 2 to be reminded of"
    )


def test_what_is_none_is_left_out_and_nothing_at_all_says_so() -> None:
    assert said(ticket(1)) == "📋 1 libre"
    assert said(mine(50, state="held")) == "📋 1 attend le client"
    assert said() == "📋 Aucune demande ouverte."


def test_what_could_not_be_read_is_told() -> None:
    assert said(ticket(1), unread=7) == "📋 1 libre · et 7 plus récentes"


@pytest.mark.parametrize(("minutes", "hours"), [(0, 1), (10, 1), (30, 1), (31, 2), (59, 2)])
def test_soon_is_the_next_full_hour_that_is_half_an_hour_away(minutes: int, hours: int) -> None:
    assert next_hour(Millis(NOW + minutes * MINUTE), PLAYBOOK) == NOW + hours * HOUR
