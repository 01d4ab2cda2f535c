"""
A ticket's clocks: when it speaks up by itself, and when it settles.

A clock is a row that waits for its time (`Draft.add_clock`). Deliver reports it then, and what is due is decided here,
by the ticket as it is at that moment: a clock that something has overtaken (an answer, a close, a new wait) finds
nothing to do, or a later time. Nobody is called outside of the brand's hours, except at a danger.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ..conversation import ENDED, TicketRecord
from ..model import AgentAction, AgentReply, Millis
from ..playbook.hours import Deadline, deadline, next_opening
from ..playbook.schema import Playbook
from . import mentions, order_lookup
from .deps import Deps
from .draft import Draft
from .presence import ticket_ended
from .thread import desk_row

MINUTE_MS = 60_000
BURST_MS = 10 * MINUTE_MS  # what a customer writes in this time after a call calls nobody again
RISE_MS = 30 * MINUTE_MS  # an unassigned ticket rises again at most so often
NEXT_PERSON_MS = 5 * MINUTE_MS
SETTLE_MS = 72 * 60 * MINUTE_MS
LOOK_AGAIN_MS = MINUTE_MS  # while an answer is on its way
CLOSE_MS = 2_000  # after the undo time
WAITING = ("open", "claimed", "failed")  # states in which a person is to act


def deadline_of(ticket: TicketRecord, playbook: Playbook) -> Deadline:
    """Until when the customer's waiting words are to be answered."""
    minutes = playbook.targets.minutes(ticket.priority)
    return deadline(playbook.hours, ticket.waits_since, minutes, ticket.answer_by)


# --- what starts them ---------------------------------------------------------------------------


def opened(draft: Draft, ticket: TicketRecord, playbook: Playbook, deps: Deps, *, danger: bool) -> TicketRecord:
    """A new ticket: its customer waits from now on."""
    ticket = replace(ticket, waits_since=draft.now, rung_at=draft.now)
    _start(draft, ticket, playbook)
    return alarmed(draft, ticket, playbook, deps) if danger else ticket


def wrote_again(
    draft: Draft, ticket: TicketRecord, stored: TicketRecord, playbook: Playbook, deps: Deps, *, danger: bool
) -> TicketRecord:
    """
    The customer wrote more (`stored`: the ticket before that): a wait begins or goes on, and somebody is called.

    At once for a danger: the first on this ticket, and each kind of emergency that was not told before.

    Not where an agent acts on the ticket at this moment: they have the words before their eyes.
    """
    before = deadline_of(stored, playbook) if stored.waits_since else None
    if before is None:  # the first words since an answer: a call before that counts no more, one that is to come does
        rung_at = ticket.rung_at if ticket.rung_at > draft.now else Millis(0)
        ticket = replace(ticket, waits_since=draft.now, told=0, rung_at=rung_at)
    ticket = replace(ticket, window_closed=False)
    if deadline_of(ticket, playbook) != before:
        _start(draft, ticket, playbook)
    if isinstance(draft.event, AgentAction | AgentReply):
        return ticket
    if danger and (not ticket.called or ticket.emergencies != stored.emergencies):
        return alarmed(draft, ticket, playbook, deps)
    return call(draft, ticket, playbook, deps)


def _start(draft: Draft, ticket: TicketRecord, playbook: Playbook) -> None:
    due = deadline_of(ticket, playbook)
    draft.add_clock(ticket, "remind", max(due.soon_at, draft.now))
    draft.add_clock(ticket, "late", max(due.late_at, draft.now))


def alarmed(draft: Draft, ticket: TicketRecord, playbook: Playbook, deps: Deps) -> TicketRecord:
    """Danger, fraud or law: somebody is called at once, day and night, and the next one while nobody takes it."""
    people = mentions.in_turn(playbook)
    mentions.call(draft, ticket, "danger", [ticket.assignee, *people[:1]], deps)
    if len(people) > 1 and not ticket.assignee:
        draft.add_clock(ticket, "escalate", Millis(draft.now + NEXT_PERSON_MS))
    return replace(ticket, called=1, rung_at=draft.now)


