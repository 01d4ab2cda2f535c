"""Who a person is, everything that is kept of them, and two contacts made one or two again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ..store import audit, keys, people
from ..store.audit import Author
from ..store.people import Merge, Person, Spent, every_item
from ..store.table import Table
from .people import current, identity_words
from .permissions import needs
from .timelines import shown
from .times import iso


def document(table: Table, who: Person) -> dict[str, Any]:
    """Return who this is as JSON values."""
    return {
        "brand": table.brand,
        "contact_id": who.contact_id,
        "conversation_id": who.conversation_id,
        "name": who.name or None,
        "since": iso(who.since),
        "merged_into": who.merged_into or None,
        "identities": [
            {"identity": identity_words(address), "why": item.get("why", "")}
            for address, item in zip(who.addresses, who.memberships, strict=True)
        ],
        "merged": [
            {"contact_id": each["contact_id"], "reason": each["reason"], "at": iso(int(each["at"]))}
            for each in who.merged
        ],
    }


@needs("contact.read")
def export(table: Table, asked: Person, spent: Spent) -> dict[str, Any]:
    """Return everything that is kept of a person as JSON values. Reads the whole table once, and tells `spent`."""
    who = current(table, asked)
    found = shown(table, who, whole=True) | {"contact": document(table, who)}
    tickets = {each["ticket_id"] for each in found["messages"] if each.get("ticket_id")}
    tickets |= {(found["head"] or {}).get("ticket_id") or ""}
    kept = [ticket for each in sorted(tickets - {""}) if (ticket := table.ticket(each)) is not None]
    found["tickets"] = [asdict(ticket) for ticket in kept]
    found["judged"] = _judged(table, set(everybody(table, who.contact_id)), spent)
    return found


def everybody(table: Table, contact_id: str) -> Iterator[str]:
    """Return this contact and all that were merged into it."""
    yield contact_id
    who = people.person(table, contact_id)
    for record in who.merged if who else ():
        yield from everybody(table, record["contact_id"])


def _judged(table: Table, contacts: set[str], spent: Spent) -> list[dict[str, Any]]:
    """Return what judges said of answers to them, and what waits to be judged."""
    prefixes = (keys.LINE_PREFIX, keys.ASK_PREFIX, keys.AGAIN_PREFIX)
    found = [item for key, item in every_item(table, spent) if key.sk.startswith(prefixes)]
    return [item for item in found if item.get("contact") in contacts]


@needs("contact.merge")
def merge(table: Table, winner: str, loser: str, reason: str, author: Author) -> Merge:
    """Give the loser's addresses to the winner, for a reason that is kept; `split` undoes it. Raises UsageError."""
    noted = audit.beside(table.brand, author, "contact.merge", loser)
    return people.merge(table, winner, loser, reason, author.at, noted)


@needs("contact.split")
def split(table: Table, winner: str, loser: str, author: Author) -> Merge:
    """Undo a merge. Raises UsageError where there was none."""
    return people.split(table, winner, loser, audit.beside(table.brand, author, "contact.split", loser))
