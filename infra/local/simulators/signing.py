"""
The platforms' signatures and identifiers, as the platforms make them. Pure but for the random part of ids.

Each signature is made over the exact bytes that are posted.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from itertools import count
from urllib.parse import parse_qsl, quote, unquote

SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
OAUTH_HOSTS = ("https://api.x.com", "https://api.twitter.com")

_sequence = count(1)
_last_slack_ts = [0]


def now_ms() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def meta_json(body: Mapping[str, object]) -> bytes:
    """Meta's JSON: no spaces, ASCII escapes, and slashes escaped as PHP does."""
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode()


def plain_json(body: Mapping[str, object]) -> bytes:
    """JSON as X and Slack send it: UTF-8, no spaces."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def meta_signature(secret: str, body: bytes) -> str:
    """Value of X-Hub-Signature-256."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def x_signature(secret: str, body: bytes) -> str:
    """Value of x-twitter-webhooks-signature, and of a CRC answer's response_token."""
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def slack_headers(secret: str, body: bytes, at_s: int) -> dict[str, str]:
    """Slack's timestamp and v0 signature."""
    base = b"v0:%d:" % at_s + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": str(at_s), "x-slack-signature": f"v0={digest}"}


def _percent(text: str) -> str:
    return quote(text, safe="-._~")


def oauth1_fields(header: str) -> dict[str, str]:
    """Parameters of an `Authorization: OAuth …` header."""
    pairs = (part.strip().partition("=") for part in header[len("OAuth ") :].split(","))
    return {unquote(name): unquote(value.strip('"')) for name, _, value in pairs if name}


def oauth1_valid(method: str, path: str, query: str, header: str, secrets_pair: tuple[str, str]) -> bool:
    """
    Whether an OAuth 1.0a HMAC-SHA1 signature covers this request (RFC 5849, JSON body not signed).

    `secrets_pair` is (consumer secret, token secret). The client signed the platform's real host, which a loopback
    request no longer shows, so both of the platform's hosts are tried.
    """
    fields = oauth1_fields(header)
    given = fields.pop("oauth_signature", "")
    fields.pop("realm", None)
    pairs = sorted(
        (_percent(name), _percent(value))
        for name, value in [*fields.items(), *parse_qsl(query, keep_blank_values=True)]
    )
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    key = "&".join(_percent(part) for part in secrets_pair).encode()
    for host in OAUTH_HOSTS:
        base = "&".join((method.upper(), _percent(host + path), _percent(joined)))
        expected = base64.b64encode(hmac.new(key, base.encode(), hashlib.sha1).digest()).decode()
        if hmac.compare_digest(expected, given):
            return True
    return False


def new_mid() -> str:
    """A Messenger message id."""
    return "m_" + base64.urlsafe_b64encode(secrets.token_bytes(48)).decode().rstrip("=")


def new_wamid() -> str:
    """A WhatsApp message id."""
    return "wamid." + base64.b64encode(b"HBg" + secrets.token_bytes(27)).decode()


def new_snowflake() -> str:
    """An X post or message id: grows with time."""
    return str(((now_ms() - SNOWFLAKE_EPOCH_MS) << 22) | (next(_sequence) & 0x3FFFFF))


def new_slack_ts() -> str:
    """A Slack message ts: unique and growing."""
    micros = max(time.time_ns() // 1_000, _last_slack_ts[0] + 1)
    _last_slack_ts[0] = micros
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"


def new_code(prefix: str, length: int = 10) -> str:
    """An upper-case id such as Ev0PV52K25."""
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
    return prefix + "".join(secrets.choice(alphabet) for _ in range(length))


def account_scoped(account_id: str, person: str, digits: int = 16) -> str:
    """A person's stable id on one account: another on each page, as PSIDs are."""
    digest = hashlib.sha256(f"{account_id}\x00{person}".encode()).hexdigest()
    return str(10 ** (digits - 1) + int(digest[:16], 16) % (9 * 10 ** (digits - 1)))
