"""
What a decision reads of messages without an end: the newest words, as many as one message may have.

Each new message is decided on together with all that waits, by rules that read every word: sixty messages of ten
thousand characters would be read sixty times. What is left out was read when it was the newest; it is never answered
automatically, and stands on the ticket whole.
"""

from __future__ import annotations

from dataclasses import replace

from ..model import Consent, Decision, Ticket
from .bounds import TEXT_MOST
from .view import View


def readable(view: View) -> View:
    """The view itself, or one whose older messages lack their words where all together are too many."""
    if sum(len(message.text) for message in view.pending) <= TEXT_MOST:
        return view
    room, kept = TEXT_MOST, []
    for message in reversed(view.pending):
        kept.append(message if len(message.text) <= room else replace(message, text=message.text[:room]))
        room = max(0, room - len(message.text))
    return replace(view, pending=tuple(reversed(kept)))


def holds_unread(decision: Decision) -> bool:
    """Whether a decision stands where words were left out: a person reads them, or the newest message is a STOP."""
    return isinstance(decision, Ticket | Consent)
