"""
Slack's webhook signature: whether a request is Slack's (v0 over the raw bytes, at most 5 minutes old).

docs.slack.dev, "Verifying requests from Slack". Nothing of the request reaches an error's message.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from ...errors import Unverified
from ...model import Millis, Request

MAX_AGE_S = 300
_TIMESTAMP = "x-slack-request-timestamp"
SIGNATURE = "x-slack-signature"


def verify(request: Request, secrets: Sequence[str], now: Millis) -> None:
    """
    Return when one of the signing secrets (current, then previous) signed these very bytes; else raise Unverified.

    A header that is missing or repeated, an odd timestamp, or one more than 5 minutes away is never verified.
    """
    stamp, given = _single(request, _TIMESTAMP), _single(request, SIGNATURE)
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise Unverified("Slack's timestamp is missing or odd")
    if abs(now - int(stamp) * 1000) > MAX_AGE_S * 1000:
        raise Unverified("Slack's timestamp is more than 5 minutes away: check the clock")
    if not given.isascii():
        raise Unverified("Slack's signature does not match")
    for secret in secrets:
        if secret and hmac.compare_digest(_signature(secret, stamp, request.body), given):
            return
    raise Unverified("Slack's signature does not match")


def signed(path: str, body: bytes, secret: str, now: Millis) -> Request:
    """Return a request with JSON as Slack would sign it now."""
    stamp = str(now // 1000)
    headers = {
        "content-type": ("application/json",),
        _TIMESTAMP: (stamp,),
        SIGNATURE: (_signature(secret, stamp, body),),
    }
    return Request("POST", path, {}, headers, body)


def _signature(secret: str, stamp: str, body: bytes) -> str:
    return f"v0={hmac.digest(secret.encode(), b'v0:%b:%b' % (stamp.encode(), body), 'sha256').hex()}"


def _single(request: Request, name: str) -> str:
    values = request.headers.get(name, ())
    if len(values) != 1:
        raise Unverified("a Slack header is missing or repeated")
    return values[0]
