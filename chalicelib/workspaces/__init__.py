"""The workspaces in which agents work: a new one is one folder and one line here. `WORKSPACE` is the one in use."""

from __future__ import annotations

from collections.abc import Mapping

from .port import Workspace
from .slack.workspace import Slack

WORKSPACES: Mapping[str, Workspace] = {each.name: each for each in (Slack(),)}
WORKSPACE = WORKSPACES[Slack.name]
IDS = {name: each.ids for name, each in WORKSPACES.items()}  # for who reads a playbook's file
