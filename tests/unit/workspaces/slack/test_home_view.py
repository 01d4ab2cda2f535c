"""The app's home: within Slack's limits for any brand, and lists for those who answer alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.workspaces.slack.home_view import BrandHome, home_view
from chalicelib.workspaces.slack.open_lists import standing
from tests.unit.workspaces.slack.test_open_lists import NOW, PLAYBOOK, ticket

BLOCKS, SECTION = 100, 3_000  # docs.slack.dev, views.publish and Block Kit


def texts(agent: str, *tickets: Any, admins: tuple[str, ...] = ()) -> list[str]:
    brand = BrandHome(replace(PLAYBOOK, admins=admins), standing(tickets, 0, PLAYBOOK, NOW))
    view = home_view([brand], agent, lambda channel: "<" * 60)
    assert view["type"] == "home"
    return [block["text"]["text"] for block in view["blocks"]]


def test_the_longest_lists_keep_to_slacks_limits() -> None:
    subject = {
        "intent": "x" * 200,
        "name": "&" * 200,
        "desk_account": "T1/C" + "1" * 10,
        "desk_ts": "1795604400.000001",
    }
    crowd = [ticket(number, state="claimed", assignee="U1", **subject) for number in range(1, 60)]
    shown = texts("U1", *crowd)

    assert 3 < len(shown) <= BLOCKS
    assert max(map(len, shown)) <= SECTION
    assert not any("&amp;" in text for text in shown)  # a name stands in none


@pytest.mark.parametrize(
    ("agent", "admins", "lists"), [("U1", (), 1), ("U2", (), 0), ("U2", ("U2",), 1), ("U3", ("U2",), 0)]
)
def test_who_has_a_ticket_or_is_named_by_the_playbook_sees_the_lists(
    agent: str, admins: tuple[str, ...], lists: int
) -> None:
    shown = texts(agent, ticket(1, state="answered", assignee="U1"), ticket(2), admins=admins)

    assert sum("message_ts" in text for text in shown) == lists
    assert sum("`/guichet mes`" in text for text in shown) == 1 - lists
    assert "1 libre" in shown[0]
