"""
What asks nothing beside the other messages: the same words again, "vous êtes là ?", an address on a line, thanks.

Pure. They are covered with the rest; what the others ask is read without them.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..conversation import TimelineMessage
from ..courtesy import courtesy_of, keeps_asking, same_words


def questions(pending: Sequence[TimelineMessage]) -> tuple[TimelineMessage, ...]:
    """The messages that say something of their own, oldest first; all of them where none does."""
    found: dict[tuple[str, ...], TimelineMessage] = {}
    for message in pending:
        if message.text and not (keeps_asking(message.text) or courtesy_of(message.text)):
            found.setdefault(same_words(message.text), message)
    return tuple(found.values()) or tuple(pending)
