"""
The queues: what is put on each, as JSON with ASCII only.

They carry events, notifications (wake-ups) and ids. A FIFO group keeps its messages in order, but the order that counts
is the table's.

If any entry of a batch fails, an error is raised, and the caller must not acknowledge the event behind it. Bodies over
200 KB go to the bucket first and are carried as a pointer (claim check; SQS takes 256 KB).
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from ..errors import Newer, Retryable
from ..model import BrandId, Event, Millis
from ..model.queued import (
    CustomerWaits,
    OutboxMessage,
    PassDue,
    ProfileLookup,
    RowsDue,
    TicketLookup,
    TimerMessage,
)
from ..settings import Settings
from . import bodies, keys, row_queues
from .blobs import DONE, Parked

CLAIM_CHECK_BYTES = 200_000
MAX_DELAY_S = 900
CLAIM_CHARS = 200  # a body that points to the bucket is far shorter than this
BATCH = 10


@dataclass(frozen=True, slots=True)
class Queues:
    """Senders for the queues. `sqs` and `s3` build the client on first use; `new_id` gives a fresh random id."""

    sqs: Callable[[], Any]
    s3: Callable[[], Any]
    settings: Settings
    new_id: Callable[[], str]

    def inbox(self, brand: BrandId, events: Sequence[Event], received_at: Millis) -> None:
        """
        Put events that can change a decision on inbox.fifo, in order, grouped by the customer's address.

        Events of one address count as received a millisecond apart: their order in one body is their order for good.
        """
        before: Counter[str] = Counter()
        entries = []
        for event in events:
            group = event.address.group
            body = bodies.arrived(brand, event, Millis(received_at + before[group]))
            before[group] += 1
            entries.append(
                {"MessageBody": self._checked(body), "MessageGroupId": group, "MessageDeduplicationId": self.new_id()}
            )
        self._send(self.settings.inbox_url, entries)

    def receipts(self, brand: BrandId, events: Sequence[Event], received_at: Millis) -> None:
        """Put receipts and echoes of our own rows on the receipts queue: ten events a message."""
        entries = []
        for start in range(0, len(events), BATCH):
            batch = [bodies.arrived(brand, event, received_at) for event in events[start : start + BATCH]]
            entries.append({"MessageBody": self._checked(f'{{"v":{bodies.VERSION},"batch":[{",".join(batch)}]}}')})
        self._send(self.settings.receipts_url, entries)

    def notify(self, brand: BrandId, *recipient_keys: str) -> None:
        """Notify for these recipients, one message a queue: their oldest unfinished rows are sent, customers' first."""
        for first, *also in row_queues.by_queue(recipient_keys).values():
            self.put(RowsDue(brand=brand, recipient=first, also=tuple(also)))

    def put(self, message: OutboxMessage | PassDue) -> None:
        """Put a notification on outbox.fifo, or on desk.fifo what is for a desk, in its FIFO group."""
        group, queue = _group(message)
        entry = {"MessageBody": bodies.write(message), "MessageGroupId": group, "MessageDeduplicationId": self.new_id()}
        self._send(self.settings.desk_url if queue == "desk" else self.settings.outbox_url, [entry])

    def later(self, message: TimerMessage, delay_ms: int) -> None:
        """Put a message on the timers queue, delivered after `delay_ms` (rounded up, at most 15 minutes)."""
        delay_s = min(MAX_DELAY_S, max(0, -(-delay_ms // 1000)))
        self._send(self.settings.timers_url, [{"MessageBody": bodies.write(message), "DelaySeconds": delay_s}])

    def park(self, channel: str, account_key: str, body: bytes, reason: str, received_at: Millis) -> None:
        """Keep a verified payload that nobody understands: whole in the bucket, with a pointer in its queue."""
        key = Parked(channel, account_key, received_at, reason, self.new_id()).key
        self.s3().put_object(Bucket=self.settings.bucket_name, Key=key, Body=body)
        pointer = {"v": bodies.VERSION, "channel": channel, "account_key": account_key, "s3": key, "reason": reason}
        self._send(self.settings.unparsed_url, [{"MessageBody": json.dumps(pointer)}])

    def open_body(self, body: str) -> Any:
        """
        Parse a queue body, fetching it from the bucket when it is a claim check; None: `close_body` emptied it.

        Raises Newer for one that a later version of Guichet wrote.
        """
        parsed = json.loads(body)
        if isinstance(parsed, dict) and "claim" in parsed:
            answer = self.s3().get_object(Bucket=self.settings.bucket_name, Key=parsed["claim"])
            parsed = json.loads(answer["Body"].read())
        if isinstance(parsed, dict) and int(parsed.get("v", 0)) > bodies.NEWEST:
            newest = f"by a later Guichet than this one, which reads {bodies.NEWEST}"
            raise Newer(f"a message of version {parsed['v']}, {newest}")
        return parsed

    def close_body(self, body: str) -> None:
        """Empty the bucket's copy of a body that was handled, so that its text does not stay there."""
        if len(body) < CLAIM_CHARS and "claim" in (parsed := json.loads(body)):
            self.s3().put_object(Bucket=self.settings.bucket_name, Key=parsed["claim"], Body=DONE)

    def hide(self, url: str, waits: Sequence[tuple[str, int]]) -> None:
        """Make received messages come again: (receipt, seconds from now). A message that is gone is no error."""
        self._in_batches(
            self.sqs().change_message_visibility_batch,
            url,
            [{"ReceiptHandle": receipt, "VisibilityTimeout": seconds} for receipt, seconds in waits],
        )

    def delete(self, url: str, receipts: Sequence[str]) -> None:
        """Take received messages off their queue. A message that is gone already is no error."""
        self._in_batches(self.sqs().delete_message_batch, url, [{"ReceiptHandle": receipt} for receipt in receipts])

    @staticmethod
    def _in_batches(call: Callable[..., Any], url: str, entries: Sequence[dict[str, Any]]) -> None:
        """Call SQS in batches. If it does not answer nothing is done: the messages come again by themselves."""
        for start in range(0, len(entries), BATCH):
            numbered = [entry | {"Id": str(number)} for number, entry in enumerate(entries[start : start + BATCH])]
            with contextlib.suppress(Exception):
                call(QueueUrl=url, Entries=numbered)

    def _checked(self, body: str) -> str:
        if len(body) <= CLAIM_CHECK_BYTES:
            return body
        key = f"claim/{self.new_id()}"
        self.s3().put_object(Bucket=self.settings.bucket_name, Key=key, Body=body.encode("ascii"))
        return json.dumps({"v": bodies.VERSION, "claim": key})

    def _send(self, url: str, entries: Sequence[dict[str, Any]]) -> None:
        if len(entries) == 1:
            self.sqs().send_message(QueueUrl=url, **entries[0])
            return
        batch: list[dict[str, Any]] = []
        size = 0
        for number, entry in enumerate(entries):
            if batch and (len(batch) == BATCH or size + len(entry["MessageBody"]) > CLAIM_CHECK_BYTES):
                self._send_batch(url, batch)
                batch, size = [], 0
            batch.append(entry | {"Id": str(number)})
            size += len(entry["MessageBody"])
        if batch:
            self._send_batch(url, batch)

    def _send_batch(self, url: str, batch: list[dict[str, Any]]) -> None:
        answer = self.sqs().send_message_batch(QueueUrl=url, Entries=batch)
        if answer.get("Failed"):
            raise Retryable("sqs", f"{len(answer['Failed'])} of {len(batch)} entries were not taken")


def _group(message: OutboxMessage | PassDue) -> tuple[str, row_queues.RowQueue]:
    """Return the FIFO group of a notification, and its queue."""
    match message:
        case RowsDue():
            return message.recipient, row_queues.queue_of(message.recipient)
        case CustomerWaits():
            return message.recipient, "customers"
        case TicketLookup():
            return message.ticket_id, "customers"
        case ProfileLookup():  # a group of its own: no answer waits behind it
            return keys.digest("profile", keys.recipient(message.address)), "customers"
        case PassDue():
            return f"{message.channel}/{message.account_id}", "desk"
        case _:
            assert_never(message)
