"""
An agent at the desk: looks at what stands in Slack and presses what is there, as Slack would report it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlencode

from chalicelib.model import Request
from chalicelib.workspaces.slack import actions

from .platforms import SECRET, Hook

if TYPE_CHECKING:
    from .world import World

TEAM, AGENT, COLLEAGUE = "T0GUICHET", "U0LEA", "U0TOM"


def signed(world: World, path: str, raw: bytes, *, form: bool) -> Request:
    stamp = world.clock.now // 1000
    digest = hmac.new(SECRET.encode(), b"v0:%d:%b" % (stamp, raw), hashlib.sha256).hexdigest()
    headers = {
        "content-type": ("application/x-www-form-urlencoded" if form else "application/json",),
        "x-slack-request-timestamp": (str(stamp),),
        "x-slack-signature": (f"v0={digest}",),
    }
    return Request(method="POST", path=path, query={}, headers=headers, body=raw)


def _send(world: World, path: str, raw: bytes, *, form: bool) -> None:
    world.presses.append(Hook(world.clock.now, path, signed(world, path, raw, form=form)))


def button(world: World, name: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The newest message that shows this button, and the button (or the menu option) itself."""
    for message in reversed(list(world.slack.messages.values())):
        if found := _pressable(message, name):
            return message, found
    return None


def _pressable(message: dict[str, Any], name: str) -> dict[str, Any] | None:
    for block in message.get("blocks") or ():
        for element in (*block.get("elements", ()), block.get("accessory", {})):
            if element.get("action_id") == name:
                return {"action_id": name, "type": "button", "value": element["value"]}
            for option in element.get("options", ()):
                value = actions.decode(option["value"])
                if value is not None and value.action == name:
                    return {"action_id": actions.MORE, "type": "overflow", "selected_option": option}
    return None


def tickets(world: World) -> list[dict[str, Any]]:
    """The tickets' own messages, oldest first; the lines of their threads left out."""
    return [m for m in world.slack.messages.values() if m.get("blocks") and not m.get("thread_ts")]


def shown(message: dict[str, Any]) -> str:
    """What a reader sees of a message: our lines as they are, and "> " before each line that quotes somebody."""
    lines: list[str] = []
    for block in message.get("blocks") or ():
        if block["type"] == "rich_text":
            lines += [line for part in block["elements"] for line in _rich(part)]
        elif block["type"] in ("header", "section"):
            lines.append(block["text"]["text"])
    return "\n".join(lines or [message.get("text", "")])


def _rich(part: dict[str, Any]) -> list[str]:
    mark = "> " if part["type"] == "rich_text_quote" else ""
    return [mark + line for line in "".join(one["text"] for one in part["elements"]).splitlines()]


def sees(name: str) -> Any:
    """A condition for a step: the button is there."""
    return lambda world: button(world, name) is not None


def press(name: str, *, by: str = AGENT, on: int | None = None) -> Any:
    """A step's deed: an agent presses the button, on the newest ticket that has it or on the one with this number."""

    def do(world: World) -> None:
        found = button(world, name) if on is None else _on(tickets(world)[on], name)
        assert found is not None, f"no button {name}"
        _click(world, *found, by=by)

    return do


def on(world: World, number: int, name: str) -> dict[str, Any] | None:
    """This button, or option of a menu, of the ticket with this number; None where it is not there."""
    shown = tickets(world)[number : number + 1]
    return _pressable(shown[0], name) if shown else None


def _on(message: dict[str, Any], name: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    found = _pressable(message, name)
    return (message, found) if found else None


def _click(world: World, message: dict[str, Any], action: dict[str, Any], *, by: str = AGENT) -> None:
    payload = _from(message, by) | {"type": "block_actions", "trigger_id": world.new_id()}
    payload["actions"] = [{**action, "action_ts": f"{world.clock.now / 1000:.6f}"}]
    _send(world, "/slack/actions", b"payload=" + quote_plus(json.dumps(payload)).encode(), form=True)


def press_in_dialog(name: str, *, by: str = AGENT) -> Any:
    """A step's deed: an agent presses a button of the newest dialog."""

    def do(world: World) -> None:
        view = next(view for view in reversed(world.slack.views) if has_button(view, name))
        found = _pressable(view, name)
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": by, "team_id": TEAM},
            "container": {"type": "view", "view_id": view["id"]},
            "trigger_id": world.new_id(),
            "view": view,
            "actions": [{**(found or {}), "action_ts": f"{world.clock.now / 1000:.6f}"}],
        }
        _send(world, "/slack/actions", b"payload=" + quote_plus(json.dumps(payload)).encode(), form=True)

    return do


