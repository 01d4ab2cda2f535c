"""
Groups waiting tickets into a digest, when more wait for a Slack channel than it can show one by one.

A grouped ticket keeps its row. Whatever comes for it (an agent takes it, a reminder, a new message) posts it first, as
it then is. Urgent, taken and posted tickets are never grouped.
"""

from __future__ import annotations

import json

from ..conversation import TicketRecord
from ..model import Account, Address, OutboxRow, PersonId
from ..services import Deps
from ..store import keys, lines, rows
from ..store.commit import new_row
from ..store.items import compact
from ..store.keys import Key
from ..store.table import Table
from .notices import system_row

DEPTH = 60  # tickets that may wait for a message of their own: about a minute
AT_ONCE = 20  # told in one digest
DIGEST = "digest"  # stands where a conversation's id and a person's stand in other rows


def fold(table: Table, account: Account, waiting: list[tuple[Key, int]], seen: set[Key], deps: Deps) -> str:
    """
    Group the oldest tickets if too many wait, and add them to `seen`; return whom to deliver then ("" nobody).

    The digest's row and the tickets' new places are one transaction: no ticket is in two digests or in none.
    """
    last = [(key, place) for key, place in waiting if lines.rank_of(place) == lines.LAST]
    if len(last) <= DEPTH or lines.rank_of(waiting[0][1]) == lines.FIRST:  # who is urgent has the first word
        return ""
    found = [(key, place, table.open_row_at(key)) for key, place in last[:AT_ONCE]]
    there = [(key, place, row) for key, place, row in found if row is not None and row.state == "pending"]
    told = [row.ticket_id for _, _, row in there if row.kind == "ticket"]
    folded = lines.folded_shard(account)
    moves = [rows.moved(key, folded, lines.time_of(at), old=at) for key, at, _ in there]
    where = Address(account.channel, account.account_id, PersonId(DIGEST))
    row = system_row("digest", DIGEST, where, compact({"tickets": told}), deps.clock())
    if not told or not table.together([new_row(table, row), *moves]):
        return ""
    seen.update(key for key, _, _ in there)
    deps.counter("tickets_folded", len(told), channel=account.channel)
    return keys.recipient(row.address)


def told_of(table: Table, row: OutboxRow) -> list[TicketRecord]:
    """Return the tickets of a digest that still exist: erased ones do not."""
    found = [table.ticket(ticket_id) for ticket_id in json.loads(row.body)["tickets"]]
    return [ticket for ticket in found if ticket is not None]
