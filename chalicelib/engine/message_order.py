"""
When something was said: its time in the timeline, and its place among messages of the same moment.

Pure. Platforms give times by their own clock, some in whole seconds. Within one platform second, and within one
millisecond, messages are ordered by the time of receipt.
"""

from __future__ import annotations

from ..model import ConversationId, EventBase, MessageId, Millis
from ..store import keys


def said_at(event: EventBase, received_at: Millis, clock_ms: int) -> Millis:
    """
    Return the moment of an event on a platform whose clock has steps of `clock_ms`.

    It is never later than the receipt: a platform clock ahead of ours would put a question behind its answer.
    """
    if event.sent_at is None:
        return received_at
    return Millis(min(event.sent_at + clock_ms - 1, received_at))


def message_id(conversation_id: ConversationId, event: EventBase, at: Millis, received_at: Millis) -> MessageId:
    """Return a message id for what was said `at`: later ids sort behind, at one moment in the order of receipt."""
    address = event.address
    identity = (address.channel, address.account_id, event.event_id)
    return keys.message_id(conversation_id, at, *identity, later_ms=received_at - at)
