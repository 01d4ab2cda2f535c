"""
What a function's calls need from IAM, in the words of `.chalice/policy-*.json`: read from the calls that it makes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Right = tuple[str, str]  # IAM action, and what it is about: a table or index, a queue, a prefix of the bucket or of SSM

ACTIONS = {
    "get_item": "dynamodb:GetItem",
    "batch_get_item": "dynamodb:BatchGetItem",
    "put_item": "dynamodb:PutItem",
    "update_item": "dynamodb:UpdateItem",
    "delete_item": "dynamodb:DeleteItem",
    "query": "dynamodb:Query",
    "send_message": "sqs:SendMessage",
    "send_message_batch": "sqs:SendMessage",
    "change_message_visibility_batch": "sqs:ChangeMessageVisibility",
    "delete_message_batch": "sqs:DeleteMessage",
    "put_object": "s3:PutObject",
    "get_object": "s3:GetObject",
    "delete_object": "s3:DeleteObject",
    "list_objects_v2": "s3:ListBucket",
    "receive_message": "sqs:ReceiveMessage",
    "get_parameter": "ssm:GetParameter",
    "put_parameter": "ssm:PutParameter",
}
# A transaction needs the rights of the writes inside it.
WRITES = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
# Who runs what: the name of a worker of the simulation -> the function on AWS.
FUNCTIONS = {"intake": "api", "slack": "api"} | {
    name: name for name in ("process", "receipts", "deliver", "desk", "timers", "sweep", "mail")
}


def rights_of(operation: str, given: Mapping[str, Any]) -> Iterator[Right]:
    """The rights of one call. Raises KeyError for an operation that is not in the table."""
    if operation == "transact_write_items":
        yield from ((WRITES[kind], "table") for write in given["TransactItems"] for kind in write)
    elif "IndexName" in given:
        yield ACTIONS[operation], f"table/index/{given['IndexName']}"
    else:
        yield ACTIONS[operation], _about(given)


def _about(given: Mapping[str, Any]) -> str:
    if "QueueUrl" in given:
        return str(given["QueueUrl"]).rpartition("/")[2]
    if "Bucket" in given:
        return f"{(given['Key'] if 'Key' in given else given['Prefix']).partition('/')[0]}/*"
    if "Name" in given:
        return "/".join([*given["Name"].split("/")[3:5], "*"])  # /guichet/<stage>/<app | token>/<channel>/…
    return "table"


class Noting:
    """A client that tells which rights each call needs, whether or not it succeeds."""

    def __init__(self, client: Any, note: Callable[[Right], None]) -> None:
        self._client, self._note = client, note

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name == "exceptions" or not callable(found):
            return found

        def call(**given: Any) -> Any:
            for right in rights_of(name, given):
                self._note(right)
            return found(**given)

        return call
