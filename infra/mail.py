"""
E-mail's part of a stage: the queue that SES's notices come by, what lets SES in, and the function that reads it. Pure.

SES stores a mail in the stage's bucket and tells a topic; the topic tells the queue. Each of the three lets in one
sender of this AWS account and nobody else, which is all that proves a mail's way (`channels._signing.Internal`). The
local AWS has no receipt rules: there the queue is told by the simulator, and nothing but queue and function is drawn.

Where SES receives nothing in the stage's region, rule and topic stand in another (`--mail-region`), in a stack of their
own: the bucket may be anywhere, everything else that a rule names has to be in the rule's region, and a topic tells a
queue of any region. So a mail lies in the stage's region alone.

Sources: AWS, "Amazon Simple Email Service endpoints and quotas" (email receiving endpoints), "Regions and Amazon SES",
"Sending Amazon SNS messages to an Amazon SQS queue or AWS Lambda function in a different Region".
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import Any

from chalicelib.errors import UsageError
from chalicelib.store.blobs import MAIL_IN

from .names import LOCAL_STAGE, MAIL_QUEUE, ROOT, Names

Resources = dict[str, Any]

# AWS adds regions to its list from time to time: of any other one SES itself is asked (`stage.receives`).
RECEIVING = (
    "ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1", "eu-west-1", "eu-west-2",
    "us-east-1", "us-east-2", "us-west-2",
)  # fmt: skip
REPORTED = ("SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT", "RENDERING_FAILURE", "DELIVERY_DELAY")
TIMEOUT_S = 60  # a mail may have 40 MB
MEMORY_MB = 1024
HANDLER = "app.mail"
REGION_OUTPUT = "MailRegion"  # of the data stack: where its mails are received, if elsewhere
_RULE = "guichet"
_EVERY = "rate(15 minutes)"


def asked(domains: str) -> tuple[str, ...]:
    """Return the domains of a choice ("courrier.brand.example other.example")."""
    return tuple(domains.replace(",", " ").lower().split())


@dataclass(frozen=True, slots=True)
class Mails:
    """
    What a stage receives: mails to these domains; none: no mail.

    `region`: where SES receives them, "" for the stage's own.
    """

    domains: tuple[str, ...] = ()
    region: str = ""

    def __bool__(self) -> bool:
        """Return whether any mail is received."""
        return bool(self.domains)


NO_MAIL = Mails()


def settled(mails: Mails, names: Names, stage_region: str, *, receives_here: bool) -> Mails:
    """Return the mails, with a region only where it is not the stage's. Raises UsageError where SES receives none."""
    if not mails or names.stage == LOCAL_STAGE:
        return mails
    region = mails.region or stage_region
    if region == stage_region and not receives_here:
        raise UsageError(
            f"SES receives no mail in {region}: add --mail-region with one of {', '.join(RECEIVING)}, or deploy "
            "without --mail. The mails are stored in the stage's own region all the same."
        )
    if region != stage_region and region not in RECEIVING:
        raise UsageError(f"SES receives no mail in {region}: give --mail-region one of {', '.join(RECEIVING)}.")
    return Mails(mails.domains, "" if region == stage_region else region)


def data_resources(names: Names, mails: Mails) -> Resources:
    """Draw what lets SES in, by logical id: beside the queue itself, which `resources` draws like any other."""
    if names.stage == LOCAL_STAGE:
        return {}
    told = [_configuration_arn(names)] if mails.region else [_rule_arn(names), _configuration_arn(names)]
    return {
        **_topic(names, *told),
        "MailQueuePolicy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"Queues": [{"Ref": "Mail"}], "PolicyDocument": _policy(_told_by_topics(names, mails))},
        },
        "MailSubscription": _subscription({"Fn::GetAtt": ["Mail", "Arn"]}, DependsOn="MailQueuePolicy"),
        **_events(names),
        **({} if mails.region else _rules(names, mails.domains, {"Ref": "Bucket"}, "BucketPolicy")),
    }


def receiving_template(names: Names, mails: Mails, stage_region: str) -> Resources:
    """Draw the stack of another region: the rule, its topic, and whom the topic tells."""
    queue = {"Fn::Sub": f"arn:${{AWS::Partition}}:sqs:{stage_region}:${{AWS::AccountId}}:{_name(names)}"}
    bucket = {"Fn::Sub": names.bucket(region=stage_region)}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Guichet {names.stage}: where SES receives its mails.",
        "Resources": {
            **_topic(names, _rule_arn(names)),
            "MailSubscription": _subscription(queue),
            **_rules(names, mails.domains, bucket),
        },
    }


def _topic(names: Names, *told_by: Resources) -> Resources:
    return {
        "MailTopic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": _name(names)}},
        "MailTopicPolicy": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {"Topics": [{"Ref": "MailTopic"}], "PolicyDocument": _policy(_told_by_ses(*told_by))},
        },
    }


def _subscription(queue: Resources, **beside: str) -> Resources:
    return {
        "Type": "AWS::SNS::Subscription",
        **beside,
        "Properties": {
            "TopicArn": {"Ref": "MailTopic"},
            "Protocol": "sqs",
            "Endpoint": queue,
            "RawMessageDelivery": True,
        },
    }


def bucket_statement(names: Names, mails: Mails) -> Resources:
    """Draw the bucket policy's statement that lets this stage's receipt rule store mails, below one prefix."""
    return {
        "Sid": "MailBySes",
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": {"Fn::Sub": f"${{Bucket.Arn}}/{MAIL_IN}*"},
        "Condition": _from(_rule_arn(names, mails.region)),
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


def _rules(names: Names, domains: tuple[str, ...], bucket: Resources, *before: str) -> Resources:
    """Draw the rule that stores the mails to these domains. An administrator makes its set the active one."""
    action = {
        "BucketName": bucket,
        "ObjectKeyPrefix": MAIL_IN,
        "TopicArn": {"Ref": "MailTopic"},
    }
    return {
        "MailRules": {"Type": "AWS::SES::ReceiptRuleSet", "Properties": {"RuleSetName": _configuration(names)}},
        "MailRule": {
            "Type": "AWS::SES::ReceiptRule",
            "DependsOn": [*before, "MailTopicPolicy", "MailSubscription"],
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


def _told_by_ses(*arns: Resources) -> Resources:
    return {
        "Sid": "BySes",
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": {"Ref": "MailTopic"},
        "Condition": _from(*arns),
    }


def _told_by_topics(names: Names, mails: Mails) -> Resources:
    there = {"Fn::Sub": f"arn:${{AWS::Partition}}:sns:{mails.region}:${{AWS::AccountId}}:{_name(names)}"}
    own = {"Ref": "MailTopic"}
    return {
        "Sid": "ByTopic",
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": {"Fn::GetAtt": ["Mail", "Arn"]},
        "Condition": {"ArnEquals": {"aws:SourceArn": [own, there] if mails.region else own}},
    }


def _from(*arns: Resources) -> Resources:
    """Only for this AWS account's own rule or set: a stranger's SES could send in our bucket's name."""
    return {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
        "ArnEquals": {"aws:SourceArn": list(arns) if len(arns) > 1 else arns[0]},
    }


def _rule_arn(names: Names, region: str = "") -> Resources:
    return _arn(f"receipt-rule-set/{_configuration(names)}:receipt-rule/{_RULE}", region)


def _configuration_arn(names: Names) -> Resources:
    return _arn(f"configuration-set/{_configuration(names)}")


def _arn(what: str, region: str = "") -> Resources:
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:ses:{region or '${AWS::Region}'}:${{AWS::AccountId}}:{what}"}


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