def call(draft: Draft, ticket: TicketRecord, playbook: Playbook, deps: Deps) -> TicketRecord:
    """Calls whoever is to read the customer's new words: once a burst, now or at the next opening."""
    lately = RISE_MS if not ticket.assignee and ticket.rung_at > ticket.created_at else BURST_MS
    if draft.now < ticket.rung_at + lately:
        return ticket
    opening = next_opening(playbook.hours, draft.now)
    if opening is not None and opening > draft.now:
        draft.add_clock(ticket, "wrote", opening)
        return replace(ticket, rung_at=opening)
    return _called(draft, ticket, playbook, deps)


def _called(draft: Draft, ticket: TicketRecord, playbook: Playbook, deps: Deps) -> TicketRecord:
    mentions.call(draft, ticket, "wrote_again" if ticket.assignee else "rises", mentions.whom(ticket, playbook), deps)
    return replace(ticket, rung_at=draft.now)


# --- what they do -------------------------------------------------------------------------------


def rang(draft: Draft, what: str, deps: Deps) -> bool:
    """A clock of the draft's ticket is due. False: nothing is to be done any more."""
    ticket = draft.state.ticket
    if ticket is None or ticket.state in ENDED:
        return False
    return _RANG[what](draft, ticket, deps)


def _soon(draft: Draft, ticket: TicketRecord, deps: Deps) -> bool:
    """The answer will soon be late: said once a wait, and not where it is late already."""
    playbook = deps.playbook(draft.state.table.brand)
    if not ticket.waits_since or ticket.told or (ticket.called and not ticket.assignee):  # at a danger all were called
        return False
    due = deadline_of(ticket, playbook)
    if draft.now >= due.late_at:
        return False
    if _too_early(draft, ticket, "remind", due.soon_at, playbook):
        return True
    if ticket.state not in WAITING:
        return False
    kind, moment = ("window_soon", ticket.answer_by) if due.by == "window" else ("reminder", due.at)
    mentions.call(draft, ticket, kind, mentions.whom(ticket, playbook), deps, moment=moment)
    draft.set_ticket(replace(ticket, told=1))
    return True


def _late(draft: Draft, ticket: TicketRecord, deps: Deps) -> bool:
    """The answer is late: said once a wait; where the channel takes none any more, the ticket shows that."""
    playbook = deps.playbook(draft.state.table.brand)
    if not ticket.waits_since or ticket.told > 1:
        return False
    due = deadline_of(ticket, playbook)
    if _too_early(draft, ticket, "late", due.late_at, playbook):
        return True
    if ticket.state not in WAITING:
        return False
    closed = bool(ticket.answer_by) and draft.now >= ticket.answer_by
    kind, moment = ("window_over", ticket.answer_by) if closed else ("late", due.at)
    mentions.call(draft, ticket, kind, mentions.whom(ticket, playbook), deps, moment=moment)
    told = replace(ticket, told=2, window_closed=closed)
    draft.set_ticket(told)
    draft.count("late")
    if closed:
        draft.count("window_missed")
    if closed:
        desk_row(draft, told, "ticket_update")
    elif ticket.answer_by:
        draft.add_clock(ticket, "window", ticket.answer_by)
    return True


def _window_over(draft: Draft, ticket: TicketRecord, deps: Deps) -> bool:  # noqa: ARG001 - as the others are called
    """The channel takes no answer any more: a late ticket shows it, nobody is called again."""
    if ticket.window_closed or not ticket.waits_since or not ticket.answer_by or draft.now < ticket.answer_by:
        return False
    closed = replace(ticket, window_closed=True)
    draft.set_ticket(closed)
    draft.count("window_missed")
    desk_row(draft, closed, "ticket_update")
    return True


