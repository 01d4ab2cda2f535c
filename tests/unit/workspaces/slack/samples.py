"""Bodies and headers as Slack sends them."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

from chalicelib.model import Millis, Request

FOLDER = Path(__file__).parents[3] / "fixtures" / "slack"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = Millis(1_795_000_020_000)
FORM = "application/x-www-form-urlencoded"
NAMES = sorted(path.name for path in FOLDER.iterdir())


def body(name: str) -> bytes:
    """The raw bytes of one sample."""
    return next(FOLDER.glob(f"{name}.*")).read_bytes()


def signed(raw: bytes, path: str = "/slack/events", *, secret: str = SECRET, at: int = NOW // 1000) -> Request:
    """A request that Slack would have signed at `at` (seconds)."""
    digest = hmac.new(secret.encode(), b"v0:%d:%b" % (at, raw), hashlib.sha256).hexdigest()
    headers = {
        "content-type": ("application/json" if raw.startswith(b"{") else FORM,),
        "x-slack-request-timestamp": (str(at),),
        "x-slack-signature": (f"v0={digest}",),
    }
    return Request(method="POST", path=path, query={}, headers=headers, body=raw)
