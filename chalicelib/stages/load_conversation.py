"""
Loads what process needs to decide: contact, conversation head, ticket, and the messages that nothing has answered.

One person may have several ids on one platform: a phone number and a business-scoped id, an old number and a new one.
Those that one webhook names together are one person from then on: if they were two, they are merged, as that proves it.
"""

from __future__ import annotations

from dataclasses import replace

from ..conversation import Conversation, TicketRecord, TimelineMessage
from ..engine.customer_facts import named_by
from ..engine.loaded import Loaded
from ..errors import Conflict, UsageError
from ..model import (
    ABOUT_A_COMMENT,
    ABOUT_COMMENTS,
    AccountNotice,
    Address,
    AddressChange,
    AgentAction,
    AgentReply,
    BrandId,
    ContactId,
    ConversationId,
    Deletion,
    Echo,
    Edit,
    Event,
    Internal,
    ReminderDue,
    ThreadFound,
    TicketLookupAnswered,
)
from ..services import Services
from ..store import keys, merging, roots
from ..store.items import Item
from ..store.merging import Proof
from ..store.roots import Home, Roots
from ..store.table import Table
from . import identified, notifying

AboutATicket = AgentAction | AgentReply | ReminderDue | TicketLookupAnswered
Known = dict[Address, Item]
NAMED_TOGETHER = "named together by the channel"
PENDING_LIMIT = 60  # messages read from the oldest open one on: decide waits for far fewer


def of_person(table: Table, event: Event) -> Event:
    """
    Return the event with the person of the message that it is about, where its body named only that message.

    A page's answer to a comment names the comment; a comment that was removed may name nobody.
    """
    if not isinstance(event, Echo | Edit | Deletion) or event.address.person_id or not event.target_id:
        return event
    marker = table.marker(event.address.channel, event.address.account_id, event.target_id) or {}
    about = table.message(marker["message_id"]) if "message_id" in marker else None
    return event if about is None else replace(event, address=about.address)


def load(brand: BrandId, event: Event, services: Services) -> Loaded | None:
    """
    Load the state that an event belongs to; None if that does not exist.

    None: an unknown ticket or thread, an answer of the account's own to somebody unknown, or an internal event about an
    erased person, as only people's events create a contact. An internal event without a person, and a notice, is about
    the account, which has a conversation of its own.
    """
    table = services.table(brand)
    if isinstance(event, AgentAction) and event.verb in ABOUT_COMMENTS:
        return _of_comments(table, event)
    if isinstance(event, AboutATicket):
        return _by_ticket(table, event)
    named = named_by(event)
    for first in (True, False):  # somebody who is erased between the two reads has no address in the next
        known = _identified(table, event, named, services) if first else known_of(table, named)
        if isinstance(event, ThreadFound) and event.address not in known:
            break  # erased meanwhile: what is known of the other address stays as it is
        state = _of_known(table, known, services) if known else None
        if state is not None:
            return replace(state, links=tuple(address for address in named if address not in known))
    if isinstance(event, AddressChange):
        return None
    if isinstance(event, Echo) and event.target_id and not event.address.person_id:
        return None  # an answer to somebody who is not known here
    if not isinstance(event, Internal | AccountNotice):
        fresh = _fresh(brand, event)
        return Loaded(
            brand=brand, conversation=fresh, ticket=None, uncovered=(), identity=event.address, links=named[1:]
        )
    if event.address.person_id:
        return None
    fresh = _fresh(brand, event)
    head = table.head(fresh.conversation_id) or fresh
    return Loaded(brand=brand, conversation=head, ticket=None, uncovered=())


def _of_comments(table: Table, event: AgentAction) -> Loaded | None:
    """Return the conversation of a comment; of an act that is about many of them none that is stored."""
    if event.verb in ABOUT_A_COMMENT:
        return _read(table, keys.conversation_of(event.target_id))
    return Loaded(brand=table.brand, conversation=_fresh(table.brand, event), ticket=None, uncovered=())


def _fresh(brand: BrandId, event: Event) -> Conversation:
    contact_id, conversation_id = keys.new_ids(brand, event.address)
    return Conversation(conversation_id=ConversationId(conversation_id), contact_id=ContactId(contact_id))


def _by_ticket(table: Table, event: AboutATicket) -> Loaded | None:
    ticket_id: str | None = event.target_id
    if isinstance(event, AgentReply):
        ticket_id = table.ticket_of_thread(event.address.account_id, event.thread_id)
    ticket = table.ticket(ticket_id) if ticket_id else None
    if ticket is None:
        return None
    return _read(table, ticket.conversation_id, ticket)


def _of_known(table: Table, known: Known, services: Services) -> Loaded | None:
    """Return what is loaded of whoever is behind these addresses, made one person where they were two."""
    read, first = Roots(table), next(iter(known.values()))
    head = read.of_identity(first)
    others = [other for each in known.values() if (other := read.of_identity(each)) is not None]
    if joined(table, head, others, services):
        read = Roots(table)
        head = read.of_identity(first)
    if head is None:
        return None
    for address, each in known.items():
        if (root := read.of_identity(each)) is not None:
            roots.remember(table, address, each, root)
    return _loaded(table, head, roots.home_of(first))


def _read(table: Table, conversation_id: ConversationId, ticket: TicketRecord | None = None) -> Loaded | None:
    """Return what is loaded of a conversation, with the ticket that the event names, else with its open one."""
    head = Roots(table).of(conversation_id)
    return _loaded(table, head, Home(head.contact_id, conversation_id), ticket) if head is not None else None


def _loaded(table: Table, head: Conversation, home: Home, ticket: TicketRecord | None = None) -> Loaded:
    if ticket is None and head.ticket_id:
        ticket = table.ticket(head.ticket_id)
    return Loaded(
        brand=table.brand, conversation=head, ticket=ticket, uncovered=uncovered(table, head), merged_home=home
    )


def uncovered(table: Table, head: Conversation) -> tuple[TimelineMessage, ...]:
    """The customer's messages that no decision covers, oldest first."""
    found = roots.uncovered(table, head, PENDING_LIMIT)
    return tuple(m for m in found if m.author == "customer" and not m.covered and not m.deleted)


def known_of(table: Table, addresses: tuple[Address, ...]) -> Known:
    """Return the addresses that were seen before, in their order, as stored."""
    return {address: found for address in addresses if (found := table.identity_item(address)) is not None}


def _identified(table: Table, event: Event, named: tuple[Address, ...], services: Services) -> Known:
    """Return the addresses that were seen before, once who the event proves to be one person is one."""
    known = known_of(table, named)
    there = known.get(event.address)
    if (there is not None or not known) and identified.identify(table.brand, event, there, services):
        return known_of(table, named)
    return known


def joined(table: Table, head: Conversation | None, others: list[Conversation], services: Services) -> bool:
    """
    Merge the people that a webhook names together; False if they are one, or cannot be merged at this moment.

    Then the next message tries again.
    """
    apart = next((other for other in others if head is not None and other.contact_id != head.contact_id), None)
    if head is None or apart is None:
        return False
    proof = Proof(evidence="platform", reason=NAMED_TOGETHER, by="platform", at=services.clock())
    try:
        done = merging.join(table, head.contact_id, apart.contact_id, proof)
    except (Conflict, UsageError):  # somebody keeps writing to them, or one is being erased
        services.metrics("people_kept_apart")
        return False
    if done is not None:
        notifying.merged(table.brand, done, services)
    return True