def _too_early(draft: Draft, ticket: TicketRecord, what: str, at: Millis, playbook: Playbook) -> bool:
    """Whether this clock is to be looked at again: its time moved, nobody is there, or an answer is on its way."""
    opening = next_opening(playbook.hours, draft.now)
    if draft.now < at:
        draft.add_clock(ticket, what, at)
    elif ticket.state == "sending":
        draft.add_clock(ticket, what, Millis(draft.now + LOOK_AGAIN_MS))
    elif opening is not None and opening > draft.now:
        draft.add_clock(ticket, what, opening)
    else:
        return False
    return True


def _next_person(draft: Draft, ticket: TicketRecord, deps: Deps) -> bool:
    """Nobody has taken a ticket that speaks of a danger: the next one is called."""
    playbook = deps.playbook(draft.state.table.brand)
    people = mentions.in_turn(playbook)
    if ticket.assignee or ticket.state not in WAITING or not ticket.called or ticket.called >= len(people):
        return False
    mentions.call(draft, ticket, "danger_next", [people[ticket.called]], deps)
    called = replace(ticket, called=ticket.called + 1)
    draft.set_ticket(called)
    if called.called < len(people):
        draft.add_clock(called, "escalate", Millis(draft.now + NEXT_PERSON_MS))
    return True


def _still_unread(draft: Draft, ticket: TicketRecord, deps: Deps) -> bool:
    """It is opening time, and what the customer wrote while nobody was there is still to be answered."""
    playbook = deps.playbook(draft.state.table.brand)
    if not ticket.waits_since or ticket.state not in WAITING or draft.now < ticket.rung_at:
        return False
    if not _too_early(draft, ticket, "wrote", draft.now, playbook):
        draft.set_ticket(_called(draft, ticket, playbook, deps))
    return True


def _silent(draft: Draft, ticket: TicketRecord, deps: Deps) -> bool:  # noqa: ARG001 - as the others are called
    """Nobody wrote since a person answered: the ticket settles by itself; at once where its agent wanted it closed."""
    if ticket.state == "sending":
        draft.add_clock(ticket, "settle", Millis(draft.now + LOOK_AGAIN_MS))
        return True
    if ticket.state != "answered":
        return False
    at = Millis(ticket.answered_at + (0 if ticket.close_after else SETTLE_MS))
    if draft.now < at:
        draft.add_clock(ticket, "settle", at)
    else:
        settle(draft, ticket)
    return True


_RANG: Mapping[str, Callable[[Draft, TicketRecord, Deps], bool]] = {
    "remind": _soon,
    "late": _late,
    "window": _window_over,
    "escalate": _next_person,
    "wrote": _still_unread,
    "settle": _silent,
    "orders": order_lookup.given_up,
}


# --- the end ------------------------------------------------------------------------------------


def answering(draft: Draft, ticket: TicketRecord, undo_ms: int) -> None:
    """A person's answer is on its way: when the ticket settles, unless its customer writes."""
    draft.add_clock(ticket, "settle", Millis(draft.now + undo_ms + (CLOSE_MS if ticket.close_after else SETTLE_MS)))


def answered_elsewhere(draft: Draft, ticket: TicketRecord) -> TicketRecord:
    """A person answered in the channel's own app: nothing waits any more."""
    first = ticket.first_answer_at or draft.now
    answered = replace(
        ticket,
        state="answered",
        first_answer_at=first,
        answered_at=draft.now,
        waits_since=Millis(0),
        told=0,
        failure="",
    )
    answering(draft, answered, 0)
    return answered


def unanswered(draft: Draft, ticket: TicketRecord, playbook: Playbook) -> TicketRecord:
    """An answer that was thought to be out did not arrive: its customer waits again."""
    if ticket.waits_since:
        return ticket
    ticket = replace(ticket, waits_since=draft.now, told=0)
    _start(draft, ticket, playbook)
    return ticket


def settle(draft: Draft, ticket: TicketRecord) -> None:
    """Ends an answered ticket that needs nobody: the next message is triaged again."""
    by = ticket.assignee if ticket.close_after else ""
    ended = replace(ticket, state="closed" if by else "settled", ended_by=by)
    draft.set_ticket(ended)
    ticket_ended(draft, ticket)
    desk_row(draft, ended, "ticket_update")
