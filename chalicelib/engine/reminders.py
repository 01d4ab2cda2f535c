"""
A ticket's deadline (SLA), reminders (snooze) and escalation: when an agent is called, when the ticket is closed.

A reminder is an outbox row that waits for its time (`ChangeSet.add_reminder`). When it is due, deliver reports it,
and this module decides by the ticket as it is then: a reminder that is out of date (answered, closed, moved) does
nothing or is set again. Outside the brand's hours nobody is called, except for a danger.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ..conversation import ENDED, TicketRecord
from ..model import AgentAction, AgentReply, Millis
from ..playbook.hours import Deadline, deadline, next_opening
from ..playbook.schema import Playbook
from . import ticket_lookup, ticket_mentions, ticket_merges
from .change_set import ChangeSet
from .handover import ticket_ended
from .ticket_thread import desk_row

MINUTE_MS = 60_000
BURST_MS = 10 * MINUTE_MS  # what a customer writes in this time after a call calls nobody again
RISE_MS = 30 * MINUTE_MS  # an unassigned ticket rises again at most so often
NEXT_PERSON_MS = 5 * MINUTE_MS
AUTO_CLOSE_MS = 72 * 60 * MINUTE_MS
LOOK_AGAIN_MS = MINUTE_MS  # while an answer is on its way
CLOSE_MS = 2_000  # after the undo time
WAITING = ("open", "claimed", "failed")  # states in which a person is to act


def deadline_of(ticket: TicketRecord, playbook: Playbook) -> Deadline:
    """Return until when the customer's unanswered messages must be answered."""
    minutes = playbook.targets.minutes(ticket.priority)
    return deadline(playbook.hours, ticket.waits_since, minutes, ticket.answer_by)


# --- what starts them ---------------------------------------------------------------------------


def opened(changes: ChangeSet, ticket: TicketRecord, playbook: Playbook, *, danger: bool) -> TicketRecord:
    """Start the reminders of a new ticket: its customer waits from now on."""
    ticket = replace(ticket, waits_since=changes.now, rung_at=changes.now)
    _start(changes, ticket, playbook)
    return alarmed(changes, ticket, playbook) if danger else ticket


def wrote_again(
    changes: ChangeSet, ticket: TicketRecord, stored: TicketRecord, playbook: Playbook, *, danger: bool
) -> TicketRecord:
    """
    Handle new messages on an open ticket (`stored`: the ticket before them): start or move its deadline, call somebody.

    A danger calls at once: the first one on this ticket, and each new kind of emergency.

    Nobody is called while an agent acts on the ticket at this moment: they see the messages.
    """
    before = deadline_of(stored, playbook) if stored.waits_since else None
    if before is None:  # the first words since an answer: a call before that counts no more, one that is to come does
        rung_at = ticket.rung_at if ticket.rung_at > changes.now else Millis(0)
        ticket = replace(ticket, waits_since=changes.now, told=0, rung_at=rung_at)
    ticket = replace(ticket, window_closed=False, snoozed_until=Millis(0))
    if deadline_of(ticket, playbook) != before:
        _start(changes, ticket, playbook)
    if isinstance(changes.event, AgentAction | AgentReply):
        return ticket
    if danger and (not ticket.called or ticket.emergencies != stored.emergencies):
        return alarmed(changes, ticket, playbook)
    return call(changes, ticket, playbook)


def _start(changes: ChangeSet, ticket: TicketRecord, playbook: Playbook) -> None:
    due = deadline_of(ticket, playbook)
    changes.add_reminder(ticket, "remind", max(due.soon_at, changes.now))
    changes.add_reminder(ticket, "late", max(due.late_at, changes.now))


def alarmed(changes: ChangeSet, ticket: TicketRecord, playbook: Playbook) -> TicketRecord:
    """Call somebody for a danger, fraud or law, day and night; set the reminder that calls the next person."""
    people = ticket_mentions.call_order(playbook)
    ticket_mentions.call(changes, ticket, "danger", [ticket.assignee, *people[:1]])
    if len(people) > 1 and not ticket.assignee:
        changes.add_reminder(ticket, "escalate", Millis(changes.now + NEXT_PERSON_MS))
    return replace(ticket, called=1, rung_at=changes.now)


