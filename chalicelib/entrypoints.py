"""
The entry points: one function for each trigger of app.py, which starts the stage that answers it.

`here`: the services of this process; where none are given, those that `wiring` builds from the environment. `left_ms`:
Lambda's deadline, in milliseconds from now. A stage is imported by the function that runs it, so that no function of
ours loads another's; `beginning` imports it before the first event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import events, observe
from .model import BrandId, Millis, Request, Response
from .wiring import Wiring, wiring

if TYPE_CHECKING:
    from .batches import Left

EVENT_ROOM_MS = 4_000  # what must be left of an invocation to begin with an event, which speaks to AWS alone


def handle_webhook(request: Request) -> Response:
    """GET or POST /webhooks/{channel}/{account_key}."""
    from .pipeline.intake import intake

    here = wiring()
    try:
        _, _, channel, account_key = request.path.split("/", 3)
        return intake(channel, account_key, request, here.intake)
    finally:
        observe.flush(here.settings.stage)


def handle_desk(request: Request) -> Response:
    """POST /slack/…: events, clicks, options, commands."""
    from .slack.interactions import handle

    here = wiring()
    try:
        return handle(request, here.desk)
    finally:
        observe.flush(here.settings.stage)


def process_batch(event: dict[str, Any], left_ms: Left, here: Wiring | None = None) -> dict[str, Any]:
    """inbox.fifo -> process, an event a message."""
    from .batches import Source, run
    from .pipeline.process import process

    services = here or wiring()

    def handle(body: Any) -> None:
        moment = Millis(int(body["received_at"]))
        process(BrandId(body["brand"]), events.from_plain(body["event"]), moment, services.deps)

    source = Source("process", services.settings.inbox_url, EVENT_ROOM_MS)
    return run(event, handle, source, services.queues, left_ms)


def receipts_batch(event: dict[str, Any], left_ms: Left, here: Wiring | None = None) -> dict[str, Any]:
    """The receipts queue -> receipts, ten events a message."""
    from .batches import Source, run
    from .pipeline.receipts import receive

    services = here or wiring()

    def handle(body: Any) -> None:
        for each in body["batch"]:
            receive(BrandId(each["brand"]), events.from_plain(each["event"]), services.deps)

    source = Source("receipts", services.settings.receipts_url, EVENT_ROOM_MS)
    return run(event, handle, source, services.queues, left_ms)


def _deliver_all(body: dict[str, Any], here: Wiring, left_ms: Left) -> None:
    """Deliver to each recipient that a notification names."""
    from .pipeline.deliver import deliver

    for recipient in (body["recipient"], *body.get("also", ())):
        deliver(BrandId(body["brand"]), recipient, here.deps, left_ms)


def deliver_batch(event: dict[str, Any], left_ms: Left, here: Wiring | None = None) -> dict[str, Any]:
    """outbox.fifo -> deliver, within this invocation's time."""
    from .batches import Source, run
    from .pipeline import order_lookup, profile
    from .pipeline.deliver import ROOM_MS, show_typing
    from .pipeline.lookup import look_up

    services = here or wiring()

    def handle(body: Any) -> None:
        brand = BrandId(body["brand"])
        if "typing" in body:
            show_typing(brand, tuple(body["typing"]), body.get("anchor", ""), services.deps)
            if "look_up" in body:
                look_up(brand, body, services.deps)
            return
        if "look_up" in body:
            wanted = body["look_up"]
            about = profile.fetch if profile.PROFILE in wanted else order_lookup.look_up
            about(brand, wanted, services.deps)
            return
        _deliver_all(body, services, left_ms)

    source = Source("deliver", services.settings.outbox_url, ROOM_MS)
    return run(event, handle, source, services.queues, left_ms)


def desk_batch(event: dict[str, Any], left_ms: Left, here: Wiring | None = None) -> dict[str, Any]:
    """desk.fifo -> deliver: rows for Slack, by a function of its own."""
    from .batches import Source, run
    from .pipeline.deliver import ROOM_MS
    from .pipeline.turn import turn

    services = here or wiring()

    def handle(body: Any) -> None:
        brand = BrandId(body["brand"])
        if "turn_of" in body:
            turn(brand, body, services.deps, left_ms)
            return
        _deliver_all(body, services, left_ms)

    source = Source("desk", services.settings.desk_url, ROOM_MS)
    return run(event, handle, source, services.queues, left_ms)


def timers_batch(event: dict[str, Any], left_ms: Left, here: Wiring | None = None) -> dict[str, Any]:
    """Timers: a row's wait is over -> deliver, here and now (for Slack by its own queue); a conversation's -> inbox."""
    from .batches import Source, run
    from .pipeline.deliver import ROOM_MS
    from .pipeline.timers import ring
    from .store.lanes import lane_of

    services = here or wiring()

    def handle(body: Any) -> None:
        if "turn_of" in body:
            services.queues.ring_line(BrandId(body["brand"]), body)
        elif "recipient" in body and lane_of(body["recipient"]) == "desk":
            services.queues.ring(BrandId(body["brand"]), body["recipient"])
        elif "recipient" in body:
            _deliver_all(body, services, left_ms)
        else:
            ring(body, services.deps)

    source = Source("timers", services.settings.timers_url, ROOM_MS)
    return run(event, handle, source, services.queues, left_ms)


def sweep_once(event: dict[str, Any]) -> None:  # noqa: ARG001 - the schedule says nothing we need
    """Each minute."""
    from .pipeline.sweep import sweep

    here = wiring()
    try:
        observe.count("swept", sweep(here.deps))
    finally:
        observe.flush(here.settings.stage)
