"""
Limits what a decision reads: the newest messages, up to the length of one message.

Each new message is decided on together with all that wait, by rules that read every word: sixty messages of ten
thousand characters would be read sixty times. What is left out was read when it was the newest. It is never answered
automatically, and the ticket shows it whole.
"""

from __future__ import annotations

from dataclasses import replace

from ..model import TEXT_MOST, Consent, Decision, Ticket
from .input import View


def readable(view: View) -> View:
    """Return the view, without the text of older messages if all together are too long."""
    if sum(len(message.text) for message in view.pending) <= TEXT_MOST:
        return view
    room, kept = TEXT_MOST, []
    for message in reversed(view.pending):
        kept.append(message if len(message.text) <= room else replace(message, text=message.text[:room]))
        room = max(0, room - len(message.text))
    return replace(view, pending=tuple(reversed(kept)))


def holds_unread(decision: Decision) -> bool:
    """Return whether the decision may stand although text was left out: a person reads it, or it is a STOP."""
    return isinstance(decision, Ticket | Consent)