def has_button(view: dict[str, Any], name: str) -> bool:
    return _pressable(view, name) is not None


def press_first(name: str) -> Any:
    """A step's deed: the agent presses the button on the oldest message, as their screen showed it before."""
    return lambda world: _click(world, *seen_first(world, name))


def seen_first(world: World, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    message = tickets(world)[0]
    found = _pressable({"blocks": message["first"]}, name)
    assert found is not None, f"no button {name}"
    return message, found


def _from(message: dict[str, Any], by: str) -> dict[str, Any]:
    where = {"type": "message", "message_ts": message["ts"], "channel_id": message["channel"]}
    user = {"id": by, "team_id": TEAM}
    return {"team": {"id": TEAM}, "user": user, "channel": {"id": message["channel"]}, "container": where}


def submit(text: str, *, by: str = AGENT, files: Mapping[str, bytes] | None = None) -> Any:
    """A step's deed: an agent fills the newest dialog, puts these files (name -> bytes) into it and submits it."""

    def do(world: World) -> None:
        view = next(v for v in reversed(world.slack.views) if v.get("private_metadata"))
        values: dict[str, Any] = {actions.TEXT_BLOCK: {actions.TEXT_INPUT: {"type": "plain_text_input", "value": text}}}
        if files and any(block.get("block_id") == actions.FILES_BLOCK for block in view["blocks"]):
            put = [world.slack.puts(name, data) for name, data in files.items()]
            values[actions.FILES_BLOCK] = {actions.FILES_INPUT: {"type": "file_input", "files": put}}
        payload = {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": {"id": by, "team_id": TEAM},
            "trigger_id": world.new_id(),
            "view": {**view, "state": {"values": values}},
        }
        _send(world, "/slack/actions", b"payload=" + quote_plus(json.dumps(payload)).encode(), form=True)

    return do


def fills(given: Any, *, by: str = AGENT) -> Any:
    """A step's deed: an agent fills fields of the newest dialog, by their block's id, and submits it."""

    def do(world: World) -> None:
        view = world.slack.views[-1]
        fields = {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}
        held = {block: {"value": one.get("initial_value")} for block, one in fields.items()}
        values = {block: {fields[block]["action_id"]: value} for block, value in (held | given).items()}
        payload = {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": {"id": by, "team_id": TEAM},
            "trigger_id": world.new_id(),
            "view": {**view, "state": {"values": values}},
        }
        _send(world, "/slack/actions", b"payload=" + quote_plus(json.dumps(payload)).encode(), form=True)

    return do


def types_in_thread(text: str) -> Any:
    """A step's deed: the agent types under the newest ticket."""

    def do(world: World) -> None:
        message = tickets(world)[-1]
        ts = f"{world.clock.now // 1000}.900001"
        event = {"type": "message", "user": AGENT, "text": text, "ts": ts, "thread_ts": message["ts"]}
        event["channel"] = message["channel"]
        payload = {"type": "event_callback", "team_id": TEAM, "event_id": world.new_id(), "event": event}
        _send(world, "/slack/events", json.dumps(payload).encode(), form=False)

    return do


def confirm() -> Any:
    """A step's deed: the agent says yes to the newest dialog, which asks for no words."""

    def do(world: World) -> None:
        view = next(v for v in reversed(world.slack.views) if v.get("private_metadata"))
        payload = {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": {"id": AGENT, "team_id": TEAM},
            "trigger_id": world.new_id(),
            "view": {**view, "state": {"values": {}}},
        }
        _send(world, "/slack/actions", b"payload=" + quote_plus(json.dumps(payload)).encode(), form=True)

    return do


def opens_home(by: str = AGENT) -> Any:
    """Somebody opens the app's home."""

    def do(world: World) -> None:
        opened = {"type": "app_home_opened", "user": by, "channel": f"D{by[1:]}", "tab": "home"}
        body = {"type": "event_callback", "team_id": TEAM, "event_id": world.new_id(), "event": opened}
        _send(world, "/slack/events", json.dumps(body).encode(), form=False)

    return do


def dialog_open(world: World) -> bool:
    return any(view.get("private_metadata") for view in world.slack.views)


def commands(text: str, *, by: str = AGENT) -> Any:
    """Types `/guichet` with these words in the brand's channel."""

    def do(world: World) -> None:
        fields = {"command": "/guichet", "text": text, "team_id": TEAM, "channel_id": "C0MAISON", "user_id": by}
        fields["trigger_id"] = world.new_id()
        _send(world, "/slack/commands", urlencode(fields).encode(), form=True)

    return do
