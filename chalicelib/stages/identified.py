"""
What proves who somebody is: the same verified key, of one brand, makes two contacts one person.

A key is verified by the channel (a mail aligned by DMARC, WhatsApp's own number), by the brand (the web chat's signed
identity) or by a code that the customer typed back. What was only typed proves nothing (`known_by`). Two persons of one
key, and two of the brand's customer ids, stop and ask an agent; whom a person has split stays apart. Safe to run again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal

from ..engine.change import Proven
from ..engine.customer_keys import proved_by
from ..errors import Conflict, UsageError
from ..model import Address, Answerable, BrandId, ContactId, Event, Message
from ..phone_numbers import international, of_platform
from ..services import Services
from ..store import links, merging, people, person_keys, roots
from ..store.items import Item
from ..store.links import Evidence
from ..store.merging import KeptApart, Proof
from ..store.person_keys import Holder, PersonKey
from ..store.table import DAY_MS, Table
from . import notifying

# merged: they are one now. one: they were. kept: nobody else has it. conflict: two persons have it, an agent is asked.
# refused: a person split them, or said that the key is several people's. unknown: nothing to keep, erased, or a
# key that so many have that who proved it may not be among those that are read.
Outcome = Literal["merged", "one", "kept", "conflict", "refused", "unknown"]
PHONE_DAYS = 90  # a number that was proved longer ago may be somebody else's by now: it is given again
REASONS = {
    "mail": "the same e-mail address, proved by DMARC",
    "signed": "the same identity, signed by the brand",
    "code": "typed back a code that went to the same address",
    "platform": "the same number, as the platform says",
}


def prove(
    brand: BrandId, contact_id: ContactId, proven: Proven, services: Services, also: Collection[ContactId] = ()
) -> Outcome:
    """
    Keep a verified key of a contact, and make whoever verified the same one before the same person.

    `also`: who is reached at what was proved, though they never proved it themselves. Raises Conflict when workers keep
    writing to them: then it is to be run again.
    """
    mark, table = _mark(brand, proven, services), services.table(brand)
    try:
        return _proved(table, contact_id, proven, mark, services, also) if mark else "unknown"
    except UsageError:  # one of them is being erased, or too many have the key
        return "unknown"


def _proved(
    table: Table, contact_id: ContactId, proven: Proven, mark: str, services: Services, also: Collection[ContactId]
) -> Outcome:
    person_keys.add(table, contact_id, [PersonKey(proven.kind, mark, "proved")], services.clock())
    if person_keys.is_shared(table, mark):
        return "refused"
    mine = people.root_of(table, contact_id).contact_id  # raises where somebody erased them
    reached = [people.root_of(table, each).contact_id for each in also]
    others = [each for each in dict.fromkeys((*_persons(table, mark, proven, services), *reached)) if each != mine]
    if not others:
        return "kept"
    if len(others) > 1 or _differ(table, others[0], mine):
        for each in others:
            links.suggest(table, mine, each, Evidence("conflict", mark, services.clock()))
        services.metrics("person_key_of_two")
        return "conflict"
    holder = _whose(table, mark, others[0], reached_from=also)
    return _join(table, holder, contact_id, proven, services)


def holders_of(brand: BrandId, kind: person_keys.Kind, value: str, services: Services) -> list[Holder]:
    """Return who has this key, however it is written, the surest first; nobody where the stage has no secret."""
    mark = _mark(brand, Proven(kind, value, "agent"), services)
    found = person_keys.holders(services.table(brand), mark) if mark else []
    return sorted(found, key=lambda each: person_keys.SURE.index(each.standing), reverse=True)


def identify(brand: BrandId, event: Event, known: Item | None, services: Services) -> bool:
    """
    Make one person of whom an event proves to be one, before it is decided. False where nothing was to be done.

    `known`: the event's address as stored; None for a new one, which is made first where it joins somebody: then the
    first message is decided with all that was said before.
    """
    found = _news(brand, event, known, services)
    if not found:
        return False
    table = services.table(brand)
    if known is None:
        try:
            others = {each for mark, proven in found.items() for each in _persons(table, mark, proven, services)}
        except UsageError:  # one of them is being erased
            return False
        if len(others) != 1 or any(person_keys.is_shared(table, mark) for mark in found):
            return False  # it is kept when the message is (`keep`)
        people.create(table, event.address, event.display_name if isinstance(event, Message) else "", services.clock())
    return keep(brand, event.address, found.values(), services)


def keep(brand: BrandId, address: Address, proved: Iterable[Proven], services: Services) -> bool:
    """Keep what is proved of an address; False where somebody keeps writing to them: the next message tries again."""
    table, marks = services.table(brand), list[str]()
    known = table.identity_item(address)
    if known is None:
        return False
    for proven in proved:
        try:
            prove(brand, roots.home_of(known).contact_id, proven, services)
        except Conflict:
            services.metrics("people_kept_apart")
            return False
        marks.append(_mark(brand, proven, services))
    roots.remember_proved(table, address, known, [each for each in marks if each])
    return True


def _news(brand: BrandId, event: Event, known: Item | None, services: Services) -> dict[str, Proven]:
    """Return what an event proves that is not kept of its address yet, by its mark."""
    proved = proved_by(event, services.traits(event.address.channel)) if isinstance(event, Answerable) else ()
    marks = {_mark(brand, each, services): each for each in proved}
    before: Sequence[str] = known.get("proved", ()) if known is not None else ()
    return {mark: each for mark, each in marks.items() if mark and mark not in before}


def _mark(brand: BrandId, proven: Proven, services: Services) -> str:
    secret, value = services.key_secret(), proven.value.strip()
    if proven.kind == "phone" and proven.evidence == "platform":
        value = of_platform(value)  # every message of theirs says it, and the library is slow
    elif proven.kind == "phone" and proven.evidence == "signed" and not value.startswith("+"):
        value = ""  # a number without its country is read as the brand's: somebody abroad has the same digits
    elif proven.kind == "phone":
        value = international(value, services.playbook(brand).country)
    return person_keys.mark_of(secret, brand, proven.kind, value) if secret and value else ""


def _persons(table: Table, mark: str, proven: Proven, services: Services) -> list[ContactId]:
    """Return who proved a key, each as they are now, once. Raises UsageError where more have it than are read."""
    since = services.clock() - PHONE_DAYS * DAY_MS if proven.kind == "phone" else 0
    having = person_keys.holders(table, mark, person_keys.READ_MOST)
    if len(having) >= person_keys.READ_MOST:
        raise UsageError("More have this key than are read: who proved it may not be among them, so it joins nobody.")
    found = [each for each in having if each.standing == "proved" and each.at >= since]
    there = [each.contact_id for each in found if people.person(table, each.contact_id) is not None]
    return list(dict.fromkeys(people.root_of(table, each).contact_id for each in there))


def _whose(table: Table, mark: str, root: str, reached_from: Collection[ContactId]) -> str:
    """Return which contact of a person proved this key, or is reached at it: a later split leaves who joins with it."""
    proved = (each.contact_id for each in person_keys.holders(table, mark, person_keys.READ_MOST) if _is_proved(each))
    there = (each for each in (*proved, *reached_from) if people.person(table, each) is not None)
    return next((str(each) for each in there if people.root_of(table, each).contact_id == root), root)


def _is_proved(holder: Holder) -> bool:
    return holder.standing == "proved"


def _differ(table: Table, one: str, other: str) -> bool:
    """Return whether the brand itself knows them as two: they have customer ids, and none in common."""
    first, second = (_customers(table, each) for each in (one, other))
    return bool(first and second) and not first & second


def _customers(table: Table, contact_id: str) -> set[str]:
    return {
        key.mark
        for one in people.everyone(table, people.known(table, contact_id))
        for key in person_keys.of_contact(table, one.contact_id)
        if (key.kind, key.standing) == ("customer", "proved")
    }


def _join(table: Table, other: str, mine: str, proven: Proven, services: Services) -> Outcome:
    proof = Proof(
        evidence=proven.evidence,
        reason=REASONS.get(proven.evidence, "proved"),
        by=f"rule:{proven.evidence}",
        at=services.clock(),
    )
    try:
        done = merging.join(table, other, mine, proof)
    except KeptApart:
        return "refused"
    if done is not None:
        notifying.merged(table.brand, done, services)
    return "merged" if done is not None else "one"
