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
from ..decision.input import DecisionInput
from ..model import Ask, Decision, Millis, Reply, Ticket
from ..playbook.in_force import rollout_of
from ..playbook.release import NO_CAP
from ..playbook.schema import Playbook
from .change_set import ChangeSet
from .daily_figures import WHICH

ANSWERED = "clarified"  # the figure of questions that were answered


def question_state(inputs: DecisionInput, decision: Ask) -> dict[str, Any]:
    """Return what the head keeps of the question: its choices, and the ids of the messages that it is about."""
    now = inputs.now
    return {"menu": decision.menu, "clarified": decision.covers, "clarified_at": now, "greeted_at": now}


def with_slot(inputs: DecisionInput, free: rollout.Free) -> DecisionInput:
    """
    Return the input, marked full if the answer to a choice would exceed its daily cap. One small read for each cap.
    """
    day = rollout.cap_day(inputs.playbook.hours, inputs.now)
    for limits, subject in [rollout_of(inputs.playbook, name) for name in offered(inputs)]:
        if limits.cap != NO_CAP and not free(subject, day, limits.cap):
            return replace(inputs, full=True)
    return inputs


def split(
    changes: ChangeSet, pending: Sequence[TimelineMessage], playbook: Playbook
) -> tuple[tuple[TimelineMessage, ...], list[TimelineMessage]]:
    """
    Return (the messages that the question was about, the other pending messages).

    The first is empty unless the others may answer the question: it is open, or they name one of its choices.
    """
    head = changes.after
    new = [message for message in pending if message.message_id not in head.clarified]
    again = {str(message.message_id): message for message in pending if message.message_id in head.clarified}
    changes.cover(
        [message.message_id for message in again.values()], WHICH
    )  # the answer was taken back: the question covers them, as before
    chosen = bool(new) and menu.chosen(head, [message.text for message in new], playbook, changes.now)
    if not new or not (is_open(head, changes.now) or chosen):
        return (), new
    stored = changes.own(changes.known([message_id for message_id in head.clarified if message_id not in again]))
    found = again | {str(message.message_id): message for message in stored}
    return tuple(found[each] for each in head.clarified if each in found and not found[each].deleted), new


def taken_in(changes: ChangeSet, inputs: DecisionInput, decision: Decision) -> tuple[DecisionInput, Decision]:
    """Extend the decision to the messages that the question was about, and count the question as answered."""
    if not inputs.before or not isinstance(decision, Reply | Ask | Ticket):
        return inputs, decision
    if is_open(changes.after, inputs.now):
        changes.count(ANSWERED, channel=inputs.channel, at=changes.after.clarified_at)
    both = (*inputs.before, *inputs.pending)
    if isinstance(decision, Ticket):
        changes.set(clarified=(), menu=())
        inputs = replace(inputs, pending=both, before=())
    return inputs, replace(decision, covers=tuple(message.message_id for message in both))


def reopened(changes: ChangeSet, before: Conversation) -> None:
    """
    Count the question as unanswered again, when its answer is cancelled before it was sent. `before`: the head then.
    """
    if is_open(changes.after, changes.now) and not is_open(before, changes.now):
        row = next(row for row in changes.cancelled if row.row_id == before.held_row)
        changes.count(ANSWERED, -1, channel=row.address.channel, at=changes.after.clarified_at)


def unasked(changes: ChangeSet, covers: Sequence[str]) -> None:
    """Forget the question when the row that carried it did not arrive. `covers`: the messages of that row."""
    if covers and tuple(covers) == changes.after.clarified:
        changes.set(clarified=(), clarified_at=Millis(0), menu=())
