"""
Folding: where more tickets wait for a desk than it can show, one digest tells of many.

A folded ticket keeps its row: whatever comes for it (somebody takes it, its clock, more of its customer's words) posts
it first, as it then is. What is urgent, or somebody's, or shown already is never folded.
"""

from __future__ import annotations

import json

from ..conversation import TicketRecord
from ..model import Account, Address, OutboxRow, PersonId
from ..store import keys, lines, rows
from ..store.commit import new_row
from ..store.items import compact
from ..store.keys import Key
from ..store.table import Table
from .deps import Deps
from .notices import system_row

DEPTH = 60  # tickets that may wait for a message of their own: about a minute
AT_ONCE = 20  # told in one digest
DIGEST = "digest"  # stands where a conversation's id and a person's stand in other rows


def fold(table: Table, account: Account, waiting: list[tuple[Key, int]], seen: set[Key], deps: Deps) -> str:
    """
    Folds the oldest of those that may be, where too many are, as `seen`; gives whom to deliver then ("" nobody).

    The digest's row and the places of all that it tells of are one transaction: none is told twice, none is lost.
    """
    last = [(key, place) for key, place in waiting if lines.rank_of(place) == lines.LAST]
    if len(last) <= DEPTH or lines.rank_of(waiting[0][1]) == lines.FIRST:  # who is urgent has the first word
        return ""
    found = [(key, place, table.open_row_at(key)) for key, place in last[:AT_ONCE]]
    there = [(key, place, row) for key, place, row in found if row is not None and row.state == "pending"]
    told = [row.ticket_id for _, _, row in there if row.kind == "ticket"]
    folded = lines.folded_shard(account)
    moves = [{"Update": rows.moved(table, key, folded, lines.time_of(at), old=at)} for key, at, _ in there]
    where = Address(account.channel, account.account_id, PersonId(DIGEST))
    row = system_row("digest", DIGEST, where, compact({"tickets": told}), deps.clock())
    if not told or not table.together([new_row(table, row), *moves]):
        return ""
    seen.update(key for key, _, _ in there)
    deps.counter("tickets_folded", len(told), channel=account.channel)
    return keys.recipient(row.address)


def told_of(table: Table, row: OutboxRow) -> list[TicketRecord]:
    """The tickets of a digest that are there now: an erased one is not."""
    found = [table.ticket(ticket_id) for ticket_id in json.loads(row.body)["tickets"]]
    return [ticket for ticket in found if ticket is not None]
