"""
The index of open tickets (`open`, KEYS_ONLY, sparse): which shard a ticket is in. Pure.

A ticket enters it with the write that opens it and leaves it with the write that ends it: a write unit each, none in
between. Who has the ticket and how it stands are no keys: they are read from the ticket.
"""

from __future__ import annotations

from ..conversation import ENDED, TicketRecord
from ..model import BrandId
from . import keys
from .items import Item

INDEX = "open"
SHARDS = 8  # each takes a thousand writes a second; a list reads all of a brand's


def shard(brand: BrandId, ticket_id: str) -> str:
    """Return the shard of a brand's ticket."""
    return f"{brand}#{int(keys.digest(ticket_id, length=4), 16) % SHARDS}"


def shards(brand: BrandId) -> tuple[str, ...]:
    """Return all shards of a brand."""
    return tuple(f"{brand}#{number}" for number in range(SHARDS))


def place(brand: BrandId, ticket: TicketRecord) -> Item:
    """Return the attribute that keeps a ticket in the index while it is open; none for one that has ended."""
    return {} if ticket.state in ENDED else {"open_shard": shard(brand, ticket.ticket_id)}
