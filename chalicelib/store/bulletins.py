"""
Exceptions in the table: one item with a brand's current ones, and one item each as the record.

Each change is a transaction under the version number of the first item, so two people's simultaneous changes both
count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..errors import Conflict
from ..model import Millis
from ..playbook.bulletin import Bulletin
from . import items, keys, wire
from .items import Item
from .table import SWITCH_TRIES, Table

Changed = tuple[tuple[Bulletin, ...], Bulletin]  # those that are not over, and the one that was made or ended


def read(table: Table) -> tuple[Bulletin, ...]:
    """Return the brand's exceptions that were not over when one was last changed."""
    return of_item(table.get(keys.bulletins(table.brand)))


def of_item(item: Item | None) -> tuple[Bulletin, ...]:
    """Return the exceptions of the brand's item; none where it has none."""
    return tuple(_bulletin(each) for each in item["kept"]) if item else ()


def history(table: Table, most: int = 50) -> list[Bulletin]:
    """Return every exception that ever was, newest first."""
    key = keys.bulletins(table.brand)
    found = table.query(key.pk, keys.BULLETIN_PREFIX, keys.BULLETIN_PREFIX + "~", limit=most, newest_first=True)
    return [_bulletin(item) for _, item in found]


def add(table: Table, made: Bulletin, now: Millis, check: Callable[[tuple[Bulletin, ...]], bool]) -> bool:
    """Store an exception; False where `check` refuses it beside those that are there."""

    def change(before: tuple[Bulletin, ...]) -> Changed | None:
        others = tuple(each for each in before if each.bulletin_id != made.bulletin_id)
        return ((*others, made), made) if check(others) else None

    return _changed(table, now, change) is not None


def end(table: Table, bulletin_id: str, by: str, now: Millis) -> Bulletin | None:
    """End an exception now; None where it is over already, or never was."""

    def change(before: tuple[Bulletin, ...]) -> Changed | None:
        found = next((each for each in before if each.bulletin_id == bulletin_id and not each.over(now)), None)
        if found is None:
            return None
        ended = replace(found, ended_at=now, ended_by=by)
        return tuple(each for each in before if each is not found), ended

    return _changed(table, now, change)


def _changed(table: Table, now: Millis, change: Callable[[tuple[Bulletin, ...]], Changed | None]) -> Bulletin | None:
    key = keys.bulletins(table.brand)
    for _ in range(SWITCH_TRIES):
        item = table.get(key)
        number = int(item["number"]) if item else 0
        after = change(tuple(each for each in of_item(item) if not each.over(now)))
        if after is None:
            return None
        kept, one = after
        current: Item = {"v": items.VERSION, "number": number + 1, "kept": [_item(each) for each in kept]}
        record = _put(table, keys.bulletin(table.brand, one.made_at, one.bulletin_id), _item(one))
        writes = [_numbered(_put(table, key, current), number), record]
        if table.together(writes):
            return one
    raise Conflict("The exceptions are being changed by somebody else; try again.")


def _put(table: Table, key: keys.Key, item: Item) -> dict[str, Any]:
    return {"Put": {"TableName": table.name, "Item": wire.to_avs(item | {"pk": key.pk, "sk": key.sk})}}


def _numbered(write: dict[str, Any], before: int) -> dict[str, Any]:
    write["Put"] |= {
        "ConditionExpression": "attribute_not_exists(pk) OR #number = :number",
        "ExpressionAttributeNames": {"#number": "number"},
        "ExpressionAttributeValues": wire.to_avs({":number": before}),
    }
    return write


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
