"""
Translates an HTTP API's event (payload format 2.0) for Chalice's routes, and their answer back. Pure.

Format 2.0 joins a header that came twice with a comma and has no list of its values. It is not taken apart again (dates
hold commas too): a signature that was sent twice does not verify. Text and JSON bodies come as text:
bytes that are not UTF-8 were replaced on the way, and the body's signature fails
(docs/decisions/2026-11-29-an-http-api.md). All other bodies come as base64.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

ANSWERED = ("statusCode", "headers", "body", "isBase64Encoded")  # what format 2.0 reads of an answer


def proxy_event(event: Mapping[str, Any]) -> dict[str, Any]:
    """
    Write an event of payload format 2.0 as what Chalice reads of format 1.0.

    The route comes from `routeKey` ("POST /webhooks/{key}"; "$default" has none, its path is the request's), the query
    from the raw string: a parameter that was given twice keeps both values. Raises KeyError for any other event.
    """
    method = event["requestContext"]["http"]["method"]
    route = event["routeKey"].partition(" ")[2] or event["rawPath"]
    headers = event.get("headers") or {}
    return {
        "httpMethod": method,
        "path": event["rawPath"],
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "multiValueQueryStringParameters": parse_qs(event.get("rawQueryString") or "", keep_blank_values=True) or None,
        "pathParameters": event.get("pathParameters"),
        "stageVariables": event.get("stageVariables"),
        "requestContext": {
            "httpMethod": method,
            "resourcePath": route,
            "identity": {"sourceIp": event["requestContext"]["http"].get("sourceIp", "")},
        },
        "body": event.get("body"),
        "isBase64Encoded": bool(event.get("isBase64Encoded")),
    }


def proxy_answer(answer: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return Chalice's answer without the parts that format 2.0 lacks: lists of header values belong to 1.0.

    Bytes go as base64, whatever their media type and whatever the caller says that it accepts: Chalice knows neither
    image/webp nor application/pdf, and refuses a picture to who names no kind of it.
    """
    found = {name: answer[name] for name in ANSWERED if name in answer}
    if isinstance(found.get("body"), bytes):
        found |= {"body": b64encode(found["body"]).decode(), "isBase64Encoded": True}
    return found
