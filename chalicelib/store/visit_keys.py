"""
Keys of what is kept of visitors' requests (the table is in `keys`), and the cursors of their history.
"""

from __future__ import annotations

from ..model import BrandId
from .keys import MESSAGE_PREFIX, Key, digest


def visits(brand: BrandId, mark: str, minute: int) -> Key:
    """Key of how many requests of somebody (a keyed digest) a minute since 1970 had."""
    return Key(f"{brand}#visits#{mark}", f"minute#{minute}")


def used_identity(brand: BrandId, channel: str, account_id: str, once: str) -> Key:
    """Key of the note that a signed identity was used: it is good once."""
    return Key(f"{brand}#visits#{digest('identity', channel, account_id, once)}", "used")


def since(at: int) -> str:
    """Return the least sort key of messages written at this time (ms) or later."""
    return f"{MESSAGE_PREFIX}{at:013d}"


def at_cursor(cursor: str) -> str:
    """Return the sort key of the message that a cursor names."""
    return f"{MESSAGE_PREFIX}{cursor}"


def cursor(sk: str) -> str:
    """Return the cursor of a message."""
    return sk.removeprefix(MESSAGE_PREFIX)
