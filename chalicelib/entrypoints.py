"""
The entry points: one function for each trigger of app.py, which starts the stage that answers it.

`here`: the wiring of this process; None: built from the environment. `left_ms`:
Lambda's deadline, in milliseconds from now. A stage is imported by the function that runs it, so that no function of
ours loads another's; `beginning` imports it before the first event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, assert_never

from . import observe
from .model import Request, Response
from .model.queued import (
    CODE_SUBJECT,
    Arrived,
    CustomerWaits,
    DeskMessage,
    HoldOver,
    OutboxMessage,
    PassDue,
    ProfileLookup,
    RowsDue,
    TicketLookup,
    TimerMessage,
)
from .store import bodies
from .text import to_json
from .wiring import Wiring, wiring

if TYPE_CHECKING:
    from .batches import Left
    from .stages.visits import VisitServices

MAIL_MIN_REMAINING_MS = 20_000  # a mail of 25 MB is read, parsed and kept
EVENT_MIN_REMAINING_MS = 4_000  # what must be left of an invocation to begin with an event, which speaks to AWS alone


def handle_webhook(request: Request) -> Response:
    """GET or POST /webhooks/{channel}/{account_key}; POST with a mark of ours behind it."""
    from .stages.intake import intake

    def take(here: Wiring) -> Response:
        channel, account_key, *_ = request.path.split("/")[2:]
        urls = tuple(f"{each}{request.path}" for each in here.settings.public_urls)
        return intake(channel, account_key, replace(request, urls=urls), here.intake)

    return _answered("intake", take)


def handle_consent(channel: str, request: Request) -> Response:
    """GET /connect/{channel}: whom a platform's consent page sends back."""
    from .stages.consents import answer

    return _answered("consent", lambda here: answer(channel, request, here.consents))


def visit_services(here: Wiring) -> VisitServices:
    """Return what the web chat's server is given."""
    from .stages.visit_moves import BrandsMoves, names_of
    from .stages.visits import VisitServices

    return VisitServices(
        intake=here.intake,
        table=here.table,
        blobs=here.blobs,
        credentials=here.secrets.account,
        moves=BrandsMoves(lambda: here.for_handlers),
        names=lambda brand: names_of(brand, here.for_handlers),
    )


def handle_visit(request: Request) -> Response:
    """GET or POST below /chat/{account_key}: what visitors' browsers ask."""
    from .stages.visits import answer

    return _answered("visit", lambda here: answer(request, visit_services(here)))


def handle_attributes(request: Request) -> Response:
    """PUT /v1/contacts/attributes: what a brand's own systems let be known of a customer."""
    from .stages.pushed_attributes import take

    return _answered("attributes", lambda here: take(request, here))


def handle_desk(request: Request) -> Response:
    """Take what agents do in the workspace: events, clicks, options, commands."""
    return _answered("agent", lambda here: here.answer_agent(request))


def _answered(stage: str, take: Callable[[Wiring], Response]) -> Response:
    """
    Answer a request; 500 and one line in the log where that fails.

    The error goes no further: Chalice would write its words, which may hold a customer's or a token.
    """
    here = wiring()
    try:
        return take(here)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, who asked may ask again
        observe.failed(error, stage)
        observe.count("api_error")
        return Response(status=500)
    finally:
        observe.flush(here.settings.stage)


def process_batch(event: dict[str, Any], left_ms: Left, here: Wiring | None = None) -> dict[str, Any]:
    """inbox.fifo -> process, an event a message."""
    from .batches import Source, run
    from .stages.process import process

    wired = here or wiring()

    def handle(arrived: Arrived) -> None:
        process(arrived.brand, arrived.event, arrived.received_at, wired.for_handlers)

    source = Source("process", wired.settings.inbox_url, EVENT_MIN_REMAINING_MS, bodies.inbox)
    return run(event, handle, source, wired.queues, left_ms)


def receipts_batch(event: dict[str, Any], left_ms: Left, here: Wiring | None = None) -> dict[str, Any]:
    """The receipts queue -> receipts, ten events a message."""
    from .batches import Source, run
    from .stages.receipts import receive

    wired = here or wiring()

    def handle(batch: tuple[Arrived, ...]) -> None:
        for each in batch:
            receive(each.brand, each.event, wired.for_handlers)

    source = Source("receipts", wired.settings.receipts_url, EVENT_MIN_REMAINING_MS, bodies.receipts)
    return run(event, handle, source, wired.queues, left_ms)


