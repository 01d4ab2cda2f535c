"""
E-mail's part of a stage: the queue that SES's notices come by, what lets SES in, and the function that reads it. Pure.

SES stores a mail in the stage's bucket and tells a topic; the topic tells the queue. Each of the three lets in one
sender of this AWS account and nobody else, which is all that proves a mail's way (`channels._signing.Internal`). The
local AWS has no receipt rules: there the queue is told by the simulator, and nothing but queue and function is drawn.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from chalicelib.errors import UsageError
from chalicelib.store.blobs import MAIL_IN

from .names import LOCAL_STAGE, MAIL_QUEUE, ROOT, Names

Resources = dict[str, Any]

RECEIVING = (
    "ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1", "eu-west-1", "eu-west-2",
    "us-east-1", "us-east-2", "us-west-2",
)  # fmt: skip
REPORTED = ("SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT", "RENDERING_FAILURE", "DELIVERY_DELAY")
TIMEOUT_S = 60  # a mail may have 40 MB
MEMORY_MB = 1024
HANDLER = "app.mail"
_RULE = "guichet"
_EVERY = "rate(15 minutes)"


def asked(domains: str) -> tuple[str, ...]:
    """Return the domains of a choice ("courrier.brand.example other.example")."""
    return tuple(domains.replace(",", " ").lower().split())


def check(domains: tuple[str, ...], names: Names, region: str) -> None:
    """Raise UsageError where SES receives no mail in this region."""
    if domains and names.stage != LOCAL_STAGE and region not in RECEIVING:
        raise UsageError(
            f"SES receives no mail in {region}: put the stage in one of "
            f"{', '.join(RECEIVING)}, or deploy without --mail."
        )


def data_resources(names: Names, domains: tuple[str, ...]) -> Resources:
    """Draw what lets SES in, by logical id: beside the queue itself, which `resources` draws like any other."""
    if names.stage == LOCAL_STAGE:
        return {}
    return {
        "MailTopic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": _name(names)}},
        "MailTopicPolicy": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {"Topics": [{"Ref": "MailTopic"}], "PolicyDocument": _policy(_told_by_ses(names))},
        },
        "MailQueuePolicy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"Queues": [{"Ref": "Mail"}], "PolicyDocument": _policy(_TOLD_BY_TOPIC)},
        },
        "MailSubscription": {
            "Type": "AWS::SNS::Subscription",
            "DependsOn": "MailQueuePolicy",
            "Properties": {
                "TopicArn": {"Ref": "MailTopic"},
                "Protocol": "sqs",
                "Endpoint": {"Fn::GetAtt": ["Mail", "Arn"]},
                "RawMessageDelivery": True,
            },
        },
        **_events(names),
        **_rules(names, domains),
    }


def bucket_statement(names: Names) -> Resources:
    """Draw the bucket policy's statement that lets this stage's receipt rule store mails, below one prefix."""
    return {
        "Sid": "MailBySes",
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": {"Fn::Sub": f"${{Bucket.Arn}}/{MAIL_IN}*"},
        "Condition": _from(_rule_arn(names)),
    }


def _events(names: Names) -> Resources:
    """Draw the configuration set, whose events tell what became of a mail."""
    return {
        "MailConfiguration": {"Type": "AWS::SES::ConfigurationSet", "Properties": {"Name": _configuration(names)}},
        "MailEvents": {
            "Type": "AWS::SES::ConfigurationSetEventDestination",
            "DependsOn": "MailTopicPolicy",
            "Properties": {
                "ConfigurationSetName": {"Ref": "MailConfiguration"},
                "EventDestination": {
                    "Name": "guichet",
                    "Enabled": True,
                    "MatchingEventTypes": list(REPORTED),
                    "SnsDestination": {"TopicARN": {"Ref": "MailTopic"}},
                },
            },
        },
    }


def _rules(names: Names, domains: tuple[str, ...]) -> Resources:
    """Draw the rule that stores the mails to these domains. An administrator makes its set the active one."""
    action = {
        "BucketName": {"Ref": "Bucket"},
        "ObjectKeyPrefix": MAIL_IN,
        "TopicArn": {"Ref": "MailTopic"},
    }
    return {
        "MailRules": {"Type": "AWS::SES::ReceiptRuleSet", "Properties": {"RuleSetName": _configuration(names)}},
        "MailRule": {
            "Type": "AWS::SES::ReceiptRule",
            "DependsOn": ["BucketPolicy", "MailTopicPolicy", "MailSubscription"],
            "Properties": {
                "RuleSetName": {"Ref": "MailRules"},
                "Rule": {
                    "Name": _RULE,
                    "Enabled": True,
                    "ScanEnabled": True,  # without it SES gives no verdict, and nobody's mail is proved
                    "TlsPolicy": "Optional",
                    "Recipients": list(domains),
                    "Actions": [{"S3Action": action}],
                },
            },
        },
    }


def _told_by_ses(names: Names) -> Resources:
    return {
        "Sid": "BySes",
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": {"Ref": "MailTopic"},
        "Condition": _from(_rule_arn(names), _arn(f"configuration-set/{_configuration(names)}")),
    }


_TOLD_BY_TOPIC: Resources = {
    "Sid": "ByTopic",
    "Effect": "Allow",
    "Principal": {"Service": "sns.amazonaws.com"},
    "Action": "sqs:SendMessage",
    "Resource": {"Fn::GetAtt": ["Mail", "Arn"]},
    "Condition": {"ArnEquals": {"aws:SourceArn": {"Ref": "MailTopic"}}},
}


def _from(*arns: Resources) -> Resources:
    """Only for this AWS account's own rule or set: a stranger's SES could send in our bucket's name."""
    return {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
        "ArnEquals": {"aws:SourceArn": list(arns) if len(arns) > 1 else arns[0]},
    }


