"""
What a deploy would do, before it does it: wanted minus found, as a list of steps. Pure.

The same steps are printed by `guichet plan` and executed by `guichet deploy` (infra.apply).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from chalicelib.errors import UsageError

from .first_stack import Identifier, taken_over, unlocked

Template = dict[str, Any]

# A stack whose first creation failed cannot be updated: it is deleted and made again.
DEAD_STATES = {
    "ROLLBACK_COMPLETE",
    "ROLLBACK_FAILED",
    "CREATE_FAILED",
    "REVIEW_IN_PROGRESS",
    "IMPORT_ROLLBACK_COMPLETE",
}
# AWS refuses to update these; each is left by one command of its own command line.
WAYS_OUT = {
    "UPDATE_ROLLBACK_FAILED": "continue-update-rollback --stack-name {name}",
    "UPDATE_FAILED": "rollback-stack --stack-name {name}",
    "IMPORT_ROLLBACK_FAILED": "delete-stack --stack-name {name}",
    "DELETE_FAILED": "delete-stack --stack-name {name} --retain-resources {failed}",
}

Replaces = Literal["", "replaces", "may replace"]


@dataclass(frozen=True, slots=True)
class Stack:
    """
    A stack as it stands: its status and the template it was made from.

    `failed` are the resources that AWS could not bring where it should; `locked`: nobody can delete it by accident.
    """

    status: str
    template: Template
    failed: tuple[str, ...] = ()
    locked: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that must lie in the stage's bucket under `key`."""

    key: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Change:
    """One resource that a stack step adds, changes, removes or takes over. `kind` is AWS's type."""

    verb: Literal["+", "~", "-", "<"]
    resource: str
    kind: str
    what: str = ""
    replaces: Replaces = ""  # AWS's own word, from a change set


@dataclass(frozen=True, slots=True)
class Step:
    """
    One call's worth of work. `changes` for stack steps, `upload` for files, `imports` (by logical id) for an import.

    `change_set`: the one that AWS keeps for this very step. `later`: it changes what an earlier step makes. `region`:
    where, "" for the stage's own.
    """

    verb: Literal["create", "import", "update", "delete", "upload", "lock", "unlock"]
    subject: str
    template: Template | None = None
    changes: tuple[Change, ...] = ()
    upload: Upload | None = None
    imports: Mapping[str, Identifier] = field(default_factory=dict)
    change_set: str = ""
    later: bool = False
    region: str = ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A stack of another region."""

    name: str
    region: str
    template: Template = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What the stage should be: two templates by stack name in order, files in between, and the stacks' tags.

    `elsewhere`: a stack of another region, made last. `left`: one that is there and shall not be, deleted after it.
    """

    data: tuple[str, Template]
    uploads: tuple[Upload, ...]
    app: tuple[str, Template]
    locked: bool = False  # whether nobody may delete the data stack by accident
    tags: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Elsewhere | None = None
    left: Elsewhere | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """
    What the stage is now. `orphans`: what the data stack would make and is there already, in no stack.

    `elsewhere`: stacks of other regions, by (region, name).
    """

    stacks: dict[str, Stack]
    keys: frozenset[str]
    orphans: Mapping[str, Identifier] = field(default_factory=dict)
    elsewhere: Mapping[tuple[str, str], Stack] = field(default_factory=dict)


def plan(wanted: Wanted, found: Found) -> tuple[Step, ...]:
    """
    List the steps from `found` to `wanted`, in order: data stack, uploads, app stack.

    Raises UsageError while AWS itself still works on a stack, and for one that only a person can free.
    """
    steps = _data_steps(wanted, found)
    steps += [Step("upload", upload.key, upload=upload) for upload in wanted.uploads if upload.key not in found.keys]
    steps += _stack_steps(*wanted.app, wanted, found)
    if (new := wanted.elsewhere) is not None:
        there = replace(found, stacks=_of_region(found, new.region))
        steps += [replace(step, region=new.region) for step in _stack_steps(new.name, new.template, wanted, there)]
    if (old := wanted.left) is not None:
        steps += plan_destroy((old.name,), replace(found, stacks=_of_region(found, old.region)), old.region)
    return tuple(steps)