def call(changes: ChangeSet, ticket: TicketRecord, playbook: Playbook) -> TicketRecord:
    """Call the person who is to read the customer's new messages, once a burst: now, or at the next opening."""
    lately = RISE_MS if not ticket.assignee and ticket.rung_at > ticket.created_at else BURST_MS
    if changes.now < ticket.rung_at + lately:
        return ticket
    opening = next_opening(playbook.hours, changes.now)
    if opening is not None and opening > changes.now:
        changes.add_reminder(ticket, "wrote", opening)
        return replace(ticket, rung_at=opening)
    return _called(changes, ticket, playbook)


def _called(changes: ChangeSet, ticket: TicketRecord, playbook: Playbook) -> TicketRecord:
    ticket_mentions.call(
        changes, ticket, "wrote_again" if ticket.assignee else "rises", ticket_mentions.whom(ticket, playbook)
    )
    return replace(ticket, rung_at=changes.now)


# --- what they do -------------------------------------------------------------------------------


def on_reminder_due(changes: ChangeSet, what: str) -> bool:
    """Handle a reminder of the event's ticket that is due. False: nothing is left to do."""
    ticket = changes.stored
    if ticket is not None and what in ticket_merges.KINDS:
        return ticket_merges.on_due(changes, ticket, what)
    if ticket is None or ticket.state in ENDED:
        return False
    return _WHEN_DUE[what](changes, ticket)


def _soon(changes: ChangeSet, ticket: TicketRecord) -> bool:
    """Say that the answer will soon be late: once a wait, and not when it is late already."""
    playbook = changes.loaded.playbook()
    if not ticket.waits_since or ticket.told or (ticket.called and not ticket.assignee):  # at a danger all were called
        return False
    due = deadline_of(ticket, playbook)
    if changes.now >= due.late_at:
        return False
    if _too_early(changes, ticket, "remind", due.soon_at, playbook):
        return True
    if ticket.state not in WAITING:
        return False
    kind, moment = ("window_soon", ticket.answer_by) if due.by == "window" else ("reminder", due.at)
    ticket_mentions.call(changes, ticket, kind, ticket_mentions.whom(ticket, playbook), moment=moment)
    changes.set_ticket(replace(ticket, told=1))
    return True


def _late(changes: ChangeSet, ticket: TicketRecord) -> bool:
    """Say that the answer is late, once a wait. If the channel takes no answer any more, the ticket shows that."""
    playbook = changes.loaded.playbook()
    if not ticket.waits_since or ticket.told > 1:
        return False
    due = deadline_of(ticket, playbook)
    if _too_early(changes, ticket, "late", due.late_at, playbook):
        return True
    if ticket.state not in WAITING:
        return False
    closed = bool(ticket.answer_by) and changes.now >= ticket.answer_by
    kind, moment = ("window_over", ticket.answer_by) if closed else ("late", due.at)
    ticket_mentions.call(changes, ticket, kind, ticket_mentions.whom(ticket, playbook), moment=moment)
    told = replace(ticket, told=2, window_closed=closed)
    changes.set_ticket(told)
    changes.count("late")
    if closed:
        changes.count("window_missed")
    if closed:
        desk_row(changes, told, "ticket_update")
    elif ticket.answer_by:
        changes.add_reminder(ticket, "window", ticket.answer_by)
    return True


def _window_over(changes: ChangeSet, ticket: TicketRecord) -> bool:
    """Show on a late ticket that the channel takes no answer any more. Nobody is called again."""
    if ticket.window_closed or not ticket.waits_since or not ticket.answer_by or changes.now < ticket.answer_by:
        return False
    closed = replace(ticket, window_closed=True)
    changes.set_ticket(closed)
    changes.count("window_missed")
    desk_row(changes, closed, "ticket_update")
    return True


def _same_person(changes: ChangeSet, ticket: TicketRecord) -> bool:
    """Draw a ticket with who may be its customer, too (`store.same_person`), as that stands when it is drawn."""
    asks = replace(ticket, asks_same=True)
    changes.set_ticket(asks)
    desk_row(changes, asks, "ticket_update")
    return True


def _too_early(changes: ChangeSet, ticket: TicketRecord, what: str, at: Millis, playbook: Playbook) -> bool:
    """Set the reminder again if its time moved, nobody is there, or an answer is being sent; return whether."""
    opening = next_opening(playbook.hours, changes.now)
    if changes.now < at:
        changes.add_reminder(ticket, what, at)
    elif ticket.state == "sending":
        changes.add_reminder(ticket, what, Millis(changes.now + LOOK_AGAIN_MS))
    elif opening is not None and opening > changes.now:
        changes.add_reminder(ticket, what, opening)
    else:
        return False
    return True


