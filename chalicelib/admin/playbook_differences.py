"""
Where two states of a playbook differ, value by value, as paths into what `codec` stores. Pure.

It finds the changes that pushing a file would silently undo: those made since its last push and not in the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..playbook.codec import to_json
from ..playbook.schema import Playbook


@dataclass(frozen=True, slots=True)
class Undone:
    """One value that a file would undo: the current one, and the file's; "" for none."""

    path: str
    now: str = field(repr=False)
    file: str = field(repr=False)


def leaves(playbook: Playbook) -> dict[str, str]:
    """Return every value of a playbook by its path ("intents.return.replies.fr")."""
    return dict(_leaves(json.loads(to_json(playbook)), ""))


def undone(pushed: Playbook, current: Playbook, file: Playbook) -> list[Undone]:
    """Return the changes between the last push and now that the file would undo."""
    before, now, then = leaves(pushed), leaves(current), leaves(file)
    changed = [path for path in sorted(before.keys() | now.keys()) if before.get(path) != now.get(path)]
    return [Undone(path, now.get(path, ""), then.get(path, "")) for path in changed if then.get(path) != now.get(path)]


def _leaves(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    else:
        yield path, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
