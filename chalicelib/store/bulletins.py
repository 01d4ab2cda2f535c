"""
Exceptions in the table: one item with a brand's current ones, and one item each as the record.

Each change is a transaction under the version number of the first item, so two people's simultaneous changes both
count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..model import Millis
from ..playbook.bulletin import Bulletin
from . import items, keys, playbook_keys, writes
from .items import Item
from .table import Table
from .writes import LOST, Beside, Lost

Changed = tuple[tuple[Bulletin, ...], Bulletin]  # those that are not over, and the one that was made or ended


def read(table: Table) -> tuple[Bulletin, ...]:
    """Return the brand's exceptions that were not over when one was last changed."""
    return of_item(table.get(playbook_keys.bulletins(table.brand)))


def of_item(item: Item | None) -> tuple[Bulletin, ...]:
    """Return the exceptions of the brand's item; none where it has none."""
    return tuple(_bulletin(each) for each in item["kept"]) if item else ()


def history(table: Table, most: int = 50) -> list[Bulletin]:
    """Return every exception that ever was, newest first."""
    found = table.under(playbook_keys.bulletins(table.brand).pk, keys.BULLETIN_PREFIX, limit=most, newest_first=True)
    return [_bulletin(item) for _, item in found]


def add(
    table: Table,
    made: Bulletin,
    now: Millis,
    check: Callable[[tuple[Bulletin, ...]], bool],
    beside: Beside | None = None,
) -> bool:
    """Store an exception; False where `check` refuses it beside those that are there."""

    def change(before: tuple[Bulletin, ...]) -> Changed | None:
        others = tuple(each for each in before if each.bulletin_id != made.bulletin_id)
        return ((*others, made), made) if check(others) else None

    return _changed(table, now, change, beside) is not None


def end(table: Table, bulletin_id: str, by: str, now: Millis, beside: Beside | None = None) -> Bulletin | None:
    """End an exception now; None where it is over already, or never was."""

    def change(before: tuple[Bulletin, ...]) -> Changed | None:
        found = next((each for each in before if each.bulletin_id == bulletin_id and not each.over(now)), None)
        if found is None:
            return None
        ended = replace(found, ended_at=now, ended_by=by)
        return tuple(each for each in before if each is not found), ended

    return _changed(table, now, change, beside)


def _changed(
    table: Table, now: Millis, change: Callable[[tuple[Bulletin, ...]], Changed | None], beside: Beside | None
) -> Bulletin | None:
    key = playbook_keys.bulletins(table.brand)

    def attempt() -> Bulletin | Lost | None:
        item = table.get(key)
        number = int(item["number"]) if item else 0
        after = change(tuple(each for each in of_item(item) if not each.over(now)))
        if after is None:
            return None
        kept, one = after
        current: Item = {"v": items.VERSION, "kept": [_item(each) for each in kept]}
        record = writes.put(playbook_keys.bulletin(table.brand, one.made_at, one.bulletin_id), _item(one))
        noted = [beside(*("holds", "ended") if one.ended_at else ("", "holds"))] if beside else []
        return one if table.together([writes.put_numbered(key, current, number), record, *noted]) else LOST

    return writes.until_done(attempt, "The exceptions are being changed by somebody else; try again.")


def _item(value: Bulletin) -> Item:
    raw: Item = {
        "v": items.VERSION,
        "bulletin_id": value.bulletin_id,
        "texts": dict(value.texts),
        "begins_at": int(value.begins_at),
        "ends_at": int(value.ends_at),
        "made_at": int(value.made_at),
        "by": value.by,
        "intents": list(value.intents),
        "channels": list(value.channels),
        "person_only": value.person_only,
        "ended_at": int(value.ended_at),
        "ended_by": value.ended_by,
    }
    return {name: each for name, each in raw.items() if each not in ("", 0, False, [], {}) or name == "texts"}


def _bulletin(item: Item) -> Bulletin:
    return Bulletin(
        bulletin_id=item["bulletin_id"],
        texts=item["texts"],
        begins_at=Millis(item.get("begins_at", 0)),
        ends_at=Millis(item["ends_at"]),
        made_at=Millis(item["made_at"]),
        by=item["by"],
        intents=tuple(item.get("intents", ())),
        channels=tuple(item.get("channels", ())),
        person_only=bool(item.get("person_only", False)),
        ended_at=Millis(item.get("ended_at", 0)),
        ended_by=item.get("ended_by", ""),
    )
