"""
Look-ups: the brand's own system is asked for an order, and a platform for a name; the answer goes back as an event.

The request is stored in the conversation's head or on its ticket; it has no row. Nothing is decided here.
"""

from __future__ import annotations

from ..conversation import Conversation, Looked, Lookup
from ..decision.order_numbers import fact_fields, key_of, split_key
from ..errors import SendError
from ..masking import mask_secrets
from ..model import Address, BrandId, EventId, LookupAnswered, ProfileFetched, TicketLookupAnswered
from ..model.queued import ConversationLookup, ProfileLookup, TicketLookup
from ..ports import KnowsNames
from ..quality import number_guessing
from ..services import Services
from ..store import keys

NAME_MOST = 100  # characters of a name


def lookup_request(head: Conversation) -> ConversationLookup | None:
    """Return the look-up that a conversation waits for; None when it waits for none."""
    subject, key, answer = head.fact
    if not subject or answer is not None or not head.hold_until:
        return None
    return ConversationLookup(
        conversation_id=head.conversation_id, subject=subject, key=key, generation=head.hold_gen, until=head.hold_until
    )


def look_up(brand: BrandId, wanted: ConversationLookup, address: Address, services: Services) -> None:
    """
    Ask the brand's system, unless the conversation no longer waits. A repeated notification gives the same event.

    If the worker dies here, the conversation's own timer or the sweep ends the wait, and a person answers.
    """
    subject, key = wanted.subject, wanted.key
    head = services.table(brand).head(wanted.conversation_id)
    if head is None or head.fact != Lookup(subject, key) or not head.hold_until:
        return
    failed, found = False, {}
    numbers, second = split_key(key)
    try:
        answers = [services.look_up(brand, subject, key_of([number], second)) for number in numbers]
        found = fact_fields(answers)
        number_guessing.count_numbers(brand, answers, address, services)
    except SendError:
        services.metrics("look_up_failed")
        failed = True
    parts = (head.conversation_id, subject, key, str(wanted.generation), str(wanted.until))
    answered = LookupAnswered(
        event_id=EventId(keys.digest("look_up", *parts)),
        address=address,
        sent_at=None,
        subject=subject,
        key=key,
        answer=tuple(found.items()),
        failed=failed,
    )
    services.queues.inbox(brand, [answered], services.clock())


def look_up_order(wanted: TicketLookup, services: Services) -> None:
    """Ask the brand's system for a ticket, unless it no longer waits. The answer, or its failure, becomes an event."""
    brand, subject, key, since = wanted.brand, wanted.subject, wanted.key, wanted.since
    ticket = services.table(brand).ticket(wanted.ticket_id)
    if ticket is None or Looked(subject, key, since) not in ticket.orders:
        return
    failed, found = False, {}
    try:
        found = dict(services.look_up(brand, subject, key))
    except SendError:
        services.metrics("look_up_failed")
        failed = True
    answered = TicketLookupAnswered(
        event_id=EventId(keys.digest("look_up", ticket.ticket_id, subject, key, str(since))),
        address=ticket.address,
        sent_at=None,
        target_id=ticket.ticket_id,
        key=key,
        answer=tuple(found.items()),
        failed=failed,
    )
    services.queues.inbox(brand, [answered], services.clock())


def ask_name(wanted: ProfileLookup, services: Services) -> None:
    """Ask the platform for a customer's name; repeated, it gives the same event. A failure is only counted."""
    brand, address = wanted.brand, wanted.address
    head = services.table(brand).head(wanted.conversation_id)
    if head is None or head.name or head.name_asked_at != wanted.since:
        return
    account = services.directory.by_id(address.channel, address.account_id)
    if account is None or account.paused or account.brand != brand:
        return
    try:
        channel = services.channel(account)
        name = channel.name_of(address) if isinstance(channel, KnowsNames) else ""
    except SendError:
        services.metrics("profile_failed", channel=address.channel)
        return
    if not name:
        return
    told = ProfileFetched(
        event_id=EventId(keys.digest(ProfileFetched.SUBJECT, head.conversation_id, str(head.name_asked_at))),
        address=address,
        sent_at=None,
        conversation_id=head.conversation_id,
        name=mask_secrets(name[: 2 * NAME_MOST])[:NAME_MOST],
    )
    services.queues.inbox(brand, [told], services.clock())
