"""
One batch of a queue: which messages are tried, in which order, and when the others are received again.

New messages first, then those received before, any of which may have killed its worker. Before one of these is tried,
all finished messages are deleted. Of those received for the second time one is tried, the others come again in a few
seconds. Those received more often are hidden for their whole backoff before they are tried, so a crash (or an AWS that
hangs) costs no more receives than a failure. So a message that kills workers takes no other message to the dead letters
(`guichet redrive` takes them back).

A failed message comes again after WAITS_S (its visibility timeout, the backoff), and with it all messages of its FIFO
group in this batch: SQS gives no message of a group while another is hidden. The messages' content does not matter
here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

WAITS_S = (2, 10, 60, 300)  # after the first, second, third failure, and after every other
SECOND = 2  # the receive at which those that failed or died together part
SIDE_BY_SIDE = 3  # of the groups that are put off, this many come again in the same second


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """One queue message. `received`: how often by now; `group`: its FIFO group (its own on a standard queue)."""

    message_id: str
    receipt: str
    body: str
    received: int
    group: str


Group = Sequence[QueueMessage]


def messages_of(event: Mapping[str, Any]) -> list[QueueMessage]:
    """The messages of Lambda's SQS event, in its order."""
    return [
        QueueMessage(
            message_id=record["messageId"],
            receipt=record["receiptHandle"],
            body=record["body"],
            received=int(record["attributes"]["ApproximateReceiveCount"]),
            group=record["attributes"].get("MessageGroupId") or record["messageId"],
        )
        for record in event["Records"]
    ]


def wait_s(received: int) -> int:
    """Return after how many seconds a message comes again that failed at its `received`-th receive."""
    return WAITS_S[min(received, len(WAITS_S)) - 1]


@dataclass(slots=True, kw_only=True)
class Batch:
    """
    One invocation's work. `handle` tries a message: False where it failed.

    `hide` makes messages come again after so many seconds; `delete` takes messages off the queue. `left_ms`: what is
    left of the invocation; with less than `min_remaining_ms` nothing more is begun, and new messages come again at
    once.
    """

    handle: Callable[[QueueMessage], bool]
    hide: Callable[[Sequence[tuple[QueueMessage, int]]], None]
    delete: Callable[[Group], None]
    left_ms: Callable[[], int]
    min_remaining_ms: int
    again: list[QueueMessage] = field(default_factory=list)
    _done: list[QueueMessage] = field(default_factory=list)
    _begun: bool = False

    def work(self, received: Iterable[QueueMessage]) -> list[QueueMessage]:
        """Work through a batch; return the messages that must stay on the queue."""
        groups: dict[str, list[QueueMessage]] = {}
        for message in received:
            groups.setdefault(message.group, []).append(message)
        for group in groups.values():
            if _times(group) == 1:
                self._try(group)
        self._try_again(sorted((group for group in groups.values() if _times(group) > 1), key=_times))
        return self.again

    def _try(self, group: Group) -> None:
        for place, message in enumerate(group):
            if self._is_late():
                self._put_off([(each, 0) for each in group[place:]])
                return
            if not self._handled(message):
                self._put_off([(each, wait_s(message.received)) for each in group[place:]])
                return
            self._done.append(message)

    def _try_again(self, groups: Sequence[Group]) -> None:
        """Groups received before, the least suspected first."""
        second = [group for group in groups if _times(group) == SECOND]
        more = groups[len(second) :]
        later = [(each, place // SIDE_BY_SIDE) for place, group in enumerate(second[1:]) for each in group]
        self._put_off(later)
        self._hide([(each, wait_s(_times(group))) for group in more for each in group])
        for group in (*second[:1], *more):
            self._try_alone(group)

    def _try_alone(self, group: Group) -> None:
        for place, message in enumerate(group):
            late = self._is_late()
            if not late and self._done:
                self.delete(self._done)
                self._done = []
            if late or not self._handled(message):
                wait = wait_s(_times(group))
                self._put_off([(each, wait) for each in group[place:]])
                return
            self._done.append(message)

    def _handled(self, message: QueueMessage) -> bool:
        self._begun = True
        return self.handle(message)

    def _is_late(self) -> bool:
        return self._begun and self.left_ms() < self.min_remaining_ms

    def _put_off(self, waits: Sequence[tuple[QueueMessage, int]]) -> None:
        self.again += [message for message, _ in waits]
        self._hide(waits)

    def _hide(self, waits: Sequence[tuple[QueueMessage, int]]) -> None:
        if waits:
            self.hide(waits)


def _times(group: Group) -> int:
    return max(message.received for message in group)
