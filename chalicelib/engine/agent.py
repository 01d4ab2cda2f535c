"""
What people of the brand change: agents at the desk, and anybody who answers in the platform's own app.

Any message of a person silences the bot in that conversation until it is handed back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..conversation import ENDED, TicketRecord, TicketState, TimelineMessage
from ..model import AgentAction, AgentReply, AgentVerb, Echo, Millis
from ..store import keys
from ..text import same_words
from . import (
    agent_files,
    agent_replies,
    comments,
    copies,
    daily_figures,
    moving,
    order_codes,
    reminders,
    reply_channel,
    ticket_merges,
    unsending,
)
from .apply_decision import put_back
from .change import ProvePart
from .change_set import ChangeSet
from .customer import reconsider, reopened
from .handover import ticket_ended
from .ticket_thread import desk_row

# Actions of an agent who reads the customer's messages: undecided messages are shown on the ticket first.
READS = ("reply", "send_close", "claim", "take_over", "note", "retry", "send_template")


def on_action(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    """Handle an agent's click or submitted form on a ticket."""
    if event.verb in READS:
        ticket = _with_unseen(changes, ticket)
    _VERBS[event.verb](changes, ticket, event)


def on_thread_reply(changes: ChangeSet, ticket: TicketRecord, event: AgentReply) -> None:
    """Store what was typed under a ticket as a note that is never sent; the bot falls silent."""
    _note(changes, _with_unseen(changes, ticket), event.text, event.agent_id)


def _with_unseen(changes: ChangeSet, ticket: TicketRecord) -> TicketRecord:
    """
    Return the ticket with the messages that the bot was still about to answer.

    The agent silences the bot, so nobody else would read these messages.
    """
    row = changes.cancel_held_reply()
    taken = reopened(changes, row.covers) if row else []
    pending = [*taken, *changes.loaded.uncovered]
    if not pending:
        return ticket
    if row:
        put_back(changes, row)
    changes.human_spoke()
    reconsider(changes, pending)
    return changes.ticket if changes.ticket is not None and changes.ticket.ticket_id == ticket.ticket_id else ticket


def on_echo(changes: ChangeSet, event: Echo) -> None:
    """
    Handle a message that the account sent outside Guichet: proof of one of our rows, or a person's answer.

    It may come late: what the customer wrote after it is not answered by it, and a ticket that has that stays open.
    """
    ours, proof = _ours(changes, event)
    if ours:
        changes.first += proof
        return
    address = event.address
    sent_at = changes.environment.said_at(event)
    changes.messages.append(
        TimelineMessage(
            message_id=changes.environment.message_id(changes.loaded.home.conversation_id, event),
            author="native",
            address=address,
            text=event.text,
            sent_at=sent_at,
            received_at=changes.environment.received_at,
            event_id=event.event_id,
            public=event.public,
            state="sent",
        )
    )
    if held := changes.cancel_held_reply():
        put_back(changes, held)
    changes.human_spoke()
    newer = [message for message in changes.loaded.uncovered if message.sent_at > sent_at]
    _cover_open(changes, "answered_natively", but=newer)
    comments.answered_natively(changes, event)
    if newer:
        reconsider(changes, newer)
    if changes.stored is None:
        return
    ticket = changes.ticket or changes.stored
    if changes.after.last_customer.get(keys.recipient(address), 0) <= sent_at:
        if not ticket.first_answer_at:
            hours = changes.loaded.playbook().hours
            changes.counts += daily_figures.first_answer(ticket, changes.now, hours)
        ticket = reminders.answered_elsewhere(changes, ticket)
        changes.set_ticket(ticket)
    _add_note(changes, ticket, "native_answer", {})
    desk_row(changes, ticket, "ticket_update")


def _ours(changes: ChangeSet, event: Echo) -> tuple[bool, list[ProvePart]]:
    """Return whether this echo is of one of our rows whose response was lost, and the proof to store, if it is new."""
    for row in changes.loaded.open_rows(keys.recipient(event.address)):
        if row.state != "claimed":
            continue
        if any(part.platform_id == event.event_id for part in row.parts):
            return True, []
        for index, part in enumerate(row.parts):
            if not part.platform_id and same_words(part.shown["text"], event.text):
                return True, [ProvePart(row, index, event.event_id)]
    return False, []


