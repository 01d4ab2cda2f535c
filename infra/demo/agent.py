"""
A simulated agent: finds the button on a ticket, and what to send to the simulated Slack to press it. Pure.

`messages` and `views` are the simulators' own (GET /sim/state, "slack").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.workspaces.slack import actions

Json = dict[str, Any]


def elements(shown: Mapping[str, Any]) -> Iterator[Json]:
    """Give every element that can be pressed in a message or modal, with its block's id."""
    blocks = list(shown.get("blocks") or ())
    for attachment in shown.get("attachments") or ():
        blocks += attachment.get("blocks") or ()
    for block in blocks:
        for element in [*(block.get("elements") or ()), block.get("accessory") or {}]:
            if isinstance(element, dict) and element.get("action_id"):
                yield {**element, "block_id": block.get("block_id", "")}


def press(message: Mapping[str, Any], action_id: str) -> Json | None:
    """Give the body of /sim/slack/action that presses this button or menu entry; None where the message has none."""
    for element in elements(message):
        if element["action_id"] == action_id:
            kept = {name: element[name] for name in ("type", "action_id", "block_id", "value") if name in element}
            return {"ts": message["ts"], "action": kept}
        for option in element.get("options") or ():
            value = actions.decode(option.get("value"))
            if value is not None and value.action == action_id:
                chosen = {name: element[name] for name in ("type", "action_id", "block_id")}
                return {"ts": message["ts"], "action": chosen | {"selected_option": option}}
    return None


def tickets(messages: Iterable[Mapping[str, Any]], channel: str) -> list[Mapping[str, Any]]:
    """Give the messages of a Slack channel that are tickets still waiting for an answer, oldest first."""
    return [m for m in messages if m["channel"] == channel and press(m, actions.EDIT_REPLY) is not None]


def typed(view_id: str, text: str) -> Json:
    """Give the body of /sim/slack/submit that sends the reply modal with this text."""
    value = {"type": "plain_text_input", "value": text}
    return {"view_id": view_id, "values": {actions.TEXT_BLOCK: {actions.TEXT_INPUT: value}}}
