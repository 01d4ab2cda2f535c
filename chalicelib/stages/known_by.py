"""
Keeps what a person is known by, and tells agents of two who are known by the same.

Nobody is merged here: the same number by WhatsApp and SMS links two contacts for agents (an SMS can be forged, numbers
are given again), what was typed only suggests it. Safe to run again: a redelivered message does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from ..conversation import TicketRecord
from ..engine.change import NoteKeys
from ..model import BrandId, ContactId, OutboxRow
from ..phone_numbers import international, of_platform
from ..services import Services
from ..store import attributes, contact_names, links, people, person_keys, same_person
from ..store.links import Evidence
from ..store.links import Kind as LinkKind
from ..store.person_keys import Holder, Kind, PersonKey
from ..store.table import Table
from . import identified

SIGNED = "signed"  # by whom an attribute of a signed web chat is said
SAME_PHONE = "rule:same_phone"
_SAID: dict[Kind, LinkKind] = {
    "mail": "said_mail",
    "phone": "said_phone",
    "order": "said_order",
    "customer": "customer_id",
}


def keep(brand: BrandId, wanted: NoteKeys, services: Services) -> None:
    """
    Keep these keys of a contact: link or suggest whoever has one of them, merge whom a verified one proves to be one.

    Without a secret nothing is kept.
    """
    _describe(brand, wanted, services)
    secret = services.key_secret()
    if not secret:
        services.metrics("person_keys_without_secret")
        return
    table = services.table(brand)
    if wanted.name:
        mark = partial(person_keys.mark_of, secret, brand, "name")
        contact_names.keep(table, mark, wanted.contact_id, wanted.name, services.clock())
    if wanted.proved and wanted.address is not None:
        identified.keep(brand, wanted.address, wanted.proved, services)
    for key in dict.fromkeys(_keys(brand, wanted, secret, services)):
        if key.standing == "said" and _is_of_a_crowd(table, wanted.contact_id, key):
            services.metrics("person_key_of_a_crowd")
            continue
        person_keys.add(table, wanted.contact_id, [key], services.clock())
        tell_of_others(table, wanted.contact_id, key, services)


def _describe(brand: BrandId, wanted: NoteKeys, services: Services) -> None:
    """Keep what the brand's server signed of a contact; what the playbook does not declare is dropped and counted."""
    if not wanted.described:
        return
    declared, said = services.playbook(brand).attributes, dict(wanted.described)
    known = {name: value for name, value in said.items() if name in declared}
    if len(known) < len(said):
        services.metrics("attributes_refused")
    if known:
        values = attributes.checked(declared, known)
        given = attributes.Given(values, SIGNED, wanted.at or services.clock())
        attributes.put(services.table(brand), declared, wanted.contact_id, given)


def _is_of_a_crowd(table: Table, contact_id: str, key: PersonKey) -> bool:
    """Return whether so many typed this key that it tells nothing: one more would only heat its partition."""
    found = person_keys.holders(table, key.mark)
    return len(found) >= person_keys.HOLDERS_MOST and all(each.contact_id != contact_id for each in found)


def _keys(brand: BrandId, wanted: NoteKeys, secret: str, services: Services) -> Iterator[PersonKey]:
    country = services.playbook(brand).country
    if number := of_platform(wanted.own):
        yield PersonKey("phone", person_keys.mark_of(secret, brand, "phone", number), "own")
    for kind, written in wanted.said:
        value = international(written, country) if kind == "phone" else written
        if value:
            yield PersonKey(kind, person_keys.mark_of(secret, brand, kind, value), "said")


def tell_of_others(table: Table, contact_id: str, key: PersonKey, services: Services) -> None:
    """Link or suggest everybody else who has this key. One that a crowd has says nothing of a person."""
    found = person_keys.holders(table, key.mark)
    if len(found) > 1 and person_keys.is_shared(table, key.mark):
        return
    if len(found) >= person_keys.HOLDERS_MOST:
        services.metrics("person_key_of_a_crowd")
        return
    mine = next((each.standing for each in found if each.contact_id == contact_id), key.standing)
    for each in found:
        if each.contact_id != contact_id and not _are_one(table, contact_id, each):
            _tell(table, contact_id, each, PersonKey(key.kind, key.mark, mine), services)


def _are_one(table: Table, contact_id: str, other: Holder) -> bool:
    if people.person(table, contact_id) is None or people.person(table, other.contact_id) is None:
        return True  # one of them was erased: there is nobody to tell of
    return people.root_of(table, contact_id).contact_id == people.root_of(table, other.contact_id).contact_id


def _tell(table: Table, contact_id: str, other: Holder, key: PersonKey, services: Services) -> None:
    now = services.clock()
    if key.kind == "phone" and "said" not in (key.standing, other.standing):
        links.link(table, contact_id, other.contact_id, Evidence("phone", key.mark, now), SAME_PHONE)
    else:
        suggest(table, contact_id, other.contact_id, Evidence(_SAID[key.kind], key.mark, now), services)


def suggest(table: Table, one: str, other: str, evidence: Evidence, services: Services) -> None:
    """Offer agents that two contacts are one person, on the open tickets of both. Safe to run again."""
    offered = links.suggest(table, one, other, evidence)
    if offered is None:
        return
    new = any(each.at == evidence.at for each in offered.evidence)
    for contact_id in (one, other):
        _notify(table, same_person.draw_line(table, contact_id, services.clock(), new=new), services)


def ask_who_else(brand: BrandId, ticket: TicketRecord, contacts: Sequence[ContactId], services: Services) -> None:
    """Have a new ticket show who else may be its customer, where somebody is suggested. One query a contact."""
    table = services.table(brand)
    found = (each for contact_id in contacts for each in links.of_contact(table, contact_id))
    if not ticket.asks_same and any(each.state == "suggested" for each in found):
        _notify(table, same_person.draw_line_of(table, ticket, services.clock()), services)


def _notify(table: Table, row: OutboxRow | None, services: Services) -> None:
    if row is not None:
        services.queues.notify(table.brand, row.recipient)
