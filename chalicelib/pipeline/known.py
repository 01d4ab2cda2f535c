"""
What a platform reports of our own messages, and the table says already: one read at the door instead of a queue.

A report that comes before its row is settled, or that the read does not find, goes the long way (`receipts`).
"""

from __future__ import annotations

import re

from ..model import Echo, Event, Receipt
from ..store import keys
from ..store.table import Table

_REFERENCE = re.compile(r"([a-z0-9]{1,64}\.[0-9]{15}\.[0-9a-f]{32}):([0-9]{1,4})")


def split_reference(reference: str) -> tuple[str, int] | None:
    """(row id, part index) of what a platform carried back, or None when it is not ours."""
    found = _REFERENCE.fullmatch(reference)
    return (found.group(1), int(found.group(2))) if found else None


def reports(event: Event) -> bool:
    """Whether an event may tell of a message of ours that it is out: an echo, or a receipt that says "sent"."""
    return isinstance(event, Echo) or (isinstance(event, Receipt) and event.status == "sent")


def known(table: Table, event: Event) -> bool:
    """
    Whether the row that this report is about ended as sent, as far as one read of a second ago at worst tells.

    An event that carries no row (X's echo of our own message) is known by the marker that settling left. When the table
    does not answer, nothing is known: the queue keeps the report.
    """
    key = _settled_as(table, event)
    if key is None:
        return False
    try:
        item = table.get(key, fresh=False) or {}
    except (OSError, table.client.exceptions.ClientError):
        return False
    return "row_id" in item and item.get("state", "sent") == "sent"


def _settled_as(table: Table, event: Event) -> keys.Key | None:
    """Where the table keeps what this event reports, once it is settled."""
    if isinstance(event, Echo | Receipt) and event.row_id:
        reference = split_reference(event.row_id)
        return keys.message(table.brand, keys.finished_row(reference[0])) if reference else None
    if isinstance(event, Echo) and not event.own_app:
        return keys.marker(table.brand, event.address.channel, event.address.account_id, event.event_id)
    return None
