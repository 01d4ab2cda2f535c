"""
SQS in memory, as Lambda sees it: groups in order, visibility, receive counts, delays, dead letters.

At least once: what is not deleted comes back when its visibility ends.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from infra.resources import MAX_RECEIVES

BATCH = 10
DEDUPLICATION_MS = 300_000


@dataclass(slots=True, eq=False)
class QueueMessage:
    """One message on a queue."""

    number: int
    body: str
    group: str
    visible_at: int
    receives: int = 0
    in_flight: bool = False

    @property
    def receipt(self) -> str:
        return f"{self.number}:{self.receives}"


@dataclass(slots=True)
class Sqs:
    """
    All queues. `visibility` in ms by queue name; `clock.now` the time in ms; `loses` says which sends are lost.

    `mixed`: a FIFO queue's batch holds several groups, as Lambda fills it; else one, so that a fault hits one customer.
    """

    clock: Any
    visibility: Mapping[str, int]
    queues: dict[str, list[QueueMessage]] = field(default_factory=dict)
    dead: list[tuple[str, QueueMessage]] = field(default_factory=list)
    loses: Callable[[str], bool] = lambda name: False
    mixed: bool = False
    _seen: dict[tuple[str, str], int] = field(default_factory=dict)
    _numbers: Any = field(default_factory=count)

    def send_message(self, *, QueueUrl: str, **entry: Any) -> dict[str, Any]:  # noqa: N803 - boto3's names
        name = QueueUrl.rpartition("/")[2]
        once = (name, entry.get("MessageDeduplicationId", ""))
        if once[1] and self._seen.get(once, -DEDUPLICATION_MS) > self.clock.now - DEDUPLICATION_MS:
            return {}
        self._seen[once] = self.clock.now
        if self.loses(name):
            return {}
        visible_at = self.clock.now + 1000 * entry.get("DelaySeconds", 0)
        group = entry.get("MessageGroupId", "")
        self.queues.setdefault(name, []).append(
            QueueMessage(next(self._numbers), entry["MessageBody"], group, visible_at)
        )
        return {}

    def send_message_batch(self, *, QueueUrl: str, Entries: Any) -> dict[str, Any]:  # noqa: N803 - boto3's names
        for entry in Entries:
            self.send_message(QueueUrl=QueueUrl, **entry)
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def change_message_visibility_batch(self, *, QueueUrl: str, Entries: Any) -> dict[str, Any]:  # noqa: N803 - boto3's
        for entry in Entries:
            message = self._held(QueueUrl, entry["ReceiptHandle"])
            if message is not None:
                message.visible_at = self.clock.now + 1000 * entry["VisibilityTimeout"]
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def delete_message_batch(self, *, QueueUrl: str, Entries: Any) -> dict[str, Any]:  # noqa: N803 - boto3's names
        for entry in Entries:
            message = self._held(QueueUrl, entry["ReceiptHandle"])
            if message is not None:
                self.queues[QueueUrl.rpartition("/")[2]].remove(message)
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def _held(self, url: str, receipt: str) -> QueueMessage | None:
        """The message of a receipt that is still its newest."""
        number, receives = (int(part) for part in receipt.split(":"))
        messages = self.queues.get(url.rpartition("/")[2], [])
        return next((each for each in messages if each.number == number and each.receives == receives), None)

    def ready(self, name: str) -> list[list[QueueMessage]]:
        """The batches that Lambda could be given now: see `mixed`; of a standard queue one in all."""
        now, groups, blocked = self.clock.now, {}, set()  # type: ignore[var-annotated]
        fifo = name.endswith(".fifo")
        for message in self.queues.get(name, []):
            if message.visible_at > now:
                if fifo:
                    blocked.add(message.group)
                continue
            message.in_flight = False
            groups.setdefault(message.group, []).append(message)
        found = [messages for group, messages in groups.items() if group not in blocked]
        if fifo and self.mixed:
            all_groups = sorted(
                (message for messages in found for message in messages), key=lambda message: message.number
            )
            found = [all_groups] if all_groups else []
        return [messages[:BATCH] for messages in found]

    def receive(self, name: str, messages: list[QueueMessage]) -> list[QueueMessage]:
        """Takes a batch: hidden from now on, counted; over the limit a message is dead."""
        taken = []
        for message in messages:
            if message.receives >= MAX_RECEIVES:
                self.queues[name].remove(message)
                self.dead.append((name, message))
                continue
            message.receives += 1
            message.in_flight = True
            message.visible_at = self.clock.now + self.visibility[name]
            taken.append(message)
        return taken

    def delete(self, name: str, message: QueueMessage, receives: int) -> None:
        """Deletes what was received as its `receives`-th time; an older receipt deletes nothing."""
        if message.receives == receives and message in self.queues[name]:
            self.queues[name].remove(message)

    def receive_message(self, *, QueueUrl: str, **_: Any) -> dict[str, Any]:  # noqa: N803 - boto3's names
        """What a command reads by hand: a batch, hidden from now on."""
        name = QueueUrl.rpartition("/")[2]
        taken = [message for batch in self.ready(name)[:1] for message in self.receive(name, batch)]
        return {"Messages": [{"Body": each.body, "ReceiptHandle": each.receipt} for each in taken]}

    def next_time(self) -> int | None:
        """When the next message becomes visible (one that is, and waits behind its group, does not count)."""
        times = [message.visible_at for messages in self.queues.values() for message in messages]
        return min((at for at in times if at > self.clock.now), default=None)


def put_off(receipts: Sequence[tuple[QueueMessage, int]], failed: Collection[str]) -> set[str]:
    """
    Those of a batch's failed messages that nobody tried (`receipts`: each message, and how often it was received).

    Of the groups that were received before, whose worker may have died of them, an invocation tries one after all
    others and puts the rest off (`receiving.Batch`). So they were put off where one of these groups was handled.
    """
    groups: dict[object, list[tuple[str, int]]] = {}
    for message, receives in receipts:
        groups.setdefault(message.group or message.number, []).append((str(message.number), receives))
    again = [[number for number, _ in group] for group in groups.values() if max(times for _, times in group) > 1]
    handled = any(not set(group) & set(failed) for group in again)
    return {number for group in again for number in group if number in failed} if handled else set()
