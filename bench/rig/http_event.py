"""
One request as an HTTP API gives it to the function (payload format 2.0), as the local AWS writes it too.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

# Of a route by its first word: what its own places are called, the last one left out where the path ends before it.
PLACES = {"webhooks": ("channel", "account_key", "mark"), "chat": ("account_key", "what", "token")}
TEXT = re.compile(
    r"text/|application/(?:json|xml|javascript)\b"
)  # API Gateway gives these as text, all others as base64


def http_event(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """Draw the event; header names may have any case, as on the wire."""
    _, first, *rest = path.split("/")
    names = PLACES.get(first, ())[: len(rest)]
    key = f"{method} {'/'.join(('', first, *(f'{{{name}}}' for name in names))) if names else path}"
    lower = {name.lower(): value for name, value in headers.items()}
    plain = TEXT.match(lower.get("content-type", "")) is not None
    return {
        "version": "2.0",
        "routeKey": key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": lower,
        "requestContext": {
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
            "routeKey": key,
            "stage": "$default",
        },
        "pathParameters": dict(zip(names, rest, strict=True)) if names else {},
        "body": body.decode(errors="replace") if plain else base64.b64encode(body).decode(),
        "isBase64Encoded": not plain,
    }
