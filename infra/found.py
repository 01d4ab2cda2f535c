"""
A stage as AWS has it: its stacks with their templates, its files, and what an earlier stack left behind. Reads only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import botocore.exceptions

from chalicelib.admin.objects import lies
from chalicelib.errors import UsageError

from .aws import Cloud
from .first_stack import Identifier
from .plan import DEAD_STATES, Elsewhere, Found, Stack, Template, Upload

GONE = {"ResourceNotFoundException", "NoSuchBucket", "404", "AWS.SimpleQueueService.NonExistentQueue"}
GONE |= {"QueueDoesNotExist", "NotFoundException", "NotFound"}


def found(cloud: Cloud, stacks: tuple[str, ...], uploads: tuple[Upload, ...] = ()) -> Found:
    """Look at the stage: its stacks with their templates, and which files lie in its bucket."""
    formation = cloud.client("cloudformation")
    there = {name: stack for name in stacks if (stack := _stack(formation, name)) is not None}
    storage = cloud.client("s3") if uploads else None
    keys = frozenset(upload.key for upload in uploads if lies(storage, cloud.bucket, upload.key) is not None)
    return Found(there, keys)


def with_orphans(cloud: Cloud, now: Found, data: Template) -> Found:
    """Look also for resources that the data stack would create and that exist outside of any stack."""
    stack = now.stacks.get(cloud.names.data_stack)
    if stack is not None and stack.status not in DEAD_STATES:
        return now
    mine = _held(cloud) if stack is not None else set()
    orphans = {
        name: found_there
        for name, resource in data["Resources"].items()
        if name not in mine and (found_there := _identified(cloud, resource)) is not None
    }
    return Found(now.stacks, now.keys, orphans)


def with_elsewhere(cloud: Cloud, now: Found, others: Iterable[Elsewhere | None]) -> Found:
    """Look also for the stacks of other regions."""
    there: dict[tuple[str, str], Stack] = {}
    for each in others:
        if each is not None:
            stack = _stack(cloud.of_region(each.region).client("cloudformation"), each.name)
            there |= {(each.region, each.name): stack} if stack is not None else {}
    return replace(now, elsewhere=there)


def _held(cloud: Cloud) -> set[str]:
    """Return what a stack that failed at its creation still holds: it is deleted with it."""
    formation = cloud.client("cloudformation")
    resources = _resources(formation, cloud.names.data_stack)
    return {each["LogicalResourceId"] for each in resources if each["ResourceStatus"] != "DELETE_COMPLETE"}


def _identified(cloud: Cloud, resource: Template) -> Identifier | None:
    """Give CloudFormation's identifier of a resource that is there; None for one that is not."""
    properties = resource["Properties"]
    try:
        match resource["Type"]:
            case "AWS::DynamoDB::Table":
                cloud.client("dynamodb").describe_table(TableName=properties["TableName"])
                return {"TableName": properties["TableName"]}
            case "AWS::SQS::Queue":
                return {"QueueUrl": cloud.client("sqs").get_queue_url(QueueName=properties["QueueName"])["QueueUrl"]}
            case "AWS::S3::Bucket":
                cloud.client("s3").head_bucket(Bucket=cloud.bucket, ExpectedBucketOwner=cloud.account)
                return {"BucketName": cloud.bucket}
            case "AWS::SNS::Topic":
                client = cloud.client("sns")
                where = f"{client.meta.partition}:sns:{cloud.region}:{cloud.account}"
                topic = f"arn:{where}:{properties['TopicName']}"
                client.get_topic_attributes(TopicArn=topic)
                return {"TopicArn": topic}
            case "AWS::ApiGatewayV2::DomainName":
                cloud.client("apigatewayv2").get_domain_name(DomainName=properties["DomainName"])
                return {"DomainName": properties["DomainName"]}
    except botocore.exceptions.ClientError as error:
        code = error.response["Error"]["Code"]
        if code in GONE:
            return None
        if code == "403":
            raise UsageError(
                f"The bucket {cloud.bucket} is there, and not for these credentials: it may be somebody else's. "
                "Take another stage name, or find out whose it is."
            ) from error
        raise
    return None


def _stack(formation: Any, name: str) -> Stack | None:
    try:
        described = formation.describe_stacks(StackName=name)["Stacks"][0]
    except botocore.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    status = described["StackStatus"]
    if status == "DELETE_COMPLETE":
        return None
    template: Any = {}
    if status != "REVIEW_IN_PROGRESS":  # it has none yet
        template = formation.get_template(StackName=name, TemplateStage="Original")["TemplateBody"]
    stuck = _resources(formation, name) if status.endswith("_FAILED") else ()
    return Stack(
        status,
        json.loads(template) if isinstance(template, str) else template,
        tuple(sorted(each["LogicalResourceId"] for each in stuck if each["ResourceStatus"].endswith("_FAILED"))),
        bool(described.get("EnableTerminationProtection")),
        {each["Key"]: each["Value"] for each in described.get("Tags", ())},
    )


def _resources(formation: Any, name: str) -> Iterator[dict[str, Any]]:
    """List what a stack holds."""
    for page in formation.get_paginator("list_stack_resources").paginate(StackName=name):
        yield from page["StackResourceSummaries"]
