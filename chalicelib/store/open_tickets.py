"""
A brand's open tickets, read by their index (`open_index`) for lists that people read.

No decision rests on what is read here: a ticket that the index lacks is missing from lists, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..conversation import ENDED, TicketRecord
from . import items, keys, open_index, wire, writes
from .keys import Key
from .table import Table

MOST = 600  # tickets that one list reads, the oldest first


@dataclass(frozen=True, slots=True)
class OpenTickets:
    """A brand's open tickets, the oldest first; `unread`: how many newer ones, at least, were left out."""

    tickets: Sequence[TicketRecord]
    unread: int = 0


def read(table: Table, most: int = MOST) -> OpenTickets:
    """Return the brand's open tickets, eventually consistent: half a unit a shard, and half a unit for each 4 KB."""
    shards = open_index.shards(table.brand)
    entries = sorted((entry for shard in shards for entry in _entries(table, shard, most)), key=lambda each: each[0])
    found = map(items.ticket, table.get_all([key for _, key in entries[:most]]))
    return OpenTickets([each for each in found if each.state not in ENDED], max(0, len(entries) - most))


def add(table: Table, ticket: TicketRecord) -> bool:
    """Put an open ticket that is as it was read into the index. False: it is there, or was written meanwhile."""
    key, shard = keys.ticket(table.brand, ticket.ticket_id), open_index.shard(table.brand, ticket.ticket_id)
    free = "rev = :rev AND attribute_not_exists(open_shard)"
    return table.write(writes.update(key, "SET open_shard = :shard", free, shard=shard, rev=ticket.rev))


def _entries(table: Table, shard: str, most: int) -> Iterator[tuple[int, Key]]:
    """Yield when a shard's oldest tickets were opened, and their keys: at most one more than `most`."""
    left = most + 1
    for answer in writes.pages(
        table.client.query,
        TableName=table.name,
        IndexName=open_index.INDEX,
        KeyConditionExpression="open_shard = :shard",
        ExpressionAttributeValues=wire.to_avs({":shard": shard}),
        Limit=left,
    ):
        for item in map(wire.from_avs, answer["Items"]):
            yield int(item["created_at"]), Key(item["pk"], item["sk"])
        left -= len(answer["Items"])
        if left <= 0:
            return
