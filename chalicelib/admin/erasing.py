"""Erases a person, also one whom a restored table brought back, and their copies where agents work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..errors import UsageError
from ..store import audit, keys
from ..store.audit import Author
from ..store.people import Person, person
from ..store.table import Table
from ..workspaces import WORKSPACE
from . import desk_copies
from .contacts import everybody
from .desk_copies import Desk
from .erase import Receipt
from .erase import erase as erase_person
from .permissions import needs
from .services import AdminServices


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an erasure is: whether one has begun, the copies that it leaves to be deleted, the contacts it takes."""

    begun: bool
    desk: Desk | None
    contacts: frozenset[str]

    @property
    def known(self) -> bool:
        """Return whether there is or was an erasure of this contact."""
        return self.begun or self.desk is not None


@needs("contact.read")
def standing(table: Table, contact_id: str) -> Standing:
    """Return how far an erasure of this contact is. `contacts`: before the table forgets who was merged into them."""
    kept = table.get(keys.erasure(table.brand, contact_id))
    contacts = kept["contacts"] if kept else everybody(table, contact_id)
    return Standing(kept is not None, look(table, contact_id), frozenset(contacts))


@needs("contact.erase")
def erase(
    here: AdminServices, table: Table, contact_id: str, author: Author, spent: Callable[[float], None]
) -> Receipt:
    """
    Erase a person and everything said with them; run again it goes on. `spent` is told read units, and may wait.

    The audit log says so first, and forgets whom as soon as they are gone. Raises UsageError, for one that there is not
    before anything is noted (it may be a telephone number), and Conflict.
    """
    if table.contact(contact_id) is None and table.get(keys.erasure(table.brand, contact_id)) is None:
        raise UsageError(f"{table.brand} has no contact '{contact_id}'; `guichet contact show` finds one.")
    noted = audit.note(table, author, "contact.erase", contact_id)
    done = erase_person(table, contact_id, author.at, here.blobs, spent, here.workspace.name)
    if not done.left:
        audit.forget(table, noted, ", ".join(f"{count} {name}" for name, count in done.counts.items() if count))
    return done


@dataclass(frozen=True, slots=True)
class Restored:
    """Whom a restored table brought back. `known`: erased in 36 days; `wrote`: wrote since, and stay."""

    known: int
    back: tuple[Person, ...]
    wrote: tuple[str, ...]


@needs("contact.read")
def restored(here: AdminServices, table: Table) -> Restored:
    """Return whoever was erased and is there as before: a restored table knows nothing of it."""
    known = here.blobs.erased(table.brand)
    found = [who for each in known if (who := person(table, each)) is not None]
    there = [who for who in found if who.since <= known[who.contact_id]]
    back = sorted(there, key=lambda each: bool(each.merged_into))
    return Restored(len(known), tuple(back), tuple(sorted(who.contact_id for who in found if who not in there)))


@needs("contact.erase")
def erase_restored(
    here: AdminServices, table: Table, found: Restored, author: Author, spent: Callable[[float], None]
) -> Iterator[Receipt | None]:
    """Erase them one by one; yield each receipt, None for who went with the person they were merged into."""
    for who in found.back:
        there = table.contact(who.contact_id) is not None
        yield erase(here, table, who.contact_id, author, spent) if there else None


def look(table: Table, contact_id: str) -> Desk | None:
    """Return how far the deletion of an erased person's copies is; None where there were none, or all was told."""
    return desk_copies.look(table, contact_id, WORKSPACE.name)


def notify(here: AdminServices, table: Table, desk: Desk | None) -> None:
    """Notify for the copies that are still to be deleted."""
    if desk and desk.recipients:
        here.queues.notify(table.brand, *desk.recipients)


def close(table: Table, contact_id: str, desk: Desk | None) -> None:
    """Forget the list of copies once all are deleted, or refused and told."""
    if desk and not desk.waiting:
        desk_copies.forget(table, contact_id)