def _deliver_all(message: RowsDue, here: Wiring, left_ms: Left) -> None:
    """Deliver to each recipient that a notification names."""
    from .stages.deliver import deliver

    for recipient in (message.recipient, *message.also):
        deliver(message.brand, recipient, here.for_handlers, left_ms)


def deliver_batch(event: dict[str, Any], left_ms: Left, here: Wiring | None = None) -> dict[str, Any]:
    """outbox.fifo -> deliver, within this invocation's time."""
    from .batches import Source, run
    from .stages import lookup, order_codes
    from .stages.deliver import MIN_REMAINING_MS, show_typing

    wired = here or wiring()

    def handle(message: OutboxMessage) -> None:
        match message:
            case RowsDue():
                _deliver_all(message, wired, left_ms)
            case CustomerWaits():
                show_typing(message.brand, message.address, message.anchor, wired.for_handlers)
                if message.look_up is not None:
                    lookup.look_up(message.brand, message.look_up, message.address, wired.for_handlers)
            case TicketLookup() if message.subject == CODE_SUBJECT:
                order_codes.look_up(message, wired.for_handlers)
            case TicketLookup():
                lookup.look_up_order(message, wired.for_handlers)
            case ProfileLookup():
                lookup.ask_name(message, wired.for_handlers)
            case _:
                assert_never(message)

    source = Source("deliver", wired.settings.outbox_url, MIN_REMAINING_MS, bodies.outbox)
    return run(event, handle, source, wired.queues, left_ms)


def desk_batch(event: dict[str, Any], left_ms: Left, here: Wiring | None = None) -> dict[str, Any]:
    """desk.fifo -> deliver: rows for desks, by a function of its own."""
    from .batches import Source, run
    from .stages.deliver import MIN_REMAINING_MS
    from .stages.paced_delivery import run_pass

    wired = here or wiring()

    def handle(message: DeskMessage) -> None:
        match message:
            case RowsDue():
                _deliver_all(message, wired, left_ms)
            case PassDue():
                run_pass(message, wired.for_handlers, left_ms)
            case _:
                assert_never(message)

    source = Source("desk", wired.settings.desk_url, MIN_REMAINING_MS, bodies.desk)
    return run(event, handle, source, wired.queues, left_ms)


def timers_batch(event: dict[str, Any], left_ms: Left, here: Wiring | None = None) -> dict[str, Any]:
    """Timers: a row's wait is over -> deliver, here and now (a desk's by its own queue); a conversation's -> inbox."""
    from .batches import Source, run
    from .stages.deliver import MIN_REMAINING_MS
    from .stages.timers import report_wait_over
    from .store.row_queues import queue_of

    wired = here or wiring()

    def handle(message: TimerMessage) -> None:
        match message:
            case PassDue():
                wired.queues.put(message)
            case RowsDue() if queue_of(message.recipient) == "desk":
                wired.queues.put(message)
            case RowsDue():
                _deliver_all(message, wired, left_ms)
            case HoldOver():
                report_wait_over(message, wired.for_handlers)
            case _:
                assert_never(message)

    source = Source("timers", wired.settings.timers_url, MIN_REMAINING_MS, bodies.timers)
    return run(event, handle, source, wired.queues, left_ms)


def take_mail(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take in mails, as Lambda calls."""
    return mail_batch(event, context.get_remaining_time_in_millis)


def mail_batch(event: dict[str, Any], left_ms: Left, here: Wiring | None = None) -> dict[str, Any]:
    """
    The mail queue -> collect: what SES stored in the bucket, a mail a message.

    Without messages it is the schedule's event: what no message told of is taken from the bucket's list.
    """
    from .batches import Source, run
    from .stages.collect import collect, collect_lost

    wired = here or wiring()
    if "Records" not in event:
        try:
            with observe.untold("mail"):
                return {"collected": collect_lost(wired.collecting, left_ms, MAIL_MIN_REMAINING_MS)}
        finally:
            observe.flush(wired.settings.stage)
    source = Source("mail", wired.settings.mail_url, MAIL_MIN_REMAINING_MS, to_json)
    return run(event, lambda body: collect(body.encode(), wired.collecting), source, wired.queues, left_ms)


def sweep_once(event: dict[str, Any]) -> None:  # noqa: ARG001 - the schedule says nothing we need
    """Each minute."""
    from .stages.sweep import sweep

    here = wiring()
    try:
        with observe.untold("sweep"):
            observe.count("swept", sweep(here.for_handlers))
    finally:
        observe.flush(here.settings.stage)
