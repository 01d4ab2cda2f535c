"""
When something was said: its time in the timeline, and its place among what was said at the same time.

Pure. Platforms say when in their own clock, some in whole seconds only. What came first stays first: inside a
platform's second it is the time of receipt that orders, and it also orders what has the same millisecond.
"""

from __future__ import annotations

from ..model import ConversationId, EventBase, MessageId, Millis
from ..store import keys


def said_at(event: EventBase, received_at: Millis, clock_ms: int) -> Millis:
    """
    The moment of an event on a platform whose clock has steps of `clock_ms`.

    Never after it was received: a platform's clock that is ahead of ours would put words behind their own answer.
    """
    if event.sent_at is None:
        return received_at
    return Millis(min(event.sent_at + clock_ms - 1, received_at))


def message_id(conversation_id: ConversationId, event: EventBase, at: Millis, received_at: Millis) -> MessageId:
    """The id of what an event said `at`: later ids sort behind, of the same moment those that were received later."""
    address = event.address
    identity = (address.channel, address.account_id, event.event_id)
    return keys.message_id(conversation_id, at, *identity, later_ms=received_at - at)
