"""
One message as a ticket quotes it: its text, files, state, and what came along with it. Pure.

A quote keeps its message's id, so that an edit finds it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..conversation import Quoted, TicketRecord, TimelineMessage
from ..model import MessageId
from ..store.items import compact

QUOTE_CHARS = 1_500
ANSWERED_CHARS = 120  # of the message that another one answers
BESIDE_KEPT = 6


def here_only(quotes: tuple[Quoted, ...], message_ids: Sequence[MessageId]) -> tuple[Quoted, ...]:
    """Return the quotes, with these messages marked: their text stands nowhere else at the desk."""
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
    now = replace(quoted(message), channel=quote.channel)
    return now if message.deleted else replace(now, quoting=quote.quoting, answers=quote.answers)


def opening(ticket: TicketRecord) -> str:
    """Return what a ticket's first message shows, by ids: a waiting row keeps no text that may be deleted meanwhile."""
    return compact({"shows": [quote.message_id for quote in ticket.quotes], "messages": ticket.messages})


def as_opened(ticket: TicketRecord, stored: str, message: Callable[[str], TimelineMessage | None]) -> TicketRecord:
    """Return the ticket with the messages that opened it (`told`), each as it is now; later ones are in its thread."""
    asked = json.loads(stored)
    kept = tuple(quote for quote in ticket.quotes if quote.message_id in asked["shows"])
    known = {"", *(quote.message_id for quote in kept)}
    gone = [message(message_id) for message_id in asked["shows"] if message_id not in known]
    before = tuple(quoted(each) for each in gone if each is not None)
    return replace(ticket, quotes=(*before, *kept), messages=asked["messages"])


def files_of(messages: Sequence[TimelineMessage]) -> str:
    """Return the kinds of these messages' files, space separated."""
    return " ".join(kind for message in messages for kind in kinds_of(message))


def kinds_of(message: TimelineMessage) -> tuple[str, ...]:
    """Return the kinds of the files, with the state of those that are fetched: "image:coming", ":thread", ":gone"."""
    return tuple(kind + _became(message.media.get(str(number))) for number, kind in enumerate(message.attachments))


def _became(file: Mapping[str, object] | None) -> str:
    if file is None or file.get("sent"):  # ours
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


def quoted(message: TimelineMessage) -> Quoted:
    """Return a message as a quote; of a deleted one only that it is gone."""
    state = "unknown" if message.state == "unknown" else "edited" if message.edited_at else ""
    quote = Quoted(
        text=message.text[:QUOTE_CHARS],
        at=message.sent_at,
        by=message.author,
        message_id=message.message_id,
        attachments=kinds_of(message),
        state=state,
        public=message.public,
        beside=message.beside[:BESIDE_KEPT] if message.author == "customer" else (),  # ours is no agent's business
    )
    return replace(quote, text="", attachments=(), beside=(), state="deleted") if message.deleted else quote
