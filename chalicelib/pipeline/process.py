"""
Process: one event of inbox.fifo becomes one commit, and notifications. It speaks to nobody outside.

Safe to run again after a crash between any two lines: the marker makes a redelivered event free, and the notifications
that the event led to are sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from ..conversation import Conversation, TicketRecord
from ..errors import Conflict, Retryable
from ..model import (
    AccountNotice,
    AccountPaused,
    Address,
    AddressChange,
    AgentAction,
    AgentReply,
    AnswerJudged,
    BrandId,
    ClockDue,
    ConversationId,
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
    OutboxRow,
    Postback,
    ProfileFetched,
    Reaction,
    Receipt,
    StopRequested,
    TicketLookupAnswered,
    TimerFired,
)
from ..model.queued import CustomerWaits, HoldOver, RowsDue
from ..store import keys
from ..store.commit import Commit, Duplicate, commit
from ..store.table import Table
from . import (
    attached,
    clocks,
    correcting,
    customer,
    guesses,
    human,
    number_change,
    order_lookup,
    outcome,
    profile,
    reactions,
    rehearsal,
    stopping,
    watch,
)
from .deps import Deps
from .draft import Draft
from .loaded import Loaded
from .lookup import asked
from .reading import Reader
from .state import load

TRIES = 5
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
        # No answer comes before what it answers.
        draft = Draft(replace(state, read=Reader(table, deps).read), event, max(deps.clock(), received_at))
        if not _work(draft, event, received_at, deps) or (isinstance(event, CHANGES) and not draft.changes):
            deps.counter("event_ignored", channel=event.address.channel)
            _ring_again(state, event, table, deps)
            return
        change = draft.commit()
        try:
            commit(table, change)
        except Duplicate:
            deps.counter("duplicate", channel=event.address.channel)
            _ring_again(state, event, table, deps)
            return
        except Conflict:
            deps.pause(0.02 * 2**attempt)
            continue
        _ring(draft, change, deps)
        if draft.unsaid:
            watch.take_back(brand, draft.unsaid, deps)
        if draft.noted:
            watch.note(brand, draft.noted, event.address, deps)
        if draft.rehearsed:
            rehearsal.ask(brand, draft.rehearsed, deps)
        return
    raise Retryable("conversation", "lost the race for its head too often")


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
            return stopping.stop_refused(draft, event, deps)
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


def _ring(draft: Draft, change: Commit, deps: Deps) -> None:
    """
    Notify what the commit made: rows at once or by timer, the hold by timer, typing while the customer waits.

    A look-up needs no timer: whoever asks the shop reports it also without an answer, and until then the notification
    is delivered again.
    """
    _ring_rows(draft.loaded.brand, change.rows, deps)
    if change.hold and not draft.asks:
        _ring_hold(draft.loaded.brand, draft.event, draft.after.conversation_id, change.hold, deps)
    if draft.asks_orders and draft.ticket is not None:
        _ring_orders(draft.loaded.brand, draft.ticket, deps)
    if draft.asks_name:
        _ring_profile(draft.loaded.brand, draft.event.address, draft.after, deps)
    if draft.typing or draft.asks:
        _ring_waiting(draft.loaded.brand, draft.event, draft.after if draft.asks else None, deps)


def _ring_waiting(brand: BrandId, event: Event, head: Conversation | None, deps: Deps) -> None:
    """Ask deliver to show typing while the customer waits, and to look up what this `head` waits for."""
    deps.queues.put(
        CustomerWaits(
            brand=brand,
            recipient=keys.recipient(event.address),
            address=event.address,
            anchor=event.event_id,
            look_up=asked(head) if head is not None else None,
        )
    )


def _ring_profile(brand: BrandId, address: Address, head: Conversation, deps: Deps) -> None:
    """Ask deliver to fetch the customer's name from the platform."""
    deps.queues.put(profile.asked(brand, head, address))


def _ring_orders(brand: BrandId, ticket: TicketRecord, deps: Deps) -> None:
    """Ask deliver to look up what a ticket waits for; nobody is shown typing for it."""
    for wanted in order_lookup.asked(brand, ticket):
        deps.queues.put(wanted)


def _ring_rows(brand: BrandId, rows: Sequence[OutboxRow], deps: Deps) -> None:
    now = deps.clock()
    first: dict[str, int] = {}
    for row in rows:
        recipient = keys.recipient(row.address)
        first[recipient] = min(first.get(recipient, row.not_before), row.not_before)
    fetched = {keys.recipient(row.address) for row in rows if row.kind == "media"}  # slow: nothing waits for them
    at_once = [recipient for recipient, not_before in first.items() if not_before <= now]
    together = [recipient for recipient in at_once if recipient not in fetched]
    deps.queues.ring(brand, *together)
    for recipient in at_once:
        if recipient in fetched:
            deps.queues.ring(brand, recipient)
    for recipient, not_before in first.items():
        if now < not_before <= now + keys.TIMER_MAX_MS:  # the sweep finds what is further away, at its time
            deps.queues.later(RowsDue(brand=brand, recipient=recipient), not_before - now)


def _ring_hold(
    brand: BrandId, event: Event, conversation_id: ConversationId, hold: tuple[int, int], deps: Deps
) -> None:
    generation, until = hold
    over = HoldOver(
        brand=brand, generation=generation, until=until, address=event.address, conversation_id=conversation_id
    )
    deps.queues.later(over, max(0, until - deps.clock()))


def _ring_again(state: Loaded, event: Event, table: Table, deps: Deps) -> None:
    """Notify again, for a redelivered event, everything it led to that is not finished."""
    address = event.address
    marker = table.marker(address.channel, address.account_id, event.event_id) or {}
    found = [table.open_row(row_id) for row_id in marker.get("rows", [])]
    _ring_rows(state.brand, [row for row in found if row is not None], deps)
    if "refused" in marker:
        watch.look(state.brand, marker["refused"], address, deps)
    if state.ticket is not None and marker:
        _ring_orders(state.brand, state.ticket, deps)
    head = state.conversation
    if isinstance(event, Message) and head.name_asked_at and not head.name:
        _ring_profile(state.brand, address, head, deps)
    hold = marker.get("hold")
    if hold and asked(state.conversation) is not None:
        _ring_waiting(state.brand, event, state.conversation, deps)
    if hold and state.conversation.hold_until and int(hold[0]) == state.conversation.hold_gen:
        held = state.conversation.conversation_id
        _ring_hold(state.brand, event, held, (int(hold[0]), int(hold[1])), deps)
