"""
The only place that changes AWS: executes a plan's steps one by one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import botocore.exceptions

from chalicelib.errors import UsageError

from . import change_sets
from .aws import Cloud
from .plan import Found, Step, canonical

TEMPLATE_LIMIT = 51_200  # bytes of a template body; a longer one goes by the bucket
CAPABILITIES = ["CAPABILITY_IAM"]  # roles; their names are AWS's own
DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}
CANCELLED = "cancelled"  # AWS's word for what it gave up because something else failed

Progress = Callable[[str, int, int], None]  # what, done, of how many


@dataclass(frozen=True, slots=True)
class Manner:
    """How stacks are written: their tags, and the role that CloudFormation takes ("": the caller's own rights)."""

    tags: Mapping[str, str] = field(default_factory=dict)
    role: str = ""


def previewed(cloud: Cloud, steps: tuple[Step, ...], now: Found, manner: Manner) -> tuple[Step, ...]:
    """Ask AWS what each update of an existing stack would replace; updates that change nothing are left out."""
    told = []
    for step in steps:
        known = (step.region, step.subject) in now.elsewhere if step.region else step.subject in now.stacks
        formation = _formation(cloud, step)
        if step.verb != "update" or step.later or not known:
            told.append(step)
        elif identifier := change_sets.made(formation, _arguments(cloud, step, manner), step):
            told.append(change_sets.shown(formation, step, identifier))
    return tuple(told)


def apply(cloud: Cloud, steps: tuple[Step, ...], progress: Progress, manner: Manner | None = None) -> None:
    """Execute the steps in order; raises UsageError with AWS's first reason when a stack fails."""
    manner = manner or Manner()
    for step in steps:
        if step.verb == "upload":
            upload(cloud, step, progress)
        elif step.verb == "delete":
            _delete(cloud, step, progress, manner)
        elif step.verb in {"lock", "unlock"}:
            _formation(cloud, step).update_termination_protection(
                StackName=step.subject, EnableTerminationProtection=step.verb == "lock"
            )
        else:
            _write_stack(cloud, step, progress, manner)


def upload(cloud: Cloud, step: Step, progress: Progress) -> None:
    """Put a step's file into the stage's bucket."""
    if step.upload is None:
        raise TypeError("an upload step carries its file")
    progress(f"uploading {step.upload.path.name}", 0, 1)
    owner = {"ExpectedBucketOwner": cloud.account}
    cloud.client("s3").upload_file(str(step.upload.path), cloud.bucket, step.upload.key, ExtraArgs=owner)
    progress(f"uploading {step.upload.path.name}", 1, 1)


def _arguments(cloud: Cloud, step: Step, manner: Manner) -> dict[str, Any]:
    body = canonical(step.template)
    found: dict[str, Any] = {"StackName": step.subject, "Capabilities": CAPABILITIES}
    found |= {"TemplateBody": body} if len(body) <= TEMPLATE_LIMIT else {"TemplateURL": _by_bucket(cloud, step, body)}
    if manner.tags and step.verb != "import":  # an import may not add tags: the update after it does
        found["Tags"] = [{"Key": key, "Value": value} for key, value in sorted(manner.tags.items())]
    return found | _role(manner)


def _role(manner: Manner) -> dict[str, str]:
    return {"RoleARN": manner.role} if manner.role else {}


def _formation(cloud: Cloud, step: Step) -> Any:
    return cloud.of_region(step.region).client("cloudformation")


def forget(cloud: Cloud, steps: tuple[Step, ...]) -> None:
    """Delete the change sets that nobody will execute."""
    for step in steps:
        if step.change_set:
            change_sets.dropped(_formation(cloud, step), step.subject, step.change_set)


def _write_stack(cloud: Cloud, step: Step, progress: Progress, manner: Manner) -> None:
    formation = _formation(cloud, step)
    started = time.time()
    if step.verb == "create":
        formation.create_stack(**_arguments(cloud, step, manner), OnFailure="ROLLBACK")
    else:
        identifier = step.change_set or change_sets.made(formation, _arguments(cloud, step, manner), step)
        if not identifier:
            return
        change_sets.executed(formation, step, identifier)
    _wait(cloud, formation, step, progress, started)


def _by_bucket(cloud: Cloud, step: Step, body: str) -> str:
    key = f"deploy/{step.subject}.json"
    cloud.client("s3").put_object(Bucket=cloud.bucket, Key=key, Body=body.encode(), ExpectedBucketOwner=cloud.account)
    if cloud.is_local:
        return f"{cloud.endpoint}/{cloud.bucket}/{key}"
    return f"https://{cloud.bucket}.s3.{cloud.region}.amazonaws.com/{key}"


def _wait(cloud: Cloud, formation: Any, step: Step, progress: Progress, started: float) -> None:
    total = max(len(step.changes), 1)
    while True:
        status = formation.describe_stacks(StackName=step.subject)["Stacks"][0]["StackStatus"]
        if not status.endswith("_IN_PROGRESS"):
            break
        done = sum(
            each["ResourceStatus"].endswith("_COMPLETE") and each["Timestamp"].timestamp() >= started
            for each in formation.describe_stack_resources(StackName=step.subject)["StackResources"]
        )
        progress(f"{step.verb} {step.subject}", min(done, total), total)
        time.sleep(0.1 if cloud.is_local else 3)
    if status not in DONE:
        raise UsageError(
            f"The stack {step.subject} ended as {status}: {_first_reason(formation, step.subject, started)}"
        )
    progress(f"{step.verb} {step.subject}", total, total)


def _first_reason(formation: Any, name: str, started: float) -> str:
    """Return what failed first; what AWS cancelled because of it explains nothing."""
    reason = "look at its events in the console."
    for each in _events(formation, name, started):
        said = each.get("ResourceStatusReason", "no reason given")
        if each["ResourceStatus"].endswith("_FAILED") and CANCELLED not in said:
            reason = f"{each['LogicalResourceId']}: {said}"  # the newest come first: the last one kept is the first
    return reason


def _events(formation: Any, name: str, started: float) -> Iterator[dict[str, Any]]:
    for page in formation.get_paginator("describe_stack_events").paginate(StackName=name):
        for each in page["StackEvents"]:
            if each["Timestamp"].timestamp() < started - 5:
                return
            yield each


def _delete(cloud: Cloud, step: Step, progress: Progress, manner: Manner) -> None:
    formation, name = _formation(cloud, step), step.subject
    progress(f"delete {name}", 0, 1)
    started = time.time()
    formation.delete_stack(StackName=name, **_role(manner))
    while True:
        stack = _stack_status(formation, name)
        if stack in {"", "DELETE_COMPLETE"}:
            break
        if stack == "DELETE_FAILED":
            where = f" in {step.region}" if step.region else ""
            reason = _first_reason(formation, name, started)
            raise UsageError(f"The stack {name}{where} could not be deleted: {reason}")
        time.sleep(0.1 if cloud.is_local else 3)
    progress(f"delete {name}", 1, 1)


def _stack_status(formation: Any, name: str) -> str:
    try:
        return str(formation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
    except botocore.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return ""
        raise
