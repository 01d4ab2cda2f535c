"""
What a brand lets be known of a contact beside what they said: one item an attribute, with its end.

Which there may be, what for and for how long, the playbook declares (`playbook.attribute`). What is not declared any
more, or past its days, is not shown, whether or not the table has let it go. For agents alone: no decision reads one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..errors import UsageError
from ..masking import mask_secrets
from ..model import Millis
from ..playbook.attribute import MOST, AttributeUse
from . import contact_keys, items, people, writes
from .table import DAY_MS, Table
from .writes import Beside, Write

VALUE_MOST = 200  # characters of a value
Declared = Mapping[str, AttributeUse]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One attribute of a contact: its value, since when, and who says so (an id of ours, never a person's name)."""

    name: str
    value: str = field(repr=False)
    at: Millis
    by: str


@dataclass(frozen=True, slots=True)
class Given:
    """What is said of a contact: values by name (None: no longer), by whom, and as of when."""

    values: Mapping[str, str | None] = field(repr=False)
    by: str
    at: Millis


def checked(declared: Declared, values: Mapping[str, object]) -> dict[str, str | None]:
    """
    Return values as they are kept. Raises UsageError for what the playbook does not declare, or is no short text.

    The error names names, never a value. Card numbers and IBANs are masked, as at every entry.
    """
    if not values:
        raise UsageError("Give at least one attribute.")
    for name in values:
        if name not in declared:
            known = ", ".join(sorted(declared)) or "none"
            raise UsageError(
                f"The playbook declares no attribute {name[:40]!r}, so nothing is kept; declared: {known}."
            )
    return {name: _checked(name, value) for name, value in values.items()}


def _checked(name: str, value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        value = "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise UsageError(f"The value of {name} is a text, a number, true, false or null.")
    text = " ".join(str(value).split())
    if not text or len(text) > VALUE_MOST or not text.isprintable():
        raise UsageError(f"The value of {name} is a printable text of 1 to {VALUE_MOST} characters, or null to forget.")
    return mask_secrets(text)


def put(table: Table, declared: Declared, contact_id: str, said: Given, beside: Beside | None = None) -> int:
    """
    Keep what is said of a contact (`checked` values); return how many attributes were changed. Safe to run again.

    What somebody said later stays, and an erased contact gets none. `beside` is told the names, once, with the first.
    """
    changed, told = 0, beside
    for name, value in said.values.items():
        made = [_write(table, declared[name], contact_id, name, value, said), people.still_there(table, contact_id)]
        made += [told("", ", ".join(said.values))] if told else []
        if table.together(made):
            changed, told = changed + 1, None
    return changed


def _write(table: Table, use: AttributeUse, contact_id: str, name: str, value: str | None, said: Given) -> Write:
    """Return the write of one value over an older one. A value that is no longer is kept as "" until its end."""
    item: items.Item = {"v": items.MERGED_VERSION, "value": value or "", "at": int(said.at), "by": said.by}
    item["ttl"] = items.ttl(said.at, use.keep_days)
    key = contact_keys.attribute(table.brand, contact_id, name)
    return writes.put(key, item, f"{writes.NEW} OR #at <= :at", at=int(said.at))


def of_contacts(table: Table, declared: Declared, contacts: Iterable[str], now: Millis) -> dict[str, Attribute]:
    """Return what is known of one person (their contacts) and may still be shown: the last said of each name."""
    found: dict[str, Attribute] = {}
    for contact_id in contacts:
        for each in _stored(table, contact_id):
            before = found.get(each.name)
            if each.name in declared and (before is None or before.at < each.at):
                found[each.name] = each
    shown = {name: found[name] for name in declared if name in found and found[name].value}
    return {name: each for name, each in shown.items() if ends(each, declared[name]) > now}


def ends(each: Attribute, use: AttributeUse) -> int:
    """Return until when an attribute may be shown (ms)."""
    return each.at + use.keep_days * DAY_MS


def _stored(table: Table, contact_id: str) -> list[Attribute]:
    start = contact_keys.attribute(table.brand, contact_id, "")
    return [
        Attribute(name=sk.removeprefix(start.sk), value=item["value"], at=Millis(int(item["at"])), by=item["by"])
        for sk, item in table.under(start.pk, start.sk, limit=2 * MOST)
    ]


def forget(table: Table, contact_id: str) -> int:
    """Delete all attributes of a contact; return how many. Safe to run again: for an erasure."""
    found = _stored(table, contact_id)
    for each in found:
        table.write(writes.delete(contact_keys.attribute(table.brand, contact_id, each.name)))
    return len(found)