def _rule_arn(names: Names) -> Resources:
    return _arn(f"receipt-rule-set/{_configuration(names)}:receipt-rule/{_RULE}")


def _arn(what: str) -> Resources:
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:ses:${{AWS::Region}}:${{AWS::AccountId}}:{what}"}


def _policy(statement: Resources) -> Resources:
    return {"Version": "2012-10-17", "Statement": [statement]}


def _name(names: Names) -> str:
    return names.queue(MAIL_QUEUE)


def _configuration(names: Names) -> str:
    return f"guichet-{names.stage}"


def function(names: Names, like: Resources, role: Resources, queue_arn: Resources) -> Resources:
    """Draw the function and its role, by logical id; `like` and `role` are those of another function of ours."""
    made = copy.deepcopy(like)
    made["Properties"] |= {
        "Handler": HANDLER,
        "Timeout": TIMEOUT_S,
        "MemorySize": MEMORY_MB,
        "Role": {"Fn::GetAtt": ["MailRole", "Arn"]},
        "Events": {
            "Queue": {
                "Type": "SQS",
                "Properties": {
                    "Queue": queue_arn,
                    "BatchSize": 1,  # a mail may fill the function's memory
                    "FunctionResponseTypes": ["ReportBatchItemFailures"],
                    "ScalingConfig": {"MaximumConcurrency": 10},
                },
            },
            "Lost": {"Type": "Schedule", "Properties": {"Schedule": _EVERY}},
        },
    }
    made["DependsOn"] = ["MailLogGroup"]
    own = copy.deepcopy(role)
    rights = json.loads((ROOT / ".chalice" / "policy-mail.json").read_text(encoding="utf-8"))
    own["Properties"]["Policies"] = [{"PolicyName": "MailRolePolicy", "PolicyDocument": rights}]
    log = {
        "Type": "AWS::Logs::LogGroup",
        "Properties": {"LogGroupName": f"/aws/lambda/{names.function('mail')}", "RetentionInDays": 30},
    }
    return {"Mail": made, "MailRole": own, "MailLogGroup": log}
