"""
The history of a brand's playbook: every version, who made it, and what it changed.

A pushed file, `guichet auto set` and an answer published by a dialog are one history.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..model import Millis
from . import items, keys
from .items import Item
from .table import PUSHED, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """
    One version. `by`: an agent's id, or a name given to a command, "" where nobody noted it.

    `what`: PUSHED for a whole file, else what was changed ("auto", "answer:return"). `pushed`: the number of the last
    pushed file before it.
    """

    number: int
    json: str = field(repr=False)
    at: Millis
    by: str
    what: str
    pushed: int


def current(table: Table) -> Version | None:
    """Return the current version, None for a brand without a playbook."""
    item = table.get(keys.playbook(table.brand))
    return _version(item) if item else None


def current_number(table: Table) -> int:
    """Return the current version's number, 0 for a brand without a playbook."""
    item = table.get(keys.playbook(table.brand))
    return int(item["number"]) if item else 0


def numbered(table: Table, number: int) -> Version | None:
    """Return a version by its number, None where there is none."""
    item = table.get(keys.playbook(table.brand, number))
    return _version(item) if item else None


def latest(table: Table, most: int) -> list[Version]:
    """Return the newest versions, the current one first."""
    pk = keys.playbook(table.brand).pk
    found = table.under(pk, keys.VERSION_PREFIX, limit=most, newest_first=True)
    return [_version(item) for _, item in found]


def _version(item: Item) -> Version:
    number = int(item["number"])
    return Version(
        number=number,
        json=items.unpacked(str(item["json"])),
        at=Millis(int(item.get("at", 0))),
        by=str(item.get("by", "")),
        what=str(item.get("what", PUSHED)),
        pushed=int(item.get("pushed", number)),
    )
