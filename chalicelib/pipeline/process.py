"""
Process: one event of inbox.fifo becomes one commit, and notifications. It speaks to nobody outside.

Safe to run again after a crash between any two lines: the marker makes a redelivered event free, and the notifications
that the event led to are sent again.
"""

from __future__ import annotations

from typing import assert_never

from ..errors import Conflict, Retryable
from ..model import (
    AccountNotice,
    AccountPaused,
    AddressChange,
    AgentAction,
    AgentReply,
    AnswerJudged,
    BrandId,
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
    Millis,
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
from ..store.commit import Duplicate, commit
from . import (
    attached,
    clocks,
    correcting,
    customer,
    effects,
    guesses,
    human,
    number_change,
    order_lookup,
    outcome,
    profile,
    reactions,
    stopping,
)
from .change import Change
from .deps import Deps
from .draft import Draft
from .loaded import Loaded, Missing, Need
from .reading import Reader
from .state import load

TRIES = 5
ROUNDS = 20
CHANGES = Internal | Edit | Deletion  # what leaves no trace unless it changes something


def process(brand: BrandId, event: Event, received_at: Millis, deps: Deps) -> None:
    """
    Handle one event: load, decide and commit, at most TRIES times, until no other worker was faster.

    Raises Retryable when that never succeeds; the queue then delivers the event again.
    """
    if isinstance(event, Echo) and _is_our_own(brand, event, deps):
        deps.counter("duplicate", channel=event.address.channel)
        return
    table = deps.table(brand)
    for attempt in range(TRIES):
        state = load(brand, event, deps)
        if state is None:
            deps.counter("event_without_ticket", channel=event.address.channel)
            return
        change = _decided(state, event, received_at, Reader(table, deps), deps)
        for name, channel in change.counters:
            deps.counter(name, channel=channel)
        for effect in change.first:
            effects.before(effect, event, table, deps)
        if change.commit is None:
            deps.counter("event_ignored", channel=event.address.channel)
            effects.again(state, event, table, deps)
            return
        try:
            commit(table, change.commit)
        except Duplicate:
            deps.counter("duplicate", channel=event.address.channel)
            effects.again(state, event, table, deps)
            return
        except Conflict:
            deps.pause(0.02 * 2**attempt)
            continue
        for following in change.then:
            effects.after(following, event, brand, deps)
        return
    raise Retryable("conversation", "lost the race for its head too often")


def _decided(loaded: Loaded, event: Event, received_at: Millis, reader: Reader, deps: Deps) -> Change:
    """Return what the event leads to. What the engine does not know yet is read, and it starts again."""
    now = max(deps.clock(), received_at)  # no answer comes before what it answers
    for _ in range(ROUNDS):
        found = advance(loaded, event, now, received_at, deps)
        if isinstance(found, Change):
            return found
        loaded = reader.read(loaded, found.reads)
    raise RuntimeError("the engine asks for more and more")


def advance(loaded: Loaded, event: Event, now: Millis, received_at: Millis, deps: Deps) -> Change | Need:
    """Return what the event leads to, by what is known; or what must be read to say so."""
    draft = Draft(loaded, event, now)
    try:
        handled = _work(draft, event, received_at, deps)
        change = draft.result(handled=handled and (draft.changes or not isinstance(event, CHANGES)))
    except Missing as missing:
        return Need((*draft.assumed, *missing.keys))
    return Need(tuple(draft.assumed)) if draft.assumed else change


def _is_our_own(brand: BrandId, event: Echo, deps: Deps) -> bool:
    """Return whether this echo is a row of ours that was marked as sent: one read instead of a refused commit."""
    address = event.address
    return "row_id" in (deps.table(brand).marker(address.channel, address.account_id, event.event_id) or {})


def _work(draft: Draft, event: Event, received_at: Millis, deps: Deps) -> bool:
    """Fill the change set; False when this kind of event changes nothing here."""
    stored = draft.stored
    if isinstance(event, Internal):
        return _internal(draft, event, deps)
    match event:
        case Message() | Postback() | Reaction() | Edit() | Deletion() | OptOut() | AddressChange():
            return _by_customer(draft, event, received_at, deps)
        case Echo():
            human.answered_natively(draft, event, received_at, deps)
        case AgentAction(verb="start_intent"):
            stopping.started_again(draft, event, deps)
        case AgentAction() if stored is not None:
            human.acted(draft, stored, event, deps)
        case AgentReply() if stored is not None:
            human.typed_in_thread(draft, stored, event, deps)
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
    received_at: Millis,
    deps: Deps,
) -> bool:
    match event:
        case Message() | Postback():
            customer.wrote(draft, event, received_at, deps)
        case Reaction():
            return reactions.reacted(draft, event, received_at, deps)
        case Edit():
            customer.edited(draft, event, deps)
        case Deletion():
            customer.took_back(draft, event, deps)
        case OptOut():
            customer.opted_out(draft, event, deps)
        case AddressChange():
            number_change.moved(draft, event, deps)
    return True


def _internal(draft: Draft, event: Internal, deps: Deps) -> bool:  # noqa: C901, PLR0911, PLR0912 - a case an event
    match event:
        case TimerFired():
            return customer.wait_over(draft, event, deps)
        case ClockDue():
            return clocks.rang(draft, event.clock, deps)
        case TicketLookupAnswered():
            return order_lookup.came(draft, event)
        case ProfileFetched():
            return profile.came(draft, event)
        case AnswerJudged():
            return correcting.came(draft, event, deps)
        case StopRequested():
            return stopping.stop_refused(draft, event)
        case MessagesShifted():
            return stopping.shifted(draft, event, deps)
        case NumbersGuessed():
            return guesses.braked(draft, event, deps)
        case LookupAnswered():
            customer.looked_up(draft, event, deps)
        case DeliveryReport():
            outcome.reported(draft, event, deps)
        case AccountPaused():
            outcome.account_paused(draft, event, deps)
        case MediaFetched():
            attached.came(draft, event, deps)
        case _:
            assert_never(event)
    return True
