"""Rows that belong to no conversation: messages to the team (figures, rehearsal, digest)."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from ..engine.environment import stop_report
from ..model import Address, Millis, OutboxRow, Part, StopNotice
from ..services import Services
from ..store import keys
from ..store.table import Table


def system_row(kind: Literal["notice", "digest"], about: str, where: Address, body: str, now: Millis) -> OutboxRow:
    """Return a row to be sent at once; `about` takes the place of a conversation's id."""
    return OutboxRow(
        row_id=keys.row_id(about, now * 100, where),
        kind=kind,
        author="system",
        address=where,
        conversation_id=keys.conversation_of(about),
        state="pending",
        created_at=now,
        not_before=now,
        parts=(Part(text=""),),
        body=body,
    )


def rendered_notice(table: Table, row: OutboxRow, services: Services) -> OutboxRow:
    """Return the row of a stop's notice with its body, which shows those of its tickets that still exist."""
    kept = row.why
    if not isinstance(kept, StopNotice):
        raise TypeError(type(kept).__name__)  # only a stop's notice is drawn late
    found = [table.ticket(ticket_id) for ticket_id in kept.tickets]
    why = replace(kept, tickets=tuple(ticket.ticket_id for ticket in found if ticket is not None))
    body = services.desk.intent_stopped(services.playbook(table.brand), stop_report(found, why, row.row_id))
    return replace(row, why=why, body=body)
