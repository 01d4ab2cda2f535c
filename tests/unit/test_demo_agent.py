"""The demo's agent finds what can be pressed on a ticket, as a button or as an entry of its menu."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.workspaces.slack import actions
from chalicelib.workspaces.slack.blocks import ticket_blocks
from infra.demo import agent
from infra.demo.play import _ticket_id
from tests.unit.workspaces.slack.test_blocks import VIEW


@pytest.mark.parametrize("suggestion", ["", "Oui."])
def test_an_open_ticket_can_be_answered_whether_or_not_words_are_proposed(suggestion: str) -> None:
    blocks = [{**block, "block_id": "b"} for block in ticket_blocks(replace(VIEW, suggestion=suggestion))]
    message = {"ts": "1.1", "channel": "C1", "blocks": blocks}

    pressed = agent.press(message, actions.EDIT_REPLY)

    assert pressed is not None
    assert pressed["action"]["type"] == ("overflow" if suggestion else "button")
    assert agent.tickets([message], "C1") == [message]
    assert _ticket_id(message) == VIEW.ticket_id
    assert agent.press(message, "guichet_nothing") is None
