"""
Whether the local AWS has what its stacks say, and whether each function answers: only then is a run ready.

CloudFormation's word is not enough: the local AWS writes a file for each service when it stops, and a full disk leaves
some of them out. What holds no conversation is made again; what held some is named.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import botocore.exceptions

from chalicelib.errors import UsageError

from .. import apply, stage
from ..aws import Cloud
from ..build import Build, Say
from ..plan import Step
from ..targets import Target

FUNCTION = "AWS::Lambda::Function"
# What is looked at, by AWS's type: service, call, and the name of its one argument.
_LOOKED_AT = {
    "AWS::DynamoDB::Table": ("dynamodb", "describe_table", "TableName"),
    "AWS::Events::Rule": ("events", "describe_rule", "Name"),
    "AWS::IAM::Role": ("iam", "get_role", "RoleName"),
    FUNCTION: ("lambda", "get_function_configuration", "FunctionName"),
    "AWS::Lambda::EventSourceMapping": ("lambda", "get_event_source_mapping", "UUID"),
    "AWS::S3::Bucket": ("s3", "head_bucket", "Bucket"),
}
_QUEUE = "AWS::SQS::Queue"
# An event that asks nothing of anybody: no message for a queue's reader, no moment for the sweep.
_NOTHING = {
    "Records": [],
    "version": "0",
    "id": "ready",
    "account": "",
    "region": "",
    "time": "1970-01-01T00:00:00Z",
    "source": "guichet",
    "detail-type": "ready",
    "resources": [],
    "detail": {},
}
_AT_ONCE = 8


def made_whole(
    cloud: Cloud, target: Target, built: Build, done: stage.Deployment, say: Say, progress: apply.Progress
) -> stage.Deployment:
    """
    Give the deployment as it really stands; the app stack is made again where the local AWS has lost some of it.

    Raises UsageError where a table, a queue or the bucket is gone, or where a function still does not answer.
    """
    if gone := lost(cloud, cloud.names.data_stack):
        raise UsageError(
            f"The local AWS has lost {', '.join(gone)}: it could not write down all of its state when it stopped. "
            "What lay there is gone; begin anew with 'guichet run --fresh' (make run ARGS=--fresh)."
        )
    gone = lost(cloud, cloud.names.app_stack)
    if gone or silent(cloud, done.api):
        what = ", ".join(gone) or "its functions"
        say(f"the local AWS has lost {what}: they hold no conversations and are made again.")
        apply.apply(cloud, (Step("delete", cloud.names.app_stack),), progress)
        done = stage.deploy_built(cloud, target, built, progress)
        if dumb := silent(cloud, done.api):
            raise UsageError(f"Not ready: {'; '.join(dumb)}. What they said is in the local AWS's log (aws.log).")
    return done


def lost(cloud: Cloud, stack: str) -> list[str]:
    """Name what this stack says it has and the local AWS has not, as the template names it."""
    there = _resources(cloud, stack)
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


def silent(cloud: Cloud, api: str) -> list[str]:
    """Ask each function, and the API through its address; say which does not answer, and with what instead."""
    functions = [each["PhysicalResourceId"] for each in _resources(cloud, cloud.names.app_stack, FUNCTION)]
    client = cloud.client("lambda")

    def asked(name: str) -> str:
        if name == cloud.names.function("api"):
            return _api_says(name, f"{api}/webhooks/messenger/ready")
        try:
            answer = client.invoke(FunctionName=name, Payload=json.dumps(_NOTHING).encode())
        except botocore.exceptions.BotoCoreError as error:
            return f"{name} does not answer ({type(error).__name__})"
        except botocore.exceptions.ClientError as error:
            return f"{name} does not answer ({error.response['Error'].get('Code', 'no code')})"
        return f"{name} fails as soon as it is asked" if answer.get("FunctionError") else ""

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [words for words in pool.map(asked, functions) if words]


def _api_says(name: str, url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=30):  # noqa: S310 - our own loopback address
            return ""
    except urllib.error.HTTPError as error:
        return "" if error.code < 500 else f"{name} answers HTTP {error.code}"
    except OSError as error:
        return f"{name} does not answer ({type(error).__name__})"


def _resources(cloud: Cloud, stack: str, kind: str = "") -> list[dict[str, Any]]:
    found: Iterable[dict[str, Any]] = cloud.client("cloudformation").describe_stack_resources(StackName=stack)[
        "StackResources"
    ]
    return [each for each in found if kind in ("", each["ResourceType"])]
