"""
Updates tickets after a customer edited or deleted a message: the stored ticket, its message at the desk and its thread.

An edit adds a note to the thread. A deletion removes the text from the stored ticket, from its message at the desk, and
from every note that repeats it: notes that are still waiting are not sent, posted notes are rewritten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..conversation import TicketRecord, TimelineMessage
from ..model import ROW_TRAITS, MessageId, Millis, OutboxRow, ThreadCopy, at_desk
from ..store import keys
from . import attachments
from .change_set import ChangeSet
from .quoted import corrected, shows
from .ticket_thread import change_note, desk_row, post_messages

_Note = TimelineMessage | OutboxRow
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


def update_tickets(changes: ChangeSet, message: TimelineMessage, *, gone: str = "customer_deleted") -> None:
    """
    Update every ticket, open or closed, that shows this message. `message` is its new state.

    `gone`: the note that tells of a deleted one; "" where another tells it.
    """
    found = dict.fromkeys(each.ticket_id for each in _later(changes, message) if each.ticket_id)
    own = changes.stored
    if own is not None:
        found[own.ticket_id] = None
    others = changes.loaded.tickets([each for each in found if own is None or each != own.ticket_id])
    joined = [each.joined for each in others.values() if each is not None and each.joined and each.joined not in found]
    others |= changes.loaded.tickets(joined)
    found |= dict.fromkeys(joined)
    tickets = [ticket for each in found if (ticket := own if own and own.ticket_id == each else others[each])]
    shown = [(ticket, _notes(notes, ticket, message)) for ticket, notes in _written(changes, tickets, message)]
    if message.deleted:
        changes.loaded.messages(
            [each for _, notes in shown for note in notes if not _is_file(note) for each in _shows(note)]
        )
    for ticket, notes in shown:
        if notes or shows(ticket.quotes, message.message_id):
            _update_ticket(changes, ticket, message, notes, gone)


def _update_ticket(
    changes: ChangeSet, stored: TicketRecord, message: TimelineMessage, notes: Sequence[_Note], gone: str
) -> None:
    mine = changes.ticket if changes.ticket is not None and changes.ticket.ticket_id == stored.ticket_id else stored
    # An edit counts as a new message: an answer to the words before it is held back, as one to fewer words would be.
    more = int(not message.deleted and stored.state in OPEN)
    ticket = replace(mine, quotes=corrected(mine.quotes, message), messages=mine.messages + more)
    if mine is stored and stored is not changes.stored:
        changes.set_other_ticket(ticket)
    else:
        changes.set_ticket(ticket)
    playbook = changes.loaded.playbook()
    if message.deleted:
        for note in notes:
            if _is_file(note):
                attachments.took_back(changes, ticket, note)
            else:
                _rewrite(changes, ticket, note)
        if gone:
            desk_row(changes, ticket, "thread_note", changes.desk.note(ticket, playbook, gone, {}))
    else:
        post_messages(changes, ticket, (message,), playbook, "customer_edited")
    desk_row(changes, ticket, "ticket_update")


def _rewrite(changes: ChangeSet, ticket: TicketRecord, note: _Note) -> None:
    """Remove a deleted message from one note of the thread: cancel the note if it waits, else change it at the desk."""
    if not isinstance(note.why, ThreadCopy):
        raise TypeError(note.kind)  # what shows a message says which
    copy = note.why
    kind, playbook = copy.note, changes.loaded.playbook()
    left = tuple(changes.known(copy.shows))
    if isinstance(note, OutboxRow) and note.state == "pending":
        if changes.cancel(note) and (left or kind not in OWN_WORDS):
            post_messages(changes, ticket, left, playbook, kind, reason=copy.code)
        return
    if not left and kind in OWN_WORDS:
        kind = "customer_deleted"
    change_note(changes, ticket, left, playbook, kind, reason=copy.code, instead_of=note.row_id)


def _later(changes: ChangeSet, message: TimelineMessage, after: str = "") -> list[TimelineMessage]:
    """Return the messages after this one, in its conversation and in the one that it was merged into."""
    since = Millis(max(0, min(message.sent_at, message.received_at) - 1))
    found: list[TimelineMessage] = []
    own = keys.conversation_of(message.message_id)
    for conversation_id in dict.fromkeys((own, changes.loaded.conversation.conversation_id)):
        low = keys.message(changes.loaded.brand, keys.message_id(conversation_id, since, "")).sk
        found += changes.loaded.messages_from(conversation_id, low, limit=LOOKED_THROUGH, after=after)
    return found


def _written(
    changes: ChangeSet, tickets: Sequence[TicketRecord], message: TimelineMessage
) -> list[tuple[TicketRecord, list[_Note]]]:
    """
    Return each ticket with what was posted since, and what waits.

    The outboxes are read first, and the timeline once more: a note that is sent meanwhile is then in it.
    """
    if not tickets:
        return []
    waiting = changes.loaded.waiting([_recipient(changes, ticket) for ticket in tickets])
    later = _later(changes, message, after="outbox")
    ended = {each.row_id for each in later}
    left = [[row for row in rows if row.row_id not in ended] for rows in waiting]
    return [(ticket, [*later, *rows]) for ticket, rows in zip(tickets, left, strict=True)]


def _recipient(changes: ChangeSet, ticket: TicketRecord) -> str:
    return keys.recipient(at_desk(changes.desk.name, ticket.desk_account, ticket.ticket_id))


def _notes(written: Sequence[_Note], ticket: TicketRecord, message: TimelineMessage) -> list[_Note]:
    """Return the ticket's notes that repeat this message."""
    mine = [each for each in written if each.ticket_id == ticket.ticket_id]
    return [each for each in mine if message.message_id in _shows(each)]


def _shows(note: _Note) -> list[MessageId]:
    """Return the ids of the customer's messages that this note repeats; none for any other row."""
    if note.state in ("cancelled", "failed") or not isinstance(note.why, ThreadCopy):
        return []
    return list(note.why.shows)


def _is_file(note: _Note) -> bool:
    return ROW_TRAITS[note.kind].file
