"""
The triggers: what AWS calls, and the one call of ours that answers it.

The only importer of chalice. A body is one call: nothing is decided, caught or built here (see chalicelib.entrypoints).
"""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from chalice.app import BadRequestError, Chalice, CloudWatchEvent, Rate, SQSEvent
from chalice.app import Response as HttpResponse

from chalicelib import entrypoints
from chalicelib.beginning import begin
from chalicelib.model import Request, Response
from chalicelib.payload import proxy_answer, proxy_event

app = Chalice(app_name="guichet", configure_logs=False)
app.api.binary_types = []  # a file is written as base64 by proxy_answer

begin()

WEBHOOK, CHAT = "/webhooks/{channel}/{account_key}", "/chat/{account_key}/{what}"
mail = entrypoints.take_mail  # infra.mail draws this function, where a stage receives mail
ANY_TYPE = ["*/*"]  # signatures are over raw bytes, so every content type comes as it is


def placeholder_arn(queue: str) -> str:
    """Name a queue before its stack is known; infra.template replaces it in the template."""
    return f"arn:aws:sqs:eu-west-3:000000000000:{queue}"


def incoming(event: dict[str, Any]) -> Request:
    """
    Read what Chalice was given (chalicelib.payload wrote it). Raises BadRequestError for broken base64.

    The body's exact bytes, or what API Gateway made of text that was not UTF-8; the route's path, behind any domain.
    """
    headers: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for name, values in (event.get("multiValueHeaders") or {}).items():
        headers[name.lower()] += tuple(values)
    body = event.get("body") or ""
    try:
        raw = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except ValueError as error:
        raise BadRequestError("The body is not base64.") from error
    context = event["requestContext"]
    return Request(
        method=context["httpMethod"],
        path=context["resourcePath"].format_map(event.get("pathParameters") or {}),
        query={
            name: given[-1] for name, given in (event.get("multiValueQueryStringParameters") or {}).items() if given
        },
        headers=dict(headers),
        body=raw,
        address=context["identity"]["sourceIp"],
    )


def api(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer API Gateway; infra.http_api names this handler instead of Chalice's own, which reads format 1.0 only."""
    return proxy_answer(app(proxy_event(event), context))


def received() -> Request:
    """Give the request that Chalice is answering."""
    if app.current_request is None:
        raise BadRequestError("There is no request.")
    return incoming(app.current_request.to_original_event())


def left_ms(event: SQSEvent) -> Callable[[], int]:
    """Give Lambda's own deadline: how many milliseconds are left of this invocation, whenever it is asked."""
    context: Any = event.context
    remaining: Callable[[], int] = context.get_remaining_time_in_millis
    return remaining


def outgoing(response: Response) -> HttpResponse:
    """Write our answer as Chalice's."""
    return HttpResponse(response.said, {"Content-Type": response.content_type, **response.headers}, response.status)


def answers(take: Callable[[Request], Response]) -> Callable[..., HttpResponse]:
    """Give a view that hands the request over; what its path carries stands in the request as well."""
    return lambda **_: outgoing(take(received()))


# Path, methods and who takes it: platforms, browsers of the web chat, brands' own systems; Slack within 3 seconds.
for path, methods, take in (
    (WEBHOOK, ["GET", "POST"], entrypoints.handle_webhook),
    (f"{WEBHOOK}/{{mark}}", ["POST"], entrypoints.handle_webhook),
    (CHAT, ["GET", "POST"], entrypoints.handle_visit),
    (f"{CHAT}/{{token}}", ["GET"], entrypoints.handle_visit),
    ("/v1/contacts/attributes", ["PUT"], entrypoints.handle_attributes),
    *((f"/slack/{what}", ["POST"], entrypoints.handle_desk) for what in ("events", "actions", "options", "commands")),
):
    app.route(path, methods=methods, content_types=ANY_TYPE, name=path)(answers(take))


@app.route("/connect/{channel}", methods=["GET"])
def consent(channel: str) -> HttpResponse:
    """Take whom a platform's consent page sends back."""
    return outgoing(entrypoints.handle_consent(channel, received()))


@app.on_sqs_message(queue_arn=placeholder_arn("inbox.fifo"), batch_size=10, name="process")
def process(event: SQSEvent) -> dict[str, Any]:
    """Decide about events, in order per customer; answers with the messages to try again."""
    return entrypoints.process_batch(event.to_dict(), left_ms(event))


@app.on_sqs_message(queue_arn=placeholder_arn("receipts"), batch_size=10, name="receipts")
def receipts(event: SQSEvent) -> dict[str, Any]:
    """Write down what became of what we sent."""
    return entrypoints.receipts_batch(event.to_dict(), left_ms(event))


@app.on_sqs_message(queue_arn=placeholder_arn("outbox.fifo"), batch_size=10, name="deliver")
def deliver(event: SQSEvent) -> dict[str, Any]:
    """Send what is due to the customers that a notification names."""
    return entrypoints.deliver_batch(event.to_dict(), left_ms(event))


@app.on_sqs_message(queue_arn=placeholder_arn("desk.fifo"), batch_size=1, name="desk")
def desk(event: SQSEvent) -> dict[str, Any]:
    """Show agents in Slack what is due."""
    return entrypoints.desk_batch(event.to_dict(), left_ms(event))


@app.on_sqs_message(queue_arn=placeholder_arn("timers"), batch_size=10, name="timers")
def timers(event: SQSEvent) -> dict[str, Any]:
    """Handle timers: the short waits that are over."""
    return entrypoints.timers_batch(event.to_dict(), left_ms(event))


@app.schedule(Rate(1, unit=Rate.MINUTES), name="sweep")
def sweep(event: CloudWatchEvent) -> None:
    """Notify for whatever is due or stuck."""
    entrypoints.sweep_once(event.to_dict())