def _next_person(changes: ChangeSet, ticket: TicketRecord) -> bool:
    """Call the next person: nobody has taken a ticket about a danger."""
    playbook = changes.loaded.playbook()
    people = ticket_mentions.call_order(playbook)
    if ticket.assignee or ticket.state not in WAITING or not ticket.called or ticket.called >= len(people):
        return False
    ticket_mentions.call(changes, ticket, "danger_next", [people[ticket.called]])
    called = replace(ticket, called=ticket.called + 1)
    changes.set_ticket(called)
    if called.called < len(people):
        changes.add_reminder(called, "escalate", Millis(changes.now + NEXT_PERSON_MS))
    return True


def _still_unread(changes: ChangeSet, ticket: TicketRecord) -> bool:
    """Call somebody at opening time, if what the customer wrote in the night is still unanswered; or as asked for."""
    if ticket.snoozed_until:
        return _asked_for(changes, ticket)
    playbook = changes.loaded.playbook()
    if not ticket.waits_since or ticket.state not in WAITING or changes.now < ticket.rung_at:
        return False
    if not _too_early(changes, ticket, "wrote", changes.now, playbook):
        changes.set_ticket(_called(changes, ticket, playbook))
    return True


def _asked_for(changes: ChangeSet, ticket: TicketRecord) -> bool:
    """Remind the agent who asked for it, if they still have to act; from now on the ticket is listed again."""
    if changes.now < ticket.snoozed_until:  # put off once more: that reminder is still to come
        return False
    back = replace(ticket, snoozed_until=Millis(0))
    if ticket.state in WAITING:
        ticket_mentions.call(changes, back, "asked_for", [ticket.assignee])
    changes.set_ticket(back)
    desk_row(changes, back, "ticket_update")
    return True


def _silent(changes: ChangeSet, ticket: TicketRecord) -> bool:
    """Close the ticket: nobody wrote since a person's answer. At once if its agent chose "send and close"."""
    if ticket.state == "sending":
        changes.add_reminder(ticket, "settle", Millis(changes.now + LOOK_AGAIN_MS))
        return True
    if ticket.state != "answered":
        return False
    at = Millis(ticket.answered_at + (0 if ticket.close_after else AUTO_CLOSE_MS))
    if changes.now < at:
        changes.add_reminder(ticket, "settle", at)
    else:
        close_answered(changes, ticket)
    return True


_WHEN_DUE: Mapping[str, Callable[[ChangeSet, TicketRecord], bool]] = {
    "remind": _soon,
    "late": _late,
    "window": _window_over,
    "escalate": _next_person,
    "wrote": _still_unread,
    "settle": _silent,
    "orders": ticket_lookup.given_up,
    "same": _same_person,
}


# --- the end ------------------------------------------------------------------------------------


def answering(changes: ChangeSet, ticket: TicketRecord, undo_ms: int) -> None:
    """Set when the ticket closes after a person's answer, unless its customer writes."""
    changes.add_reminder(
        ticket, "settle", Millis(changes.now + undo_ms + (CLOSE_MS if ticket.close_after else AUTO_CLOSE_MS))
    )


def answered_elsewhere(changes: ChangeSet, ticket: TicketRecord) -> TicketRecord:
    """Mark the ticket as answered: a person wrote in the platform's own app."""
    first = ticket.first_answer_at or changes.now
    answered = replace(
        ticket,
        state="answered",
        first_answer_at=first,
        answered_at=changes.now,
        waits_since=Millis(0),
        told=0,
        failure="",
    )
    answering(changes, answered, 0)
    return answered


def unanswered(changes: ChangeSet, ticket: TicketRecord, playbook: Playbook) -> TicketRecord:
    """Start the deadline again: an answer that was thought to be sent did not arrive."""
    if ticket.waits_since:
        return ticket
    ticket = replace(ticket, waits_since=changes.now, told=0)
    _start(changes, ticket, playbook)
    return ticket


def close_answered(changes: ChangeSet, ticket: TicketRecord) -> None:
    """Close an answered ticket; the customer's next message is decided on by the bot again."""
    by = ticket.assignee if ticket.close_after else ""
    ended = replace(ticket, state="closed" if by else "settled", ended_by=by)
    changes.set_ticket(ended)
    ticket_ended(changes, ticket)
    desk_row(changes, ended, "ticket_update")
