"""
What a row carries that is drawn when it is sent: a desk's from the ticket as it is, with its place at the desk.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from ..engine.quoted import as_opened
from ..model import OutboxRow
from ..model.row_traits import Drawing
from ..services import Services
from ..store import same_person
from ..store.items import compact
from ..store.table import Table
from . import comment_digests, digests, secret_words
from .comment_digests import Seen
from .notices import rendered_notice


def rendered(table: Table, row: OutboxRow, services: Services) -> OutboxRow | None:
    """Return the row with its body, drawn now where its kind is (`RowTraits.drawn`); None: nothing is left of it."""
    draw = _DRAW.get(row.traits.drawn)
    if draw is None or (row.body and row.traits.drawn in _WHOLE):
        return replace(row, anchor=_anchor(table, row))
    return draw(table, row, services)


def _ticket(table: Table, row: OutboxRow, services: Services) -> OutboxRow | None:
    """Return a ticket's first message: it shows the messages that opened the ticket, which stand nowhere else."""
    ticket = table.ticket(row.ticket_id)
    if ticket is None:
        return None
    shown = same_person.with_offers(table, as_opened(ticket, row.body, table.message))
    return replace(row, body=services.desk.post(shown, services.playbook(table.brand)))


def _update(table: Table, row: OutboxRow, services: Services) -> OutboxRow | None:
    ticket = table.ticket(row.ticket_id)
    if ticket is None:
        return None
    shown = same_person.with_offers(table, ticket)
    return replace(row, anchor=ticket.desk_ts, body=services.desk.update(shown, services.playbook(table.brand)))


def _digest(table: Table, row: OutboxRow, services: Services) -> OutboxRow:
    return replace(row, body=services.desk.digest(digests.tickets_of(table, row), services.playbook(table.brand)))


def _copy(table: Table, row: OutboxRow, _services: Services) -> OutboxRow | None:
    """Return the row that deletes a copy at a desk, with the id of that copy once its own row ended; None: no copy."""
    call = json.loads(row.body)
    if "id" in call:
        return row
    copy = table.finished_row(row.anchor)
    if copy is None or not copy.platform_ids:
        return None
    return replace(row, body=compact(call | {"id": copy.platform_ids[0]}))


def _comments(table: Table, row: OutboxRow, services: Services) -> OutboxRow | None:
    """Return an hour's digest of a post's comments; None: nobody need look at any of them by now."""
    playbook = services.playbook(table.brand)
    drawn = comment_digests.of_place(table, row.address.person_id, Seen(playbook, services.traits, services.clock()))
    if not drawn.lines:
        return None
    return replace(row, body=services.desk.comments(playbook, drawn))


def _recount(table: Table, row: OutboxRow, services: Services) -> OutboxRow | None:
    """Return the change of a digest that was posted; None where it was not, and will be drawn as it is then."""
    posted = table.finished_row(row.anchor)
    if posted is None or not posted.platform_ids:
        return None
    playbook = services.playbook(table.brand)
    drawn = comment_digests.of_place(table, row.address.person_id, Seen(playbook, services.traits, services.clock()))
    body = services.desk.comments_update(playbook, drawn)
    return replace(row, anchor=posted.platform_ids[0], body=body)


_WHOLE: tuple[Drawing, ...] = ("update", "stop")  # with a body, such a row is not drawn any more
_DRAW: Mapping[Drawing, Callable[[Table, OutboxRow, Services], OutboxRow | None]] = {
    "ticket": _ticket,
    "update": _update,
    "digest": _digest,
    "stop": rendered_notice,
    "copy": _copy,
    "comments": _comments,
    "recount": _recount,
    "token": secret_words.with_words,
    "code": secret_words.with_words,
}


def _anchor(table: Table, row: OutboxRow) -> str:
    """Return where a desk's row belongs: its ticket's message, known by now (a ticket's rows keep their order)."""
    if not row.traits.hangs:
        return row.anchor
    if row.anchor:  # it changes a note of the thread: the row that posted the note has ended and has its ts
        written = table.finished_row(row.anchor)
        return written.platform_ids[0] if written is not None and written.platform_ids else ""
    ticket = table.ticket(row.ticket_id)
    return ticket.desk_ts if ticket else ""
