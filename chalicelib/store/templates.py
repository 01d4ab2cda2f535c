"""
The templates that a platform lists for an account, as they were read last: one item an account, packed.

The list is replaced as a whole; of two readings at once the later write counts, and the next reading corrects it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ..model import Account, Millis
from ..template_port import ListedTemplate
from ..text import to_json
from . import items, keys
from .items import Item
from .table import Table

MOST = 1_000  # templates of an account that are kept


class Kept(NamedTuple):
    """
    What is known of an account's templates: when the platform last gave them, and its last error since.

    `cut`: how many it has beyond those that are kept.
    """

    listed: tuple[ListedTemplate, ...] = ()
    read_at: Millis = Millis(0)
    error: str = ""
    cut: int = 0


def of_account(table: Table, account: Account) -> Kept:
    """Return what is kept of an account; nothing, where none was read."""
    return _kept(table.get(_key(account)))


def of_accounts(table: Table, accounts: Iterable[Account]) -> Mapping[str, tuple[ListedTemplate, ...]]:
    """Return what is kept of these accounts, by "<channel>#<account>": one eventually consistent read each."""
    found = ((f"{each.channel}#{each.account_id}", table.get(_key(each), fresh=False)) for each in accounts)
    return {name: _kept(item).listed for name, item in found}


def keep(table: Table, account: Account, kept: Kept) -> None:
    """Store an account's templates in place of those before."""
    listed = items.packed(to_json([list(each) for each in kept.listed]))
    told: Item = {"v": items.VERSION, "listed": listed, "read_at": int(kept.read_at)}
    told |= {name: value for name, value in (("error", kept.error), ("cut", kept.cut)) if value}
    table.put(_key(account), told)


def bounded(listed: Sequence[ListedTemplate], at: Millis) -> Kept:
    """Return a list that a platform gave as it is kept, the first so many."""
    return Kept(tuple(listed[:MOST]), at, cut=max(0, len(listed) - MOST))


def _key(account: Account) -> keys.Key:
    return keys.account_by_id(account.channel, account.account_id, "templates")


def _kept(item: Item | None) -> Kept:
    if item is None:
        return Kept()
    rows: list[list[str | int]] = json.loads(items.unpacked(item["listed"]))
    listed = tuple(ListedTemplate(*each) for each in rows)  # type: ignore[arg-type]  # as `keep` wrote it
    return Kept(listed, Millis(item["read_at"]), item.get("error", ""), item.get("cut", 0))
