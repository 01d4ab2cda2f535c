"""
Where an answer goes beside the customer's own id: a group, a topic, a business's account.

It is written into an event's anchor, and comes back with whatever is said to that event.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qs, quote

from .._json_values import Object

_KEYS = ("connection", "chat", "thread", "direct", "message")


class Place(NamedTuple):
    """
    What Telegram wants to know with an answer; "" where it need not.

    `connection`: of the business in whose name is answered. `chat`: a group, `message`: the one that is answered there.
    `thread`: a forum's, `direct`: of a channel's direct messages.
    """

    connection: str = ""
    chat: str = ""
    thread: str = ""
    direct: str = ""
    message: str = ""

    @property
    def anchor(self) -> str:
        """Return it as a text; "" where the customer's id says all."""
        if self is NOWHERE:
            return ""
        return "&".join(f"{key}={quote(value, safe='')}" for key, value in zip(_KEYS, self, strict=True) if value)

    @property
    def fields(self) -> Object:
        """Return the fields that each call about this place has beside its chat."""
        told: Object = {}
        if self.connection:
            told["business_connection_id"] = self.connection
        if self.thread:
            told["message_thread_id"] = number(self.thread)
        if self.direct:
            told["direct_messages_topic_id"] = number(self.direct)
        return told


NOWHERE = Place()


def place_of(anchor: str) -> Place:
    """Read an anchor. One that is an event's id, where no place was written, names no place."""
    found = parse_qs(anchor) if "=" in anchor else {}
    return Place(*(found[key][0] if key in found else "" for key in _KEYS))


def number(text: str) -> int | str:
    """Return an id as Telegram writes it: a whole number, else (a channel's name) as it is."""
    return int(text) if text.removeprefix("-").isdecimal() and text.isascii() else text
