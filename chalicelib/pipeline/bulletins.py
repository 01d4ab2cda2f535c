"""
Exceptions in a conversation: whose words stand before what is said now, and which subjects a person answers meanwhile.

Pure. A customer reads the words of one exception once in 24 hours, before the first automatic words that it is about:
an answer, a question back, an acknowledgement. Grave moments carry none.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..conversation import Conversation
from ..playbook import bulletin
from ..playbook.bulletin import Bulletin
from ..playbook.render import render_bulletins
from .view import View

TOLD_MS = 24 * 3_600_000
TOLD_KEPT = 8


def before(view: View, intent: str | None) -> tuple[str, tuple[str, ...]]:
    """The words that stand before what is said about this intent, and the ids of their exceptions. Raises CannotSay."""
    found = bulletin.standing(view.playbook.bulletins, intent, view.channel, view.now)
    due = [each for each in found if view.language in each.texts and not _told(view, each)]
    return render_bulletins(view.playbook, due, view.language), tuple(each.bulletin_id for each in due)


def silenced(view: View, intent: str | None) -> bool:
    """Whether nothing is answered by itself about this intent now (`playbook.bulletin.silenced`)."""
    return bulletin.silenced(view.playbook.bulletins, intent, view.channel, view.language, view.now)


def remembered(head: Conversation, told: Sequence[str], now: int) -> tuple[str, ...]:
    """What the head keeps of exceptions that were read: those of the last 24 hours, and these."""
    kept = [each for each in head.heard if now - int(each.partition(" ")[0]) < TOLD_MS]
    return (*kept, *(f"{now} {bulletin_id}" for bulletin_id in told))[-TOLD_KEPT:]


def _told(view: View, found: Bulletin) -> bool:
    return any(
        each.endswith(f" {found.bulletin_id}") and view.now - int(each.partition(" ")[0]) < TOLD_MS
        for each in view.conversation.heard
    )
