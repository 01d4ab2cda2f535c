"""
What a person is known by beside their addresses: e-mail, telephone, order number, the brand's customer id.

Kept as keyed digests: who reads the table without the stage's secret learns none of them, and cannot try which number
one was made of. A key may have several contacts (a family's telephone, a parcel for a friend). `proved` keys may lead
to a merge, `said` ones only to a suggestion for the agent.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ..model import BrandId, ContactId, Millis
from ..text import ascii_lower
from . import items, keys, people, writes
from .audit import Author
from .table import Table
from .writes import Write

Kind = Literal["mail", "phone", "order", "customer", "name"]  # "name": words of it, of `contact_names` alone
KINDS: tuple[Kind, ...] = ("mail", "phone", "order", "customer")
# How sure it is: proved by a code, a link or a signature; the address itself, which an SMS can forge; or only typed.
Standing = Literal["proved", "own", "said"]
SURE: tuple[Standing, ...] = ("said", "own", "proved")
SECRET_APP, SECRET_KEY = "people", "keys"  # where the stage's secret is kept, as an app's
SAID_DAYS = 400
MOST = 50  # keys that one contact typed: who types more numbers is looking for somebody else's
HOLDERS_MOST = 20  # contacts of one key that are read: it tells nothing about a person any more
READ_MOST = 500  # where what was proved is sought: what was only typed, by few or many, must not hide it


@dataclass(frozen=True, slots=True)
class PersonKey:
    """One key of a contact. `mark`: its digest (`mark_of`)."""

    kind: Kind
    mark: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Holder:
    """A contact who has a key, since when, and whether that was proved."""

    contact_id: ContactId
    kind: Kind
    standing: Standing
    at: Millis


def mark_of(secret: str, brand: BrandId, kind: Kind, value: str) -> str:
    """Return the digest of a value: of one brand, one kind, under the stage's secret."""
    return hmac.new(secret.encode(), f"{brand}\0{kind}\0{plain(kind, value)}".encode(), hashlib.sha256).hexdigest()[:32]


def plain(kind: Kind, value: str) -> str:
    """
    Return a value as it is compared: a telephone as `phone_numbers` writes it, the rest without case and blanks.

    Of an e-mail address only A to Z lose their case: "straße" and "strasse" are two domains, of two owners.
    """
    if kind == "mail":
        return ascii_lower(value.strip())
    return value if kind in ("phone", "customer") else "".join(value.split()).casefold()


def holders(table: Table, mark: str, most: int = HOLDERS_MOST) -> list[Holder]:
    """Return who has this key, those of `most` that sort first. One read."""
    pk = keys.person_key(table.brand, mark, "").pk
    found = table.under(pk, keys.HOLDER_PREFIX, limit=most)
    return [
        Holder(ContactId(sk.removeprefix(keys.HOLDER_PREFIX)), item["kind"], item["standing"], Millis(int(item["at"])))
        for sk, item in found
    ]


def is_shared(table: Table, mark: str) -> bool:
    """Return whether a person said that several people have this key: it tells nothing about who is who."""
    return table.get(keys.shared_key(table.brand, mark)) is not None


def share(table: Table, mark: str, author: Author, beside: Write | None = None) -> None:
    """Say that a key is several people's: it merges, links and suggests nobody from now on. Can be run again."""
    item: items.Item = {"v": items.MERGED_VERSION, "by": author.by, "at": int(author.at)}
    table.together([writes.put(keys.shared_key(table.brand, mark), item), *([beside] if beside else [])])


def unshare(table: Table, mark: str, beside: Write | None = None) -> None:
    """Take that back. Can be run again."""
    table.together([writes.delete(keys.shared_key(table.brand, mark)), *([beside] if beside else [])])


def of_contact(table: Table, contact_id: str) -> list[PersonKey]:
    """Return the keys of a contact."""
    pk = keys.contact(table.brand, contact_id).pk
    found = table.under(pk, keys.OWN_KEY_PREFIX, limit=READ_MOST)
    return [PersonKey(item["kind"], sk.removeprefix(keys.OWN_KEY_PREFIX), item["standing"]) for sk, item in found]


def add(table: Table, contact_id: str, new: Iterable[PersonKey], now: Millis) -> list[PersonKey]:
    """
    Give keys to a contact; return those that it did not have so. A surer one stays. Safe to run again.

    An erased contact gets none. Beyond MOST nothing typed is added: nobody has so many of their own.
    """
    known = {each.mark: each for each in of_contact(table, contact_id)}
    added = []
    for each in new:
        before = known.get(each.mark)
        if before is not None and SURE.index(before.standing) >= SURE.index(each.standing):
            continue
        if before is None and each.standing == "said" and len(known) >= MOST:
            continue
        if table.together(_puts(table, contact_id, each, now)):
            known[each.mark] = each
            added.append(each)
    return added


def _puts(table: Table, contact_id: str, key: PersonKey, now: Millis) -> list[Write]:
    item: items.Item = {"v": items.MERGED_VERSION, "kind": key.kind, "standing": key.standing, "at": int(now)}
    if key.standing == "said":
        item["ttl"] = items.ttl(now, SAID_DAYS)
    return [
        writes.put(keys.own_key(table.brand, contact_id, key.mark), item),
        writes.put(keys.person_key(table.brand, key.mark, contact_id), item),
        people.still_there(table, contact_id),
    ]


def forget(table: Table, contact_id: str) -> int:
    """Delete all keys of a contact; return how many. Safe to run again: for an erasure."""
    found = of_contact(table, contact_id)
    for each in found:
        table.write(writes.delete(keys.person_key(table.brand, each.mark, contact_id)))
        table.write(writes.delete(keys.own_key(table.brand, contact_id, each.mark)))
    return len(found)
