"""
What a conversation keeps of a clarifying question, written into a draft: its choices, and what it was asked about.

The answer is decided on together with what was asked about: an order number in it counts, and a ticket shows both. A
question that nobody answers stays as it is, and counts as left. Safe to run again: all is part of the one commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..conversation import Conversation, TimelineMessage
from ..model import Ask, Decision, Millis, OutboxRow, Reply, Ticket
from ..playbook.release import NO_CAP, degrees_of
from ..playbook.schema import Playbook
from ..store.caps import find, given_back
from ..store.table import Table
from . import degrees, menu
from .clarify import is_open, offered
from .draft import Draft
from .figures import WHICH
from .view import View

ANSWERED = "clarified"  # the figure of questions that were answered


def asked(view: View, decision: Ask) -> dict[str, Any]:
    """What the head keeps of the question: as of a welcome its choices, and which messages it is about."""
    now = view.now
    return {"menu": decision.menu, "clarified": decision.covers, "clarified_at": now, "greeted_at": now}


def placed(view: View, table: Table, cancelled: Sequence[OutboxRow]) -> View:
    """The view, full where the answer to a choice would have no room under a day's cap: one small read for each cap."""
    for name in offered(view):
        limits, subject = degrees_of(view.playbook, name)
        day, seed = degrees.cap_day(view.playbook.hours, view.now), view.conversation.conversation_id
        if limits.cap != NO_CAP and not find(table, subject, day, limits.cap, seed, given_back(cancelled)):
            return replace(view, full=True)
    return view


def split(
    draft: Draft, pending: Sequence[TimelineMessage], playbook: Playbook
) -> tuple[tuple[TimelineMessage, ...], list[TimelineMessage]]:
    """
    What the customer was asked about, where the other messages may answer it, and these others.

    Read again only for an answer: while the question is open, and where one of its choices is named later.
    """
    head = draft.after
    new = [message for message in pending if message.message_id not in head.clarified]
    again = {str(message.message_id): message for message in pending if message.message_id in head.clarified}
    draft.cover(
        [message.message_id for message in again.values()], WHICH
    )  # the answer was taken back: the question covers them, as before
    chosen = bool(new) and menu.chosen(head, [message.text for message in new], playbook, draft.now)
    if not new or not (is_open(head, draft.now) or chosen):
        return (), new
    found = [again.get(message_id) or draft.message(message_id) for message_id in head.clarified]
    return tuple(message for message in found if message is not None and not message.deleted), new


def taken_in(draft: Draft, view: View, decision: Decision) -> tuple[View, Decision]:
    """The decision about what was asked about as well, which counts as answered; a ticket shows it."""
    if not view.before or not isinstance(decision, Reply | Ask | Ticket):
        return view, decision
    if is_open(draft.after, view.now):
        draft.count(ANSWERED, channel=view.channel, at=draft.after.clarified_at)
    both = (*view.before, *view.pending)
    if isinstance(decision, Ticket):
        draft.set(clarified=(), menu=())
        view = replace(view, pending=both, before=())
    return view, replace(decision, covers=tuple(message.message_id for message in both))


def reopened(draft: Draft, before: Conversation) -> None:
    """An answer was taken back before it left, from a head that was `before`: an open question is unanswered again."""
    if is_open(draft.after, draft.now) and not is_open(before, draft.now):
        row = next(row for row in draft.cancelled if row.row_id == before.held_row)
        draft.count(ANSWERED, -1, channel=row.address.channel, at=draft.after.clarified_at)


def unasked(draft: Draft, covers: Sequence[str]) -> None:
    """A row did not arrive that covered these messages: if it was the question, nothing was asked."""
    if covers and tuple(covers) == draft.after.clarified:
        draft.set(clarified=(), clarified_at=Millis(0), menu=())
