"""
Carries out the effects of an event beside its transaction (`change`): proofs, notifications, timers, counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from ..engine import customer_facts, customer_keys, ticket_lookup
from ..engine.change import (
    AnswerEach,
    AskName,
    AskWhoElse,
    First,
    Follow,
    ForgetUnsent,
    JudgeAnew,
    KeepEvidence,
    LookAtIntent,
    LookUpOrders,
    NoteKeys,
    NotifyRows,
    ProveCode,
    ProvePart,
    ShowTyping,
    StartTimer,
    TakeBack,
    Then,
)
from ..engine.counts import DecisionCount, Rehearsed
from ..engine.loaded import Loaded
from ..model import Answerable, BrandId, Deletion, Event, Message, Millis
from ..model.queued import CustomerWaits, HoldOver
from ..quality import answer_samples, monitor, rehearsal
from ..services import Services
from ..store import keys, rows
from ..store.items import Item
from ..store.table import Table
from . import comment_answers, following, known_by, notifying
from .lookup import lookup_request
from .notifying import notify


def before(effect: First, event: Event, table: Table, services: Services) -> None:
    """Carry out what must be done before the transaction."""
    match effect:
        case ProvePart(row, part, platform_id):
            rows.prove_part(table, row, part, platform_id)
            services.queues.notify(table.brand, row.recipient)
        case JudgeAnew(intent):
            answer_samples.begin_again(table, intent)
        case LookAtIntent(intent):
            monitor.look(table.brand, intent, event.address, services)
        case AnswerEach(press):
            comment_answers.answer_each(table, press, services)
        case KeepEvidence(key, body):
            address = event.address  # a copy that comes late does not bring back what was emptied since
            if not table.marker(address.channel, address.account_id, event.event_id):
                services.blobs.keep(key, body, "application/json")
        case ForgetUnsent(contact_id, message_id):
            answer_samples.forget(table, contact_id, message_id)
        case _:
            assert_never(effect)


def after(effect: Then, event: Event, brand: BrandId, services: Services) -> None:  # noqa: C901, PLR0912 - a case an effect
    """Carry out what follows the transaction."""
    address = event.address
    match effect:
        case NotifyRows(new):
            notify(brand, new, services)
        case StartTimer(conversation_id, generation, until):
            over = HoldOver(
                brand=brand, generation=generation, until=until, address=address, conversation_id=conversation_id
            )
            services.queues.later(over, max(0, until - services.clock()))
        case LookUpOrders(ticket):
            for wanted in ticket_lookup.lookup_requests(brand, ticket):
                services.queues.put(wanted)
        case AskName(head):
            services.queues.put(customer_facts.name_lookup(brand, head, address))
        case ShowTyping(waits):
            look_up = lookup_request(waits) if waits is not None else None
            anchor = event.anchor if isinstance(event, Answerable) else event.event_id
            waiting = CustomerWaits(
                brand=brand, recipient=keys.recipient(address), address=address, anchor=anchor, look_up=look_up
            )
            services.queues.put(waiting)
        case TakeBack(intent):
            monitor.take_back(brand, intent, services)
        case ForgetUnsent(contact_id, message_id):
            answer_samples.forget(services.table(brand), contact_id, message_id)
        case NoteKeys():
            known_by.keep(brand, effect, services)
        case AskWhoElse(ticket, contacts):
            known_by.ask_who_else(brand, ticket, contacts, services)
        case Follow(what):
            following.follow(brand, what, services, notifying.merged)
        case ProveCode():
            following.proved(brand, effect, services)
        case DecisionCount():
            monitor.note(brand, effect, address, services)
        case Rehearsed():
            rehearsal.ask(brand, effect, services)
        case _:
            assert_never(effect)


def again(loaded: Loaded, event: Event, table: Table, services: Services) -> None:
    """Carry out again, for a redelivered event, the effects of its commit that are not finished."""
    address = event.address
    marker = table.marker(address.channel, address.account_id, event.event_id) or {}
    found = [table.open_row(row_id) for row_id in marker.get("rows", [])]
    after(NotifyRows([row for row in found if row is not None]), event, table.brand, services)
    if "refused" in marker:
        before(LookAtIntent(marker["refused"]), event, table, services)
    for effect in _unfinished(loaded, event, marker, table):
        after(effect, event, table.brand, services)
    if marker:
        known = customer_keys.known_by(
            loaded.home.contact_id,
            event,
            lambda: services.playbook(table.brand),
            services.traits,
            customer_facts.name_in(event),
            new="message_id" in marker,
        )
        if known is not None:
            after(known, event, table.brand, services)


def _unfinished(loaded: Loaded, event: Event, marker: Item, table: Table) -> Iterator[Then]:
    head, hold = loaded.conversation, marker.get("hold")
    if loaded.ticket is not None and marker:
        yield LookUpOrders(loaded.ticket)
        yield AskWhoElse(loaded.ticket, loaded.contacts)
    if isinstance(event, Message) and head.name_asked_at and not head.name:
        yield AskName(head)
    if isinstance(event, Deletion) and marker:
        target = table.marker(event.address.channel, event.address.account_id, event.target_id) or {}
        if "message_id" in target:
            yield ForgetUnsent(head.contact_id, target["message_id"])
    if "follows" in marker:
        yield Follow(marker["follows"])
    if hold and lookup_request(head) is not None:
        yield ShowTyping(head)
    if hold and head.hold_until and int(hold[0]) == head.hold_gen:
        yield StartTimer(head.conversation_id, int(hold[0]), Millis(int(hold[1])))
