"""Who a person is, everything that is kept of them, and two contacts made one or two again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ..errors import UsageError
from ..store import audit, keys, merging, parting, people
from ..store import links as store_links
from ..store.audit import Author
from ..store.items import Item
from ..store.merging import Merge, Proof
from ..store.people import Person
from ..store.table import Table
from ..store.whole_brand import Spent, every_item
from . import attributes, links
from .people import current, identity_words
from .permissions import needs
from .services import AdminServices
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
            for one in people.everyone(table, who)
            for address, item in zip(one.addresses, one.memberships, strict=True)
        ],
        "merged": [_merge(each) for each in who.merged],
        "links": links.shown(table, who),
    }


def _merge(record: Item) -> dict[str, Any]:
    """Return one merge; evidence and who attested it are not known of those of an earlier release."""
    told = {"contact_id": record["contact_id"], "reason": record["reason"], "at": iso(int(record["at"]))}
    return told | {name: record[name] for name in ("evidence", "by") if record.get(name)}


@needs("contact.read")
def export(here: AdminServices, table: Table, asked: Person, spent: Spent) -> dict[str, Any]:
    """Return everything that is kept of a person as JSON values. Reads the whole table once, and tells `spent`."""
    who = current(table, asked)
    found = shown(table, who, whole=True, linked=False) | {"contact": document(table, who)}
    tickets = {each["ticket_id"] for each in found["messages"] if each.get("ticket_id")}
    tickets |= {(found["head"] or {}).get("ticket_id") or ""}
    kept = [ticket for each in sorted(tickets - {""}) if (ticket := table.ticket(each)) is not None]
    found["tickets"] = [asdict(ticket) for ticket in kept]
    found["attributes"] = attributes.shown(here, table, who, here.clock())
    found["judged"] = _judged(table, set(everybody(table, who.contact_id)), spent)
    return found


def everybody(table: Table, contact_id: str) -> Iterator[str]:
    """Return this contact and all that were merged into it."""
    yield contact_id
    who = people.person(table, contact_id)
    yield from (str(each.contact_id) for each in (list(people.everyone(table, who))[1:] if who else ()))


def _judged(table: Table, contacts: set[str], spent: Spent) -> list[dict[str, Any]]:
    """Return what judges said of answers to them, and what waits to be judged."""
    prefixes = (keys.LINE_PREFIX, keys.ASK_PREFIX, keys.AGAIN_PREFIX)
    found = [item for key, item in every_item(table, spent) if key.sk.startswith(prefixes)]
    return [item for item in found if item.get("contact") in contacts]


@needs("contact.merge")
def merge(here: AdminServices, table: Table, winner: str, loser: str, reason: str, author: Author) -> Merge:
    """
    Make two contacts one person, as the author attests, for a reason that is kept.

    The bot answers both as one from then on. Raises UsageError.
    """
    noted = audit.beside(table.brand, author, "contact.merge", loser)
    proof = Proof(evidence="agent", reason=reason, by=author.by, at=author.at)
    return _told(here, table, merging.merge(table, winner, loser, proof, noted))


def is_merged(table: Table, winner: str, loser: str) -> bool:
    """Return whether one contact is merged into the other."""
    return table.get(keys.merge(table.brand, winner, loser)) is not None


@needs("contact.split")
def split(here: AdminServices, table: Table, winner: str, loser: str, author: Author) -> Merge:
    """Undo a merge, for good: only a person merges the two again. Raises UsageError where there was none."""
    if is_merged(table, winner, loser):  # before it: cut off between the two, the command is run again
        store_links.keep_apart(table, winner, loser, author.by, author.at)
    noted = audit.beside(table.brand, author, "contact.split", loser)
    done = [_told(here, table, each) for each in parting.part(table, winner, loser, author.at, noted)]
    found = [each for each in done if (each.winner, each.loser) == (winner, loser)] or done
    if not found:
        raise UsageError(f"{loser} is not merged into {winner}: they had been split before.")
    return found[0]


def _told(here: AdminServices, table: Table, done: Merge) -> Merge:
    """Notify for what a merge or a split left to do; the sweep finds it otherwise."""
    if done.rows:
        here.queues.notify(table.brand, *(row.recipient for row in done.rows))
    return done
