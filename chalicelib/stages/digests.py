"""
Groups waiting tickets into a digest, when more wait for a desk than it can be shown one by one.

A grouped ticket keeps its row. When an agent takes it, or a reminder or new message concerns it, the ticket is posted
first, as it is then. Urgent, taken and posted tickets are never grouped.
"""

from __future__ import annotations

import json

from ..conversation import TicketRecord
from ..model import Account, OutboxRow, at_desk
from ..services import Services
from ..store import paced_index, rows
from ..store.commit import new_row
from ..store.items import compact
from ..store.keys import Key
from ..store.table import Table
from .notices import system_row

DEPTH = 60  # tickets that may wait for a message of their own: about a minute
AT_ONCE = 20  # told in one digest
DIGEST = "digest"  # in place of a conversation's id and a person's


def group_into_digest(
    table: Table, account: Account, waiting: list[tuple[Key, int]], seen: set[Key], services: Services
) -> str:
    """
    Group the oldest tickets if too many wait, and add them to `seen`; return the recipient to deliver to ("" for none).

    The digest's row and the tickets' new positions are written in one transaction: no ticket is in two digests or in
    none.
    """
    last = [(key, position) for key, position in waiting if paced_index.rank_of(position) == paced_index.LAST]
    if (
        len(last) <= DEPTH or paced_index.rank_of(waiting[0][1]) == paced_index.FIRST
    ):  # who is urgent has the first word
        return ""
    found = [(key, position, table.open_row_at(key)) for key, position in last[:AT_ONCE]]
    there = [(key, position, row) for key, position, row in found if row is not None and row.state == "pending"]
    ticket_ids = [row.ticket_id for _, _, row in there if row.traits.opens]
    shard = paced_index.digested_shard(account)
    moves = [rows.moved(key, shard, paced_index.time_of(at), old=at) for key, at, _ in there]
    where = at_desk(account.channel, account.account_id, DIGEST)
    row = system_row("digest", DIGEST, where, compact({"tickets": ticket_ids}), services.clock())
    if not ticket_ids or not table.together([new_row(table, row), *moves]):
        return ""
    seen.update(key for key, _, _ in there)
    services.metrics("tickets_folded", len(ticket_ids), channel=account.channel)
    return row.recipient


def tickets_of(table: Table, row: OutboxRow) -> list[TicketRecord]:
    """Return the tickets of a digest that still exist: erased ones do not."""
    found = [table.ticket(ticket_id) for ticket_id in json.loads(row.body)["tickets"]]
    return [ticket for ticket in found if ticket is not None]
