"""
Handles a batch of a queue for one stage: failures are reported message by message, one log line a failure.

`receiving` says in which order messages are tried, and when a failed one comes again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from . import observe
from .deadline import within
from .errors import Newer
from .receiving import Batch, QueueMessage, messages_of
from .store.queues import Queues

T = TypeVar("T")
Left = Callable[[], int]  # milliseconds that are left of the invocation: Lambda's own deadline
END_MS = 1_000  # kept to write down how it ended


@dataclass(frozen=True, slots=True)
class Source(Generic[T]):
    """
    The queue that a stage reads, and how its bodies are read (`store.bodies`).

    With less than `min_remaining_ms` left of an invocation no further message is begun.
    """

    stage: str
    url: str
    min_remaining_ms: int
    read: Callable[[Mapping[str, Any]], T]


def run(
    event: dict[str, Any], handle: Callable[[T], None], source: Source[T], queues: Queues, left_ms: Left
) -> dict[str, Any]:
    """Give each message of Lambda's SQS event to `handle`; return the messages that failed, as Lambda wants them."""

    def one(received: QueueMessage) -> bool:
        began = time.monotonic()
        try:
            body = queues.open_body(received.body)
            if body is not None:
                message = source.read(body)
                with within((left_ms() - END_MS) / 1000):  # what is asked outside ends before Lambda ends us
                    handle(message)
                queues.close_body(received.body)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the queue brings the message again
            _log_failure(error, source.stage, received, began)
            return False
        return True

    batch = Batch(
        handle=one,
        hide=lambda waits: queues.hide(source.url, [(message.receipt, seconds) for message, seconds in waits]),
        delete=lambda done: queues.delete(source.url, [message.receipt for message in done]),
        left_ms=left_ms,
        min_remaining_ms=source.min_remaining_ms,
    )
    try:
        again = batch.work(messages_of(event))
    finally:
        observe.flush(queues.settings.stage)
    return {"batchItemFailures": [{"itemIdentifier": message.message_id} for message in again]}


def _log_failure(error: Exception, stage: str, message: QueueMessage, began: float) -> None:
    observe.count(f"{stage}_error")
    if isinstance(error, Newer):
        observe.count("newer")
    ms = round((time.monotonic() - began) * 1000)
    observe.failed(error, stage, message_id=message.message_id, received=message.received, ms=ms)
