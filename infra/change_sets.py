"""
CloudFormation's change sets: what AWS would do with a template, before it does it.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import botocore.exceptions

from chalicelib.errors import UsageError

from .plan import Change, Replaces, Step

# What AWS says of a template in which nothing changes.
SAME = ("didn't contain changes", "No updates are to be performed")
REPLACES: Mapping[str, Replaces] = {"True": "replaces", "Conditional": "may replace"}
VERBS: Mapping[str, Any] = {"Add": "+", "Modify": "~", "Remove": "-", "Import": "<", "Dynamic": "~"}


def made(formation: Any, arguments: dict[str, Any], step: Step) -> str:
    """Have AWS work out `step` (an update or an import); gives the change set's ARN, "" where nothing changes."""
    kind: dict[str, Any] = {"ChangeSetType": "UPDATE"}
    if step.verb == "import":
        entries = [
            {
                "ResourceType": (step.template or {})["Resources"][name]["Type"],
                "LogicalResourceId": name,
                "ResourceIdentifier": dict(identifier),
            }
            for name, identifier in sorted(step.imports.items())
        ]
        kind = {"ChangeSetType": "IMPORT", "ResourcesToImport": entries}
    answer = formation.create_change_set(**arguments, **kind, ChangeSetName=f"guichet-{uuid.uuid4().hex[:12]}")
    identifier = str(answer["Id"])
    while (state := formation.describe_change_set(**_of(step, identifier)))["Status"].endswith(("PENDING", "PROGRESS")):
        time.sleep(0.5)
    if state["Status"] != "FAILED":
        return identifier
    dropped(formation, step.subject, identifier)
    reason = str(state.get("StatusReason", "no reason given"))
    if any(each in reason for each in SAME):
        return ""
    raise UsageError(f"AWS refuses the change of {step.subject}: {reason}")


def shown(formation: Any, step: Step, identifier: str) -> Step:
    """Give `step` with what AWS says it would replace, and with what AWS would change beside."""
    said = {each["LogicalResourceId"]: each for each in _changes(formation, step, identifier)}
    known = {each.resource for each in step.changes}
    told = [replace(each, replaces=_replaces(said.get(each.resource, {}))) for each in step.changes]
    for name in sorted(said.keys() - known):
        each = said[name]
        told.append(Change(VERBS[each["Action"]], name, each["ResourceType"], "follows", _replaces(each)))
    return replace(step, changes=tuple(told), change_set=identifier)


def executed(formation: Any, step: Step, identifier: str) -> None:
    """Let AWS begin with what a change set says."""
    formation.execute_change_set(**_of(step, identifier))


def _of(step: Step, identifier: str) -> dict[str, str]:
    """Name a change set; the stack as well, because rights are granted by it."""
    return {"StackName": step.subject, "ChangeSetName": identifier}


def _changes(formation: Any, step: Step, identifier: str) -> Iterator[dict[str, Any]]:
    for page in formation.get_paginator("describe_change_set").paginate(**_of(step, identifier)):
        yield from (each["ResourceChange"] for each in page.get("Changes", ()) if "ResourceChange" in each)


def _replaces(said: Mapping[str, Any]) -> Replaces:
    return REPLACES.get(str(said.get("Replacement", "")), "")


def dropped(formation: Any, stack: str, identifier: str) -> None:
    """Delete one change set; one that is gone already is no error."""
    try:
        formation.delete_change_set(StackName=stack, ChangeSetName=identifier)
    except botocore.exceptions.ClientError as error:
        if error.response["Error"]["Code"] not in {"ChangeSetNotFound", "ChangeSetNotFoundException"}:
            raise
