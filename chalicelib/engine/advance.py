"""
The engine: what one event means, a function of what is known (`loaded`), the event and its environment. Pure.

`advance` returns the change that the event leads to, or which reads it needs first. `process` makes the reads, asks
again, and carries the change out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from ..model import (
    ABOUT_COMMENTS,
    AccountNotice,
    AccountPaused,
    AddressChange,
    AgentAction,
    AgentReply,
    AnswerJudged,
    CodeFound,
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
    MoveArrived,
    MoveConfirmed,
    NumbersGuessed,
    OptOut,
    Postback,
    ProfileFetched,
    Reaction,
    Receipt,
    ReminderDue,
    StopRequested,
    ThreadFound,
    TicketLookupAnswered,
    TimerFired,
)
from . import (
    agent,
    attachments,
    comment_answers,
    corrections,
    customer,
    customer_facts,
    delivery_reports,
    moving,
    order_codes,
    quality_stops,
    reactions,
    reminders,
    ticket_lookup,
)
from .change import Change
from .change_set import ChangeSet
from .environment import Environment
from .loaded import Loaded, Missing, Need, Read

CHANGES = Internal | Edit | Deletion  # what leaves no trace unless it changes something


def advance(loaded: Loaded, event: Event, environment: Environment) -> Change | Need:
    """Return the change that the event leads to; or `Need`, the reads without which it cannot be decided on."""
    changes = ChangeSet(loaded, event, environment)
    try:
        handled = _work(changes, event)
        changed = changes.any_change or bool(loaded.links) or not isinstance(event, CHANGES)
        change = changes.result(handled=handled and changed)
    except Missing as missing:
        return Need((*changes.assumed, *missing.keys))
    return Need(tuple(changes.assumed)) if changes.assumed else change


def ahead(loaded: Loaded, event: Event) -> Sequence[Read]:
    """Return the reads that every event of this kind needs: they are made before `advance` is called."""
    match event:
        case Message() | Postback():
            held = loaded.conversation.held_row
            early = Read("item", (customer.early_key(loaded.brand, event.address, event.event_id),))
            rules = (Read("playbook"), Read("control", (False,)), Read("scorer"))
            return (early, *([Read("open_row", (held,))] if held else []), *rules)
        case Edit() | Deletion():
            return (Read("marker", (event.address.channel, event.address.account_id, event.target_id)),)
        case AgentAction(verb="reply" | "send_close") | AgentReply():
            return (Read("playbook"),)
        case _:
            return ()


def _work(changes: ChangeSet, event: Event) -> bool:
    """Fill the change set; False when this kind of event changes nothing here."""
    stored = changes.stored
    if isinstance(event, Internal):
        return _internal(changes, event)
    match event:
        case Message() | Postback() | Reaction() | Edit() | Deletion() | OptOut() | AddressChange():
            return _by_customer(changes, event)
        case Echo():
            agent.on_echo(changes, event)
        case AgentAction():
            return _by_agent(changes, event)
        case AgentReply() if stored is not None:
            agent.on_thread_reply(changes, stored, event)
        case AgentReply():  # about no ticket
            return False
        case AccountNotice(told=True):
            delivery_reports.on_account_notice(changes, event)
        case Receipt() | Handover() | AccountNotice() | Handshake() | Ignored() | MalformedBody():
            return False
        case _:
            assert_never(event)
    return True


def _by_agent(changes: ChangeSet, event: AgentAction) -> bool:
    if event.verb in ABOUT_COMMENTS:
        return comment_answers.on_action(changes, event)
    if event.verb == "start_intent":
        quality_stops.on_intent_started(changes, event)
    elif changes.stored is not None:
        agent.on_action(changes, changes.stored, event)
    else:  # about no ticket
        return False
    return True


def _by_customer(
    changes: ChangeSet, event: Message | Postback | Reaction | Edit | Deletion | OptOut | AddressChange
) -> bool:
    match event:
        case Message() | Postback():
            customer.on_message(changes, event)
        case Reaction():
            return reactions.on_reaction(changes, event)
        case Edit():
            customer.on_edit(changes, event)
        case Deletion():
            customer.on_deletion(changes, event)
        case OptOut():
            customer.on_opt_out(changes, event)
        case AddressChange():
            customer_facts.on_address_change(changes, event)
    return True


def _internal(changes: ChangeSet, event: Internal) -> bool:  # noqa: C901, PLR0911, PLR0912 - a case an event
    match event:
        case TimerFired():
            return customer.on_timer_fired(changes, event)
        case ReminderDue():
            return reminders.on_reminder_due(changes, event.reminder)
        case TicketLookupAnswered():
            return ticket_lookup.on_ticket_lookup_answered(changes, event)
        case ProfileFetched():
            return customer_facts.on_profile_fetched(changes, event)
        case AnswerJudged():
            return corrections.on_answer_judged(changes, event)
        case StopRequested():
            return quality_stops.on_stop_requested(changes, event)
        case MessagesShifted():
            return quality_stops.on_messages_shifted(changes, event)
        case NumbersGuessed():
            return quality_stops.on_numbers_guessed(changes, event)
        case MoveArrived():
            return moving.on_arrived(changes, event)
        case ThreadFound():  # who writes where was seen, and made one person, as it was loaded
            return True
        case CodeFound():
            return order_codes.on_found(changes, event)
        case MoveConfirmed():
            return moving.on_confirmed(changes, event)
        case LookupAnswered():
            customer.on_lookup_answered(changes, event)
        case DeliveryReport():
            delivery_reports.on_delivery_report(changes, event)
        case AccountPaused():
            delivery_reports.on_account_paused(changes, event)
        case MediaFetched():
            attachments.on_media_fetched(changes, event)
        case _:
            assert_never(event)
    return True
