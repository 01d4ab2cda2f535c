"""
Stores a clarifying question in the head: its choices, and the messages that it was asked about.

A customer's choice is decided on together with those messages, so an order number in them counts, and a ticket shows
both. An unanswered question stays in the head and counts as left. Safe to repeat: all is part of one commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..conversation import Conversation, TimelineMessage
from ..decision import menu, rollout
from ..decision.clarify import is_open, offered
from ..decision.input import View
from ..model import Ask, Decision, Millis, Reply, Ticket
from ..playbook.in_force import degrees_of
from ..playbook.release import NO_CAP
from ..playbook.schema import Playbook
from .change_set import Draft
from .daily_figures import WHICH

ANSWERED = "clarified"  # the figure of questions that were answered


def asked(view: View, decision: Ask) -> dict[str, Any]:
    """Return what the head keeps of the question: its choices, and the ids of the messages that it is about."""
    now = view.now
    return {"menu": decision.menu, "clarified": decision.covers, "clarified_at": now, "greeted_at": now}


def placed(view: View, free: rollout.Free) -> View:
    """
    Return the view, marked full if the answer to a choice would exceed its daily cap. One small read for each cap.
    """
    day = rollout.cap_day(view.playbook.hours, view.now)
    for limits, subject in [degrees_of(view.playbook, name) for name in offered(view)]:
        if limits.cap != NO_CAP and not free(subject, day, limits.cap):
            return replace(view, full=True)
    return view


def split(
    draft: Draft, pending: Sequence[TimelineMessage], playbook: Playbook
) -> tuple[tuple[TimelineMessage, ...], list[TimelineMessage]]:
    """
    Return (the messages that the question was about, the other pending messages).

    The first is empty unless the others may answer the question: it is open, or they name one of its choices.
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
    stored = draft.known([message_id for message_id in head.clarified if message_id not in again])
    found = again | {str(message.message_id): message for message in stored}
    return tuple(found[each] for each in head.clarified if each in found and not found[each].deleted), new


def taken_in(draft: Draft, view: View, decision: Decision) -> tuple[View, Decision]:
    """Extend the decision to the messages that the question was about, and count the question as answered."""
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
    """
    Count the question as unanswered again, when its answer is cancelled before it was sent. `before`: the head then.
    """
    if is_open(draft.after, draft.now) and not is_open(before, draft.now):
        row = next(row for row in draft.cancelled if row.row_id == before.held_row)
        draft.count(ANSWERED, -1, channel=row.address.channel, at=draft.after.clarified_at)


def unasked(draft: Draft, covers: Sequence[str]) -> None:
    """Forget the question when the row that carried it did not arrive. `covers`: the messages of that row."""
    if covers and tuple(covers) == draft.after.clarified:
        draft.set(clarified=(), clarified_at=Millis(0), menu=())
