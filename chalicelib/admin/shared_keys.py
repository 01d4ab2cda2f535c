"""Keys that several people have: a family's telephone, an address that an office shares. They join nobody any more."""

from __future__ import annotations

from typing import Any

from ..errors import UsageError
from ..phone_numbers import international
from ..store import audit, person_keys
from ..store.audit import Author
from ..store.person_keys import Kind
from ..store.table import Table
from .permissions import needs
from .services import AccountServices


@needs("contact.split")
def share(here: AccountServices, table: Table, kind: Kind, value: str, author: Author, *, undo: bool) -> dict[str, Any]:
    """
    Say that this key is several people's, or take that back: it merges, links and suggests nobody from then on.

    Whom it merged before stays merged: who has it is returned, to be split. Raises UsageError.
    """
    mark = _mark(here, table, kind, value)
    noted = audit.beside(table.brand, author, "contact.split", f"key {mark[:8]}")
    if undo:
        person_keys.unshare(table, mark, noted("shared", ""))
    else:
        person_keys.share(table, mark, author, noted("", "shared"))
    found = person_keys.holders(table, mark)
    who = [{"contact_id": each.contact_id, "standing": each.standing} for each in found]
    return {"brand": table.brand, "kind": kind, "shared": not undo, "contacts": who}


def _mark(here: AccountServices, table: Table, kind: Kind, value: str) -> str:
    secret = here.for_handlers.key_secret()
    if not secret:
        raise UsageError("This stage keeps no keys yet: `guichet account connect` makes its secret.")
    written = value.strip()
    if kind == "phone":
        written = international(value, here.for_handlers.playbook(table.brand).country, valid=False)
    if not written:
        raise UsageError("That is no telephone number; write it with its country code, +33….")
    return person_keys.mark_of(secret, table.brand, kind, written)
