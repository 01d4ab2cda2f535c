"""
Updates tickets after a customer edited or deleted a message: the stored ticket, its Slack message and its thread.

An edit adds a note to the thread. A deletion removes the text from the stored ticket, from its Slack message, and from
every note that repeats it: notes that are still waiting are not sent, posted notes are rewritten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..conversation import TicketRecord, TimelineMessage
from ..model import AccountId, Address, MessageId, Millis, OutboxRow, PersonId, Shown
from ..ports import DESK_CHANNEL
from ..store import keys
from . import attachments
from .change_set import Draft
from .quoted import corrected, shows
from .ticket_thread import desk_row, words_left, words_shown

_Line = TimelineMessage | OutboxRow
LOOKED_THROUGH = 400  # items after the message in which tickets that show it are looked for
OPEN = ("open", "claimed")
OWN_WORDS = (
    "customer_wrote",
    "customer_closes",
    "reaction",
    "customer_edited",
    "in_full",
    "goes_on",
)  # lines that say nothing without the customer's words


def amend(draft: Draft, message: TimelineMessage) -> None:
    """Update every ticket, open or closed, that shows this message. `message` is its new state."""
    found = dict.fromkeys(each.ticket_id for each in _later(draft, message) if each.ticket_id)
    own = draft.stored
    if own is not None:
        found[own.ticket_id] = None
    others = draft.loaded.tickets([each for each in found if own is None or each != own.ticket_id])
    tickets = [ticket for each in found if (ticket := own if own and own.ticket_id == each else others[each])]
    shown = [(ticket, _lines(lines, ticket, message)) for ticket, lines in _written(draft, tickets, message)]
    if message.deleted:
        draft.loaded.messages(
            [each for _, lines in shown for line in lines if line.kind != "file" for each in _shows(line)]
        )
    for ticket, lines in shown:
        if lines or shows(ticket.quotes, message.message_id):
            _amend(draft, ticket, message, lines)


def _amend(
    draft: Draft,
    stored: TicketRecord,
    message: TimelineMessage,
    lines: Sequence[_Line],
) -> None:
    mine = draft.ticket if draft.ticket is not None and draft.ticket.ticket_id == stored.ticket_id else stored
    # An edit counts as a new message: an answer to the words before it is held back, as one to fewer words would be.
    more = int(not message.deleted and stored.state in OPEN)
    ticket = replace(mine, quotes=corrected(mine.quotes, message), messages=mine.messages + more)
    if mine is stored and stored is not draft.stored:
        draft.set_other_ticket(ticket)
    else:
        draft.set_ticket(ticket)
    playbook = draft.loaded.playbook()
    if message.deleted:
        for line in lines:
            if line.kind == "file":
                attachments.took_back(draft, ticket, line)
            else:
                _rewrite(draft, ticket, line)
        desk_row(draft, ticket, "thread_note", draft.desk.note(ticket, playbook, "customer_deleted", {}))
    else:
        words_shown(draft, ticket, (message,), playbook, "customer_edited")
    desk_row(draft, ticket, "ticket_update")


def _rewrite(draft: Draft, ticket: TicketRecord, line: _Line) -> None:
    """Remove a deleted message from one note of the thread: cancel the note if it waits, else change it in Slack."""
    if not isinstance(line.why, Shown):
        raise TypeError(line.kind)  # what shows a message says which
    told = line.why
    kind, playbook = told.note, draft.loaded.playbook()
    left = tuple(draft.known(told.shows))
    if isinstance(line, OutboxRow) and line.state == "pending":
        if draft.cancel(line) and (left or kind not in OWN_WORDS):
            words_shown(draft, ticket, left, playbook, kind, reason=told.code)
        return
    if not left and kind in OWN_WORDS:
        kind = "customer_deleted"
    words_left(draft, ticket, left, playbook, kind, reason=told.code, instead_of=line.row_id)


def _later(draft: Draft, message: TimelineMessage, after: str = "") -> list[TimelineMessage]:
    """Return the messages after this one, in its conversation and in the one that it was merged into."""
    since = Millis(max(0, min(message.sent_at, message.received_at) - 1))
    found: list[TimelineMessage] = []
    own = keys.conversation_of(message.message_id)
    for conversation_id in dict.fromkeys((own, draft.loaded.conversation.conversation_id)):
        low = keys.message(draft.loaded.brand, keys.message_id(conversation_id, since, "")).sk
        found += draft.loaded.messages_from(conversation_id, low, limit=LOOKED_THROUGH, after=after)
    return found


def _written(
    draft: Draft, tickets: Sequence[TicketRecord], message: TimelineMessage
) -> list[tuple[TicketRecord, list[_Line]]]:
    """
    Return each ticket with what was posted since, and what waits.

    The outboxes are read first, and the timeline once more: a note that is sent meanwhile is then in it.
    """
    if not tickets:
        return []
    waiting = draft.loaded.waiting([_recipient(ticket) for ticket in tickets])
    later = _later(draft, message, after="outbox")
    ended = {each.row_id for each in later}
    left = [[row for row in rows if row.row_id not in ended] for rows in waiting]
    return [(ticket, [*later, *rows]) for ticket, rows in zip(tickets, left, strict=True)]


def _recipient(ticket: TicketRecord) -> str:
    return keys.recipient(Address(DESK_CHANNEL, AccountId(ticket.desk_account), PersonId(ticket.ticket_id)))


def _lines(written: Sequence[_Line], ticket: TicketRecord, message: TimelineMessage) -> list[_Line]:
    """Return the ticket's notes that repeat this message."""
    mine = [each for each in written if each.ticket_id == ticket.ticket_id]
    return [each for each in mine if message.message_id in _shows(each)]


def _shows(line: _Line) -> list[MessageId]:
    """Return the ids of the customer's messages that this note repeats; none for any other row."""
    if line.kind not in ("thread_note", "file") or line.state in ("cancelled", "failed"):
        return []
    return list(line.why.shows) if isinstance(line.why, Shown) else []