def _of_region(found: Found, region: str) -> dict[str, Stack]:
    return {name: stack for (where, name), stack in found.elsewhere.items() if where == region}


def plan_destroy(wanted_gone: tuple[str, ...], found: Found, region: str = "") -> tuple[Step, ...]:
    """List the steps that delete the stacks named, in that order; a locked one is unlocked first."""
    steps = []
    for name in wanted_gone:
        if (stack := found.stacks.get(name)) is None:
            continue
        if stack.status != "REVIEW_IN_PROGRESS":
            _require_calm(name, stack)
        if stack.locked:
            steps.append(Step("unlock", name, region=region))
        steps.append(Step("delete", name, changes=tuple(_changes(stack.template, {})), region=region))
    return tuple(steps)


def _data_steps(wanted: Wanted, found: Found) -> list[Step]:
    name, template = wanted.data
    stack = found.stacks.get(name)
    if stack is not None and stack.status not in DEAD_STATES:
        steps = _stack_steps(name, template, wanted, found)
        return steps if stack.locked or not wanted.locked else [Step("lock", name), *steps]
    steps = [Step("delete", name)] if stack else []
    if found.orphans:
        first = taken_over(template, found.orphans)
        taken = tuple(Change("<", each, first["Resources"][each]["Type"]) for each in sorted(found.orphans))
        steps.append(Step("import", name, first, taken, imports=found.orphans))
    else:
        first = unlocked(template)
        steps.append(Step("create", name, first, tuple(_changes({}, first))))
    if wanted.locked:
        steps.append(Step("lock", name))
    if rest := tuple(_changes(first, template)):
        steps.append(Step("update", name, template, rest, later=True))
    return steps


def _stack_steps(name: str, template: Template, wanted: Wanted, found: Found) -> list[Step]:
    stack = found.stacks.get(name)
    if stack is None:
        return [Step("create", name, template, tuple(_changes({}, template)))]
    if stack.status in DEAD_STATES:
        return [Step("delete", name), Step("create", name, template, tuple(_changes({}, template)))]
    _require_calm(name, stack)
    if stack.status in WAYS_OUT:
        way = WAYS_OUT[stack.status].format(name=name, failed=" ".join(stack.failed) or "NAMES")
        names = f" because of {', '.join(stack.failed)}" if stack.failed else ""
        raise UsageError(
            f"The stack {name} is stuck in {stack.status}{names}: repair what its events name, then run "
            f"'aws cloudformation {way}' and deploy again."
        )
    changes = tuple(_changes(stack.template, template))
    if not changes and any(stack.tags.get(key) != value for key, value in wanted.tags.items()):
        changes = (Change("~", "Tags", "tags"),)
    return [Step("update", name, template, changes)] if changes else []


def _require_calm(name: str, stack: Stack) -> None:
    if stack.status.endswith("_IN_PROGRESS"):
        raise UsageError(f"AWS is still working on the stack {name} ({stack.status}); wait for it and try again.")


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
        where = f" in {step.region}" if step.region else ""
        lines.append(f"{step.verb} {step.subject}{where}{size}")
        lines += [_line(each) for each in step.changes]
    return "\n".join(lines)


def _line(change: Change) -> str:
    replaces = f"  {change.replaces.upper()} IT" if change.replaces else ""
    return f"  {change.verb} {change.resource:<32} {change.kind}  {change.what}".rstrip() + replaces


def as_json(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    """Give the steps as JSON values, without the templates."""
    return [
        {
            "verb": step.verb,
            "subject": step.subject,
            **({"region": step.region} if step.region else {}),
            "bytes": step.upload.size if step.upload else None,
            "changes": [
                {
                    "verb": each.verb,
                    "resource": each.resource,
                    "type": each.kind,
                    "what": each.what,
                    "replaces": each.replaces,
                }
                for each in step.changes
            ],
        }
        for step in steps
    ]
