"""What the brand lets be known of a contact: set and forgotten by a person, and the secret of who pushes it by HTTP."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from ..model import BrandId, Millis
from ..stages.pushed_attributes import APP
from ..store import attributes, audit, people
from ..store.attributes import Given
from ..store.audit import Author
from ..store.people import Person
from ..store.table import Table
from . import secret_store
from .permissions import needs
from .services import AdminServices
from .times import iso


@needs("contact.attribute")
def put(here: AdminServices, table: Table, contact_id: str, values: Mapping[str, str | None], author: Author) -> int:
    """Set attributes of a contact, or forget them (None). Raises UsageError; the audit log holds no value."""
    who = people.known(table, contact_id)
    declared = here.playbook(table.brand).attributes
    said = Given(attributes.checked(declared, values), author.by, author.at)
    noted = audit.beside(table.brand, author, "contact.attribute", str(who.contact_id))
    return attributes.put(table, declared, who.contact_id, said, noted)


@needs("contact.read")
def shown(here: AdminServices, table: Table, who: Person, now: Millis) -> list[dict[str, Any]]:
    """Return what is known of a person and is not over, as JSON values, in the playbook's order."""
    declared = here.playbook(table.brand).attributes
    contacts = [each.contact_id for each in people.everyone(table, who)]
    found = attributes.of_contacts(table, declared, contacts, now)
    return [
        {
            "name": name,
            "value": each.value,
            "purpose": declared[name].purpose,
            "since": iso(each.at),
            "until": iso(attributes.ends(each, declared[name])),
            "by": each.by,
        }
        for name, each in found.items()
    ]


@needs("contact.attribute")
def new_secret(here: AdminServices, brand: BrandId, author: Author) -> str:
    """Make the brand's next secret for pushing attributes, and return it; those before it still verify for a while."""
    made = secrets.token_urlsafe(32)
    audit.note(here.table(brand), author, "contact.attribute", "secret")
    secret_store.put_app(here, APP, brand, {"current": made})
    return made
