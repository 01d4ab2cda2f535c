"""
Queue batches: each message to its stage, failures told one by one, one log line a failure.

What is tried in which order, and when a failed message comes again: `receiving`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from . import events, observe
from .deadline import within
from .errors import Newer
from .model import BrandId, Millis
from .pipeline import order_lookup, profile
from .pipeline.deliver import ROOM_MS, deliver, show_typing
from .pipeline.lookup import look_up
from .pipeline.process import process
from .pipeline.receipts import receive
from .pipeline.timers import ring
from .pipeline.turn import turn
from .receiving import Batch, Letter, letters
from .store.lanes import lane_of
from .wiring import Wiring

Left = Callable[[], int]  # milliseconds that are left of the invocation: Lambda's own deadline
END_MS = 1_000  # kept to write down how it ended
EVENT_ROOM_MS = 4_000  # what must be left of it to begin with an event, which speaks to AWS alone


def _run(
    event: dict[str, Any], handle: Callable[[Any], None], here: Wiring, stage: str, url: str, left_ms: Left
) -> dict[str, Any]:
    def one(letter: Letter) -> bool:
        began = time.monotonic()
        try:
            body = here.queues.open_body(letter.body)
            if body is not None:
                with within((left_ms() - END_MS) / 1000):  # what is asked outside ends before Lambda ends us
                    handle(body)
                here.queues.close_body(letter.body)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the queue brings the message again
            _tell(error, stage, letter, began)
            return False
        return True

    def hide(waits: Sequence[tuple[Letter, int]]) -> None:
        here.queues.hide(url, [(letter.receipt, seconds) for letter, seconds in waits])

    batch = Batch(
        handle=one,
        hide=hide,
        delete=lambda done: here.queues.delete(url, [letter.receipt for letter in done]),
        left_ms=left_ms,
        room_ms=ROOM_MS if stage in ("deliver", "desk", "timers") else EVENT_ROOM_MS,
    )
    try:
        again = batch.work(letters(event))
    finally:
        observe.flush(here.settings.stage)
    return {"batchItemFailures": [{"itemIdentifier": letter.message_id} for letter in again]}


def _tell(error: Exception, stage: str, letter: Letter, began: float) -> None:
    observe.count(f"{stage}_error")
    if isinstance(error, Newer):
        observe.count("newer")
    observe.logger().error(
        "message failed",
        extra={
            "stage": stage,
            "outcome": type(error).__name__,
            "message_id": letter.message_id,
            "received": letter.received,
            "ms": round((time.monotonic() - began) * 1000),
            "where": _where(error),
        },
    )


def _where(error: Exception) -> str:
    """The innermost line of ours: no values, no texts."""
    found = ""
    step = error.__traceback__
    while step is not None:
        name = step.tb_frame.f_code.co_filename
        if "chalicelib" in name:
            found = f"{name.rpartition('/')[2]}:{step.tb_lineno}"
        step = step.tb_next
    return found


def process_batch(event: dict[str, Any], here: Wiring, left_ms: Left) -> dict[str, Any]:
    """inbox.fifo -> process."""

    def handle(body: Any) -> None:
        moment = Millis(int(body["received_at"]))
        process(BrandId(body["brand"]), events.decode(json.dumps(body["event"])), moment, here.deps)

    return _run(event, handle, here, "process", here.settings.inbox_url, left_ms)


def receipts_batch(event: dict[str, Any], here: Wiring, left_ms: Left) -> dict[str, Any]:
    """Receipts, ten events a message."""

    def handle(body: Any) -> None:
        for each in body["batch"]:
            receive(BrandId(each["brand"]), events.decode(json.dumps(each["event"])), here.deps)

    return _run(event, handle, here, "receipts", here.settings.receipts_url, left_ms)


def deliver_batch(event: dict[str, Any], here: Wiring, left_ms: Left) -> dict[str, Any]:
    """outbox.fifo -> deliver, within this invocation's time."""

    def handle(body: Any) -> None:
        brand = BrandId(body["brand"])
        if "typing" in body:
            show_typing(brand, tuple(body["typing"]), body.get("anchor", ""), here.deps)
            if "look_up" in body:
                look_up(brand, body, here.deps)
            return
        if "look_up" in body:
            wanted = body["look_up"]
            about = profile.fetch if profile.PROFILE in wanted else order_lookup.look_up
            about(brand, wanted, here.deps)
            return
        for recipient in (body["recipient"], *body.get("also", ())):
            deliver(brand, recipient, here.deps, left_ms)

    return _run(event, handle, here, "deliver", here.settings.outbox_url, left_ms)


def desk_batch(event: dict[str, Any], here: Wiring, left_ms: Left) -> dict[str, Any]:
    """desk.fifo -> deliver: what agents are shown, by a function of its own."""

    def handle(body: Any) -> None:
        brand = BrandId(body["brand"])
        if "turn_of" in body:
            turn(brand, body, here.deps, left_ms)
            return
        for recipient in (body["recipient"], *body.get("also", ())):
            deliver(brand, recipient, here.deps, left_ms)

    return _run(event, handle, here, "desk", here.settings.desk_url, left_ms)


def timers_batch(event: dict[str, Any], here: Wiring, left_ms: Left) -> dict[str, Any]:
    """Timers: a row's wait is over -> deliver, here and now, at a desk by its own queue; a conversation's -> inbox."""

    def handle(body: Any) -> None:
        if "turn_of" in body:
            here.queues.ring_line(BrandId(body["brand"]), body)
        elif "recipient" in body and lane_of(body["recipient"]) == "desk":
            here.queues.ring(BrandId(body["brand"]), body["recipient"])
        elif "recipient" in body:
            deliver(BrandId(body["brand"]), body["recipient"], here.deps, left_ms)
        else:
            ring(body, here.deps)

    return _run(event, handle, here, "timers", here.settings.timers_url, left_ms)
