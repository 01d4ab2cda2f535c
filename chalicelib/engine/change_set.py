"""
The change set of one event: filled while process works, written as one commit; then the recipients are notified.

A change set lives for one try of one event. Only it gives out row ids and their order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from ..conversation import Conversation, TicketRecord, TimelineMessage
from ..decision import loop_signs
from ..model import (
    Address,
    Author,
    Event,
    MessageId,
    Millis,
    OutboxRow,
    Part,
    RowId,
    RowKind,
    ThreadCopy,
)
from ..playbook.hours import local_day
from ..ports import REMINDER_CHANNEL
from ..store import keys
from ..store.caps import CapSlot, free, given_back
from ..store.commit import Changed, Commit, Marked, MessageChange
from ..store.daily_counters import Count
from ..store.items import Item
from ..store.keys import Key
from . import customer_keys
from .change import (
    AskName,
    AskWhoElse,
    Change,
    First,
    Follow,
    ForgetUnsent,
    LookUpOrders,
    NotifyRows,
    ShowTyping,
    StartTimer,
    TakeBack,
    Then,
)
from .counts import DecisionCount, Rehearsed
from .daily_figures import of_row
from .environment import Desk, Environment
from .loaded import Loaded, Missing, Read

_T = TypeVar("_T")
WRITES_MOST = 80  # DynamoDB takes 100 in a transaction
NO_WORDS = (Part(text=""),)  # of a row whose body says what it does


@dataclass(slots=True)
class ChangeSet:
    """Collects changes; mutable on purpose: the `Change` that it returns is frozen."""

    loaded: Loaded
    event: Event
    environment: Environment
    bot_epoch: int = 0
    now: Millis = field(init=False)  # the time of this decision
    after: Conversation = field(init=False)
    messages: list[TimelineMessage] = field(default_factory=list)
    rows: list[OutboxRow] = field(default_factory=list)
    cancelled: list[OutboxRow] = field(default_factory=list)
    stored: TicketRecord | None = field(init=False)  # the ticket that the event is about, as read
    ticket: TicketRecord | None = None
    others: list[TicketRecord] = field(default_factory=list)  # older tickets, each with the rev it was read with
    hold: tuple[int, Millis] | None = None
    typing: bool = False
    asks_orders: bool = False  # the ticket waits for look-ups, which are to be asked
    asks: bool = False  # the hold waits for the brand's own system, which is to be asked
    slots: list[CapSlot] = field(default_factory=list)  # under a day's cap, that its answers take
    decision_count: DecisionCount | None = None  # for the quality monitor, after the commit
    rehearsed: Rehearsed | None = None  # for the judges, after the commit
    unsaid: str = ""  # the intent of an answer that was counted and taken back
    unsent: MessageId | None = None  # a message that its customer took back
    name: str = ""
    asks_name: bool = False  # the platform is to be asked who writes
    more: list[Then] = field(default_factory=list)  # what else follows the commit; one of them is its `Commit.follows`
    learned_name: str = ""  # the name that the platform gave, for the contact
    extras: list[tuple[Key, Item]] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    used: list[tuple[Key, int]] = field(default_factory=list)
    absent: list[Key] = field(default_factory=list)
    aside: bool = False  # see `Commit`
    assumed: list[Read] = field(default_factory=list)  # reads that were not made yet, and taken to find nothing
    first: list[First] = field(default_factory=list)
    counters: list[tuple[str, str]] = field(default_factory=list)
    _changes: dict[MessageId, dict[str, Changed]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.now, self.after = self.environment.now, self.loaded.conversation
        self.stored = self.loaded.ticket

    @property
    def desk(self) -> Desk:
        """Return the agents' workspace, as text."""
        return self.environment.desk

    @property
    def any_change(self) -> bool:
        """Return whether a commit would change anything but the event's own marker."""
        written = (self.messages, self._changes, self.rows, self.cancelled, self.others, self.extras, self.counts)
        return any(written) or self.after != self.loaded.conversation or self.ticket not in (None, self.stored)

    def day(self, at: Millis) -> str:
        """Return the brand's local day of an instant."""
        return local_day(self.loaded.playbook().hours, at)

    def set(self, **values: Any) -> None:
        """Change attributes of the head."""
        self.after = replace(self.after, **values)

    def change(self, message_id: MessageId, **values: Changed) -> None:
        """Change attributes of a message: a stored one, or one that is added here."""
        for number, message in enumerate(self.messages):
            if message.message_id == message_id:
                self.messages[number] = replace(message, **values)  # type: ignore[arg-type]  # names are TimelineMessage's
                return
        self._changes.setdefault(message_id, {}).update(values)

    def current(self, message: TimelineMessage) -> TimelineMessage:
        """Return a stored message as it will be after the commit."""
        values = self._changes.get(message.message_id)
        return replace(message, **values) if values else message  # type: ignore[arg-type]  # names are TimelineMessage's

    def known(self, message_ids: Sequence[str]) -> list[TimelineMessage]:
        """Return these messages as they will be after the commit, added or stored; without those that are deleted."""
        added = {str(each.message_id): each for each in self.messages}
        stored = self.loaded.messages([each for each in message_ids if each not in added])
        found = added | {str(each.message_id): self.current(each) for each in stored}
        return [found[each] for each in message_ids if each in found and not found[each].deleted]

    def own(self, messages: Sequence[TimelineMessage]) -> list[TimelineMessage]:
        """Return those of these messages that are of this event's person: not of somebody who was split off since."""
        head, home = self.loaded.conversation, self.loaded.home.conversation_id
        near = {str(head.conversation_id), str(home), *head.uncovered_in}
        return [message for message in messages if self._is_own(str(keys.conversation_of(message.message_id)), near)]

    def _is_own(self, conversation_id: str, near: Collection[str]) -> bool:
        return (
            conversation_id in near or self.loaded.root_of(conversation_id) == self.loaded.conversation.conversation_id
        )

    def assume(self, ask: Callable[[], _T | None]) -> _T | None:
        """
        Return the result of a read; None, and the decision goes on, if the read was not made yet.

        Such reads are made together at the end, and the decision starts again. Only for reads on which no other read
        depends.
        """
        try:
            return ask()
        except Missing as missing:
            self.assumed += missing.keys
            return None

    @property
    def remaining_rows(self) -> int:
        """Return how many more rows the transaction can hold; `WRITES_MOST` leaves room for head, marker, ticket."""
        used = len(self.messages) + len(self._changes) + len(self.rows) + 2 * len(self.cancelled) + len(self.extras)
        used += len(self.used) + len(self.absent)
        return max(1, WRITES_MOST - used)

    def cover(self, message_ids: Sequence[MessageId], reason: str) -> None:
        """Mark messages as covered by a decision."""
        for message_id in message_ids:
            self.change(message_id, covered=reason)

    def metric(self, name: str, *, channel: str = "") -> None:
        """Count an outcome in the metrics: of this try, whether or not its commit succeeds."""
        self.counters.append((name, channel))

    def add_row(
        self,
        kind: RowKind,
        author: Author,
        address: Address,
        parts: Sequence[Part] = NO_WORDS,
        *,
        wait_ms: int = 0,
        **values: Any,
    ) -> RowId:
        """Add an outbox row behind all earlier ones of this conversation; returns its id."""
        # An order is a time in hundredths of a millisecond: rows of one millisecond still have an order of their own.
        order = max(self.now * 100, self.after.last_order + 1)
        self.set(last_order=order, moving=self.after.moving if kind == "move" or author == "system" else "")
        if author == "bot":
            self._spoke(address, parts, wait_ms, step=kind in ("move", "code"))
        row_id = keys.row_id(self._home_of(address, values), order, address)
        self.rows.append(
            OutboxRow(
                row_id=row_id,
                kind=kind,
                author=author,
                address=address,
                conversation_id=self.after.conversation_id,
                state="pending",
                created_at=self.now,
                not_before=Millis(self.now + wait_ms),
                parts=tuple(parts),
                **values,
            )
        )
        return row_id

    def _spoke(self, address: Address, parts: Sequence[Part], wait_ms: int, *, step: bool) -> None:
        """Have the head count an automatic message, whatever kind it is: against loops."""
        answered = next((each.text for each in (*self.messages, *reversed(self.loaded.uncovered))), "")
        said = "".join(part.text for part in parts)
        spoken = loop_signs.spoken(self.after, self.now + wait_ms, address, said, answered, self.now, step=step)
        self.set(spoken=spoken)

    def _home_of(self, address: Address, values: Mapping[str, Any]) -> str:
        """
        Return the conversation under which a row is kept: the home of whom it goes to, or of the messages it shows.

        So a split leaves each row with the messages that it belongs to.
        """
        if address == self.event.address:
            return str(self.loaded.home.conversation_id)
        for each in (*self.messages, *self.loaded.uncovered):
            if each.address == address:
                return str(keys.conversation_of(each.message_id))
        why, covers = values.get("why"), values.get("covers", ())
        shown = why.shows if isinstance(why, ThreadCopy) else ()
        if shown or covers:
            return str(keys.conversation_of((*shown, *covers)[-1]))
        tickets = (each for each in (self.ticket, self.stored, *self.others) if each is not None)
        homes = {(each.ticket_id, each.address): str(each.conversation_id) for each in tickets}
        wanted = values.get("ticket_id")
        found = (home for (ticket_id, at), home in homes.items() if wanted == ticket_id or at == address)
        return next(found, str(self.loaded.home.conversation_id))

    def add_reminder(self, ticket: TicketRecord, what: str, at: Millis) -> None:
        """
        Add a reminder of this ticket (one of `keys.REMINDERS`) due at `at`, unless there is one for that moment.

        Its order is its due time, not when it was made: the earliest reminder is the first of its recipient.
        """
        address = keys.reminder(ticket.ticket_id, what)
        row_id = keys.row_id(ticket.conversation_id, at * 100, address)
        if any(row.row_id == row_id for row in self.rows):
            return
        if self.assume(lambda: self.loaded.open_row(row_id)) is not None:
            return
        self.set(last_order=max(self.now * 100, self.after.last_order + 1))
        self.rows.append(
            OutboxRow(
                row_id=row_id,
                kind="clock",
                author="system",
                address=address,
                conversation_id=self.after.conversation_id,
                state="pending",
                created_at=self.now,
                not_before=at,
                parts=(),
                ticket_id=ticket.ticket_id,
            )
        )

    def human_spoke(self) -> None:
        """Silence the bot here: its rows that are not claimed yet cannot be claimed any more."""
        self.set(mode="human", fence=self.after.fence + 1, hold_until=Millis(0), asked_intent="", asked_wants="")
        # The bot's next message discloses in full again that an AI assistant writes.
        self.set(disclosed_to="", menu=(), clarified=())
        self.set(wrote_at=self.now)
        self.cancel_held_reply()
        self.set(held_row="", held_before=None, held_note="")

    def cancel(self, row: OutboxRow) -> bool:
        """Cancel a row that nobody has claimed; False when it was cancelled here before."""
        if any(row.row_id == each.row_id for each in self.cancelled):
            return False
        self.cancelled.append(row)
        return True

    def held_reply(self) -> OutboxRow | None:
        """Return the bot's reply that waits for a second message; None when it was sent or there is none."""
        held_reply = self.loaded.conversation.held_row
        row = self.loaded.open_row(held_reply) if held_reply else None
        return row if row is not None and row.state == "pending" else None

    def held_note(self) -> OutboxRow | None:
        """Return the note at the desk that announces that reply, while it waits."""
        note = self.loaded.conversation.held_note
        line = self.loaded.open_row(note) if note else None
        return line if line is not None and line.state == "pending" else None

    def cancel_held_reply(self) -> OutboxRow | None:
        """Cancel the bot's reply that waits, with its note; None when there is none."""
        row = self.held_reply()
        if row is not None and self.cancel(row):
            note = self.held_note()
            if note is not None:
                self.cancel(note)
        return row

    def count(self, name: str, times: int = 1, *, channel: str = "", at: Millis | None = None) -> None:
        """
        Add to the brand's daily figures, exactly once: in the event's own transaction.

        The day is the local one of `at` (now). The channel is the customer's: the event's, or the ticket's when an
        agent or a reminder acts.
        """
        ticket = self.ticket or self.stored
        own = self.event.address.channel
        where = channel or (ticket.address.channel if ticket and own in (self.desk.name, REMINDER_CHANNEL) else own)
        self.counts.append((self.day(self.now if at is None else at), where, name, times))

    def free_slot(self, subject: str, day: str, cap: int) -> CapSlot | None:
        """Return a free slot under a daily cap; None where none is left. Cancelled answers return their slots."""
        used, seed = self.loaded.cap(subject, day), self.loaded.conversation.conversation_id
        return free(used, subject, day, cap, seed, given_back(self.cancelled))

    def set_ticket(self, ticket: TicketRecord) -> None:
        """Set the ticket's new state; it is written under the `rev` that it was read with."""
        self.ticket = ticket

    def set_other_ticket(self, ticket: TicketRecord) -> None:
        """Set the new state of a ticket that is neither the conversation's open one nor new."""
        self.others.append(ticket)

    def result(self, *, handled: bool) -> Change:
        """Return all changes as one value; not `handled`: only metrics and the effects before the transaction."""
        if not handled:
            return Change(counters=tuple(self.counters), first=tuple(self.first))
        commit = self._commit()
        then = tuple(self._then(commit))
        first = (*self.first, *(each for each in then if isinstance(each, ForgetUnsent)))  # both before and after
        return Change(counters=tuple(self.counters), first=first, commit=commit, then=then)

    def _then(self, commit: Commit) -> Iterator[Then]:
        yield NotifyRows(commit.rows)
        if self.hold and not self.asks:
            yield StartTimer(self.after.conversation_id, *self.hold)
        if self.asks_orders and self.ticket is not None:
            yield LookUpOrders(self.ticket)
        if self.asks_name:
            yield AskName(self.after)
        if self.typing or self.asks:
            yield ShowTyping(self.after if self.asks else None)
        if self.unsaid:
            yield TakeBack(self.unsaid)
        if self.unsent is not None:
            yield ForgetUnsent(self.after.contact_id, self.unsent)
        if commit.ticket is not None and (self.stored is None or self.stored.ticket_id != commit.ticket.ticket_id):
            yield AskWhoElse(commit.ticket, self.loaded.contacts)
        new, of = self.loaded.identity is not None, (self.event, self.loaded.playbook, self.environment.traits)
        name = self.name if new else self.learned_name
        known = customer_keys.known_by(self.loaded.home.contact_id, *of, name, new=new)
        yield from filter(None, (known, *self.more, self.decision_count, self.rehearsed))

    def _commit(self) -> Commit:
        stored = self.stored
        ticket = self.ticket if self.ticket != stored else None  # the desk has claimed it already: not written again
        if set(self.after.opted_out) - set(self.loaded.conversation.opted_out):
            self.count("opt_out")
        counts = [*self.counts]
        counts += [each for row in self.rows for each in of_row(row, self.day)]
        counts += [each for row in self.cancelled for each in of_row(row, self.day, times=-1)]
        same = stored is not None and self.ticket is not None and stored.ticket_id == self.ticket.ticket_id
        return Commit(
            before=self.loaded.conversation,
            after=self.after,
            marked=Marked(self.event.address, self.event.event_id),
            now=self.now,
            messages=tuple(self.messages),
            changes=tuple(MessageChange(message_id, values) for message_id, values in self._changes.items()),
            rows=tuple(self.rows),
            cancelled=tuple(self.cancelled),
            ticket=ticket,
            ticket_rev=stored.rev if same and stored else 0,
            others=tuple(self.others),
            identity=self.loaded.identity,
            links=self.loaded.links,
            home=self.loaded.home,
            linked_by=self.event.LINKS,
            name=self.name,
            learned_name=self.learned_name,
            hold=self.hold,
            extras=tuple(self.extras),
            counts=tuple(counts),
            slots=tuple(self.slots),
            slots_back=tuple(given_back(self.cancelled)),
            refused=self.decision_count.intent if self.decision_count and self.decision_count.what == "refused" else "",
            follows=next((each.what for each in self.more if isinstance(each, Follow)), ""),
            used=tuple(self.used),
            absent=tuple(self.absent),
            aside=self.aside,
        )
