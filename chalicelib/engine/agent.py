"""
What people of the brand change: agents in Slack, and anybody who answers in the platform's own app.

Any message of a person silences the bot in that conversation until it is handed back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from ..conversation import ENDED, TicketRecord, TicketState, TimelineMessage
from ..model import AgentAction, AgentReply, AgentVerb, Echo, Millis
from ..store import keys
from . import agent_replies, daily_figures, reminders
from .apply_decision import put_back
from .change import ProvePart
from .change_set import Draft
from .customer import reconsider, reopened
from .handover import ticket_ended
from .ticket_thread import desk_row

# What one does with the customer's words before one's eyes: what was still to be decided is shown first.
READS = ("reply", "send_close", "claim", "take_over", "note", "retry")
_LINK = re.compile(r"https?://\S+|(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.ASCII)


def acted(draft: Draft, ticket: TicketRecord, event: AgentAction) -> None:
    """Handle an agent's click or submitted form on a ticket."""
    if event.verb in READS:
        ticket = _with_unseen(draft, ticket)
    _VERBS[event.verb](draft, ticket, event)


def typed_in_thread(draft: Draft, ticket: TicketRecord, event: AgentReply) -> None:
    """Store what was typed under a ticket as a note that is never sent; the bot falls silent."""
    _note(draft, _with_unseen(draft, ticket), event.text, event.agent_id)


def _with_unseen(draft: Draft, ticket: TicketRecord) -> TicketRecord:
    """
    Return the ticket with the messages that the bot was still about to answer.

    The agent silences the bot, so nobody else would read these messages.
    """
    row = draft.cancel_held()
    taken = reopened(draft, row.covers) if row else []
    pending = [*taken, *draft.loaded.uncovered]
    if not pending:
        return ticket
    if row:
        put_back(draft)
    draft.human_spoke()
    reconsider(draft, pending)
    return draft.ticket if draft.ticket is not None and draft.ticket.ticket_id == ticket.ticket_id else ticket


def answered_natively(draft: Draft, event: Echo) -> None:
    """Handle a message that the account sent outside Guichet: proof of one of our rows, or a person's answer."""
    ours, proof = _ours(draft, event)
    if ours:
        draft.first += proof
        return
    address = event.address
    sent_at = draft.environment.said_at(event)
    draft.messages.append(
        TimelineMessage(
            message_id=draft.environment.message_id(draft.after.conversation_id, event),
            author="native",
            address=address,
            text=event.text,
            sent_at=sent_at,
            received_at=draft.environment.received_at,
            event_id=event.event_id,
            public=event.public,
            state="sent",
        )
    )
    if draft.cancel_held():
        put_back(draft)
    draft.human_spoke()
    _cover_open(draft, "answered_natively")
    if draft.stored is not None:
        if not draft.stored.first_answer_at:
            hours = draft.loaded.playbook().hours
            draft.counts += daily_figures.first_answer(draft.stored, draft.now, hours)
        ticket = reminders.answered_elsewhere(draft, draft.stored)
        draft.set_ticket(ticket)
        _say(draft, ticket, "native_answer", {})
        desk_row(draft, ticket, "ticket_update")


def _ours(draft: Draft, event: Echo) -> tuple[bool, list[ProvePart]]:
    """Return whether this echo is of a row of ours whose own response was lost, and what proves it, if it is news."""
    for row in draft.loaded.open_rows(keys.recipient(event.address)):
        if row.state != "claimed":
            continue
        if any(part.platform_id == event.event_id for part in row.parts):
            return True, []
        for index, part in enumerate(row.parts):
            if not part.platform_id and _same_words(part.text, event.text):
                return True, [ProvePart(row, index, event.event_id)]
    return False, []


def _same_words(ours: str, theirs: str) -> bool:
    """Return whether a platform's copy is our text; spaces and links, which platforms shorten, are ignored."""
    return _LINK.sub("", ours).split() == _LINK.sub("", theirs).split()


def _reply(draft: Draft, ticket: TicketRecord, event: AgentAction) -> None:
    newer = ticket.messages - event.seen_rev
    if event.seen_rev and newer > 0:
        if event.text != ticket.suggestion:
            draft.set_ticket(replace(ticket, draft=event.text))
        _say(draft, ticket, "stale_reply", {"count": str(newer), "text": event.text, "agent": event.agent_id})
        return
    draft.human_spoke()
    _cover_open(draft, "answered_by_agent")
    agent_replies.answer(draft, ticket, event.text, event.agent_id, close=event.verb == "send_close")


def _retry(draft: Draft, ticket: TicketRecord, event: AgentAction) -> None:
    """Send an answer that did not arrive once more: the agent decided so."""
    if ticket.state == "failed" and ticket.answer:
        _reply(draft, ticket, replace(event, text=ticket.answer))
    else:
        _say(draft, ticket, "too_late", {"agent": event.agent_id})


