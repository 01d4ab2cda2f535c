"""
Timers: a conversation's wait is over, and process is told. A timer that is out of date is dropped here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..conversation import Conversation, address_of
from ..model import BrandId, EventId, TimerFired
from ..store import keys
from .deps import Deps


def ring(body: Mapping[str, Any], deps: Deps) -> None:
    """Tell process of one timer message: {"brand", "hold", "until", "address", "conversation"}."""
    brand = BrandId(body["brand"])
    address, generation = address_of(*body["address"]), int(body["hold"])
    if "conversation" in body and _overtaken(deps.table(brand).head(body["conversation"]), generation):
        return
    # Generations begin again for a person who was erased, and the markers of the old ones are still there.
    event_id = EventId(keys.digest(TimerFired.SUBJECT, address.group, str(generation), str(body.get("until", ""))))
    fired = TimerFired(event_id=event_id, address=address, sent_at=None, generation=generation)
    deps.queues.inbox(brand, [fired], deps.clock())


def _overtaken(head: Conversation | None, generation: int) -> bool:
    """Return whether this very wait is already over. False for a merged or erased conversation: process follows it."""
    if head is None or head.merged_into:
        return False
    return not head.hold_until or head.hold_gen != generation
