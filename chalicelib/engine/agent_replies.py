"""
A person's answer: sent after the time to undo it, or held until the channel takes messages again.

An answer is held when the channel's window has closed. When the customer writes again it is sent by itself if they only
said hello or thanks; otherwise it is proposed to its agent, who sees the new messages. Where the brand has a template,
its agent may let it go as that meanwhile: each one by a press, with words and price before their eyes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from .. import template_offers
from ..conversation import TicketRecord, TimelineMessage
from ..courtesy import is_greeting
from ..decision.input import DecisionInput
from ..decision.praise import courtesy_in
from ..model import AgentAction, Decided, Decision, Hold, Millis, Part, Ticket
from . import agent_files, reminders, reply_channel
from .change_set import ChangeSet
from .ticket_thread import desk_row

NOTHING: Mapping[str, str] = MappingProxyType({})


def answer(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    """Handle an agent's answer: it is sent, or held if the channel takes none; then its files are left out."""
    ticket = reply_channel.routed(changes, ticket, files=len(event.files))
    window = changes.environment.window_end(changes.after, ticket.address, public=ticket.public, human=True)
    if not window or changes.now <= window:
        _leaves(changes, ticket, event.text, event.agent_id, window=window, event=event)
        return
    keep(changes, replace(ticket, assignee=ticket.assignee or event.agent_id), event.text)
    reply_channel.tell_elsewhere(changes, ticket)
    if event.files:
        agent_files.left_out(changes, changes.ticket or ticket, event.agent_id)


def _leaves(
    changes: ChangeSet, ticket: TicketRecord, text: str, agent: str, *, window: Millis, event: AgentAction | None = None
) -> None:
    """Send an answer after the time to undo it. `event`: what the agent did now; a held answer has none."""
    undo_ms = changes.loaded.playbook().limits.undo_ms
    files = agent_files.refs(changes, event) if event else ()
    row_id = changes.add_row(
        "agent_reply",
        "agent",
        ticket.address,
        agent_files.parts(changes, ticket, text, files),
        wait_ms=undo_ms,
        public=ticket.public,
        anchor=ticket.anchor,
        body=agent_files.body(event, files) if event else "",
        why=Decided(reason="agent", agent=agent),
        ticket_id=ticket.ticket_id,
        window_until=window,
    )
    after = replace(
        ticket,
        state="sending",
        assignee=ticket.assignee or agent,
        answer=agent_files.with_names(text, event.files if event else ()),
        answer_covers=ticket.messages,
        row_id=row_id,
        undo_until=Millis(changes.now + undo_ms),
        failure="",
        draft="",
        close_after=event is not None and event.verb == "send_close",
        window_closed=False,
        snoozed_until=Millis(0),
    )
    changes.set_ticket(after)
    reminders.answering(changes, after, undo_ms)
    desk_row(changes, after, "ticket_update")


def refused(changes: ChangeSet, ticket: TicketRecord) -> bool:
    """
    Send an answer that the platform refused for its closed window to where its customer chose to go on; False: nowhere.

    One bubble without files only: of several, some may have arrived, and a file is not chosen for another channel.
    """
    text = ticket.answer
    if ticket.state not in ("sending", "answered") or not text or agent_files.had_files(text):
        return False
    if len(changes.environment.split_for(ticket.address, text, public=ticket.public)) > 1:
        return False
    there = reply_channel.refused(changes, ticket)
    if there is ticket:
        return False
    there = reminders.unanswered(changes, there, changes.loaded.playbook())
    _leaves(changes, there, text, ticket.assignee, window=there.answer_by)
    if ticket.close_after:
        changes.set_ticket(replace(changes.ticket or there, close_after=True))
    return True


