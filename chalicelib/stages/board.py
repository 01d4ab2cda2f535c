"""
The board of each desk: one pinned message that counts the open tickets, changed at most once a minute.

The sweep looks each minute. What is asked for is written with its row in one transaction, and nothing is asked for
while an earlier row waits: however many tickets change, and however long nothing is sent, a desk has one row at most.
"""

from __future__ import annotations

from dataclasses import replace

from ..conversation import TicketRecord
from ..errors import Misconfigured
from ..model import Account, Address, Millis, OutboxRow, at_desk
from ..services import Services
from ..store import boards, keys, open_tickets
from ..store.boards import Board
from ..store.open_tickets import OpenTickets
from ..store.table import Table
from .notices import system_row

BOARD = "board"  # in place of a conversation's id and a person's


def refresh(services: Services) -> int:
    """Ask for the change of every board that says something else than what is so; return how many."""
    found: dict[str, OpenTickets] = {}
    asked = 0
    for account in services.directory.accounts():
        if account.channel == services.desk.name and not account.paused:
            table = services.table(account.brand)
            if account.brand not in found:
                found[account.brand] = open_tickets.read(table)
            asked += _refresh(table, account, found[account.brand], services)
    return asked


def _refresh(table: Table, account: Account, found: OpenTickets, services: Services) -> bool:
    here = [ticket for ticket in found.tickets if ticket.desk_account == account.account_id]
    board = boards.read(table, account.account_id)
    if not here and not board.text:  # nothing was ever counted here
        return False
    where = at_desk(account.channel, account.account_id, BOARD)
    if table.open_rows(keys.recipient(where), limit=1):
        return False
    try:
        after, row = _next(table, board, here, where, found.unread, services)
    except Misconfigured:
        return False
    if row is None or not boards.put(table, account.account_id, after, row):
        return False
    services.queues.notify(table.brand, keys.recipient(where))
    return True


def _next(
    table: Table, board: Board, here: list[TicketRecord], where: Address, unread: int, services: Services
) -> tuple[Board, OutboxRow | None]:
    """Return what is to be asked for: a message, its change, or that it is pinned; no row where all is as it should."""
    now, playbook = services.clock(), services.playbook(table.brand)
    drawn = services.desk.board(playbook, here, unread, now)
    last = table.finished_row(board.last) if board.last else None
    if not board.posted or (last is not None and last.state == "failed"):  # none yet, or somebody deleted it
        row = _row("notice", drawn.post, where, now)
        return Board(text=drawn.text, posted=row.row_id, last=row.row_id, number=board.number), row
    if not board.pinned:
        row = _row("ticket_update", drawn.pin, where, now, board.posted)
        return replace(board, pinned=True), row
    if drawn.text == board.text:
        return board, None
    row = _row("ticket_update", drawn.update, where, now, board.posted)
    return replace(board, text=drawn.text, last=row.row_id), row


def _row(kind: str, body: str, where: Address, now: Millis, anchor: str = "") -> OutboxRow:
    return replace(system_row("notice", BOARD, where, body, now), kind=kind, anchor=anchor)  # type: ignore[arg-type]  # a row's kind
