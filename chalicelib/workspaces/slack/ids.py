"""How Slack writes the ids that a playbook names: what this workspace contributes to the playbook's declaration."""

from __future__ import annotations

from ...playbook.declaration import Text, WorkspaceIds

IDS = WorkspaceIds(
    desk=Text(r"[A-Z0-9]{2,20}/[A-Z0-9]{2,20}", "{what} must be <team id>/<channel id>, such as T0AB12CD3/C0EF45GH6"),
    group=Text(r"S[A-Z0-9]{2,20}", "{what} must be a Slack user group's id, such as S0AB12CD3"),
    member=Text(r"[UW][A-Z0-9]{2,20}", "{what} must be a Slack member's id, such as U0AB12CD3"),
    called="a Slack member's id (U0AB12CD3)",
)
