"""Finding contacts, and what is open of theirs."""

from __future__ import annotations

from typing import Any

from ..conversation import ENDED, TicketRecord
from ..stages import finding
from ..store import people, person_keys
from ..store.audit import Author
from ..store.people import Person
from ..store.table import Table
from .permissions import needs
from .services import AccountServices
from .times import iso


@needs("contact.find")
def find(here: AccountServices, table: Table, sought: str, author: Author) -> dict[str, Any]:
    """Return who is known by a name, an order number, a phone or an e-mail, with their open tickets, as JSON values."""
    secret = next(iter(here.secrets.app(person_keys.SECRET_APP, person_keys.SECRET_KEY).app_secrets), "")
    accounts = here.directory.accounts(table.brand)
    found = finding.find(table, here.playbook(table.brand), accounts, secret, sought, author)
    return {
        "brand": table.brand,
        "searched_by": list(found.by),
        "contacts": [_document(table, each) for each in found.people],
        "more": found.more,
    }


def _document(table: Table, who: Person) -> dict[str, Any]:
    head = table.head(who.conversation_id)
    ticket = table.ticket(head.ticket_id) if head is not None and head.ticket_id else None
    return {
        "contact_id": who.contact_id,
        "name": who.name or None,
        "channels": sorted({address.channel for address in people.addresses(table, who)}),
        "tickets": [_ticket(ticket)] if ticket is not None and ticket.state not in ENDED else [],
    }


def _ticket(ticket: TicketRecord) -> dict[str, Any]:
    told = {"ticket_id": ticket.ticket_id, "state": ticket.state, "since": iso(ticket.created_at)}
    return told | {"subject": ticket.intent or None}
