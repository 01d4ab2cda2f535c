"""
Loads what process needs to decide: contact, conversation head, ticket, and the messages that nothing has answered.

One person may have several ids on one platform: a phone number and a business-scoped id, an old number and a new one.
Those that one webhook names together are one contact from then on. If they were two, they are merged as `guichet
contact merge` would do it, unless one of them has work under way.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    Millis,
    ReminderDue,
    TicketLookupAnswered,
)
from ..services import Services
from ..store import keys, people
from ..store.table import Table

AboutATicket = AgentAction | AgentReply | ReminderDue | TicketLookupAnswered
Known = Mapping[Address, tuple[ContactId, ConversationId]]
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
    for _ in range(2):  # somebody who is erased between the two reads has no address in the next
        known = known_of(table, named)
        if joined(table, known, services.clock(), services):
            known = known_of(table, named)
        state = _read(table, next(iter(known.values()))[1]) if known else None
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


def _read(table: Table, conversation_id: ConversationId, ticket: TicketRecord | None = None) -> Loaded | None:
    """Return what is loaded of a conversation, with the ticket that the event names, else with its open one."""
    conversation = table.head(conversation_id)
    while conversation is not None and conversation.merged_into:
        conversation = table.head(ConversationId(conversation.merged_into))
    if conversation is None:
        return None
    if ticket is None and conversation.ticket_id:
        ticket = table.ticket(conversation.ticket_id)
    open_ones = uncovered(table, conversation)
    return Loaded(brand=table.brand, conversation=conversation, ticket=ticket, uncovered=open_ones)


def uncovered(table: Table, conversation: Conversation) -> tuple[TimelineMessage, ...]:
    """The customer's messages that no decision covers, oldest first."""
    if not conversation.uncovered_from:
        return ()
    found = table.messages_from(conversation.conversation_id, conversation.uncovered_from, limit=PENDING_LIMIT)
    return tuple(m for m in found if m.author == "customer" and not m.covered and not m.deleted)


def known_of(table: Table, addresses: tuple[Address, ...]) -> Known:
    """Return the addresses that were seen before, in their order, with contact and conversation."""
    return {address: found for address in addresses if (found := table.identity(address)) is not None}


def joined(table: Table, known: Known, now: Millis, services: Services) -> bool:
    """
    Merge the contacts that a webhook names together; False if they are one, or cannot be merged now.

    Two open tickets, or an answer that is being sent, prevent a merge; the next message tries again.
    """
    contacts = list(dict.fromkeys(contact for contact, _ in known.values()))
    if len(contacts) < 2:
        return False
    try:
        people.merge(table, contacts[0], contacts[1], "named together by the channel", now)
    except (UsageError, Conflict):
        services.metrics("people_kept_apart")
        return False
    return True
