"""
The data stack: the table, the bucket, the queues and the domain name, which outlive every deploy. Pure.

Nothing here costs by the hour. What holds people's conversations is retained when the stack goes, but not when its
creation fails: then nothing is there to retain, and what was left would stand in the way of the next try.
"""

from __future__ import annotations

from typing import Any

from chalicelib.store.blobs import EVIDENCE, EVIDENCE_DAYS, MAIL

from . import domains, mail
from .names import LOCAL_STAGE, MAIL_QUEUE, QUEUES, Names, logical

Template = dict[str, Any]

# Seconds that the consumer may run. A message stays hidden for MARGIN more: no longer, because whoever wrote it waits
# for as long when a worker dies (docs/decisions/2026-11-29-a-retry-costs-seconds.md).
CONSUMER_TIMEOUT = {
    "inbox.fifo": 15,
    "outbox.fifo": 15,
    "desk.fifo": 15,
    "receipts": 20,
    "timers": 15,
    "unparsed": 10,
    MAIL_QUEUE: mail.TIMEOUT_S,
}
MARGIN = 5  # covers the longest time that Lambda waits for a fuller batch, as well
DAY = 24 * 3600
# A dead letter keeps its first send time on a standard queue: the queue itself must keep messages for less than that.
QUEUE_KEEPS = 4 * DAY
DEAD_KEEPS = 14 * DAY
MAX_RECEIVES = 12  # with the waits of chalicelib.receiving: three quarters of an hour


def data_template(
    names: Names,
    domain: domains.Domain | None = None,
    *,
    account: str = "",
    region: str = "",
    mails: mail.Mails = mail.NO_MAIL,
) -> Template:
    """
    Draw the data stack of one stage; `domain`: its own address, if it has one; `mails`: whose mails it receives.

    With its account and region every name is written out: AWS takes over only what has no name to work out.
    """
    bucket = names.bucket(account, region) if account and region else {"Fn::Sub": names.bucket()}
    resources: dict[str, Any] = {"Table": _table(names), "Bucket": _bucket(bucket)}
    if names.stage != LOCAL_STAGE:  # the local AWS speaks plain HTTP and enforces policies: nothing could be parked
        resources["BucketPolicy"] = _only_tls()
    for queue in (*QUEUES, MAIL_QUEUE) if mails else QUEUES:
        resources |= _queue(names, queue)
    if mails:
        resources |= mail.data_resources(names, mails)
        if "BucketPolicy" in resources:
            policy = resources["BucketPolicy"]["Properties"]["PolicyDocument"]
            policy["Statement"].append(mail.bucket_statement(names, mails))
    if domain:
        resources["Domain"] = _kept("AWS::ApiGatewayV2::DomainName", domains.properties(domain))
    # Here and not beside the alarms: whoever subscribed stays subscribed when the functions are made again.
    resources["AlarmTopic"] = _kept("AWS::SNS::Topic", {"TopicName": names.topic})
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Guichet {names.stage}: conversations, queues, who is woken. Retained when deleted.",
        "Resources": resources,
        "Outputs": {
            "TableName": {"Value": {"Ref": "Table"}},
            "BucketName": {"Value": {"Ref": "Bucket"}},
            **(domains.outputs(domain) if domain else {}),
            **({mail.REGION_OUTPUT: {"Value": mails.region}} if mails.region else {}),
        },
    }


def _kept(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    policies = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
    return {"Type": kind, **policies, "Properties": properties}


def _table(names: Names) -> dict[str, Any]:
    return _kept(
        "AWS::DynamoDB::Table",
        {
            "TableName": names.table,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
                {"AttributeName": "due_shard", "AttributeType": "S"},
                {"AttributeName": "due_at", "AttributeType": "N"},
                {"AttributeName": "open_shard", "AttributeType": "S"},
                {"AttributeName": "created_at", "AttributeType": "N"},
            ],
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            "GlobalSecondaryIndexes": [
                _index("due", "due_shard", "due_at"),
                _index("open", "open_shard", "created_at"),
            ],
            "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True},
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            "DeletionProtectionEnabled": names.stage != LOCAL_STAGE,  # infra.first_stack switches it on last
        },
    )


def _index(name: str, shard: str, order: str) -> dict[str, Any]:
    """Draw a sparse index: only items with both attributes are in it."""
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": shard, "KeyType": "HASH"}, {"AttributeName": order, "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }


def _bucket(name: str | dict[str, str]) -> dict[str, Any]:
    return _kept(
        "AWS::S3::Bucket",
        {
            "BucketName": name,
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
            "LifecycleConfiguration": {
                "Rules": [
                    # Longer than the queues keep the pointers to them. deploy/ never expires: a rollback needs it.
                    {"Id": "unparsed", "Status": "Enabled", "Prefix": "unparsed/", "ExpirationInDays": 30},
                    {"Id": "chat", "Status": "Enabled", "Prefix": "chat/", "ExpirationInDays": 30},
                    {"Id": "media", "Status": "Enabled", "Prefix": "media/", "ExpirationInDays": 30},
                    {"Id": "mail", "Status": "Enabled", "Prefix": MAIL, "ExpirationInDays": 30},
                    # Six months, as long as a complaint about them may be made: docs/decisions.
                    {"Id": "evidence", "Status": "Enabled", "Prefix": EVIDENCE, "ExpirationInDays": EVIDENCE_DAYS},
                    {"Id": "claim", "Status": "Enabled", "Prefix": "claim/", "ExpirationInDays": 30},
                    # A day longer than the table can be restored to: docs/restore.md.
                    {"Id": "erased", "Status": "Enabled", "Prefix": "erased/", "ExpirationInDays": 36},
                    # A cut-off upload of the functions' code is billed until it is forgotten.
                    {
                        "Id": "cut-off",
                        "Status": "Enabled",
                        "Prefix": "",
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2},
                    },
                ]
            },
        },
    )


def _only_tls() -> dict[str, Any]:
    """Refuse plain HTTP. It goes with the stack (it holds nothing): a new one could not take it over."""
    return {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {
            "Bucket": {"Ref": "Bucket"},
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "OnlyTls",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "s3:*",
                        "Resource": [{"Fn::GetAtt": ["Bucket", "Arn"]}, {"Fn::Sub": "${Bucket.Arn}/*"}],
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    }
                ],
            },
        },
    }


def _queue(names: Names, queue: str) -> dict[str, Any]:
    fifo = {}
    if queue.endswith(".fifo"):
        fifo = {"FifoQueue": True, "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}
    name = logical(queue)
    dead = _kept(
        "AWS::SQS::Queue",
        {
            "QueueName": names.dead(queue),
            "MessageRetentionPeriod": DEAD_KEEPS,
            "SqsManagedSseEnabled": True,
            **fifo,
        },
    )
    alive = _kept(
        "AWS::SQS::Queue",
        {
            "QueueName": names.queue(queue),
            "MessageRetentionPeriod": QUEUE_KEEPS,
            "VisibilityTimeout": CONSUMER_TIMEOUT[queue] + MARGIN,
            "SqsManagedSseEnabled": True,
            "RedrivePolicy": {
                "deadLetterTargetArn": {"Fn::GetAtt": [f"{name}Dead", "Arn"]},
                "maxReceiveCount": MAX_RECEIVES,
            },
            **fifo,
        },
    )
    return {f"{name}Dead": dead, name: alive}
