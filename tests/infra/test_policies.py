"""
Each function may do what its code calls, and nothing else.

The calls are read from the code by ast. That no function lacks a right is proven by every local run, which enforces
the policies (infra/local/ministack.py).
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from infra import names, template

ROOT = Path(__file__).resolve().parents[2]

# A client's method -> what IAM calls it. A transaction needs the rights of the writes inside it.
ACTIONS = {
    "get_item": {"dynamodb:GetItem"},
    "put_item": {"dynamodb:PutItem"},
    "update_item": {"dynamodb:UpdateItem"},
    "delete_item": {"dynamodb:DeleteItem"},
    "query": {"dynamodb:Query"},
    "batch_get_item": {"dynamodb:BatchGetItem"},
    "send_message": {"sqs:SendMessage"},
    "send_message_batch": {"sqs:SendMessage"},
    "change_message_visibility": {"sqs:ChangeMessageVisibility"},
    "put_object": {"s3:PutObject"},
    "get_object": {"s3:GetObject"},
    "get_parameter": {"ssm:GetParameter"},
}
WRITES = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
# What Lambda itself needs to read a queue and to write its log.
TRIGGER = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"}
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}


def calls() -> set[str]:
    """The IAM actions of every AWS call in chalicelib, by ast."""
    found: set[str] = set()
    for path in (ROOT / "chalicelib").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _on_client(node.func.value):
                found |= ACTIONS.get(node.func.attr, set())
                if node.func.attr == "transact_write_items":
                    found |= _writes()
    return found


def _on_client(node: ast.expr) -> bool:
    """self.client.X(…), table.client.X(…), self.sqs().X(…), self._ssm().X(…)"""
    if isinstance(node, ast.Call):
        node = node.func
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.strip("_") in {"client", "sqs", "s3", "ssm", "dynamodb"}


def _writes() -> set[str]:
    """The kinds of write that the store puts into transactions: {"Put": {…}}, {"ConditionCheck": {…}} …"""
    return {
        WRITES[key.value]
        for path in (ROOT / "chalicelib").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and key.value in WRITES
    }


def statements(function: str) -> list[dict[str, Any]]:
    document = json.loads((ROOT / ".chalice" / f"policy-{function}.json").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = document["Statement"]
    return found


def allowed(function: str) -> set[tuple[str, str]]:
    """(action, resource) pairs, resources as they are written."""
    pairs = set()
    for each in statements(function):
        resources = each["Resource"] if isinstance(each["Resource"], list) else [each["Resource"]]
        pairs |= {(action, resource["Fn::Sub"]) for action in each["Action"] for resource in resources}
    return pairs


def test_every_call_of_the_code_is_allowed_somewhere_and_nothing_else_is() -> None:
    granted = {action for function in names.FUNCTIONS for action, _ in allowed(function)}

    assert granted - TRIGGER - LOGS == calls() - TRIGGER


def test_no_policy_has_a_wildcard_action_or_someone_elses_resource() -> None:
    for function in names.FUNCTIONS:
        for action, resource in allowed(function):
            assert "*" not in action
            if action in LOGS:
                assert resource.endswith(f":log-group:/aws/lambda/guichet-${{Stage}}-{function}:*")
                continue
            assert "guichet-${Stage}" in resource or "guichet/${Stage}" in resource, (function, resource)
            stars = resource.count("*")
            assert stars == 0 or (stars == 1 and resource.endswith("/*")), (function, resource)


@pytest.mark.parametrize("identifier", sorted(template.SOURCES))
def test_a_function_reads_its_own_queue_and_no_other(identifier: str) -> None:
    function, source = template.FUNCTION_IDS[identifier], template.SOURCES[identifier]
    read = {resource.rpartition(":")[2] for action, resource in allowed(function) if action == "sqs:ReceiveMessage"}

    assert read == {f"guichet-${{Stage}}-{source.queue}"}
    assert {action for action, resource in allowed(function) if resource.endswith(f"-{source.queue}")} >= TRIGGER


def test_functions_without_a_queue_read_none() -> None:
    for function in ("api", "sweep"):
        assert "sqs:ReceiveMessage" not in {action for action, _ in allowed(function)}


def test_only_those_who_speak_to_the_outside_read_secrets() -> None:
    readers = {each for each in names.FUNCTIONS if "ssm:GetParameter" in {action for action, _ in allowed(each)}}

    assert readers == {"api", "deliver", "timers"}


def test_only_the_api_parks_and_only_consumers_open_what_was_parked() -> None:
    writers = {
        (function, resource.rpartition("/")[0].rpartition("/")[2])
        for function in names.FUNCTIONS
        for action, resource in allowed(function)
        if action == "s3:PutObject"
    }

    assert ("api", "unparsed") in writers
    assert {prefix for _, prefix in writers} <= {"unparsed", "claim"}


def test_the_stage_is_written_into_every_policy(app_stack: dict[str, Any]) -> None:
    roles = [each for each in app_stack["Resources"].values() if each["Type"] == "AWS::IAM::Role"]

    assert len(roles) == len(names.FUNCTIONS)
    assert "${Stage}" not in json.dumps(roles)


# Which queues each function writes to, by what its stage calls: process rings and waits; receipts rings, and reports
# to process what a platform failed to deliver or an agent's answer that is out; sweep only rings.
SENDS = {
    "api": {"inbox.fifo", "receipts", "unparsed"},
    "process": {"outbox.fifo", "timers"},
    "receipts": {"inbox.fifo", "outbox.fifo"},
    "deliver": {"inbox.fifo", "outbox.fifo", "timers"},
    "timers": {"inbox.fifo", "outbox.fifo", "timers"},
    "sweep": {"outbox.fifo"},
}


@pytest.mark.parametrize("function", sorted(SENDS))
def test_a_function_sends_to_the_queues_its_stage_writes_and_no_other(function: str) -> None:
    granted = {resource.rpartition(":")[2] for action, resource in allowed(function) if action == "sqs:SendMessage"}

    assert granted == {f"guichet-${{Stage}}-{queue}" for queue in SENDS[function]}


def test_sweep_reads_the_due_index_alone() -> None:
    table = {
        (action, resource.rpartition("table/")[2]) for action, resource in allowed("sweep") if "dynamodb" in action
    }

    assert table == {("dynamodb:Query", "guichet-${Stage}/index/due")}
