"""
Timers: the wait of a conversation is over, process is told. A stale generation is dropped there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..conversation import address_of
from ..model import BrandId, EventId, Fact
from ..store import keys
from .deps import Deps


def ring(body: Mapping[str, Any], deps: Deps) -> None:
    """Rings for one timer message: {"brand", "hold", "until", "address"}."""
    brand = BrandId(body["brand"])
    address, generation = address_of(*body["address"]), str(body["hold"])
    # Generations begin again for a person who was erased, and the markers of the old ones are still there.
    event_id = EventId(keys.digest("timer", address.group, generation, str(body.get("until", ""))))
    fired = Fact(event_id=event_id, address=address, sent_at=None, subject="timer", key=generation)
    deps.queues.inbox(brand, [fired], deps.clock())
