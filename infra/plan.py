"""
What a deploy would do, before it does it: wanted minus found, as a list of steps. Pure.

The same steps are printed by `guichet plan` and executed by `guichet deploy` (infra.apply).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from chalicelib.errors import UsageError

Template = dict[str, Any]

# A stack whose first creation failed cannot be updated: it is deleted and made again.
DEAD_STATES = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "REVIEW_IN_PROGRESS"}


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack as it stands: its status and the template it was made from."""

    status: str
    template: Template


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that must lie in the stage's bucket under `key`."""

    key: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Change:
    """One resource that a stack step adds, changes or removes. `kind` is AWS's type."""

    verb: Literal["+", "~", "-"]
    resource: str
    kind: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One call's worth of work. `changes` for stack steps, `upload` for files."""

    verb: Literal["create", "update", "delete", "upload"]
    subject: str
    template: Template | None = None
    changes: tuple[Change, ...] = ()
    upload: Upload | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the stage should be: two templates by stack name in order, and files in between."""

    data: tuple[str, Template]
    uploads: tuple[Upload, ...]
    app: tuple[str, Template]


@dataclass(frozen=True, slots=True)
class Found:
    """What the stage is now."""

    stacks: dict[str, Stack]
    keys: frozenset[str]


def plan(wanted: Wanted, found: Found) -> tuple[Step, ...]:
    """
    List the steps from `found` to `wanted`, in order: data stack, uploads, app stack.

    Raises UsageError while AWS itself still works on a stack.
    """
    steps = _stack_steps(*wanted.data, found)
    steps += [Step("upload", upload.key, upload=upload) for upload in wanted.uploads if upload.key not in found.keys]
    return tuple(steps + _stack_steps(*wanted.app, found))


def plan_destroy(wanted_gone: tuple[str, ...], found: Found) -> tuple[Step, ...]:
    """List the steps that delete the stacks named, in that order."""
    return tuple(
        Step("delete", name, changes=tuple(_changes(found.stacks[name].template, {})))
        for name in wanted_gone
        if name in found.stacks
    )


def _stack_steps(name: str, template: Template, found: Found) -> list[Step]:
    stack = found.stacks.get(name)
    if stack is None:
        return [Step("create", name, template, tuple(_changes({}, template)))]
    if stack.status in DEAD_STATES:
        return [Step("delete", name), Step("create", name, template, tuple(_changes({}, template)))]
    if stack.status.endswith("_IN_PROGRESS"):
        raise UsageError(f"AWS is still working on the stack {name} ({stack.status}); wait for it and try again.")
    changes = tuple(_changes(stack.template, template))
    return [Step("update", name, template, changes)] if changes else []


def _changes(old: Template, new: Template) -> list[Change]:
    before, after = old.get("Resources", {}), new.get("Resources", {})
    changes = []
    for resource in sorted(before.keys() | after.keys()):
        was, will = before.get(resource), after.get(resource)
        if was is None:
            changes.append(Change("+", resource, will["Type"]))
        elif will is None:
            changes.append(Change("-", resource, was["Type"]))
        elif canonical(was) != canonical(will):
            changes.append(Change("~", resource, will["Type"], ", ".join(_different(was, will))))
    if not changes and canonical(old.get("Outputs", {})) != canonical(new.get("Outputs", {})):
        changes.append(Change("~", "Outputs", "outputs"))
    return changes


def _different(was: Template, will: Template) -> list[str]:
    """Name the properties that differ, or the part of the resource that does."""
    before, after = was.get("Properties", {}), will.get("Properties", {})
    names = [
        name
        for name in sorted(before.keys() | after.keys())
        if canonical(before.get(name)) != canonical(after.get(name))
    ]
    return names or [name for name in sorted(was.keys() | will.keys()) if was.get(name) != will.get(name)]


def canonical(node: Any) -> str:
    """Write a template so that equal ones are equal text."""
    return json.dumps(node, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def drawn(steps: tuple[Step, ...]) -> str:
    """Write the steps for a person."""
    if not steps:
        return "Nothing to do: the stage is as the source says."
    lines = []
    for step in steps:
        size = f" ({step.upload.size / 1e6:.1f} MB)" if step.upload else ""
        lines.append(f"{step.verb} {step.subject}{size}")
        lines += [f"  {each.verb} {each.resource:<32} {each.kind}  {each.what}".rstrip() for each in step.changes]
    return "\n".join(lines)


def as_json(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    """Give the steps as JSON values, without the templates."""
    return [
        {
            "verb": step.verb,
            "subject": step.subject,
            "bytes": step.upload.size if step.upload else None,
            "changes": [
                {"verb": each.verb, "resource": each.resource, "type": each.kind, "what": each.what}
                for each in step.changes
            ],
        }
        for step in steps
    ]
