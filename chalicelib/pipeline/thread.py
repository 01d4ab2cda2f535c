"""
The lines of a ticket's thread that repeat what a customer wrote: all of it, in its order, in as many as it takes.

Each line knows whose words it repeats: what is taken back must leave it again. Nothing here decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from ..conversation import Quoted, TicketRecord, TimelineMessage
from ..model import AccountId, Address, PersonId, Stands
from ..playbook.schema import Playbook
from ..ports import DESK_CHANNEL
from ..store.items import compact
from .danger import PRIORITIES
from .deps import Deps, Desk
from .draft import Draft
from .quotes import QUOTE_CHARS, beside_of, files_of
from .view import View


@dataclass(frozen=True, slots=True)
class _Line:
    shows: tuple[str, ...]  # ids of the messages whose words these are
    text: str
    files: str
    beside: str  # JSON of what else came along, as (kind, words)
    part: str  # "2/7" of one message, "" of what is whole


def desk_row(draft: Draft, ticket: TicketRecord, kind: str, body: str = "", **values: Any) -> str:
    """
    One call to the desk, in the ticket's own order. Without a body deliver draws the ticket as it then is.

    Gives its row's id, "" without a desk.
    """
    if not ticket.desk_account:
        return ""
    where = Address(DESK_CHANNEL, AccountId(ticket.desk_account), PersonId(ticket.ticket_id))
    values |= {"body": body, "ticket_id": ticket.ticket_id, "stands": stands_of(ticket)}
    return draft.add_row(kind, "system", where, ("",), **values)  # type: ignore[arg-type]  # kinds are literals of our callers


def stands_of(ticket: TicketRecord) -> Stands:
    """Where a ticket's rows stand in the desk's line: one that nobody has, and that no message shows, can wait."""
    if ticket.priority == PRIORITIES[-1]:
        return "first"
    return "" if ticket.desk_ts or ticket.assignee else "last"


def note_words(draft: Draft, ticket: TicketRecord, view: View, kind: str, deps: Deps, *, reason: str = "") -> None:
    """What the customer wrote, and what came along with it, in the ticket's thread."""
    words_shown(draft, ticket, view.pending, view.playbook, kind, deps, reason=reason)


def words_shown(
    draft: Draft,
    ticket: TicketRecord,
    messages: Sequence[TimelineMessage],
    playbook: Playbook,
    kind: str,
    deps: Deps,
    *,
    reason: str = "",
) -> None:
    """
    Lines in the ticket's thread that repeat these messages: one, or as many as their words take.

    One commit takes so many lines and no more: a text of which "3/90" is the last line has its rest on the channel.
    """
    for line in islice(_lines(messages, deps.desk), draft.room):
        fields = {"text": line.text, "files": line.files, "beside": line.beside, "part": line.part, "reason": reason}
        told = compact({"note": kind, "shows": line.shows, "code": reason})
        desk_row(draft, ticket, "thread_note", deps.desk.note(ticket, playbook, kind, fields), why=told)
        kind, reason = "goes_on", ""


def words_left(
    draft: Draft,
    ticket: TicketRecord,
    messages: Sequence[TimelineMessage],
    playbook: Playbook,
    kind: str,
    deps: Deps,
    *,
    reason: str,
    instead_of: str,
) -> None:
    """What a line shows from now on; `instead_of`: the row of the line whose place it takes."""
    fields = {"text": _text(messages), "files": files_of(messages), "beside": beside_of(messages), "reason": reason}
    desk_row(draft, ticket, "ticket_update", deps.desk.rewritten(ticket, playbook, kind, fields), anchor=instead_of)


def kept_whole(
    draft: Draft, ticket: TicketRecord, before: Sequence[Quoted], playbook: Playbook, deps: Deps
) -> TicketRecord:
    """
    The ticket once all of its customer's words can be read: what its own message cuts goes whole into its thread.

    So does what it showed `before` and shows no more: each message that follows takes room there.
    """
    if not ticket.desk_account:
        return ticket
    cut = {*deps.desk.cut(ticket, playbook), *(q.message_id for q in ticket.quotes if len(q.text) >= QUOTE_CHARS)}
    shown = {quote.message_id for quote in ticket.quotes} - cut
    now = {quote.message_id: quote for quote in ticket.quotes}
    lost = [quote for each in before if (quote := now.get(each.message_id, each)).here_only]
    lost = [quote for quote in lost if quote.message_id not in shown]
    found = [message for quote in lost if (message := draft.message(quote.message_id)) and not message.deleted]
    if found:
        words_shown(draft, ticket, found, playbook, "in_full", deps)
    told = {quote.message_id for quote in lost}
    quotes = tuple(
        replace(quote, here_only=quote.here_only and quote.message_id not in told) for quote in ticket.quotes
    )
    return replace(ticket, quotes=quotes)


def _lines(messages: Sequence[TimelineMessage], desk: Desk) -> Iterator[_Line]:
    """Messages that fit into one line stand in one; one that is too long for a line has lines of its own."""
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
        if group and not desk.fits(_text([*group, message])):
            yield group
            group = []
        group.append(message)
    if group:
        yield group


def _text(messages: Sequence[TimelineMessage]) -> str:
    return "\n".join(message.text for message in messages if message.text)
