"""
Notes in a ticket's thread that repeat what a customer wrote: all of it, in order, in as many notes as it takes.

Each note stores whose messages it repeats: a deleted message must be removed from it. Nothing here decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from ..conversation import Quoted, TicketRecord, TimelineMessage
from ..decision.danger import PRIORITIES
from ..decision.input import DecisionInput
from ..model import MessageId, QueueRank, ThreadCopy, at_desk
from ..playbook.schema import Playbook
from ..store import keys
from .change_set import ChangeSet
from .environment import Desk
from .quoted import QUOTE_CHARS, beside_of, files_of


@dataclass(frozen=True, slots=True)
class _Line:
    shows: tuple[MessageId, ...]  # ids of the messages whose words these are
    text: str
    files: str
    beside: str  # JSON of what else came along, as (kind, words)
    part: str  # "2/7" of one message, "" of what is whole


def desk_row(changes: ChangeSet, ticket: TicketRecord, kind: str, body: str = "", **values: Any) -> str:
    """
    Add a row with one call to the workspace, in the ticket's own order. Without a body, deliver renders the ticket.

    Returns the row's id, "" without a desk.
    """
    if not ticket.desk_account:
        return ""
    where = at_desk(changes.desk.name, ticket.desk_account, ticket.ticket_id)
    values |= {"body": body, "ticket_id": ticket.ticket_id, "stands": rank_of(ticket)}
    return changes.add_row(kind, "system", where, **values)  # type: ignore[arg-type]  # kinds are literals of our callers


def rank_of(ticket: TicketRecord) -> QueueRank:
    """Return the rank of a ticket's rows in the paced queue: an unassigned ticket that is not posted yet can wait."""
    if ticket.priority == PRIORITIES[-1]:
        return "first"
    return "" if ticket.desk_ts or ticket.assignee else "last"


def note_words(changes: ChangeSet, ticket: TicketRecord, inputs: DecisionInput, kind: str, *, reason: str = "") -> None:
    """Post what the customer wrote, and what came along with it, in the ticket's thread."""
    post_messages(changes, ticket, inputs.pending, inputs.playbook, kind, reason=reason)


def post_messages(
    changes: ChangeSet,
    ticket: TicketRecord,
    messages: Sequence[TimelineMessage],
    playbook: Playbook,
    kind: str,
    *,
    reason: str = "",
) -> None:
    """
    Post these messages in the ticket's thread, in one note or in as many as their text needs.

    One transaction holds a limited number of notes. If the last one reads e.g. "3/90", the rest is visible in the
    channel only.
    """
    for line in islice(_lines(messages, changes.desk), changes.remaining_rows):
        fields = {"text": line.text, "files": line.files, "beside": line.beside, "part": line.part, "reason": reason}
        told = ThreadCopy(note=kind, shows=line.shows, code=reason)
        desk_row(changes, ticket, "thread_note", changes.desk.note(ticket, playbook, kind, fields), why=told)
        kind, reason = "goes_on", ""


def change_note(
    changes: ChangeSet,
    ticket: TicketRecord,
    messages: Sequence[TimelineMessage],
    playbook: Playbook,
    kind: str,
    *,
    reason: str,
    instead_of: str,
) -> None:
    """Change what a note shows; `instead_of`: the row that posted it."""
    fields = {"text": _text(messages), "files": files_of(messages), "beside": beside_of(messages), "reason": reason}
    desk_row(
        changes, ticket, "ticket_update", changes.desk.rewritten(ticket, playbook, kind, fields), anchor=instead_of
    )


def kept_whole(changes: ChangeSet, ticket: TicketRecord, before: Sequence[Quoted], playbook: Playbook) -> TicketRecord:
    """
    Return the ticket; every message that its own message at the desk cuts is posted in full in its thread.

    So is every message that it showed `before` and shows no longer, since newer messages take its space.
    """
    if not ticket.desk_account:
        return ticket
    cut = {*changes.desk.cut(ticket, playbook), *(q.message_id for q in ticket.quotes if len(q.text) >= QUOTE_CHARS)}
    shown = {quote.message_id for quote in ticket.quotes} - cut
    now = {quote.message_id: quote for quote in ticket.quotes}
    lost = [quote for each in before if (quote := now.get(each.message_id, each)).here_only]
    lost = [quote for quote in lost if quote.message_id not in shown]
    found = changes.known([quote.message_id for quote in lost])
    if found:
        post_messages(changes, ticket, found, playbook, "in_full")
    told = {quote.message_id for quote in lost}
    quotes = tuple(
        replace(quote, here_only=quote.here_only and quote.message_id not in told) for quote in ticket.quotes
    )
    return replace(ticket, quotes=quotes)


def _lines(messages: Sequence[TimelineMessage], desk: Desk) -> Iterator[_Line]:
    """Yield the notes: messages that fit together share one, a message that is too long gets several."""
    for group in _groups(messages, desk):
        shows = tuple(message.message_id for message in group)
        texts = desk.pieces(_text(group)) or ("",)
        for number, text in enumerate(texts, 1):
            last = number == len(texts)
            files, beside = (files_of(group), beside_of(group)) if last else ("", "")
            yield _Line(shows, text, files, beside, f"{number}/{len(texts)}" if len(texts) > 1 else "")


def _groups(messages: Sequence[TimelineMessage], desk: Desk) -> Iterator[list[TimelineMessage]]:
    group: list[TimelineMessage] = []
    for message in messages:
        elsewhere = group and keys.conversation_of(message.message_id) != keys.conversation_of(group[-1].message_id)
        if elsewhere or (group and not desk.fits(_text([*group, message]))):  # a note is kept with whose words it has
            yield group
            group = []
        group.append(message)
    if group:
        yield group


def _text(messages: Sequence[TimelineMessage]) -> str:
    return "\n".join(message.text for message in messages if message.text)