def as_template(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    """
    Send a held answer as a template after the time to undo it; keep it where the offer is not what the agent saw.

    The ticket stays without a window meanwhile, by which a failure of this row is told from another's.
    """
    playbook, traits = changes.loaded.playbook(), changes.environment.traits(ticket.address.channel)
    offer = template_offers.offer(ticket, playbook, traits)
    if offer is None or offer.template is None or offer.mark != event.text:
        _add_note(changes, ticket, "template_changed")
        desk_row(changes, ticket, "ticket_update")
        return
    undo_ms = playbook.limits.undo_ms
    row_id = changes.add_row(
        "agent_reply",
        "agent",
        ticket.address,
        (Part(text=offer.text, template=offer.template),),
        wait_ms=undo_ms,
        anchor=ticket.anchor,
        why=Decided(reason="agent", agent=event.agent_id),
        ticket_id=ticket.ticket_id,
    )
    after = replace(
        ticket,
        state="sending",
        assignee=ticket.assignee or event.agent_id,
        answer_covers=ticket.messages,
        row_id=row_id,
        undo_until=Millis(changes.now + undo_ms),
        failure="",
        draft="",
        window_closed=True,
        snoozed_until=Millis(0),
    )
    changes.set_ticket(after)
    reminders.answering(changes, after, undo_ms)
    desk_row(changes, after, "ticket_update")


def template_failed(changes: ChangeSet, ticket: TicketRecord, code: str) -> None:
    """Keep an answer whose template did not go, and say why; nothing is offered again until its agent writes."""
    keep(changes, ticket, ticket.answer, failure=code)


def keep(changes: ChangeSet, ticket: TicketRecord, text: str, *, failure: str = "") -> None:
    """Keep an answer on its ticket until the customer writes. `failure`: why its template did not go."""
    kept = replace(
        ticket,
        state="held",
        answer=text,
        row_id="",
        undo_until=Millis(0),
        failure=failure,
        draft=text,
        close_after=False,
        window_closed=True,
        waits_since=Millis(0),
        snoozed_until=Millis(0),
        told=0,
    )
    changes.set_ticket(kept)
    _add_note(changes, kept, "template_failed" if failure else "held", {"reason": failure, "to": kept.assignee})
    desk_row(changes, kept, "ticket_update")


def customer_wrote(changes: ChangeSet, inputs: DecisionInput, decision: Decision) -> None:
    """Decide on a held answer now that its customer has written again."""
    stored = changes.stored
    if stored is None or stored.state != "held" or isinstance(decision, Hold):
        return
    last = inputs.last
    reply_channel.untold(changes, stored)
    window = changes.environment.window_end(changes.after, last.address, public=last.public, human=True)
    here = replace(
        changes.ticket or stored, address=last.address, public=last.public, anchor=last.anchor, answer_by=window
    )
    if all(_is_small_talk(message) for message in inputs.pending):
        _add_note(changes, here, "held_leaves")
        _leaves(changes, here, stored.answer, stored.assignee, window=window)
    else:
        _offered(changes, here, stored.answer, inputs, decision)


def _offered(
    changes: ChangeSet, ticket: TicketRecord, held_text: str, inputs: DecisionInput, decision: Decision
) -> None:
    """Turn the held answer into the ticket's suggestion, also if the bot answers the new message."""
    ticket = reminders.unanswered(changes, replace(ticket, window_closed=False), inputs.playbook)
    if not isinstance(decision, Ticket):  # else its agent is called for the words in its thread
        ticket = reminders.call(changes, ticket, inputs.playbook)
    ticket = replace(
        ticket,
        state="claimed" if ticket.assignee else "open",
        suggestion=held_text,
        suggested=ticket.messages,
        draft=held_text,
        answer="",
        answer_covers=0,
    )
    changes.set_ticket(ticket)
    _add_note(changes, ticket, "held_offered")
    desk_row(changes, ticket, "ticket_update")


def _is_small_talk(message: TimelineMessage) -> bool:
    """Return whether a message asks for nothing: thanks, or hello."""
    return courtesy_in(message) != "" or (not message.attachments and is_greeting(message.text))


def _add_note(changes: ChangeSet, ticket: TicketRecord, kind: str, fields: Mapping[str, str] = NOTHING) -> None:
    playbook = changes.loaded.playbook()
    desk_row(changes, ticket, "thread_note", changes.desk.note(ticket, playbook, kind, fields))
