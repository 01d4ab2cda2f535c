"""
Reads a person's card: names by channel, open tickets, the last promise, orders, what the brand lets be known.

A bounded number of reads, however much was written: heads, tickets and links, and the newest messages of some of
their conversations. Who is linked for agents is on the card; the bot reads none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..contact_card import CardAttribute, CardOrder, ContactCard, Face, OpenTicket, Promise
from ..conversation import ENDED, Conversation, TicketRecord
from ..model import ContactId, Millis
from ..playbook.schema import Playbook
from ..store import attributes, people, same_person
from ..store.people import Person
from ..store.same_person import Tied
from ..store.table import Table

FACES_MOST = 20
TIES_MOST = 10
CONVERSATIONS_READ = 5  # whose newest messages are looked at, for tickets that have ended
LATEST = 30
ORDERS_MOST = 5


def card_of(table: Table, playbook: Playbook, contact_id: str, now: Millis) -> ContactCard | None:
    """Return the card of whoever a contact is now; None where there is nobody."""
    if "#" in contact_id or people.person(table, contact_id) is None:
        return None
    who = people.root_of(table, contact_id)
    them = list(people.everyone(table, who))
    ties = [each for each in same_person.ties(table, who) if each.link.state != "refused"]
    linked = [each.other for each in ties if each.link.state == "linked"][:TIES_MOST]
    heads = [table.head(each.conversation_id) for each in (who, *linked)]
    tickets = list(_tickets(table, heads))
    ended = _earlier(table, them, {ticket.ticket_id for ticket, _ in tickets})
    own = [ticket for ticket, is_linked in tickets if not is_linked]
    head = heads[0]
    return ContactCard(
        contact_id=who.contact_id,
        language=playbook.languages[0],
        time_zone=playbook.hours.time_zone,
        now=now,
        writes=(head.language if head else "") or next((each.language for each in [*own, *ended]), ""),
        faces=(*_faces(them), *_tied(table, ties)),
        tickets=tuple(_open(ticket, linked=is_linked) for ticket, is_linked in tickets),
        promise=_promise([*own, *ended], now),
        orders=_orders(head, [*own, *ended], playbook),
        attributes=_attributes(table, playbook, them, now),
        more=len(them) > FACES_MOST or len(ties) > TIES_MOST,
    )


def line_of(table: Table, playbook: Playbook, who: Person, now: Millis) -> ContactCard:
    """Return a found person's card as a list shows it: names and open ticket alone, by a few reads."""
    them = list(people.everyone(table, who))
    return ContactCard(
        contact_id=who.contact_id,
        language=playbook.languages[0],
        time_zone=playbook.hours.time_zone,
        now=now,
        faces=tuple(_faces(them)),
        tickets=tuple(_open(ticket, linked=False) for ticket, _ in _tickets(table, [table.head(who.conversation_id)])),
    )


def _faces(them: Sequence[Person]) -> list[Face]:
    """Return the names of the person, the channels of each."""
    found: dict[str, list[str]] = {}
    for each in them[:FACES_MOST]:
        found.setdefault(each.name, []).extend(address.channel for address in each.addresses)
    return [Face(name=name, channels=tuple(dict.fromkeys(where))) for name, where in found.items()]


def _tied(table: Table, ties: Sequence[Tied]) -> Iterator[Face]:
    for each in sorted(ties, key=lambda tied: tied.link.state)[:TIES_MOST]:
        yield Face(
            name=each.other.name,
            channels=same_person.channels(table, each.other),
            tie="linked" if each.link.state == "linked" else "suggested",
            mark=each.mark,
            reasons=each.reasons,
            by=each.link.by,
            at=each.link.at,
        )


def _tickets(table: Table, heads: Sequence[Conversation | None]) -> Iterator[tuple[TicketRecord, bool]]:
    """Yield the open tickets, and whether each is of somebody who is linked; the person's own first."""
    for place, head in enumerate(heads):
        ticket = table.ticket(head.ticket_id) if head is not None and head.ticket_id else None
        if ticket is not None and ticket.state not in ENDED:
            yield ticket, place > 0


def _earlier(table: Table, them: Sequence[Person], known: set[str]) -> list[TicketRecord]:
    """Return the tickets that the newest messages name beside those that are known, the newest first."""
    found: dict[str, None] = {}
    for each in them[:CONVERSATIONS_READ]:
        messages = table.latest(each.conversation_id, LATEST)
        found |= {message.ticket_id: None for message in reversed(messages) if message.ticket_id}
    tickets = [table.ticket(each) for each in list(found)[:CONVERSATIONS_READ] if each not in known]
    return sorted((each for each in tickets if each is not None), key=lambda each: -each.created_at)


def _open(ticket: TicketRecord, *, linked: bool) -> OpenTicket:
    return OpenTicket(
        intent=ticket.intent,
        state=ticket.state,
        assignee=ticket.assignee,
        desk_account=ticket.desk_account,
        desk_ts=ticket.desk_ts,
        linked=linked,
    )


def _promise(tickets: Iterable[TicketRecord], now: Millis) -> Promise | None:
    """Return the last promise; it was kept as the figures count it (`engine.daily_figures`)."""
    promised = [each for each in tickets if each.promised_until]
    if not promised:
        return None
    last = max(promised, key=lambda each: each.promised_until)
    if last.first_answer_at:
        in_time = last.first_answer_at <= last.promised_until and not last.apologised
        return Promise(last.promised_until, "kept" if in_time else "missed")
    if last.apologised:
        return Promise(last.promised_until, "missed")
    if last.state in ENDED:
        return Promise(last.promised_until, "unanswered")
    return Promise(last.promised_until, "missed" if now > last.promised_until else "waits")


def _orders(head: Conversation | None, tickets: Iterable[TicketRecord], playbook: Playbook) -> tuple[CardOrder, ...]:
    """Return the orders that they named, the newest first: those of tickets, then those that the bot answered about."""
    found: dict[str, str] = {}
    for ticket in tickets:
        for looked in reversed(ticket.orders):
            found.setdefault(looked.key.partition("?")[0], (looked.answer or {}).get("status", ""))
    asked = {intent.asks for intent in playbook.intents.values() if intent.asks}
    for said in reversed(head.said if head is not None else ()):
        for name, _, value in (each.partition("=") for each in said.about):
            if name in asked:
                found.setdefault(value, "")
    return tuple(CardOrder(number, status) for number, status in list(found.items())[:ORDERS_MOST])


def _attributes(table: Table, playbook: Playbook, them: Sequence[Person], now: Millis) -> tuple[CardAttribute, ...]:
    declared, contacts = playbook.attributes, [ContactId(each.contact_id) for each in them[:FACES_MOST]]
    if not declared:
        return ()
    desk = playbook.languages[0]
    return tuple(
        CardAttribute(
            title=declared[name].title.get(desk, name),
            value=each.value,
            purpose=declared[name].purpose,
            until=Millis(attributes.ends(each, declared[name])),
        )
        for name, each in attributes.of_contacts(table, declared, contacts, now).items()
    )
