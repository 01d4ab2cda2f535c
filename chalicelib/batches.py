"""
Queue batches: each message to its stage, failures reported one by one (Powertools), one log line a failure.

A failed message of a FIFO queue takes the rest of its own group with it, and no other group.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    SqsFifoPartialProcessor,
    process_partial_response,
)

from . import events, observe
from .model import BrandId, Millis
from .pipeline import order_lookup, profile
from .pipeline.deliver import deliver, show_typing
from .pipeline.lookup import look_up
from .pipeline.process import process
from .pipeline.receipts import receive
from .pipeline.timers import ring
from .wiring import DELIVER_SECONDS, Wiring


def _run(
    event: dict[str, Any], handle: Callable[[Any], None], here: Wiring, stage: str, *, fifo: bool
) -> dict[str, Any]:
    processor = SqsFifoPartialProcessor(skip_group_on_error=True) if fifo else BatchProcessor(event_type=EventType.SQS)
    processor.raise_on_entire_batch_failure = False

    def one(record: Any) -> None:
        began = time.monotonic()
        try:
            body = here.queues.open_body(record.body)
            if body is not None:
                handle(body)
                here.queues.close_body(record.body)
        except Exception as error:
            observe.count(f"{stage}_error")
            observe.logger().error(
                "message failed",
                extra={
                    "stage": stage,
                    "outcome": type(error).__name__,
                    "message_id": record.message_id,
                    "ms": round((time.monotonic() - began) * 1000),
                    "where": _where(error),
                },
            )
            raise

    try:
        return dict(process_partial_response(event=event, record_handler=one, processor=processor))
    finally:
        observe.flush(here.settings.stage)


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


def process_batch(event: dict[str, Any], here: Wiring) -> dict[str, Any]:
    """inbox.fifo -> process."""

    def handle(body: Any) -> None:
        moment = Millis(int(body["received_at"]))
        process(BrandId(body["brand"]), events.decode(json.dumps(body["event"])), moment, here.deps)

    return _run(event, handle, here, "process", fifo=True)


def receipts_batch(event: dict[str, Any], here: Wiring) -> dict[str, Any]:
    """Receipts, ten events a message."""

    def handle(body: Any) -> None:
        for each in body["batch"]:
            moment = Millis(int(each["received_at"]))
            receive(BrandId(each["brand"]), events.decode(json.dumps(each["event"])), moment, here.deps)

    return _run(event, handle, here, "receipts", fifo=False)


def deliver_batch(event: dict[str, Any], here: Wiring) -> dict[str, Any]:
    """outbox.fifo -> deliver, within this invocation's time."""
    left_ms = _time_left()

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

    return _run(event, handle, here, "deliver", fifo=True)


def timers_batch(event: dict[str, Any], here: Wiring) -> dict[str, Any]:
    """Timers: a row's wait is over -> deliver, here and now; a conversation's -> inbox.fifo."""
    left_ms = _time_left()

    def handle(body: Any) -> None:
        if "recipient" in body:
            deliver(BrandId(body["brand"]), body["recipient"], here.deps, left_ms)
        else:
            ring(body, here.deps)

    return _run(event, handle, here, "timers", fifo=False)


def _time_left() -> Callable[[], int]:
    """What is left of this invocation, in milliseconds, whenever it is asked."""
    deadline = time.monotonic() + DELIVER_SECONDS - 1
    return lambda: round((deadline - time.monotonic()) * 1000)