def _hold(draft: Draft, ticket: TicketRecord, event: AgentAction) -> None:
    """Keep an answer that the channel did not take until the customer writes."""
    if ticket.state == "failed" and ticket.answer:
        agent_replies.held(draft, ticket, ticket.answer)
    else:
        _say(draft, ticket, "too_late", {"agent": event.agent_id})


def _take_over(draft: Draft, ticket: TicketRecord, event: AgentAction) -> None:
    """Give a colleague's ticket to this agent; the thread says why. A closed ticket stays closed."""
    if ticket.state not in ENDED:
        draft.human_spoke()
    taken = replace(ticket, assignee=event.agent_id, state="claimed" if ticket.state == "open" else ticket.state)
    draft.set_ticket(taken)
    _say(draft, taken, "taken_over", {"agent": event.agent_id, "text": event.text})
    desk_row(draft, taken, "ticket_update")


def _claim(draft: Draft, ticket: TicketRecord, event: AgentAction) -> None:
    draft.human_spoke()
    claimed = replace(ticket, assignee=ticket.assignee or event.agent_id, state="claimed")
    draft.set_ticket(claimed)
    desk_row(draft, claimed, "ticket_update")


def _note(draft: Draft, ticket: TicketRecord, text: str, agent_id: str) -> None:
    now = draft.now
    anchor = draft.event.target_id if isinstance(draft.event, AgentReply) else ""  # the message that was typed
    draft.messages.append(
        TimelineMessage(
            message_id=keys.message_id(draft.after.conversation_id, now, "note", draft.event.event_id),
            author="agent",
            address=ticket.address,
            text=text,
            sent_at=now,
            received_at=now,
            event_id=draft.event.event_id,
            anchor=anchor,
            note=True,
            ticket_id=ticket.ticket_id,
        )
    )
    draft.human_spoke()
    _say(draft, ticket, "note_kept", {"agent": agent_id, "text": "" if anchor else text, "anchor": anchor})
    if anchor:
        _say(draft, ticket, "not_sent", {"agent": agent_id})


def _end(draft: Draft, ticket: TicketRecord, event: AgentAction) -> None:
    """
    Close a ticket or hand the conversation back to the bot.

    If the customer wrote something that the agent's screen did not show, the ticket stays open; a second click ends it.
    """
    if event.seen_rev and ticket.messages > event.seen_rev:
        _say(draft, ticket, "unread", {"to": event.agent_id})
        desk_row(draft, ticket, "ticket_update")
        return
    state: TicketState = "returned" if event.verb == "give_back" else "closed"
    ended = replace(ticket, state=state, assignee=ticket.assignee or event.agent_id, ended_by=event.agent_id)
    draft.set_ticket(ended)
    ticket_ended(draft, ticket)
    desk_row(draft, ended, "ticket_update")


def _undo(draft: Draft, ticket: TicketRecord, event: AgentAction) -> None:
    row = draft.loaded.open_row(event.row_id)
    if row is None or row.state != "pending" or row.ticket_id != ticket.ticket_id:
        _say(draft, ticket, "too_late", {"agent": event.agent_id})
        return
    draft.cancel(row)
    back = replace(ticket, state="claimed", draft=ticket.answer, answer="", row_id="", undo_until=Millis(0))
    draft.set_ticket(back)
    _say(draft, back, "cancelled", {"agent": event.agent_id})
    desk_row(draft, back, "ticket_update")


def _cover_open(draft: Draft, reason: str) -> None:
    draft.cover([message.message_id for message in draft.loaded.uncovered], reason)
    draft.set(uncovered_from="", hold_until=Millis(0))


def _say(draft: Draft, ticket: TicketRecord, kind: str, fields: dict[str, str]) -> None:
    playbook = draft.loaded.playbook()
    desk_row(draft, ticket, "thread_note", draft.desk.note(ticket, playbook, kind, fields))


def _wrote_note(draft: Draft, ticket: TicketRecord, event: AgentAction) -> None:
    _note(draft, ticket, event.text, event.agent_id)


def _switched(draft: Draft, ticket: TicketRecord, event: AgentAction) -> None:
    kind = "bot_stopped" if event.verb == "stop_brand" else "bot_started"
    _say(draft, ticket, kind, {"agent": event.agent_id})


_VERBS: Mapping[AgentVerb, Callable[[Draft, TicketRecord, AgentAction], None]] = {
    "reply": _reply,
    "send_close": _reply,
    "hold": _hold,
    "claim": _claim,
    "take_over": _take_over,
    "note": _wrote_note,
    "close": _end,
    "give_back": _end,
    "undo": _undo,
    "retry": _retry,
    "stop_brand": _switched,
    "start_brand": _switched,
}
