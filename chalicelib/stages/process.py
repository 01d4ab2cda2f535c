"""
Process: one event of inbox.fifo becomes one commit, and notifications. It speaks to nobody outside.

Safe to run again after a crash between any two lines: the marker makes a redelivered event free, and the notifications
that the event led to are sent again.
"""

from __future__ import annotations

from ..engine.advance import advance, ahead
from ..engine.change import Change
from ..engine.environment import Environment
from ..engine.loaded import Loaded
from ..errors import Conflict, Retryable
from ..model import BrandId, Echo, Event, Millis
from ..services import Services
from ..store.commit import Duplicate, commit
from . import effects
from .load_conversation import load, of_person
from .reads import Reader

TRIES = 5
ROUNDS = 20  # an event is decided in six at most (bench/reads.py); beyond these something asks without an end


def process(brand: BrandId, event: Event, received_at: Millis, services: Services) -> None:
    """
    Handle one event: load, decide and commit, at most TRIES times, until no other worker was faster.

    Raises Retryable when that never succeeds; the queue then delivers the event again.
    """
    if isinstance(event, Echo) and _is_our_own(brand, event, services):
        services.metrics("duplicate", channel=event.address.channel)
        return
    table = services.table(brand)
    event = of_person(table, event)
    for attempt in range(TRIES):
        state = load(brand, event, services)
        if state is None:
            services.metrics("event_without_ticket", channel=event.address.channel)
            return
        change = _decided(state, event, received_at, Reader(table, services), services)
        for name, channel in change.counters:
            services.metrics(name, channel=channel)
        for effect in change.first:
            effects.before(effect, event, table, services)
        if change.commit is None:
            services.metrics("event_ignored", channel=event.address.channel)
            effects.again(state, event, table, services)
            return
        try:
            commit(table, change.commit)
        except Duplicate:
            services.metrics("duplicate", channel=event.address.channel)
            effects.again(state, event, table, services)
            return
        except Conflict:
            services.pause(0.02 * 2**attempt)
            continue
        for following in change.then:
            effects.after(following, event, brand, services)
        return
    raise Retryable("conversation", "lost the race for its head too often")


def _decided(loaded: Loaded, event: Event, received_at: Millis, reader: Reader, services: Services) -> Change:
    """Return what the event leads to. What the engine does not know yet is read, and it starts again."""
    environment = Environment(
        now=max(services.clock(), received_at),  # no answer comes before what it answers
        received_at=received_at,
        traits=services.traits,
        desk=services.desk,
        split=services.split,
    )
    loaded = reader.read(loaded, ahead(loaded, event))
    for _ in range(ROUNDS):
        found = advance(loaded, event, environment)
        if isinstance(found, Change):
            return found
        loaded = reader.read(loaded, found.reads)
    raise RuntimeError("the engine asked for reads without an end")


def _is_our_own(brand: BrandId, event: Echo, services: Services) -> bool:
    """Return whether this echo is a row of ours that was marked as sent: one read instead of a refused commit."""
    address = event.address
    return "row_id" in (services.table(brand).marker(address.channel, address.account_id, event.event_id) or {})
