"""
Moves dead letters back to their queue by receive, send, delete: nothing is deleted before it was sent.

SQS's own redrive (StartMessageMoveTask) is not used: it cannot be watched message by message, and the local AWS has
none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib.store import audit
from chalicelib.store.audit import Author
from chalicelib.wiring import Wiring

from .aws import Cloud, explained
from .stage_services import brands

BATCH = 10
HIDDEN_S = 60  # long enough to send ten messages; one that was not sent comes back


def redrive(cloud: Cloud, queue: str, limit: int) -> Iterator[int]:
    """
    Move at most `limit` messages of `queue`'s dead-letter queue back; yield how many so far after each batch.

    A message may be handled twice when this is interrupted between send and delete: handling is idempotent. Order
    within a group is kept: a FIFO queue gives a group's messages in order, and they are sent in that order.
    """
    client = cloud.client("sqs")
    with explained():
        source = client.get_queue_url(QueueName=cloud.names.dead(queue))["QueueUrl"]
        target = client.get_queue_url(QueueName=cloud.names.queue(queue))["QueueUrl"]
        moved = 0
        while moved < limit:
            messages = client.receive_message(
                QueueUrl=source,
                MaxNumberOfMessages=min(BATCH, limit - moved),
                VisibilityTimeout=HIDDEN_S,
                WaitTimeSeconds=1,
                MessageSystemAttributeNames=["MessageGroupId"],
            ).get("Messages", [])
            if not messages:
                return
            for message in messages:
                client.send_message(QueueUrl=target, MessageBody=message["Body"], **_fifo(message))
                client.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
            moved += len(messages)
            yield moved


def noted(services: Wiring, queue: str, author: Author) -> None:
    """Write to the audit log of every brand, before anything is moved: a queue holds messages of all of them."""
    with explained():
        for brand in brands(services):
            audit.note(services.table(brand), author, "queue.redrive", queue)


def waiting(cloud: Cloud, queue: str) -> int:
    """Return about how many messages `queue`'s dead-letter queue holds; nothing is moved."""
    client = cloud.client("sqs")
    with explained():
        source = client.get_queue_url(QueueName=cloud.names.dead(queue))["QueueUrl"]
        name = "ApproximateNumberOfMessages"
        return int(client.get_queue_attributes(QueueUrl=source, AttributeNames=[name])["Attributes"][name])


def _fifo(message: dict[str, Any]) -> dict[str, str]:
    """Return what a FIFO queue needs; the message's id is its deduplication id, the same when it is moved twice."""
    group = message.get("Attributes", {}).get("MessageGroupId")
    return {"MessageGroupId": group, "MessageDeduplicationId": message["MessageId"]} if group else {}
