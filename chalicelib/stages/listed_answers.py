"""
What a platform's list shows of the account's own messages: ours, or a person's in the platform's own app.

A list names no row of ours. An id that a sent row has is ours; so are the words of a row of which nobody knows whether
it was sent: the list proves it. What is left, a person wrote.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import NamedTuple

from ..conversation import TimelineMessage
from ..model import Address, Echo
from ..store.table import Table
from ..text import same_words

SAID_MOST = 60  # of a conversation's newest messages


class Answers(NamedTuple):
    """What a person wrote, and what proves rows of ours, each in the order given."""

    native: list[Echo]
    proofs: list[Echo]


def sort_out(table: Table, echoes: Iterable[Echo], writing: Collection[Address]) -> Answers:
    """
    Tell what a person wrote from what we sent.

    Nothing is taken of somebody who is not known and of whom nothing is taken in now (`writing`): there is no bot to
    silence, and perhaps they were erased.
    """
    found = Answers([], [])
    said: dict[Address, list[TimelineMessage] | None] = {}
    for echo in echoes:
        at = echo.address
        if at not in said:
            said[at] = _said(table, at)
        messages = said[at]
        if messages is None:
            if at in writing:
                found.native.append(echo)
            continue
        if any(echo.event_id in each.platform_ids for each in messages):
            continue
        if proven := next((each for each in messages if _is_unknown(each) and _holds(each, echo)), None):
            if same_words(proven.text, echo.text):
                found.proofs.append(replace(echo, row_id=f"{proven.row_id}:0", own_app=True))
        elif not (len(messages) >= SAID_MOST and messages[0].sent_at > (echo.sent_at or 0)):
            found.native.append(echo)
    return found


def _said(table: Table, address: Address) -> list[TimelineMessage] | None:
    """Return the newest messages of an address; None where nobody is known there."""
    known = table.identity(address)
    head = table.head(known[1]) if known is not None else None
    return table.latest(head.conversation_id, SAID_MOST) if head is not None else None


def _is_unknown(message: TimelineMessage) -> bool:
    return bool(message.row_id) and message.state == "unknown"


def _holds(message: TimelineMessage, echo: Echo) -> bool:
    """Whether an echo may be a part of this message, or the whole."""
    words = " ".join(echo.text.split())
    return bool(words) and (same_words(message.text, echo.text) or words in " ".join(message.text.split()))
