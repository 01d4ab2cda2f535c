"""
Client of the running stack: the simulators' endpoints, the queues, and the table to read the truth from.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chalicelib.errors import UsageError
from chalicelib.model import BrandId
from chalicelib.store import keys
from chalicelib.store.table import Table

from ..aws import Cloud
from ..names import MAIL_QUEUE, QUEUES

PLAYED = (*QUEUES, MAIL_QUEUE)  # the local stack receives mails
COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
FIRST = ("inbox.fifo", "outbox.fifo", "desk.fifo")
LOOK_S = 0.8
CALM_S = 2.5  # longer than the receipts queue's window


@dataclass(frozen=True)
class StackClient:
    """One running stack. `ready` is its ready document."""

    cloud: Cloud
    ready: dict[str, Any]

    @property
    def brand(self) -> BrandId:
        return BrandId(self.ready["brand"])

    @cached_property
    def table(self) -> Table:
        return Table(self.cloud.client("dynamodb"), self.cloud.names.table, self.brand)

    @cached_property
    def _queues(self) -> dict[str, str]:
        sqs = self.cloud.client("sqs")
        return {queue: sqs.get_queue_url(QueueName=self.cloud.names.queue(queue))["QueueUrl"] for queue in PLAYED}

    @cached_property
    def _sqs(self) -> Any:
        return self.cloud.client("sqs")

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask the simulators; raises UsageError with their words when they refuse."""
        url = f"{self.ready['page']}sim/{path}"
        raw = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, raw, {"Content-Type": "application/json"})  # noqa: S310 - our own loopback address
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise UsageError(f"The simulators refused {path}: {error.read(300).decode('utf-8', 'replace')}") from error
        except OSError as error:
            raise UsageError(f"The simulators do not answer at {url} ({type(error).__name__}).") from error

    def waiting(self) -> int:
        """
        Return how much is still to be done: messages in queues, unfinished rows, conversations that wait.

        Reminders of tickets and an hour's comments, which wait for hours, are not counted, nor the timers that would
        wake them: everything else that a timer wakes is a row or a conversation that waits.
        """
        now = [queue for queue in PLAYED if queue not in ("unparsed", "timers")]
        return self._queued(now, COUNTS) + self._queued(["timers"], COUNTS[:2]) or self._unfinished()

    def ease(self, most: int, seconds: float) -> None:
        """Wait until fewer than `most` messages are queued: this machine is slower than real traffic needs."""
        deadline = time.monotonic() + seconds
        while self._queued(FIRST, COUNTS[:2]) >= most and time.monotonic() < deadline:
            time.sleep(0.2)

    def _queued(self, queues: Sequence[str], counts: Sequence[str]) -> int:
        total = 0
        for queue in queues:
            found = self._sqs.get_queue_attributes(QueueUrl=self._queues[queue], AttributeNames=list(counts))
            total += sum(int(found["Attributes"][name]) for name in counts)
        return total

    def _unfinished(self) -> int:
        count = 0
        start: dict[str, Any] = {}
        while True:
            answer = self.table.client.scan(
                TableName=self.table.name,
                FilterExpression=(
                    "(begins_with(pk, :out) AND NOT #kind IN (:clock, :hourly, :anew)) "
                    "OR (begins_with(pk, :conv) AND #hold > :no)"
                ),
                ExpressionAttributeNames={"#kind": "kind", "#hold": "hold_until"},
                ExpressionAttributeValues={
                    ":out": {"S": keys.queue_of(self.brand, "")},
                    ":conv": {"S": keys.head(self.brand, "").pk},
                    ":clock": {"S": "clock"},
                    ":hourly": {"S": "comments"},
                    ":anew": {"S": "comments_update"},
                    ":no": {"N": "0"},
                },
                ConsistentRead=True,
                Select="COUNT",
                **start,
            )
            count += int(answer["Count"])
            if "LastEvaluatedKey" not in answer:
                return count
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def settle(self, seconds: float) -> int:
        """Wait until nothing is left to do for a while, at most `seconds`; returns what is left."""
        deadline, calm_since = time.monotonic() + seconds, None
        while True:
            left = self.waiting()
            now = time.monotonic()
            calm_since = None if left else calm_since or now
            if (calm_since is not None and now - calm_since >= CALM_S) or now > deadline:
                return left
            time.sleep(LOOK_S)

    def dead_letters(self) -> int:
        """How many messages died in any queue."""
        total = 0
        for queue in PLAYED:
            url = self._sqs.get_queue_url(QueueName=self.cloud.names.dead(queue))["QueueUrl"]
            found = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[COUNTS[0]])["Attributes"]
            total += int(found[COUNTS[0]])
        return total
