"""
By which queue, and which function, an outbox row is sent.

The queue is part of the recipient key, so a notification, a timer or the sweep needs only that key. "customers" are
sent by outbox.fifo, deliver and timers; "desk" by desk.fifo and its own function, so that a workspace's rate limits
delay no customer.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from ..model import Address

RowQueue = Literal["customers", "desk"]
ROW_QUEUES: tuple[RowQueue, ...] = ("customers", "desk")  # customers first
RECIPIENT_CHARS = 32
_AT_DESK = "desk-"  # no hexadecimal number begins so


@lru_cache(maxsize=64)  # an event names its addresses again and again
def recipient(address: Address) -> str:
    """Return the recipient key of an address: 32 characters: the queue, and nothing about the person."""
    start = _AT_DESK if address.desk else ""
    return start + address.group[: RECIPIENT_CHARS - len(start)]


def queue_of(recipient_key: str) -> RowQueue:
    """Return the queue of a recipient key."""
    return "desk" if recipient_key.startswith(_AT_DESK) else "customers"


def by_queue(recipient_keys: Iterable[str]) -> dict[RowQueue, list[str]]:
    """Return recipient keys by queue, in the order of ROW_QUEUES and then as given; empty queues are left out."""
    given = list(recipient_keys)
    found = {queue: [key for key in given if queue_of(key) == queue] for queue in ROW_QUEUES}
    return {queue: keys for queue, keys in found.items() if keys}
