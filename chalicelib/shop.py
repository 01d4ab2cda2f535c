"""
Look-ups in a brand's own systems: read-only, answered in two seconds or not at all.

The first version speaks to one order service: GET /orders/{number} (docs/playbook.md gives its shape and signature).
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from .errors import Misconfigured, Refused, Retryable
from .model import BrandId, Millis
from .ports import Http

TIMEOUT_S = 2.0
STATUSES = frozenset({"preparing", "shipped", "out_for_delivery", "delivered", "delayed"})
FIELD_CHARS = 80  # of a carrier or a date: they stand in a sentence to a customer
SECRET_CHARS = 24


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a brand's order service stands, without a slash at the end, and the secret it shares with us."""

    url: str
    secret: str = field(repr=False)


LOCAL = Endpoint("https://shop.invalid", "")  # the local stage's simulated shop: LOCAL_BASES says where it is


def endpoint(held: Mapping[str, str]) -> Endpoint:
    """Reads {"url", "secret"}. Raises Misconfigured for any URL but a public https one, and for a short secret."""
    url, secret = held.get("url", "").rstrip("/"), held.get("secret", "")
    try:
        parts = urlsplit(url)
        plain = (parts.username, parts.password, parts.query, parts.fragment) == (None, None, "", "")
        right = parts.scheme == "https" and bool(parts.hostname) and plain and parts.port != 0
    except ValueError:
        raise Misconfigured("The look-up's url cannot be read; write it like https://shop.example/guichet.") from None
    if not right or not _may_be_public(parts.hostname or ""):
        raise Misconfigured("The look-up's url must be public and https, like https://shop.example/guichet.")
    if len(secret) < SECRET_CHARS:
        raise Misconfigured(f"The look-up's secret must have {SECRET_CHARS} characters or more: openssl rand -hex 32.")
    return Endpoint(url, secret)


def _may_be_public(host: str) -> bool:
    """A name may be (the connection looks at where it leads); a written address must be."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return True


def look_up(http: Http, where: Endpoint, brand: BrandId, subject: str, key: str, now: Millis) -> Mapping[str, str]:
    """
    What the shop knows: status ("not_found" for no such order), order_number, carrier, expected_on.

    Raises SendError for any other answer, and for none.
    """
    if subject != "order":
        raise Refused("unknown_subject")
    url = f"{where.url}/orders/{quote(key, safe='')}"
    headers = {"accept": "application/json", "x-guichet-brand": brand} | _signature(where, brand, subject, key, now)
    answer = http.request("GET", url, headers=headers, timeout_s=TIMEOUT_S)
    if answer.status == 404:
        return {"status": "not_found", "order_number": key}
    if answer.status != 200:
        raise Retryable(f"http_{answer.status}")
    try:
        order = json.loads(answer.body)
        status = str(order["status"])
        known = {name: str(order[name])[:FIELD_CHARS] for name in ("carrier", "expected_on") if order.get(name)}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Retryable("unreadable") from None
    if status not in STATUSES:
        raise Retryable("unknown_status")
    return {"status": status, "order_number": key} | known


def _signature(where: Endpoint, brand: BrandId, subject: str, key: str, now: Millis) -> dict[str, str]:
    """Over what the shop knows whatever stands before it: no proxy's path or host."""
    if not where.secret:
        return {}
    stamp = str(now // 1000)
    signed = f"v1:{stamp}:{brand}:{subject}:{key}".encode()
    digest = hmac.new(where.secret.encode(), signed, hashlib.sha256).hexdigest()
    return {"x-guichet-timestamp": stamp, "x-guichet-signature": f"v1={digest}"}
