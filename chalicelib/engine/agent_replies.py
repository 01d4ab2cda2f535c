"""
A person's answer: sent after the time to undo it, or held until the channel takes messages again.

An answer is held when the channel's window has closed. When the customer writes again it is sent by itself if they only
said hello or thanks; otherwise it is proposed to its agent, who sees the new messages.
"""

from __future__ import annotations

from dataclasses import replace

from ..conversation import TicketRecord, TimelineMessage
from ..courtesy import courtesy_of, is_greeting
from ..decision.input import View
from ..model import Decided, Decision, Hold, Millis, Ticket
from . import reminders
from .change_set import Draft
from .ticket_thread import desk_row


def answer(draft: Draft, ticket: TicketRecord, text: str, agent: str, *, close: bool = False) -> None:
    """Handle an agent's answer: it is sent, or held if the channel takes none. `close`: the ticket closes with it."""
    window = draft.environment.window_end(draft.after, ticket.address, public=ticket.public, human=True)
    if window and draft.now > window:
        held(draft, replace(ticket, assignee=ticket.assignee or agent), text)
    else:
        _leaves(draft, ticket, text, agent, window=window, close=close)


def _leaves(draft: Draft, ticket: TicketRecord, text: str, agent: str, *, window: Millis, close: bool = False) -> None:
    undo_ms = draft.loaded.playbook().limits.undo_ms
    row_id = draft.add_row(
        "agent_reply",
        "agent",
        ticket.address,
        draft.environment.split_for(ticket.address, text, public=ticket.public),
        wait_ms=undo_ms,
        public=ticket.public,
        anchor=ticket.anchor,
        why=Decided(reason="agent", agent=agent),
        ticket_id=ticket.ticket_id,
        window_until=window,
    )
    after = replace(
        ticket,
        state="sending",
        assignee=ticket.assignee or agent,
        answer=text,
        answer_covers=ticket.messages,
        row_id=row_id,
        undo_until=Millis(draft.now + undo_ms),
        failure="",
        draft="",
        close_after=close,
        window_closed=False,
    )
    draft.set_ticket(after)
    reminders.answering(draft, after, undo_ms)
    desk_row(draft, after, "ticket_update")


def held(draft: Draft, ticket: TicketRecord, text: str) -> None:
    """Keep an answer on its ticket until the customer writes."""
    kept = replace(
        ticket,
        state="held",
        answer=text,
        row_id="",
        undo_until=Millis(0),
        failure="",
        draft=text,
        close_after=False,
        window_closed=True,
        waits_since=Millis(0),
        told=0,
    )
    draft.set_ticket(kept)
    _say(draft, kept, "held")
    desk_row(draft, kept, "ticket_update")


def customer_wrote(draft: Draft, view: View, decision: Decision) -> None:
    """Decide on a held answer now that its customer has written again."""
    stored = draft.stored
    if stored is None or stored.state != "held" or isinstance(decision, Hold):
        return
    last = view.last
    window = draft.environment.window_end(draft.after, last.address, public=last.public, human=True)
    here = replace(
        draft.ticket or stored, address=last.address, public=last.public, anchor=last.anchor, answer_by=window
    )
    if all(_is_small_talk(message) for message in view.pending):
        _say(draft, here, "held_leaves")
        _leaves(draft, here, stored.answer, stored.assignee, window=window)
    else:
        _offered(draft, here, stored.answer, view, decision)


def _offered(draft: Draft, ticket: TicketRecord, held_text: str, view: View, decision: Decision) -> None:
    """Turn the held answer into the ticket's suggestion, also if the bot answers the new message."""
    ticket = reminders.unanswered(draft, replace(ticket, window_closed=False), view.playbook)
    if not isinstance(decision, Ticket):  # else its agent is called for the words in its thread
        ticket = reminders.call(draft, ticket, view.playbook)
    ticket = replace(
        ticket,
        state="claimed" if ticket.assignee else "open",
        suggestion=held_text,
        suggested=ticket.messages,
        draft=held_text,
        answer="",
        answer_covers=0,
    )
    draft.set_ticket(ticket)
    _say(draft, ticket, "held_offered")
    desk_row(draft, ticket, "ticket_update")


def _is_small_talk(message: TimelineMessage) -> bool:
    """Return whether a message asks for nothing: thanks, or hello."""
    return not message.attachments and (courtesy_of(message.text) != "" or is_greeting(message.text))


def _say(draft: Draft, ticket: TicketRecord, kind: str) -> None:
    playbook = draft.loaded.playbook()
    desk_row(draft, ticket, "thread_note", draft.desk.note(ticket, playbook, kind, {}))
