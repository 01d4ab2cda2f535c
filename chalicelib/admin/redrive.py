"""
Moves dead letters back to their queue by receive, send, delete: nothing is deleted before it was sent.

SQS's own redrive (StartMessageMoveTask) is not used: it cannot be watched message by message, and the local AWS has
none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..store import audit
from ..store.audit import Author
from .permissions import needs
from .services import AdminServices, brands

BATCH = 10
HIDDEN_S = 60  # long enough to send ten messages; one that was not sent comes back


@dataclass(frozen=True, slots=True)
class QueueNames:
    """Whose dead letters: the queue as we call it, and AWS's names of its dead-letter queue and of itself."""

    queue: str
    source: str
    target: str


@needs("queue.redrive")
def redrive(services: AdminServices, names: QueueNames, limit: int, author: Author) -> Iterator[int]:
    """
    Move at most `limit` dead letters back to their queue; yield how many so far after each batch.

    Every brand's audit log says so before: a queue holds messages of all of them. A message may be handled twice when
    this is interrupted between send and delete: handling is idempotent. Order within a group is kept: a FIFO queue
    gives a group's messages in order, and they are sent in that order.
    """
    client = services.client("sqs")
    source = client.get_queue_url(QueueName=names.source)["QueueUrl"]
    target = client.get_queue_url(QueueName=names.target)["QueueUrl"]
    for brand in brands(services):
        audit.note(services.table(brand), author, "queue.redrive", names.queue)
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


@needs("queue.read")
def waiting(services: AdminServices, names: QueueNames) -> int:
    """Return about how many dead letters there are; nothing is moved."""
    client = services.client("sqs")
    source = client.get_queue_url(QueueName=names.source)["QueueUrl"]
    name = "ApproximateNumberOfMessages"
    return int(client.get_queue_attributes(QueueUrl=source, AttributeNames=[name])["Attributes"][name])


def _fifo(message: dict[str, Any]) -> dict[str, str]:
    """Return what a FIFO queue needs; the message's id is its deduplication id, the same when it is moved twice."""
    group = message.get("Attributes", {}).get("MessageGroupId")
    return {"MessageGroupId": group, "MessageDeduplicationId": message["MessageId"]} if group else {}
