"""
A playbook's history for the commands: what pushing a file would undo unnoticed, and every version with its author.

Reads only.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from ..playbook.codec import from_json
from ..playbook.schema import Playbook
from ..store import versions
from ..store.table import Table
from ..store.versions import Version
from .permissions import needs
from .playbook_differences import Undone, leaves, undone
from .times import iso

SHOWN = 20  # differences that a refusal spells out
TEXT_SHOWN = 300


@needs("playbook.read")
def taken_back(table: Table, file: Playbook) -> list[tuple[Undone, Version]]:
    """Give what the file would undo of what was changed since the last push, each with the version that changed it."""
    now = versions.current(table)
    pushed = versions.numbered(table, now.pushed) if now is not None and now.pushed != now.number else None
    if now is None or pushed is None:
        return []
    found = undone(from_json(pushed.json), from_json(now.json), file)
    since = [each for each in versions.latest(table, now.number - now.pushed + 1) if each.number >= now.pushed]
    states = [(each, leaves(from_json(each.json))) for each in since] if found else []
    return [(each, _made(states, each.path)) for each in found]


def differences(found: list[tuple[Undone, Version]]) -> list[dict[str, Any]]:
    """Give what a push would undo as JSON values."""
    return [{"path": each.path, "now": each.now, "file": each.file, **document([made])[0]} for each, made in found]


def refusal(found: list[tuple[Undone, Version]]) -> str:
    """Say what a push would undo, and who changed it."""
    lines = [
        f"  {each.path}: changed in version {made.number} ({_by(made)}).\n"
        f"    now:  {_short(each.now)}\n    file: {_short(each.file)}"
        for each, made in found[:SHOWN]
    ]
    more = [f"  and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return "\n".join([*lines, *more])


def document(found: list[Version]) -> list[dict[str, Any]]:
    """Give versions as JSON values, the one that holds first."""
    return [
        {"version": each.number, "at": iso(each.at), "by": each.by or None, "what": each.what, "pushed": each.pushed}
        for each in found
    ]


def drawn(found: list[Version]) -> str:
    """Draw versions, a line each."""
    return "\n".join(f"  {each.number:>5}  {iso(each.at)}  {each.what:<24} {each.by or '-'}" for each in found)


def _made(states: list[tuple[Version, dict[str, str]]], path: str) -> Version:
    """Return the newest version that changed this value; `states` are those since the push, newest first."""
    for (version, values), (_, before) in pairwise(states):
        if values.get(path) != before.get(path):
            return version
    return states[0][0]


def _by(version: Version) -> str:
    who = f" by {version.by}" if version.by else ""
    return f"{version.what}{who}, {iso(version.at)}"


def _short(value: str) -> str:
    shown = " ".join(value.split()) or "(nothing)"
    return shown if len(shown) <= TEXT_SHOWN else f"{shown[:TEXT_SHOWN]}…"
