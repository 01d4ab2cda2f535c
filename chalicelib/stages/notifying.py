"""Notifies for new rows, and for what two people's merge or split left to do. The sweep finds what is lost."""

from __future__ import annotations

from collections.abc import Sequence

from ..model import BrandId, OutboxRow
from ..model.queued import HoldOver, RowsDue
from ..services import Services
from ..store import keys
from ..store.merging import Merge


def notify(brand: BrandId, new: Sequence[OutboxRow], services: Services) -> None:
    """Notify the recipients of new rows, at once or when the rows are due."""
    now = services.clock()
    first: dict[str, int] = {}
    for row in new:
        recipient = row.recipient
        first[recipient] = min(first.get(recipient, row.not_before), row.not_before)
    fetched = {row.recipient for row in new if row.traits.work == "fetch"}  # slow: nothing waits for them
    at_once = [recipient for recipient, not_before in first.items() if not_before <= now]
    services.queues.notify(brand, *(recipient for recipient in at_once if recipient not in fetched))
    for recipient in at_once:
        if recipient in fetched:
            services.queues.notify(brand, recipient)
    for recipient, not_before in first.items():
        if now < not_before <= now + keys.TIMER_MAX_MS:  # the sweep finds what is further away, at its time
            services.queues.later(RowsDue(brand=brand, recipient=recipient), not_before - now)


def merged(brand: BrandId, done: Merge, services: Services) -> None:
    """Notify for what two people's merge, or their split, left to do; the sweep finds it otherwise."""
    notify(brand, done.rows, services)
    for head in done.waits:
        over = HoldOver(
            brand=brand,
            generation=head.hold_gen,
            until=head.hold_until,
            address=done.addresses[0],
            conversation_id=head.conversation_id,
        )
        services.queues.later(over, max(0, head.hold_until - services.clock()))
