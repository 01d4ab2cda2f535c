"""
Checks that the local AWS has what its stacks say, and that every function answers: only then is a run ready.

CloudFormation's word is not enough: the local AWS writes a file for each service when it stops, and a full disk may
leave some out. Resources without conversations are created again; a missing one with conversations is named.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import botocore.exceptions

from chalicelib.errors import UsageError

from .. import apply
from ..aws import Cloud
from ..build import Say
from ..plan import Step

# What is looked at, by AWS's type: service, call, and the name of its one argument.
_LOOKED_AT = {
    "AWS::DynamoDB::Table": ("dynamodb", "describe_table", "TableName"),
    "AWS::Events::Rule": ("events", "describe_rule", "Name"),
    "AWS::IAM::Role": ("iam", "get_role", "RoleName"),
    "AWS::Lambda::Function": ("lambda", "get_function_configuration", "FunctionName"),
    "AWS::Lambda::LayerVersion": ("lambda", "get_layer_version_by_arn", "Arn"),
    "AWS::Lambda::EventSourceMapping": ("lambda", "get_event_source_mapping", "UUID"),
    "AWS::S3::Bucket": ("s3", "head_bucket", "Bucket"),
}
_QUEUE = "AWS::SQS::Queue"
_AT_ONCE = 8
_INTAKE = "APIHandler"  # asked over HTTP, as platforms do
_ASKED_AT_ONCE = 2  # cold functions: each takes a processor to itself
# An event without work, for a queue's function and for the sweep's rule.
_NO_WORK = {
    "Records": [],
    **dict.fromkeys(("version", "account", "region", "detail-type", "source", "time", "id"), ""),
    "detail": {},
    "resources": [],
}
PATIENCE_S = 60.0  # for the first answer: a cold function, perhaps on a busy machine


def clear_what_is_broken(cloud: Cloud, say: Say, progress: apply.Progress) -> None:
    """
    Before a deploy: delete an app stack of which the local AWS has lost a part, so that it is made anew.

    An update would fail on what is missing. Raises UsageError where a table, a queue or the bucket is gone.
    """
    if gone := lost(cloud, cloud.names.data_stack):
        raise UsageError(
            f"The local AWS has lost {', '.join(gone)}: it could not write down all of its state when it stopped. "
            "What lay there is gone; begin anew with 'guichet run --fresh' (make run ARGS=--fresh)."
        )
    if gone := lost(cloud, cloud.names.app_stack):
        say(f"the local AWS has lost {', '.join(gone)}: they hold no conversations and are made again.")
        apply.apply(cloud, (Step("delete", cloud.names.app_stack),), progress)


def lost(cloud: Cloud, stack: str) -> list[str]:
    """Name what this stack says it has and the local AWS has not, as the template names it."""
    there = _resources(cloud, stack)
    if not there:
        return []
    clients = {service: cloud.client(service) for service in {each[0] for each in _LOOKED_AT.values()} | {"sqs"}}

    def gone(resource: dict[str, Any]) -> bool:
        kind, name = resource["ResourceType"], str(resource["PhysicalResourceId"])
        try:
            if kind == _QUEUE:
                clients["sqs"].get_queue_url(QueueName=name.rpartition("/")[2])
            elif kind in _LOOKED_AT:
                service, call, argument = _LOOKED_AT[kind]
                getattr(clients[service], call)(**{argument: name})
        except botocore.exceptions.ClientError:
            return True
        return False

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(gone, there))
    return sorted(each["LogicalResourceId"] for each, is_gone in zip(there, found, strict=True) if is_gone)


def require_answer(api: str) -> None:
    """After a deploy: wait until the intake answers through its gateway. Raises UsageError with what comes instead."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(f"{api}/webhooks/messenger/ready", timeout=PATIENCE_S):  # noqa: S310 - loopback
                return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
            seen = f"HTTP {error.code}"
        except OSError as error:
            seen = type(error).__name__
        if time.monotonic() > deadline:
            raise UsageError(f"Not ready: the intake answers {seen}. Its log is the local AWS's (logs/aws.log).")
        time.sleep(0.2)


def require_functions(cloud: Cloud) -> None:
    """Before a run is ready: ask every other function, with an event without work. Raises UsageError."""
    client = cloud.client("lambda")
    names = [
        str(each["PhysicalResourceId"])
        for each in _resources(cloud, cloud.names.app_stack)
        if each["ResourceType"] == "AWS::Lambda::Function" and each["LogicalResourceId"] != _INTAKE
    ]

    def seen(name: str) -> str:
        try:
            answer = client.invoke(FunctionName=name, Payload=json.dumps(_NO_WORK).encode())
        except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
            return type(error).__name__
        said = json.loads(answer["Payload"].read() or b"null") if answer.get("FunctionError") else None
        return str(said.get("errorType") or "an error") if isinstance(said, dict) else ""

    with ThreadPoolExecutor(_ASKED_AT_ONCE) as pool:
        found = dict(zip(names, pool.map(seen, names), strict=True))
    wrong = [f"{name} ({why})" for name, why in sorted(found.items()) if why]
    if wrong:
        raise UsageError(
            f"Not ready: {', '.join(wrong)} did not answer. The functions' logs are the local AWS's (logs/aws.log); "
            "what they hold stays: run again, or begin anew with 'guichet run --fresh' (make run ARGS=--fresh)."
        )


def _resources(cloud: Cloud, stack: str) -> list[dict[str, Any]]:
    """What a stack says it has; nothing where there is no such stack."""
    try:
        found = cloud.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    except botocore.exceptions.ClientError:
        return []
    return list(found)
