"""
The app stack: Chalice's SAM template, made ours. Pure.

Chalice knows the functions, routes and triggers (app.py) and the roles (.chalice/policy-*.json). This module gives
each function its queue, partial-batch answers, environment, name and layer, and adds the HTTP API, alarms and outputs.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from . import http_api, mail
from .alarms import alarms
from .names import MAIL_QUEUE, Names
from .resources import CONSUMER_TIMEOUT
from .targets import Target

Template = dict[str, Any]

# Logical id in Chalice's template -> our name. Chalice calls the routes' function APIHandler.
FUNCTION_IDS = {
    "APIHandler": "api",
    "Process": "process",
    "Receipts": "receipts",
    "Deliver": "deliver",
    "Desk": "desk",
    "Timers": "timers",
    "Sweep": "sweep",
}


@dataclass(frozen=True, slots=True)
class Source:
    """How a function reads its queue. FIFO allows batches of 10 and no window."""

    queue: str
    batch: int
    window_s: int = 0
    at_once: int = 0  # most copies of the function; 0: as many as the account allows


SOURCES = {
    "Process": Source("inbox.fifo", batch=10, at_once=50),
    "Deliver": Source("outbox.fifo", batch=10, at_once=50),
    # One doorbell an invocation: whoever waits for one Slack channel's turn holds up no other brand's.
    "Desk": Source("desk.fifo", batch=1, at_once=20),
    # Receipts change no decision: waiting two seconds for more of them makes each cheaper.
    "Receipts": Source("receipts", batch=50, window_s=2, at_once=10),
    "Timers": Source("timers", batch=10, at_once=50),  # most answers wait two seconds and are sent from here
}

QUEUE_VARIABLES = {
    "INBOX_QUEUE_URL": "inbox.fifo",
    "OUTBOX_QUEUE_URL": "outbox.fifo",
    "DESK_QUEUE_URL": "desk.fifo",
    "RECEIPTS_QUEUE_URL": "receipts",
    "TIMERS_QUEUE_URL": "timers",
    "UNPARSED_QUEUE_URL": "unparsed",
}


TOLD_ADDRESS = ("api", "deliver", "timers", "sweep")  # the functions that must know where platforms reach the stage


@dataclass(frozen=True, slots=True)
class Artefacts:
    """Keys in the stage's bucket of what was built; a key carries its content's hash."""

    code_key: str
    layer_key: str


def app_template(
    sam: Template, names: Names, target: Target, artefacts: Artefacts, domain: str = "", *, mails: bool = False
) -> Template:
    """
    Make the stage's app stack from Chalice's template, `sam` is left as it was; `domain`: the data stack's name.

    `mails`: whether it receives mails.
    """
    template = copy.deepcopy(sam)
    template["Description"] = f"Guichet {names.stage}: functions, routes, triggers, alarms."
    resources = template["Resources"]
    resources["ModelLayer"] = _layer(names, target, artefacts)
    for identifier, function in FUNCTION_IDS.items():
        resources[identifier]["Properties"] |= _function(names, target, artefacts, function)
        if function in TOLD_ADDRESS:
            told = resources[identifier]["Properties"]["Environment"]["Variables"]
            told["PUBLIC_URLS"] = http_api.addresses(target.api, domain)
        resources[_log_group(identifier)]["Properties"]["LogGroupName"] = f"/aws/lambda/{names.function(function)}"
        resources[identifier]["DependsOn"] = [_log_group(identifier)]
    resources["Process"]["Properties"]["Layers"] = [{"Ref": "ModelLayer"}]
    for identifier, source in SOURCES.items():
        resources[identifier]["Properties"]["Timeout"] = CONSUMER_TIMEOUT[source.queue]
        resources[identifier]["Properties"]["Events"] = {"Queue": _event(names, source)}
    if mails:
        resources |= _mail(names, target, artefacts, resources)
    resources["APIHandler"]["Properties"]["Handler"] = http_api.HANDLER
    del resources["APIHandlerInvokePermission"]
    rest = resources.pop("RestAPI")  # Chalice draws a REST API; ours has its routes and costs a third
    resources |= http_api.http_api(names, http_api.routes_of(rest["Properties"]["DefinitionBody"]), domain)
    resources |= alarms(names, mails=mails)
    template["Outputs"] = http_api.outputs(domain)
    _fill_stage(template, names.stage)
    return template


def _mail(names: Names, target: Target, artefacts: Artefacts, resources: dict[str, Any]) -> dict[str, Any]:
    """Draw the function that takes mails in, like the one for receipts."""
    like = copy.deepcopy(resources["Receipts"])
    like["Properties"] |= _function(names, target, artefacts, "mail")
    told = like["Properties"]["Environment"]["Variables"]
    told["MAIL_QUEUE_URL"] = {"Fn::Sub": told["INBOX_QUEUE_URL"]["Fn::Sub"].replace("inbox.fifo", MAIL_QUEUE)}
    return mail.function(names, like, resources["ReceiptsRole"], queue_arn(MAIL_QUEUE, names))


def _log_group(identifier: str) -> str:
    return ("ApiHandler" if identifier == "APIHandler" else identifier) + "LogGroup"


def _layer(names: Names, target: Target, artefacts: Artefacts) -> dict[str, Any]:
    return {
        "Type": "AWS::Serverless::LayerVersion",
        "Properties": {
            "LayerName": f"{names.table}-model",
            "CompatibleRuntimes": [target.runtime],
            "CompatibleArchitectures": [target.architecture],
            "ContentUri": _content(names, artefacts.layer_key),
            "RetentionPolicy": "Delete",
        },
    }


def _content(names: Names, key: str) -> dict[str, Any]:
    return {"Bucket": {"Fn::Sub": names.bucket()}, "Key": key}


def _function(names: Names, target: Target, artefacts: Artefacts, function: str) -> dict[str, Any]:
    return {
        "FunctionName": names.function(function),
        "Runtime": target.runtime,
        "Architectures": [target.architecture],
        "CodeUri": _content(names, artefacts.code_key),
        "Environment": {"Variables": environment(names, target, function)},
        # No START, END and REPORT lines: most of what logs cost. INFO, because a lost metric line is a deaf alarm.
        "LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "WARN"},
        "Tags": {"guichet:stage": names.stage},
    }


def environment(names: Names, target: Target, function: str) -> dict[str, Any]:
    """Give what chalicelib.settings reads, and the few variables that Powertools reads."""
    variables: dict[str, Any] = {
        "STAGE": names.stage,
        "TABLE_NAME": names.table,
        "BUCKET_NAME": {"Fn::Sub": names.bucket()},
        "SECRETS_PREFIX": names.secrets_prefix,
        "POWERTOOLS_SERVICE_NAME": function,
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }
    for variable, queue in QUEUE_VARIABLES.items():
        variables[variable] = {
            "Fn::Sub": f"https://sqs.${{AWS::Region}}.${{AWS::URLSuffix}}/${{AWS::AccountId}}/{names.queue(queue)}"
        }
    variables |= target.environment
    if function == "process":
        variables |= target.process_environment
    return variables


def queue_arn(queue: str, names: Names) -> dict[str, str]:
    """Name a queue's ARN for any account and region."""
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:sqs:${{AWS::Region}}:${{AWS::AccountId}}:{names.queue(queue)}"}


def _event(names: Names, source: Source) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "Queue": queue_arn(source.queue, names),
        "BatchSize": source.batch,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }
    if source.window_s:
        properties["MaximumBatchingWindowInSeconds"] = source.window_s
    if source.at_once:
        properties["ScalingConfig"] = {"MaximumConcurrency": source.at_once}
    return {"Type": "SQS", "Properties": properties}


def _fill_stage(node: Any, stage: str) -> None:
    """Write the stage into the policies, which say ${Stage} because one file serves every stage."""
    children = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in children:
        if isinstance(value, str):
            if "${Stage}" in value:
                node[key] = value.replace("${Stage}", stage)
        elif isinstance(value, dict | list):
            _fill_stage(value, stage)
