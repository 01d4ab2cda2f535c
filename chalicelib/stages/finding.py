"""
Finding a contact by what somebody types: a name, an order number, a telephone number or an e-mail address.

By the keyed index alone: a few queries, however many contacts there are, and never a scan. What was sought is neither
kept nor logged: the audit log says that somebody searched, by which kind of key, and how many were found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from ..conversation import address_of
from ..masking import emails_in
from ..model import Account, ContactId
from ..phone_numbers import international, maybe_in
from ..playbook.fields import find_fields
from ..playbook.schema import Playbook
from ..store import audit, contact_names, keys, people, person_keys
from ..store.audit import Author
from ..store.people import Person
from ..store.person_keys import Holder, Kind
from ..store.table import Table
from ..text import ascii_lower

SHOWN = 10  # people of one search
By = Literal["name", "order", "phone", "mail"]


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a search found: each as they are now, after all merges. `more`: there are others. `by`: which keys."""

    people: Sequence[Person]
    by: Sequence[By]
    more: bool = False


def find(
    table: Table, playbook: Playbook, accounts: Iterable[Account], secret: str, sought: str, author: Author
) -> Found:
    """
    Return who is known by this, or writes from there to one of the brand's `accounts`.

    `secret`: the stage's, of `person_keys`; "": nobody is found but by an address.
    """
    asked = list(dict.fromkeys(_asked(playbook, sought)))
    found: list[ContactId] = []
    more = False
    for kind, value in asked if secret else ():
        holders = _holders(table, secret, kind, value)
        more = more or len(holders) >= person_keys.HOLDERS_MOST
        found += [each.contact_id for each in holders]
    found += _writes_from(table, accounts, asked)
    by: list[By] = [each for each in ("order", "phone", "mail") if each in {kind for kind, _ in asked}]
    if not asked and secret:
        by = ["name"]
        named, more = contact_names.find(table, partial(person_keys.mark_of, secret, table.brand, "name"), sought)
        found += named
    who = list(_roots(table, found, sought if by == ["name"] else ""))
    audit.note(table, author, "contact.find", after=f"{len(who[:SHOWN])} by {', '.join(by) or 'nothing'}")
    return Found(who[:SHOWN], by, more or len(who) > SHOWN)


def _asked(playbook: Playbook, sought: str) -> Iterator[tuple[Kind, str]]:
    """Return the keys that these words may be; none for a name."""
    yield from (("mail", each) for each in emails_in(sought))
    numbers = (international(each, playbook.country, valid=False) for each in maybe_in(sought))
    yield from (("phone", each) for each in numbers if each)
    for name in dict.fromkeys(intent.asks for intent in playbook.intents.values() if intent.asks):
        yield from (("order", each) for each in find_fields(playbook, name, sought))


def _holders(table: Table, secret: str, kind: Kind, value: str) -> list[Holder]:
    return person_keys.holders(table, person_keys.mark_of(secret, table.brand, kind, value))


def _writes_from(table: Table, accounts: Iterable[Account], asked: Sequence[tuple[Kind, str]]) -> list[ContactId]:
    """Return whose own address this is, on any channel: one request for all."""
    ways = [way for kind, value in asked for way in _as_addresses(kind, value)]
    wanted = [address_of(each.channel, each.account_id, way) for each in accounts for way in ways]
    items = table.get_all([keys.identity(table.brand, each) for each in wanted]) if wanted else []
    return [ContactId(item["contact_id"]) for item in items]


def _as_addresses(kind: Kind, value: str) -> tuple[str, ...]:
    """Return how platforms write this as the id of a person."""
    if kind == "phone":
        return (value, f"+{value}")
    return (ascii_lower(value),) if kind == "mail" else ()


def _roots(table: Table, found: Sequence[ContactId], name: str) -> Iterator[Person]:
    """Return each person once, as they are now; by a name only who has it still."""
    seen: set[str] = set()
    for contact_id in dict.fromkeys(found):
        who = people.person(table, contact_id)
        if who is None or (name and not contact_names.has_all(who.name, name)):
            continue
        root = people.root_of(table, contact_id)
        if root.contact_id not in seen:
            seen.add(root.contact_id)
            yield root
