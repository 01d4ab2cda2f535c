from __future__ import annotations

from typing import Any

import pytest

from tests.support.aws_limits import LimitBroken, check_dynamodb, check_sqs

FIFO, PLAIN = "https://sqs/1/q.fifo", "https://sqs/1/q"
KEY = {"pk": {"S": "p"}, "sk": {"S": "s"}}
GOOD = {"QueueUrl": FIFO, "MessageBody": "{}", "MessageGroupId": "a" * 64, "MessageDeduplicationId": "1"}


def put(**more: Any) -> dict[str, Any]:
    return {"Put": {"TableName": "t", "Item": KEY | more}}


@pytest.mark.parametrize(
    "wrong",
    [
        GOOD | {"MessageGroupId": "a b"},
        GOOD | {"MessageGroupId": "a" * 129},
        GOOD | {"DelaySeconds": 1},
        {name: value for name, value in GOOD.items() if name != "MessageGroupId"},
        GOOD | {"MessageBody": ""},
        GOOD | {"MessageBody": "a\x00"},
        GOOD | {"MessageBody": "é"},
        GOOD | {"MessageBody": "x" * 262_145},
        {"QueueUrl": PLAIN, "MessageBody": "{}", "DelaySeconds": 901},
        {"QueueUrl": PLAIN, "MessageBody": "{}", "MessageDeduplicationId": "1"},
    ],
)
def test_sqs_would_refuse(wrong: dict[str, Any]) -> None:
    with pytest.raises(LimitBroken):
        check_sqs("send_message", wrong)


def test_sqs_would_take() -> None:
    check_sqs("send_message", GOOD)
    check_sqs("send_message", {"QueueUrl": PLAIN, "MessageBody": "{}", "DelaySeconds": 900})
    check_sqs(
        "send_message_batch", {"QueueUrl": PLAIN, "Entries": [{"Id": str(n), "MessageBody": "x"} for n in range(10)]}
    )


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [{"Id": str(n), "MessageBody": "x"} for n in range(11)],
        [{"Id": "1", "MessageBody": "x"}, {"Id": "1", "MessageBody": "x"}],
        [{"Id": str(n), "MessageBody": "x" * 200_000} for n in range(2)],
    ],
)
def test_sqs_would_refuse_a_batch(entries: list[dict[str, str]]) -> None:
    with pytest.raises(LimitBroken):
        check_sqs("send_message_batch", {"QueueUrl": PLAIN, "Entries": entries})


@pytest.mark.parametrize("wrong", [{"MaxNumberOfMessages": 11}, {"MaxNumberOfMessages": 0}, {"WaitTimeSeconds": 21}])
def test_sqs_would_refuse_to_receive(wrong: dict[str, int]) -> None:
    check_sqs("receive_message", {"QueueUrl": PLAIN, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 20})

    with pytest.raises(LimitBroken):
        check_sqs("receive_message", {"QueueUrl": PLAIN} | wrong)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("put_item", {"Item": {"pk": {"S": ""}, "sk": {"S": "s"}}}),
        ("put_item", {"Item": KEY | {"text": {"S": "x" * 410_000}}}),
        ("put_item", {"Item": KEY | {"text": {"S": "half a pair: \ud83d"}}}),
        ("put_item", {"Item": {"pk": {"S": "b#conv#c"}, "sk": {"S": "head"}, "x": {"S": "x" * 4_100}}}),
        ("put_item", {"Item": KEY | {"due_shard": {"S": ""}}}),
        (
            "update_item",
            {"Key": KEY, "UpdateExpression": "SET state = :s", "ExpressionAttributeValues": {":s": {"S": "x"}}},
        ),
        ("update_item", {"Key": KEY, "UpdateExpression": "SET a = :s"}),
        (
            "update_item",
            {"Key": KEY, "UpdateExpression": "SET a = :s", "ExpressionAttributeValues": {":s": {}, ":t": {}}},
        ),
        (
            "update_item",
            {"Key": KEY, "UpdateExpression": "SET a = :s, a = :s", "ExpressionAttributeValues": {":s": {}}},
        ),
        ("transact_write_items", {"TransactItems": [put(), put()]}),
        ("transact_write_items", {"TransactItems": []}),
        (
            "transact_write_items",
            {"TransactItems": [{"Put": {"Item": {"pk": {"S": str(n)}, "sk": {"S": "s"}}}} for n in range(101)]},
        ),
        ("query", {"IndexName": "due", "ConsistentRead": True}),
    ],
)
def test_dynamodb_would_refuse(name: str, given: dict[str, Any]) -> None:
    with pytest.raises(LimitBroken):
        check_dynamodb(name, given)
