"""
What a row for a desk carries when it is sent: rendered then, from the ticket as it is, with its place at the desk.
"""

from __future__ import annotations

import json
from dataclasses import replace

from ..engine.quoted import as_opened
from ..model import OutboxRow
from ..services import Services
from ..store.items import compact
from ..store.table import Table
from . import digests
from .notices import rendered_notice


def rendered(table: Table, row: OutboxRow, services: Services) -> OutboxRow | None:
    """
    Return the row with its body: a ticket is rendered now, as it is; None when the ticket is gone (erased).

    A ticket's first message shows the messages that opened it, which stand nowhere else; later ones are in its thread.
    """
    if row.kind == "notice" and not row.body:
        return rendered_notice(table, row, services)
    if row.kind == "erasure":
        return _rendered_erasure(table, row)
    if row.kind == "digest":
        return replace(row, body=services.desk.digest(digests.tickets_of(table, row), services.playbook(table.brand)))
    if row.kind != "ticket" and (row.kind != "ticket_update" or row.body):
        return replace(row, anchor=_anchor(table, row))
    ticket = table.ticket(row.ticket_id)
    if ticket is None:
        return None
    playbook = services.playbook(table.brand)
    if row.kind == "ticket_update":
        return replace(row, anchor=ticket.desk_ts, body=services.desk.update(ticket, playbook))
    return replace(row, body=services.desk.post(as_opened(ticket, row.body, table.message), playbook))


def _rendered_erasure(table: Table, row: OutboxRow) -> OutboxRow | None:
    """Return the row that deletes a copy at a desk, with the id of that copy once its own row ended; None: no copy."""
    call = json.loads(row.body)
    if "id" in call:
        return row
    copy = table.finished_row(row.anchor)
    if copy is None or not copy.platform_ids:
        return None
    return replace(row, body=compact(call | {"id": copy.platform_ids[0]}))


def _anchor(table: Table, row: OutboxRow) -> str:
    """Return where a desk's row belongs: its ticket's message, known by now (a ticket's rows keep their order)."""
    if row.kind not in ("ticket_update", "thread_note", "file"):
        return row.anchor
    if row.anchor:  # it changes a note of the thread: the row that posted the note has ended and has its ts
        written = table.finished_row(row.anchor)
        return written.platform_ids[0] if written is not None and written.platform_ids else ""
    ticket = table.ticket(row.ticket_id)
    return ticket.desk_ts if ticket else ""
