"""
Codes for orders: the brand's system is asked where a customer is reached; what a right code proves is kept.

Where that is, is stored nowhere: it is asked for again when the code is right, and must be the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..conversation import address_of
from ..engine.change import ProveCode, Proven
from ..errors import SendError
from ..model import Address, BrandId, CodeFound, ContactId, EventId
from ..model.queued import CODE_SUBJECT, TicketLookup
from ..phone_numbers import international
from ..quality import number_guessing
from ..services import Services
from ..store import keys, move_keys, order_codes
from ..store.table import Table
from ..text import ascii_lower
from . import identified


def ask(brand: BrandId, mark: str, services: Services) -> None:
    """Have the brand's system asked, by the function that speaks to it."""
    services.queues.put(TicketLookup(brand=brand, ticket_id=mark, subject=CODE_SUBJECT, key="", since=0))


def look_up(wanted: TicketLookup, services: Services) -> None:
    """Ask where an order's customer is reached; an event brings it to process. None, or a failure, is only counted."""
    table = services.table(wanted.brand)
    asked = order_codes.read(table.get(move_keys.code(wanted.brand, wanted.ticket_id)))
    if asked is None or asked.state not in ("asked", "proved"):
        return
    if asked.state == "asked" and not asked.is_open(services.clock()):
        return
    try:
        known = services.order_contact(wanted.brand, asked.order)
    except SendError:
        services.metrics("code_look_up_failed")
        return
    if asked.state == "asked":
        number_guessing.count_numbers(wanted.brand, [known], asked.asker, services)
    to = _address(wanted.brand, known, services)
    if to is None:
        services.metrics("code_unsent", channel=asked.asker.channel)
        return
    found = CodeFound(
        event_id=EventId(keys.digest(CodeFound.SUBJECT, wanted.ticket_id, asked.state)),
        address=asked.asker,
        sent_at=None,
        mark=wanted.ticket_id,
        to=to,
    )
    services.queues.inbox(wanted.brand, [found], services.clock())


def _address(brand: BrandId, known: Mapping[str, str], services: Services) -> Address | None:
    """Return the address that a code goes to, on the account that sends codes; None where the order has none."""
    playbook = services.playbook(brand)
    channel, _, account_id = playbook.code_by.partition("#")
    if not account_id:
        return None
    if services.traits(channel).phones:
        person = international(known.get("contact_phone", ""), playbook.country)
    else:
        person = ascii_lower(known.get("contact_email", ""))
    return address_of(channel, account_id, person) if person else None


def prove(brand: BrandId, found: ProveCode, services: Services) -> None:
    """Keep that an address is a customer's: whoever proved it before is the same person. Raises Conflict."""
    value = f"+{found.value}" if found.kind == "phone" else found.value
    also = _at_address(services.table(brand), found, services)
    identified.prove(brand, found.contact_id, Proven(found.kind, value, "code"), services, also)


def _at_address(table: Table, found: ProveCode, services: Services) -> set[ContactId]:
    """Return whoever writes from that address itself, on the account that sends codes."""
    channel, _, account_id = services.playbook(table.brand).code_by.partition("#")
    known = table.identity(address_of(channel, account_id, found.value))
    return {known[0]} if known is not None else set()
