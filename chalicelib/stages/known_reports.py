"""
Which receipts and echoes are old: the table has the row as sent already. One read instead of a queue message.

A receipt that comes before its row is marked as sent, or that the read does not find, goes through the queue
(`receipts`).
"""

from __future__ import annotations

import re

from ..model import Echo, Event, Receipt
from ..store import keys
from ..store.table import Table

_REFERENCE = re.compile(r"([a-z0-9]{1,64}\.[0-9]{15}\.[0-9a-f]{32}):([0-9]{1,4})")


def split_reference(reference: str) -> tuple[str, int] | None:
    """Return (row id, part index) of a reference that a platform repeated to us; None when it is not ours."""
    found = _REFERENCE.fullmatch(reference)
    return (found.group(1), int(found.group(2))) if found else None


def reports(event: Event) -> bool:
    """Return whether an event may prove that a message of ours was sent: an echo, or a receipt "sent"."""
    return isinstance(event, Echo) or (isinstance(event, Receipt) and event.status == "sent")


def known(table: Table, event: Event) -> bool:
    """
    Return whether the table knows the row of this report as sent, by one eventually consistent read.

    An echo without a row id (X) is found by the marker that was written when the row was sent. If the table does not
    answer, the result is False and the queue keeps the report.
    """
    key = _finished_as(table, event)
    if key is None:
        return False
    try:
        item = table.get(key, fresh=False) or {}
    except (OSError, table.client.exceptions.ClientError):
        return False
    if item.get("kind") == "private_reply" and event.address.channel != item.get("channel"):
        return False  # it tells where the comment's writer is reached in private (`receipts`)
    return "row_id" in item and item.get("state", "sent") == "sent"


def _finished_as(table: Table, event: Event) -> keys.Key | None:
    """Return the key of the item that shows the row of this event as sent."""
    if isinstance(event, Echo | Receipt) and event.row_id:
        reference = split_reference(event.row_id)
        return keys.message(table.brand, keys.finished_row(reference[0])) if reference else None
    if isinstance(event, Echo):
        return keys.marker(table.brand, event.address.channel, event.address.account_id, event.event_id)
    return None