def _reply(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    newer = ticket.messages - event.seen_rev
    if event.seen_rev and newer > 0:
        if event.text != ticket.suggestion:
            changes.set_ticket(replace(ticket, draft=event.text))
        _add_note(changes, ticket, "stale_reply", {"count": str(newer), "text": event.text, "agent": event.agent_id})
        if event.files:
            agent_files.left_out(changes, ticket, event.agent_id)
        return
    changes.human_spoke()
    _cover_open(changes, "answered_by_agent")
    agent_replies.answer(changes, ticket, event)


def _retry(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    """Send an answer that did not arrive once more: the agent decided so."""
    if ticket.state == "failed" and agent_files.had_files(ticket.answer):
        agent_files.left_out(changes, ticket, event.agent_id)
    elif ticket.state == "failed" and ticket.answer:
        _reply(changes, ticket, replace(event, text=ticket.answer))
    else:
        _add_note(changes, ticket, "too_late", {"agent": event.agent_id})


def _hold(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    """Keep an answer that the channel did not take until the customer writes."""
    if ticket.state == "failed" and agent_files.had_files(ticket.answer):
        agent_files.left_out(changes, ticket, event.agent_id)
    elif ticket.state == "failed" and ticket.answer:
        agent_replies.keep(changes, ticket, ticket.answer)
        reply_channel.tell_elsewhere(changes, changes.ticket or ticket)
    else:
        _add_note(changes, ticket, "too_late", {"agent": event.agent_id})


def _send_template(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    """Send a held answer as the template that the agent saw, at the price that they saw."""
    if ticket.state != "held" or not ticket.answer:
        _add_note(changes, ticket, "too_late", {"agent": event.agent_id})
        return
    changes.human_spoke()
    agent_replies.as_template(changes, ticket, event)


def _take_over(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    """Give a colleague's ticket to this agent; the thread says why. A closed ticket stays closed."""
    if ticket.state not in ENDED:
        changes.human_spoke()
    taken = replace(ticket, assignee=event.agent_id, state="claimed" if ticket.state == "open" else ticket.state)
    changes.set_ticket(taken)
    _add_note(changes, taken, "taken_over", {"agent": event.agent_id, "text": event.text})
    desk_row(changes, taken, "ticket_update")


def _claim(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    changes.human_spoke()
    claimed = replace(ticket, assignee=ticket.assignee or event.agent_id, state="claimed")
    changes.set_ticket(claimed)
    desk_row(changes, claimed, "ticket_update")


def _note(changes: ChangeSet, ticket: TicketRecord, text: str, agent_id: str) -> None:
    now = changes.now
    anchor = changes.event.target_id if isinstance(changes.event, AgentReply) else ""  # the message that was typed
    changes.messages.append(
        TimelineMessage(
            message_id=keys.message_id(ticket.conversation_id, now, "note", changes.event.event_id),
            author="agent",
            address=ticket.address,
            text=text,
            sent_at=now,
            received_at=now,
            event_id=changes.event.event_id,
            anchor=anchor,
            note=True,
            ticket_id=ticket.ticket_id,
        )
    )
    changes.human_spoke()
    _add_note(changes, ticket, "note_kept", {"agent": agent_id, "text": "" if anchor else text, "anchor": anchor})
    if anchor:
        _add_note(changes, ticket, "not_sent", {"agent": agent_id})


def _end(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    """
    Close a ticket or hand the conversation back to the bot.

    If the customer wrote something that the agent's screen did not show, the ticket stays open; a second click ends it.
    """
    if event.seen_rev and ticket.messages > event.seen_rev:
        _add_note(changes, ticket, "unread", {"to": event.agent_id})
        desk_row(changes, ticket, "ticket_update")
        return
    state: TicketState = "returned" if event.verb == "give_back" else "closed"
    ended = replace(ticket, state=state, assignee=ticket.assignee or event.agent_id, ended_by=event.agent_id)
    changes.set_ticket(ended)
    ticket_ended(changes, ticket)
    desk_row(changes, ended, "ticket_update")


def _undo(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    row = changes.loaded.open_row(event.row_id)
    if row is None or row.state != "pending" or row.ticket_id != ticket.ticket_id:
        _add_note(changes, ticket, "too_late", {"agent": event.agent_id})
        return
    changes.cancel(row)
    draft = agent_files.words(ticket.answer)
    back = replace(ticket, state="claimed", draft=draft, answer="", row_id="", undo_until=Millis(0))
    changes.set_ticket(back)
    _add_note(changes, back, "cancelled", {"agent": event.agent_id})
    if draft != ticket.answer:
        agent_files.left_out(changes, back, event.agent_id)
    desk_row(changes, back, "ticket_update")


def _cover_open(changes: ChangeSet, reason: str, but: Sequence[TimelineMessage] = ()) -> None:
    covered = [message.message_id for message in changes.loaded.uncovered if message not in but]
    changes.cover(covered, reason)
    changes.set(uncovered_from="", hold_until=Millis(0))


def _add_note(changes: ChangeSet, ticket: TicketRecord, kind: str, fields: dict[str, str]) -> None:
    playbook = changes.loaded.playbook()
    desk_row(changes, ticket, "thread_note", changes.desk.note(ticket, playbook, kind, fields))


def _wrote_note(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    _note(changes, ticket, event.text, event.agent_id)


def _switched(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    kind = "bot_stopped" if event.verb == "stop_brand" else "bot_started"
    _add_note(changes, ticket, kind, {"agent": event.agent_id})


def _same_person(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    """Say in the thread what an agent decided of two contacts, and show the ticket without what is decided."""
    _add_note(changes, ticket, _TIED[event.verb], {"agent": event.agent_id})
    desk_row(changes, ticket, "ticket_update")


def _merged(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    """Two contacts became one, as an agent attested: their two open tickets become one now, or the thread says so."""
    if not ticket_merges.on_due(changes, ticket, ticket_merges.JOINED):
        _same_person(changes, ticket, event)


_TIED: Mapping[AgentVerb, str] = {
    "link": "same_person",
    "refuse_link": "not_same",
    "unlink": "unlinked",
    "merge": "united",
}


def _continue_on(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    """Lead the customer to another channel, send the last answer there too, or a code to the address of their order."""
    if event.text.startswith(copies.BY_AGENT):
        copies.by_agent(changes, ticket, event)
    else:
        takes = order_codes.by_agent if event.text == order_codes.BY_AGENT else moving.by_agent
        takes(changes, ticket, event)


_VERBS: Mapping[AgentVerb, Callable[[ChangeSet, TicketRecord, AgentAction], None]] = {
    "reply": _reply,
    "send_close": _reply,
    "hold": _hold,
    "send_template": _send_template,
    "claim": _claim,
    "take_over": _take_over,
    "note": _wrote_note,
    "close": _end,
    "give_back": _end,
    "undo": _undo,
    "retry": _retry,
    "unsend": unsending.asked,
    **dict.fromkeys(("link", "refuse_link", "unlink"), _same_person),
    "merge": _merged,
    "continue_on": _continue_on,
    "stop_brand": _switched,
    "start_brand": _switched,
}
