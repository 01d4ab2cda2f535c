"""
Puts a brand's open tickets into their index, where a release without the index opened or wrote them.

Reads the whole table once, since nothing else lists them. Each write stands under the condition that the ticket is as
it was read and not in the index: it can be stopped anywhere, run again, and beside live traffic.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..conversation import ENDED
from ..store import items, open_tickets
from ..store.table import Table
from ..store.whole_brand import Spent, every_item
from .permissions import needs

TICKET = "ticket"  # the sort key of every ticket


@dataclass(frozen=True, slots=True)
class Indexed:
    """`open`: tickets that are open; `added`: of them, those that were not in the index and are now."""

    read: int
    open: int
    added: int


@needs("ticket.index")
def index(table: Table, spent: Spent) -> Indexed:
    """Put what is missing into the index; `spent` is told each page's read units, and may wait."""
    read = there = added = 0
    for key, item in every_item(table, spent):
        read += 1
        if key.sk != TICKET or item["state"] in ENDED:
            continue
        there += 1
        added += "open_shard" not in item and open_tickets.add(table, items.ticket(item))
    return Indexed(read, there, added)
