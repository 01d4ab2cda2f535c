"""
The only place that changes AWS: finds what is there, and executes a plan's steps one by one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import botocore.exceptions

from chalicelib.errors import UsageError

from .aws import Cloud
from .plan import Found, Stack, Step, Upload, canonical

TEMPLATE_LIMIT = 51_200  # bytes of a template body; a longer one goes by the bucket
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]

Progress = Callable[[str, int, int], None]  # what, done, of how many


def found(cloud: Cloud, stacks: tuple[str, ...], uploads: tuple[Upload, ...] = ()) -> Found:
    """Look at the stage: its stacks with their templates, and which files lie in its bucket."""
    formation = cloud.client("cloudformation")
    there = {name: stack for name in stacks if (stack := _stack(formation, name)) is not None}
    keys = set()
    if uploads and cloud.names.data_stack in there:
        storage = cloud.client("s3")
        keys = {upload.key for upload in uploads if lies(storage, cloud.bucket, upload.key) is not None}
    return Found(there, frozenset(keys))


def _stack(formation: Any, name: str) -> Stack | None:
    try:
        described = formation.describe_stacks(StackName=name)["Stacks"][0]
    except botocore.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    if described["StackStatus"] == "DELETE_COMPLETE":
        return None
    template = formation.get_template(StackName=name, TemplateStage="Original")["TemplateBody"]
    return Stack(described["StackStatus"], json.loads(template) if isinstance(template, str) else template)


def lies(storage: Any, bucket: str, key: str) -> int | None:
    """Give how many bytes lie in a bucket under a key; None where there is nothing."""
    try:
        return int(storage.head_object(Bucket=bucket, Key=key)["ContentLength"])
    except botocore.exceptions.ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in {403, 404}:
            return None
        raise


def apply(cloud: Cloud, steps: tuple[Step, ...], progress: Progress) -> None:
    """Execute the steps in order; raises UsageError with AWS's first reason when a stack fails."""
    for step in steps:
        if step.verb == "upload":
            upload(cloud, step, progress)
        elif step.verb == "delete":
            _delete(cloud, step.subject, progress)
        else:
            _write_stack(cloud, step, progress)


def upload(cloud: Cloud, step: Step, progress: Progress) -> None:
    """Put a step's file into the stage's bucket."""
    if step.upload is None:
        raise TypeError("an upload step carries its file")
    progress(f"uploading {step.upload.path.name}", 0, 1)
    cloud.client("s3").upload_file(str(step.upload.path), cloud.bucket, step.upload.key)
    progress(f"uploading {step.upload.path.name}", 1, 1)


def _write_stack(cloud: Cloud, step: Step, progress: Progress) -> None:
    formation = cloud.client("cloudformation")
    body = canonical(step.template)
    arguments: dict[str, Any] = {"StackName": step.subject, "Capabilities": CAPABILITIES}
    arguments |= (
        {"TemplateBody": body} if len(body) <= TEMPLATE_LIMIT else {"TemplateURL": _by_bucket(cloud, step, body)}
    )
    started = time.time()
    if step.verb == "create":
        formation.create_stack(**arguments, OnFailure="DO_NOTHING" if cloud.is_local else "ROLLBACK")
    else:
        try:
            formation.update_stack(**arguments)
        except botocore.exceptions.ClientError as error:
            if "No updates are to be performed" in str(error):
                return
            raise
    _wait(cloud, formation, step, progress, started)


def _by_bucket(cloud: Cloud, step: Step, body: str) -> str:
    key = f"deploy/{step.subject}.json"
    cloud.client("s3").put_object(Bucket=cloud.bucket, Key=key, Body=body.encode())
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
    if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise UsageError(
            f"The stack {step.subject} ended as {status}: {_first_reason(formation, step.subject, started)}"
        )
    progress(f"{step.verb} {step.subject}", total, total)


def _first_reason(formation: Any, name: str, started: float) -> str:
    events = formation.describe_stack_events(StackName=name)["StackEvents"]
    failed = [
        f"{each['LogicalResourceId']}: {each.get('ResourceStatusReason', 'no reason given')}"
        for each in reversed(events)
        if each["ResourceStatus"].endswith("_FAILED") and each["Timestamp"].timestamp() >= started - 5
    ]
    return failed[0] if failed else "look at its events in the console."


def _delete(cloud: Cloud, name: str, progress: Progress) -> None:
    formation = cloud.client("cloudformation")
    progress(f"delete {name}", 0, 1)
    formation.delete_stack(StackName=name)
    while True:
        stack = _stack_status(formation, name)
        if stack in {"", "DELETE_COMPLETE"}:
            break
        if stack == "DELETE_FAILED":
            raise UsageError(f"The stack {name} could not be deleted: {_first_reason(formation, name, 0)}")
        time.sleep(0.1 if cloud.is_local else 3)
    progress(f"delete {name}", 1, 1)


def _stack_status(formation: Any, name: str) -> str:
    try:
        return str(formation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
    except botocore.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return ""
        raise
