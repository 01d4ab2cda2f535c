"""
The engine: what one event means, a function of what is known (`loaded`), the event and its environment. Pure.

`advance` returns the change that the event leads to, or which reads it needs first. `process` makes the reads, asks
again, and carries the change out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from ..model import (
    AccountNotice,
    AccountPaused,
    AddressChange,
    AgentAction,
    AgentReply,
    AnswerJudged,
    ClockDue,
    Deletion,
    DeliveryReport,
    Echo,
    Edit,
    Event,
    Handover,
    Handshake,
    Ignored,
    Internal,
    LookupAnswered,
    MalformedBody,
    MediaFetched,
    Message,
    MessagesShifted,
    NumbersGuessed,
    OptOut,
    Postback,
    ProfileFetched,
    Reaction,
    Receipt,
    StopRequested,
    TicketLookupAnswered,
    TimerFired,
)
from . import (
    agent,
    attachments,
    corrections,
    customer,
    customer_facts,
    delivery_reports,
    quality_stops,
    reactions,
    reminders,
    ticket_lookup,
)
from .change import Change
from .change_set import Draft
from .environment import Environment
from .loaded import Loaded, Missing, Need, Read

CHANGES = Internal | Edit | Deletion  # what leaves no trace unless it changes something


def advance(loaded: Loaded, event: Event, environment: Environment) -> Change | Need:
    """Return what the event leads to, by what is known; or what must be read to say so."""
    draft = Draft(loaded, event, environment)
    try:
        handled = _work(draft, event)
        change = draft.result(handled=handled and (draft.changes or not isinstance(event, CHANGES)))
    except Missing as missing:
        return Need((*draft.assumed, *missing.keys))
    return Need(tuple(draft.assumed)) if draft.assumed else change


def ahead(loaded: Loaded, event: Event) -> Sequence[Read]:
    """Return the reads that every event of this kind needs, whatever they find: they are made before it is asked."""
    match event:
        case Message() | Postback():
            held = loaded.conversation.held_row
            early = Read("item", (customer.early_key(loaded.brand, event.address, event.event_id),))
            return (early, Read("playbook"), *([Read("open_row", (held,))] if held else []))
        case Edit() | Deletion():
            return (Read("marker", (event.address.channel, event.address.account_id, event.target_id)),)
        case _:
            return ()


def _work(draft: Draft, event: Event) -> bool:
    """Fill the change set; False when this kind of event changes nothing here."""
    stored = draft.stored
    if isinstance(event, Internal):
        return _internal(draft, event)
    match event:
        case Message() | Postback() | Reaction() | Edit() | Deletion() | OptOut() | AddressChange():
            return _by_customer(draft, event)
        case Echo():
            agent.answered_natively(draft, event)
        case AgentAction(verb="start_intent"):
            quality_stops.started_again(draft, event)
        case AgentAction() if stored is not None:
            agent.acted(draft, stored, event)
        case AgentReply() if stored is not None:
            agent.typed_in_thread(draft, stored, event)
        case AgentAction() | AgentReply():  # about no ticket
            return False
        case Receipt() | Handover() | AccountNotice() | Handshake() | Ignored() | MalformedBody():
            return False
        case _:
            assert_never(event)
    return True


def _by_customer(
    draft: Draft,
    event: Message | Postback | Reaction | Edit | Deletion | OptOut | AddressChange,
) -> bool:
    match event:
        case Message() | Postback():
            customer.wrote(draft, event)
        case Reaction():
            return reactions.reacted(draft, event)
        case Edit():
            customer.edited(draft, event)
        case Deletion():
            customer.took_back(draft, event)
        case OptOut():
            customer.opted_out(draft, event)
        case AddressChange():
            customer_facts.moved(draft, event)
    return True


def _internal(draft: Draft, event: Internal) -> bool:  # noqa: C901, PLR0911, PLR0912 - a case an event
    match event:
        case TimerFired():
            return customer.wait_over(draft, event)
        case ClockDue():
            return reminders.rang(draft, event.clock)
        case TicketLookupAnswered():
            return ticket_lookup.came(draft, event)
        case ProfileFetched():
            return customer_facts.name_told(draft, event)
        case AnswerJudged():
            return corrections.came(draft, event)
        case StopRequested():
            return quality_stops.stop_refused(draft, event)
        case MessagesShifted():
            return quality_stops.shifted(draft, event)
        case NumbersGuessed():
            return quality_stops.braked(draft, event)
        case LookupAnswered():
            customer.looked_up(draft, event)
        case DeliveryReport():
            delivery_reports.reported(draft, event)
        case AccountPaused():
            delivery_reports.account_paused(draft, event)
        case MediaFetched():
            attachments.came(draft, event)
        case _:
            assert_never(event)
    return True
