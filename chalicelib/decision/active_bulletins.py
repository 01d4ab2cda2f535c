"""
Exceptions (strike, snow …) in a conversation: which words stand before an answer, which intents a person answers.

Pure. A customer reads the words of one exception once in 24 hours, before the first automatic message that it concerns:
answer, question or acknowledgement. Nothing stands before words for a grave situation.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..conversation import Conversation
from ..playbook import bulletin
from ..playbook.bulletin import Bulletin
from ..playbook.render import render_bulletins
from .input import DecisionInput

TOLD_MS = 24 * 3_600_000
TOLD_KEPT = 8


def before(inputs: DecisionInput, intent: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the words that stand before a message about this intent, and their exceptions' ids. Raises CannotSay."""
    found = bulletin.standing(inputs.playbook.bulletins, intent, inputs.channel, inputs.now)
    due = [each for each in found if inputs.language in each.texts and not _told(inputs, each)]
    return render_bulletins(inputs.playbook, due, inputs.language), tuple(each.bulletin_id for each in due)


def silenced(inputs: DecisionInput, intent: str | None) -> bool:
    """Return whether a person answers this intent for now (`playbook.bulletin.silenced`)."""
    return bulletin.silenced(inputs.playbook.bulletins, intent, inputs.channel, inputs.language, inputs.now)


def remembered(head: Conversation, exception_ids: Sequence[str], now: int) -> tuple[str, ...]:
    """Return the exceptions that the head remembers as read: those of the last 24 hours, and these."""
    kept = [each for each in head.heard if now - int(each.partition(" ")[0]) < TOLD_MS]
    return (*kept, *(f"{now} {bulletin_id}" for bulletin_id in exception_ids))[-TOLD_KEPT:]


def _told(inputs: DecisionInput, found: Bulletin) -> bool:
    return any(
        each.endswith(f" {found.bulletin_id}") and inputs.now - int(each.partition(" ")[0]) < TOLD_MS
        for each in inputs.conversation.heard
    )
