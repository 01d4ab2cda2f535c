"""
Files that a customer sent: fetched at once, because links expire, and shown in the ticket's thread.

Fetching a file is an outbox row of kind "media" (`stages.media`), whose result comes back as a MediaFetched.
Showing it at a desk is a row of kind "file", in the ticket's order. `TimelineMessage.media` has the state of each file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..conversation import TicketRecord, TimelineMessage
from ..media_types import WORDS
from ..model import Attachment, MediaFetched, OutboxRow, ThreadCopy, at_desk
from ..store import keys
from ..store.items import compact
from .change_set import NO_WORDS, ChangeSet
from .quoted import with_media
from .ticket_thread import desk_row, rank_of

FETCHED = WORDS | {"image", "photo", "video", "animated_gif", "audio", "voice", "document", "file", "media"}
MOST = 10  # files of one message


def ask(changes: ChangeSet, message: TimelineMessage, files: Sequence[Attachment]) -> TimelineMessage:
    """Add rows that fetch the files of a new message; returns the message with its files marked as coming."""
    wanted = [(n, file) for n, file in enumerate(files) if file.kind in FETCHED][:MOST]
    if message.deleted or not wanted:
        return message
    for number, file in wanted:
        where = keys.media(message.address, message.message_id, number)
        asked = {"n": number, "kind": file.kind, "url": file.url, "id": file.platform_id}
        changes.add_row("media", "system", where, body=compact(asked), covers=(message.message_id,))
    return replace(message, media={str(number): {} for number, _ in wanted})


def on_media_fetched(changes: ChangeSet, event: MediaFetched) -> None:
    """Handle a fetched file, or a failed fetch: the message's ticket shows it."""
    message = changes.loaded.message(event.row.covers[0])
    if message is None or not message.media:
        return
    outcome, number = _kept(event), str(event.number)
    if message.deleted:  # it was taken back while it was fetched
        _drop(changes, message, {number: outcome})
        return
    media = dict(message.media)
    if media.get(number, {}).get("shown") and event.file is not None:
        return
    media[number] = outcome
    after = replace(message, media=media)
    ticket = changes.stored
    if ticket is not None and ticket.state != "closed" and after.covered:
        after = show(changes, ticket, after)
        ticket = replace(ticket, quotes=tuple(with_media(quote, after) for quote in ticket.quotes))
        changes.set_ticket(ticket)
        if event.file is None and not any(q.here_only for q in ticket.quotes if q.message_id == message.message_id):
            _note_missing(changes, ticket, message, event.number)
        desk_row(changes, ticket, "ticket_update")
    if event.file is None:
        changes.metric("media_failed", channel=message.address.channel)
    changes.change(message.message_id, media=after.media)


def _kept(event: MediaFetched) -> dict[str, object]:
    """Return the values that the message stores about a file."""
    if event.file is None:
        return {"why": event.why}
    return {"key": event.file.key, "type": event.file.media_type, "size": event.file.size, "name": event.file.name}


def _note_missing(changes: ChangeSet, ticket: TicketRecord, message: TimelineMessage, number: int) -> None:
    """Change the note that announced the file: it says that the file cannot be shown."""
    fields = {"files": f"{message.attachments[number]}:gone"}
    note = changes.desk.note(ticket, changes.loaded.playbook(), "file_failed", fields)
    desk_row(changes, ticket, "thread_note", note)


def show_all(changes: ChangeSet, ticket: TicketRecord, messages: Sequence[TimelineMessage]) -> TicketRecord:
    """Add rows that post the fetched files of a ticket's messages into its thread; returns the ticket."""
    for message in messages:
        after = show(changes, ticket, message) if message.media and not message.deleted else message
        if after is not message:
            changes.change(message.message_id, media=after.media)
            ticket = replace(ticket, quotes=tuple(with_media(quote, after) for quote in ticket.quotes))
    return ticket


def show(changes: ChangeSet, ticket: TicketRecord, message: TimelineMessage) -> TimelineMessage:
    """Add rows that post one message's files into the ticket's thread; returns the message with their state."""
    media = dict(message.media)
    ready = {number: file for number, file in media.items() if "key" in file and not file.get("shown")}
    if not ready or not ticket.desk_account:
        return message
    where = at_desk(changes.desk.name, ticket.desk_account, ticket.ticket_id)
    for number, file in ready.items():
        changes.add_row(
            "file",
            "system",
            where,
            NO_WORDS * 3,  # reserved, uploaded, shared: a part each
            body=compact(dict(file) | {"n": int(number)}),
            why=ThreadCopy(shows=(message.message_id,)),
            covers=(message.message_id,),
            ticket_id=ticket.ticket_id,
            stands=rank_of(ticket),
        )
        media[number] = dict(file) | {"shown": True}
    return replace(message, media=media)


def forget(changes: ChangeSet, message: TimelineMessage) -> None:
    """Delete the files of a deleted message from the bucket."""
    if message.media:
        _drop(changes, message, message.media)


def _drop(changes: ChangeSet, message: TimelineMessage, media: Mapping[str, Mapping[str, Any]]) -> None:
    for number, file in media.items():
        if "key" in file:
            where = keys.media(message.address, message.message_id, int(number))
            body = compact({"n": int(number), "drop": file["key"]})
            changes.add_row("media", "system", where, body=body, covers=(message.message_id,))


def took_back(changes: ChangeSet, ticket: TicketRecord, line: TimelineMessage | OutboxRow) -> None:
    """
    Remove a deleted message's file from the desk: cancel its row if it waits, else delete the file.

    A file that a worker is uploading now, or died uploading, is deleted once its row has ended and its id is known.
    """
    if isinstance(line, OutboxRow):
        if line.state == "pending":
            changes.cancel(line)
        else:
            desk_row(changes, ticket, "erasure", compact({"erase": "file"}), anchor=line.row_id)
    elif line.platform_ids:
        desk_row(changes, ticket, "erasure", compact({"erase": "file", "id": line.platform_ids[0].partition(" ")[0]}))
