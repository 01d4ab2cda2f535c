"""
The daily figures of a ticket that changes its subject, or the channel that its answer goes to.
"""

from __future__ import annotations

from ..conversation import TicketRecord
from .change_set import ChangeSet


def moved(changes: ChangeSet, stored: TicketRecord, ticket: TicketRecord) -> TicketRecord:
    """Move a ticket's counts to its new subject and channel, on the day on which it was opened; return the ticket."""
    for each, times in ((stored, -1), (ticket, 1)):
        names = ["ticket"] if stored.address.channel != ticket.address.channel else []
        if each.intent and (names or stored.intent != ticket.intent):
            names.append(f"subject:{each.intent}")
        for name in names:
            changes.count(name, times, channel=each.address.channel, at=stored.created_at)
    return ticket
