"""
Which messages a ticket shows: the last ones of customer, bot and agent, the undecided ones last.

A quote keeps its message's id, so that an edit finds it. Notes of the team, answers that were never sent and deleted
messages are not shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..conversation import Quoted, TicketRecord, TimelineMessage
from ..model import MessageId
from ..store import keys
from ..store.items import compact
from .change_set import Draft

QUOTE_CHARS = 1_500
QUOTES_KEPT = 8
QUOTES_SHOWN = 6  # what a ticket's own message shows; the rest goes into its thread (`ticket_thread.kept_whole`)
ANSWERED_CHARS = 120  # of the message that another one answers
BESIDE_KEPT = 6
LOOKED_BACK = 24  # newest items of the timeline, the desk's own rows among them


def quotes_of(draft: Draft, pending: Sequence[TimelineMessage], before: tuple[Quoted, ...] = ()) -> tuple[Quoted, ...]:
    """
    Return a ticket's quotes for these messages, at most QUOTES_KEPT; `before`: the quotes that it has.

    A new ticket is filled up with earlier messages; one with quotes, with what was said since.
    """
    lately = _lately(draft) if not draft.loaded.conversation.is_new else []
    new = {message.message_id: _answering(draft, _quoted(message), message, lately) for message in pending}
    said = [_quoted(message) for message in lately if _was_said(message)]
    known = {quote.message_id for quote in before}
    since = max((quote.at for quote in before), default=0)
    between = [q for q in said if q.message_id not in known and q.message_id not in new and q.at >= since]
    again = tuple(new.pop(quote.message_id, quote) for quote in before)  # type: ignore[call-overload]  # "": never new
    earlier = (*again, *between)
    room = max(0, (QUOTES_KEPT if before else QUOTES_SHOWN) - len(new))
    return (*earlier[len(earlier) - min(room, len(earlier)) :], *new.values())[-QUOTES_KEPT:]


def here_only(quotes: tuple[Quoted, ...], message_ids: Sequence[MessageId]) -> tuple[Quoted, ...]:
    """Return the quotes, with these messages marked: their text stands nowhere else in Slack."""
    return tuple(replace(q, here_only=True) if q.message_id in message_ids else q for q in quotes)


def unseen(pending: Sequence[TimelineMessage], before: tuple[Quoted, ...]) -> int:
    """Return how many of these messages a ticket with these quotes does not show yet."""
    known = {quote.message_id for quote in before}
    return sum(message.message_id not in known for message in pending)


def corrected(quotes: tuple[Quoted, ...], message: TimelineMessage) -> tuple[Quoted, ...]:
    """Return the quotes with this message as it is now: its new text, or none."""
    return tuple(_corrected(quote, message) for quote in quotes)


def _corrected(quote: Quoted, message: TimelineMessage) -> Quoted:
    if quote.quoting == message.message_id:
        quote = replace(quote, answers=message.text[:ANSWERED_CHARS])
    if quote.message_id != message.message_id:
        return quote
    now = _quoted(message)
    return now if message.deleted else replace(now, quoting=quote.quoting, answers=quote.answers)


def opening(ticket: TicketRecord) -> str:
    """Return what a ticket's first message shows, by ids: a waiting row keeps no text that may be deleted meanwhile."""
    return compact({"shows": [quote.message_id for quote in ticket.quotes], "messages": ticket.messages})


def as_opened(ticket: TicketRecord, told: str, message: Callable[[str], TimelineMessage | None]) -> TicketRecord:
    """Return the ticket with the messages that opened it (`told`), each as it is now; later ones are in its thread."""
    asked = json.loads(told)
    kept = tuple(quote for quote in ticket.quotes if quote.message_id in asked["shows"])
    known = {"", *(quote.message_id for quote in kept)}
    gone = [message(message_id) for message_id in asked["shows"] if message_id not in known]
    before = tuple(_quoted(each) for each in gone if each is not None)
    return replace(ticket, quotes=(*before, *kept), messages=asked["messages"])


def files_of(messages: Sequence[TimelineMessage]) -> str:
    """Return the kinds of these messages' files, space separated."""
    return " ".join(kind for message in messages for kind in kinds_of(message))


def kinds_of(message: TimelineMessage) -> tuple[str, ...]:
    """Return the kinds of the files, with the state of those that are fetched: "image:coming", ":thread", ":gone"."""
    return tuple(kind + _became(message.media.get(str(number))) for number, kind in enumerate(message.attachments))


def _became(file: Mapping[str, object] | None) -> str:
    if file is None:
        return ""
    return ":thread" if file.get("shown") else ":gone" if "why" in file else ":coming"


def with_media(quote: Quoted, message: TimelineMessage) -> Quoted:
    """Return the quote with the present state of its message's files, if it is of this message."""
    if quote.message_id != message.message_id or quote.state == "deleted":
        return quote
    return replace(quote, attachments=kinds_of(message))


def beside_of(messages: Sequence[TimelineMessage]) -> str:
    """Return what else came along with these messages, as JSON of (kind, words); "" where nothing did."""
    found = [list(pair) for message in messages for pair in message.beside]
    return json.dumps(found[:BESIDE_KEPT]) if found else ""


def shows(quotes: Sequence[Quoted], message_id: str) -> bool:
    """Return whether any of these quotes repeats this message, in its own text or as the message that was answered."""
    return any(message_id in (quote.message_id, quote.quoting) for quote in quotes)


def _lately(draft: Draft) -> list[TimelineMessage]:
    found = draft.loaded.latest(draft.loaded.conversation.conversation_id, limit=LOOKED_BACK)
    return [draft.current(message) for message in found]


def _answering(draft: Draft, quote: Quoted, message: TimelineMessage, lately: Sequence[TimelineMessage]) -> Quoted:
    """Return the quote with the beginning of the message that it answers, if that is one of this conversation."""
    if not message.quoting:
        return quote
    told = (each for each in lately if message.quoting == each.event_id or message.quoting in each.platform_ids)
    answered = next(told, None) or _marked(draft, message)
    if answered is None or answered.deleted or answered.note:
        return quote
    return replace(quote, quoting=answered.message_id, answers=answered.text[:ANSWERED_CHARS])


def _marked(draft: Draft, message: TimelineMessage) -> TimelineMessage | None:
    """Return an older message of this conversation, by the platform's id."""
    where = message.address
    marker = draft.assume(lambda: draft.loaded.marker(where, message.quoting)) or {}
    own = draft.loaded.conversation.conversation_id
    if "message_id" not in marker or keys.conversation_of(marker["message_id"]) != own:
        return None
    return next(iter(draft.known([marker["message_id"]])), None)


def _was_said(message: TimelineMessage) -> bool:
    if message.note or message.deleted or message.author == "system":
        return False
    if message.author == "customer":
        return bool(message.covered)  # what no decision covers comes with the one that does
    return message.state in ("sent", "unknown")


def _quoted(message: TimelineMessage) -> Quoted:
    state = "unknown" if message.state == "unknown" else "edited" if message.edited_at else ""
    quote = Quoted(
        text=message.text[:QUOTE_CHARS],
        at=message.sent_at,
        by=message.author,
        message_id=message.message_id,
        attachments=kinds_of(message),
        state=state,
        public=message.public,
        beside=message.beside[:BESIDE_KEPT],
    )
    return replace(quote, text="", attachments=(), beside=(), state="deleted") if message.deleted else quote
