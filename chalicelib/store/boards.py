"""
What stands on the board of a desk: the message that counts its open tickets.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..model import OutboxRow
from . import items, keys, writes
from .commit import new_row
from .table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """
    The board as it was last asked for: `text`, and the rows (by their ids) that do it.

    `posted`: the row that posted the message; `last`: the newest row that posted, changed or pinned it; `pinned`:
    whether a row has been added that pins it. `number`: of the version, 0 for a board that there is not yet.
    """

    text: str = ""
    posted: str = ""
    last: str = ""
    pinned: bool = False
    number: int = 0


def read(table: Table, desk_account: str) -> Board:
    """Return the board of a desk, eventually consistent: each write is under the number that is read."""
    item = table.get(keys.board(table.brand, desk_account), fresh=False) or {}
    return Board(**{name: value for name, value in item.items() if name in Board.__dataclass_fields__})


def put(table: Table, desk_account: str, board: Board, row: OutboxRow) -> bool:
    """Write the board's next version, with the row that shows it: one transaction. False: another worker was first."""
    item = {"v": items.VERSION, "text": board.text, "posted": board.posted, "last": board.last, "pinned": board.pinned}
    key = keys.board(table.brand, desk_account)
    return table.together([writes.put_numbered(key, item, board.number), new_row(table, row)])
