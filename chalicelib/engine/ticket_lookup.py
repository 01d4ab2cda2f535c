"""
Looks up the order that a customer names, for the agent who reads the ticket.

Nothing waits for it, nothing is sent. The request is stored on the ticket until the brand's system has answered. A lost
notification is sent again with the event that led to it; a repeated one gives the same event; without an answer a
reminder gives it up. The result is one line of the ticket, and its suggestion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..conversation import ENDED, Looked, TicketRecord
from ..decision.input import DecisionInput
from ..decision.order_numbers import NOT_FOUND, facts_in, may_say, past_due, split_key
from ..model import BrandId, Millis, TicketLookupAnswered
from ..model.queued import TicketLookup
from ..playbook.fields import find_fields
from ..playbook.render import CannotSay, render
from ..playbook.schema import Playbook
from .change_set import ChangeSet
from .ticket_thread import desk_row

ORDERS_KEPT = 3  # of a ticket, the newest
PATIENCE_MS = 120_000  # then the ticket says that the brand's own system did not answer


def wanted(changes: ChangeSet, ticket: TicketRecord, inputs: DecisionInput) -> TicketRecord:
    """Return the ticket with the orders that these messages name: to be looked up, or just looked up."""
    if not inputs.playbook.can_look_up:
        return ticket
    orders = list(ticket.orders)
    for subject, key in _named(inputs):
        orders = [each for each in orders if (each.subject, each.key) != (subject, key)]
        orders.append(Looked(subject, key, int(changes.now), _just_looked_up(inputs, subject, key)))
    kept = tuple(orders[-ORDERS_KEPT:])
    if any(each.answer is None for each in kept):
        changes.asks_orders = True
        changes.add_reminder(ticket, "orders", Millis(changes.now + PATIENCE_MS))
    return _proposing(replace(ticket, orders=kept), inputs.playbook, changes.now)


def _named(inputs: DecisionInput) -> list[tuple[str, str]]:
    """Return the intent and key of everything that can be looked up and is named, each once, in order."""
    looked_up = {intent.asks: intent.lookup for intent in inputs.playbook.intents.values() if intent.lookup}
    found = [
        (subject, key)
        for name, subject in looked_up.items()
        if name
        for key in find_fields(inputs.playbook, name, inputs.text)
    ]
    return list(dict.fromkeys(found))[:ORDERS_KEPT]


def _just_looked_up(inputs: DecisionInput, subject: str, key: str) -> Mapping[str, str] | None:
    """Return the result of the conversation's own look-up for this number; None where it was about others."""
    known, of, answer = inputs.conversation.fact
    if known != subject or answer is None or key not in split_key(of)[0]:
        return None
    return next((fact for fact in facts_in(answer) if fact.get("order_number") == key), {})


def lookup_requests(brand: BrandId, ticket: TicketRecord) -> list[TicketLookup]:
    """Return the look-ups that a ticket waits for."""
    return [
        TicketLookup(brand=brand, ticket_id=ticket.ticket_id, subject=each.subject, key=each.key, since=each.at)
        for each in ticket.orders
        if each.answer is None
    ]


def on_ticket_lookup_answered(changes: ChangeSet, event: TicketLookupAnswered) -> bool:
    """Handle the answer to a ticket's look-up: the ticket shows it. False: the ticket no longer waits for it."""
    ticket = changes.stored
    if ticket is None or ticket.state in ENDED:
        return False
    answer = {} if event.failed else dict(event.answer)
    orders = tuple(
        each._replace(answer=answer) if each.key == event.key and not each.answer else each  # also one given up
        for each in ticket.orders
    )
    if orders == ticket.orders:
        return False
    ticket = _proposing(replace(ticket, orders=orders), changes.loaded.playbook(), changes.now)
    changes.set_ticket(ticket)
    desk_row(changes, ticket, "ticket_update")
    return True


def given_up(changes: ChangeSet, ticket: TicketRecord) -> bool:
    """Show on the ticket that nobody has answered in time. False: every look-up was answered or started again."""
    orders = tuple(
        each if each.answer is not None or changes.now < each.at + PATIENCE_MS else each._replace(answer={})
        for each in ticket.orders
    )
    if orders == ticket.orders:
        return False
    ticket = replace(ticket, orders=orders)
    changes.set_ticket(ticket)
    desk_row(changes, ticket, "ticket_update")
    return True


def _proposing(ticket: TicketRecord, playbook: Playbook, now: Millis) -> TicketRecord:
    """Return the ticket with the suggestion that waited for the orders named last; never in public or past its day."""
    intent = playbook.intents.get(ticket.suggested_intent)
    if intent is None or not intent.lookup or ticket.suggestion or ticket.public or not ticket.orders:
        return ticket
    newest = max(each.at for each in ticket.orders)
    facts = [each.answer or {} for each in ticket.orders if each.at == newest]
    missed = any(fact.get("status") == NOT_FOUND for fact in facts)
    if not all(facts) or (missed and ticket.reason == "not_found_again"):
        return ticket  # nobody is asked for their number a third time
    if past_due(playbook.hours, facts, now):
        return ticket  # its words would name a day that is over
    language = next((each for each in (ticket.language, "en") if each in playbook.languages), playbook.languages[0])
    try:
        text = render(
            playbook,
            intent.name,
            language,
            ticket.address.channel,
            {},
            first_name=ticket.name,
            greet=True,
            facts=[may_say(intent, fact) for fact in facts],
        )
    except CannotSay:
        return ticket
    return replace(ticket, suggestion=text)
