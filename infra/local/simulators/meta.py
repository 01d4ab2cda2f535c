"""What Messenger and WhatsApp share: Graph errors, the handshake, signed webhooks."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from infra.local.played import Played

from .config import AccountConfig
from .faults import Fault
from .router import Answer, PlatformCall
from .signing import meta_json, meta_signature, new_code
from .webhook_sender import WebhookDelivery
from .world import Bubble, Person, World

LISTED_MESSAGES = 20  # of a conversation

#: HTTP status -> (code, message) of an injected error without words of its own.
USUAL = {
    400: (100, "(#100) Invalid parameter"),
    401: (190, "Error validating access token: Session has expired on Sunday, 22-Nov-26 00:00:00 PST."),
    403: (200, "(#200) Permissions error"),
    404: (100, "Unsupported post request."),
    429: (4, "(#4) Application request limit reached"),
    500: (1, "An unknown error has occurred."),
    503: (2, "An unexpected error has occurred. Please retry your request later."),
}


def played(**more: Any) -> Played:
    """Return what a channel of Meta's says of itself."""
    return Played(drawn={"verify_token": 8}, told=("verify_token",), **more)


def graph_error(status: int, code: int, message: str, *, subcode: int = 0, details: str = "") -> Answer:
    """Return an error as the Graph API words it. `details` is WhatsApp's error_data."""
    error: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code}
    if subcode:
        error["error_subcode"] = subcode
    if details:
        error["error_data"] = {"messaging_product": "whatsapp", "details": details}
    if code in (1, 2):
        error["is_transient"] = True
    error["fbtrace_id"] = new_code("A", 22)
    return Answer(status, {"error": error})


def app_of(accounts: Iterable[AccountConfig], token: str) -> AccountConfig | None:
    """Find an account whose app this token is: "app id|app secret"."""
    return next((each for each in accounts if each.app_id and token == f"{each.app_id}|{each.secret}"), None)


def application(accounts: Iterable[AccountConfig], token: str, app_id: str) -> Answer:
    """Name an app to whoever has its own token."""
    account = app_of(accounts, token)
    if account is None or account.app_id != app_id:
        return graph_error(400, 190, "Invalid OAuth access token - Cannot parse access token")
    return Answer(200, {"id": app_id})


def injected(fault: Fault, limit: tuple[int, int, str]) -> Answer:
    """
    Return the Graph answer for an injected fault. `limit` is the platform's rate-limit (status, code, message).

    The real Graph API names no waiting time in a header; Retry-After is added only when the fault asks for it.
    """
    headers = {"Retry-After": f"{fault.retry_after:g}"} if fault.retry_after else {}
    if fault.fault == "rate_limit":
        status, code, message = limit
        answer = graph_error(fault.status or status, code, message)
    else:
        status = fault.status or 500
        code, message = USUAL.get(status, USUAL[503 if status >= 500 else 400])
        answer = graph_error(status, code, message)
    return Answer(answer.status, answer.body, headers)


def conversations(
    world: World, account: AccountConfig, call: PlatformCall, line: Callable[[Person, Bubble], dict[str, Any]]
) -> Answer:
    """List an account's private conversations with their newest messages, page by page, the newest first."""
    if call.query.get("platform") != account.channel:
        return graph_error(400, 100, "(#100) The parameter platform is required")
    found: dict[str, list[Bubble]] = {}
    for bubble in reversed(world.bubbles.values()):
        if (bubble.brand, bubble.channel, bubble.surface) == (account.brand, account.channel, "private"):
            found.setdefault(bubble.person, []).append(bubble)
    first, size = int(call.query.get("after", "0")), int(call.query.get("limit", "25"))
    data = []
    for key, newest in list(found.items())[first : first + size]:
        lines = [line(world.people[key], bubble) for bubble in newest[:LISTED_MESSAGES]]
        talk = {"id": f"t_{key}", "updated_time": lines[0]["created_time"], "messages": {"data": lines}}
        data.append(talk)
    paging: dict[str, Any] = {"cursors": {"before": str(first), "after": str(first + size)}}
    if len(found) > first + size:
        paging["next"] = f"https://graph.facebook.com{call.path}?after={first + size}"
    return Answer(200, {"data": data, "paging": paging})


def listed_message(account: AccountConfig, person: Person, bubble: Bubble) -> dict[str, Any]:
    """Write a message as the list of a conversation has it: what of ours it is, no list says."""
    other = {"id": person.ids[f"{account.channel}:{account.account_id}"], "name": person.name}
    own = {"id": account.account_id, "name": account.brand}
    sender, to = (own, other) if bubble.side == "brand" else (other, own)
    line = {"id": bubble.platform_id, "created_time": iso(bubble.at), "from": sender, "to": {"data": [to]}}
    return line | {"message": bubble.text}


def iso(at: int) -> str:
    """Write a time as Graph does: whole seconds."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def delivery(account: AccountConfig, body: Mapping[str, object], bubble_id: str = "") -> WebhookDelivery:
    """Sign `body` for this account's webhook."""
    raw = meta_json(body)
    headers = {
        "content-type": "application/json",
        "user-agent": "facebookexternalua",
        "x-hub-signature-256": meta_signature(account.secret, raw),
    }
    return WebhookDelivery(account.channel, account.webhook_url, raw, headers, bubble_id, account.brand)


async def handshake(client: httpx.AsyncClient, account: AccountConfig) -> str:
    """Ask the webhook URL for the challenge, as Meta does on subscription; return "ok" or what was wrong."""
    challenge = str(secrets.randbelow(10**10))
    query = {"hub.mode": "subscribe", "hub.verify_token": account.verify_token, "hub.challenge": challenge}
    try:
        answer = await client.get(account.webhook_url, params=query, timeout=20)
    except httpx.HTTPError as failure:
        return type(failure).__name__
    if answer.status_code != 200:
        return f"status {answer.status_code}"
    return "ok" if answer.text == challenge else "wrong challenge"
