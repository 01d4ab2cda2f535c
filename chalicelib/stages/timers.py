"""
Timers: the wait of a conversation is over, and process gets an event. A timer that is out of date is dropped here.
"""

from __future__ import annotations

from ..conversation import Conversation
from ..model import EventId, TimerFired
from ..model.queued import HoldOver
from ..services import Services
from ..store import keys


def report_wait_over(timer: HoldOver, services: Services) -> None:
    """Tell process that a conversation has waited long enough."""
    brand, address, generation = timer.brand, timer.address, timer.generation
    if timer.conversation_id and _overtaken(services.table(brand).head(timer.conversation_id), generation):
        return
    # Generations begin again for a person who was erased, and the markers of the old ones are still there.
    event_id = EventId(keys.digest(TimerFired.SUBJECT, address.group, str(generation), str(timer.until)))
    fired = TimerFired(event_id=event_id, address=address, sent_at=None, generation=generation)
    services.queues.inbox(brand, [fired], services.clock())


def _overtaken(head: Conversation | None, generation: int) -> bool:
    """Return whether this wait has ended already. False for a merged or erased conversation: process follows it."""
    if head is None or head.merged_into:
        return False
    return not head.hold_until or head.hold_gen != generation
