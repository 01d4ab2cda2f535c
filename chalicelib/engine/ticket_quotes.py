"""
Which messages a ticket shows: the last ones of customer, bot and agent, the undecided ones last.

Notes of the team, answers that were never sent and deleted messages are not shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from ..conversation import Quoted, TimelineMessage
from ..model import ConversationId
from ..store import keys
from .change_set import ChangeSet
from .quoted import ANSWERED_CHARS, quoted

QUOTES_KEPT = 8
QUOTES_SHOWN = 6  # what a ticket's own message shows; the rest goes into its thread (`ticket_thread.kept_whole`)
HOMES_MOST = 3  # conversations of merged people that are looked into
LOOKED_BACK = 24  # newest items of the timeline, the desk's own rows among them


def quotes_of(
    changes: ChangeSet, pending: Sequence[TimelineMessage], before: tuple[Quoted, ...] = ()
) -> tuple[Quoted, ...]:
    """
    Return a ticket's quotes for these messages, at most QUOTES_KEPT; `before`: the quotes that it has.

    A new ticket is filled up with earlier messages; one with quotes, with what was said since.
    """
    lately = _lately(changes, pending) if not changes.loaded.conversation.is_new else []
    merged = bool(changes.loaded.conversation.tree)
    new = {message.message_id: _answering(changes, _shown(message, merged), message, lately) for message in pending}
    said = [_shown(message, merged) for message in lately if _was_said(message)]
    known = {quote.message_id for quote in before}
    since = max((quote.at for quote in before), default=0)
    between = [q for q in said if q.message_id not in known and q.message_id not in new and q.at >= since]
    again = tuple(new.pop(quote.message_id, quote) for quote in before)  # type: ignore[call-overload]  # "": never new
    earlier = (*again, *between)
    remaining = max(0, (QUOTES_KEPT if before else QUOTES_SHOWN) - len(new))
    return (*earlier[len(earlier) - min(remaining, len(earlier)) :], *new.values())[-QUOTES_KEPT:]


def _shown(message: TimelineMessage, merged: bool) -> Quoted:  # noqa: FBT001 - a fact
    return replace(quoted(message), channel=message.address.channel) if merged else quoted(message)


def _lately(changes: ChangeSet, pending: Sequence[TimelineMessage]) -> list[TimelineMessage]:
    """Return what was said lately, in the order of the platforms' time, wherever it was."""
    found = list[TimelineMessage]()
    for home in _homes(changes, pending):
        ask = partial(changes.loaded.latest, home, LOOKED_BACK)
        # What a message answers is looked for among them first: another read depends on it.
        found += (ask() if any(message.quoting for message in pending) else changes.assume(ask)) or ()
    ordered = sorted(found, key=lambda message: keys.order_of(message.message_id))
    return [changes.current(message) for message in ordered[-LOOKED_BACK:]]


def _homes(changes: ChangeSet, pending: Sequence[TimelineMessage]) -> list[ConversationId]:
    """
    Return the conversations of these messages, and of merged people where the bot answered lately: HOMES_MOST at most.

    What a head remembers is asked, not who else was merged: twenty addresses cost no more than two.
    """
    head = changes.after
    homes = [str(keys.conversation_of(message.message_id)) for message in reversed(pending)]
    if head.tree:
        homes += [said.home or str(head.conversation_id) for said in reversed(head.said)]
        homes.append(str(head.conversation_id))
    return [ConversationId(home) for home in list(dict.fromkeys(homes))[:HOMES_MOST]]


def _answering(
    changes: ChangeSet, quote: Quoted, message: TimelineMessage, lately: Sequence[TimelineMessage]
) -> Quoted:
    """Return the quote with the beginning of the message that it answers, if that is one of this conversation."""
    if not message.quoting:
        return quote
    told = (each for each in lately if message.quoting == each.event_id or message.quoting in each.platform_ids)
    answered = next(told, None) or _marked(changes, message)
    if answered is None or answered.deleted or answered.note:
        return quote
    return replace(quote, quoting=answered.message_id, answers=answered.text[:ANSWERED_CHARS])


def _marked(changes: ChangeSet, message: TimelineMessage) -> TimelineMessage | None:
    """Return an older message of this conversation, by the platform's id."""
    where = message.address
    marker = changes.assume(lambda: changes.loaded.marker(where, message.quoting)) or {}
    own = keys.conversation_of(message.message_id)
    if "message_id" not in marker or keys.conversation_of(marker["message_id"]) != own:
        return None
    return next(iter(changes.known([marker["message_id"]])), None)


def _was_said(message: TimelineMessage) -> bool:
    if message.note or message.deleted or message.author == "system":
        return False
    if message.author == "customer":
        return bool(message.covered)  # what no decision covers comes with the one that does
    return message.state in ("sent", "unknown")
