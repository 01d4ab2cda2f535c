"""The Slack app's manifest asks for what the code needs, and for nothing else."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from app import app
from chalicelib.workspaces.slack import actions, parse
from chalicelib.workspaces.slack.traits import SLACK
from infra.cli import main
from infra.commands.slack_app import MANIFEST
from infra.names import ROOT

# docs.slack.dev, each method's and each event's page: any one of the scopes lets it through.
METHODS: dict[str, set[str]] = {
    "auth.test": set(),
    "chat.delete": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history"},
    "conversations.replies": {"channels:history", "groups:history"},
    "files.completeUploadExternal": {"files:write"},
    "files.delete": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "files.info": {"files:read"},
    "pins.add": {"pins:write"},
    "reactions.add": {"reactions:write"},
    "views.open": set(),
    "views.publish": set(),
    "views.update": set(),
}
EVENTS = {
    "app_home_opened": set[str](),
    "app_uninstalled": set[str](),
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "tokens_revoked": set[str](),
}
FAMILIES = (
    "admin|api|apps|auth|bookmarks|bots|calls|canvases|chat|conversations|dialog|dnd|emoji|files|lists|oauth|pins"
)
METHOD = re.compile(rf"(?:{FAMILIES}|reactions|reminders|search|team|usergroups|users|views)\.(?!jsonl)[a-z][a-zA-Z.]+")


def manifest() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return found


def constants(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def called() -> set[str]:
    """Every Web API method that the workspace names: nothing else knows one."""
    files = (ROOT / "chalicelib" / "workspaces" / "slack").glob("*.py")
    words = {word for path in files for word in constants(path) if METHOD.fullmatch(word)}
    return {word for word in words if not word.endswith(".com")}  # a host of Slack's


def test_every_method_that_is_called_has_its_scope_and_every_scope_its_use() -> None:
    asked = set(manifest()["oauth_config"]["scopes"]["bot"])
    subscribed = manifest()["settings"]["event_subscriptions"]["bot_events"]
    methods = called()

    assert {"chat.postMessage", "files.info", "views.open"} <= methods
    assert methods - set(METHODS) == set()  # a new method: say here which scope it needs
    assert [each for each in methods if METHODS[each] and not METHODS[each] & asked] == []
    used = {scope for each in methods for scope in METHODS[each]} | {
        scope for each in subscribed for scope in EVENTS[each]
    }
    assert asked == used | {"commands"}


def test_the_events_that_are_read_are_subscribed_to() -> None:
    subscribed = manifest()["settings"]["event_subscriptions"]["bot_events"]

    assert set(subscribed) == {*parse._NOTICES, parse.HOME_OPENED, "message.channels", "message.groups"} == set(EVENTS)


def test_the_addresses_are_routes_of_the_app_and_the_command_is_the_one_that_is_answered() -> None:
    text = MANIFEST.read_text(encoding="utf-8")
    routes = {path for path in app.routes if path.startswith("/slack/")}

    (back,) = manifest()["oauth_config"]["redirect_urls"]
    assert f"GET {back.removeprefix('https://API')}" == f"GET /connect/{SLACK}"
    assert "/connect/{channel}" in app.routes
    assert set(re.findall(r"https://API(/\S+)", text)) == {*routes, f"/connect/{SLACK}"}
    assert [each["command"] for each in manifest()["features"]["slash_commands"]] == [actions.COMMAND]


def test_the_command_prints_it_with_a_stages_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["slack-app", "--api", "https://care.example/", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert main(["slack-app", "--api", "https://care.example/"]) == 0

    assert printed == yaml.safe_load(capsys.readouterr().out)
    assert printed["settings"]["interactivity"]["request_url"] == "https://care.example/slack/actions"
    assert "https://API" not in json.dumps(printed)
