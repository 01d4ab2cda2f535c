"""
Which messages ask nothing beside the others: the same text again, "vous êtes là ?", an address on a line, thanks.

Pure. They are covered with the others, which are then read without them.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..conversation import TimelineMessage
from ..courtesy import courtesy_of, keeps_asking, same_words


def questions(pending: Sequence[TimelineMessage]) -> tuple[TimelineMessage, ...]:
    """Return the messages that say something of their own, oldest first; all of them where none does."""
    found: dict[tuple[str, ...], TimelineMessage] = {}
    for message in pending:
        if message.text and not (keeps_asking(message.text) or courtesy_of(message.text)):
            found.setdefault(same_words(message.text), message)
    return tuple(found.values()) or tuple(pending)
