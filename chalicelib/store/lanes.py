"""
Lanes: by which queue, and which function, a row is sent.

The lane is part of the recipient key, so whatever knows a recipient (a notification, a timer, the sweep) knows its
lane. "customers" are sent by outbox.fifo, deliver and timers; "desk" by desk.fifo and its function alone, so that
Slack's rate limits delay no customer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ..model import Address
from ..ports import DESK_CHANNEL

Lane = Literal["customers", "desk"]
LANES: tuple[Lane, ...] = ("customers", "desk")  # customers first
DESKS = frozenset({DESK_CHANNEL})  # channels in which agents work
RECIPIENT_CHARS = 32
_AT_DESK = "desk-"  # no hexadecimal number begins so


def recipient(address: Address) -> str:
    """Return the recipient key of an address: 32 characters, which say the lane and nothing about the person."""
    start = _AT_DESK if address.channel in DESKS else ""
    return start + address.group[: RECIPIENT_CHARS - len(start)]


def lane_of(recipient_key: str) -> Lane:
    """Return the lane of a recipient key."""
    return "desk" if recipient_key.startswith(_AT_DESK) else "customers"


def by_lane(recipient_keys: Iterable[str]) -> dict[Lane, list[str]]:
    """Return recipient keys by lane, in the order of LANES and then as given; lanes without any are left out."""
    given = list(recipient_keys)
    found = {lane: [key for key in given if lane_of(key) == lane] for lane in LANES}
    return {lane: keys for lane, keys in found.items() if keys}
