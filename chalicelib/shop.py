"""
Look-ups in a brand's own systems: read-only, answered in two seconds or not at all.

The first version speaks to one order service: GET /orders/{number} (docs/playbook.md gives its shape and signature).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from .errors import Misconfigured, Refused, Retryable
from .model import Account, BrandId, Millis
from .ports import LOOKUP_CHANNEL, Clock, Http, HttpAnswer

TIMEOUT_S = 2.0
STATUSES = frozenset({"preparing", "shipped", "out_for_delivery", "delivered", "delayed"})
FIELD_CHARS = 80  # of a carrier or a date: they stand in a sentence to a customer
SECRET_CHARS = 24
REACHED_CHARS = 254  # of an e-mail address
_MAILBOX = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\".]+")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a brand's order service stands, without a slash at the end, and the secret it shares with us."""

    url: str
    secret: str = field(repr=False)


LOCAL = Endpoint("https://shop.invalid", "")  # the local stage's simulated shop: LOCAL_BASES says where it is


def endpoint(credentials: Mapping[str, str]) -> Endpoint:
    """Reads {"url", "secret"}. Raises Misconfigured for any URL but a public https one, and for a short secret."""
    url, secret = credentials.get("url", "").rstrip("/"), credentials.get("secret", "")
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
    """Return whether a URL's host may be public: a name may (its address is checked later), an IP address must be."""
    import ipaddress  # noqa: PLC0415 - process asks only whether a shop is connected

    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Shops:
    """
    The brands' own systems as they are connected: each like an account of LOOKUP_CHANNEL whose id is the brand.

    `account` finds one by channel and id, `held` gives what it was connected with (`endpoint`). `local`: the local
    stage's simulated shop answers for brands that have connected none.
    """

    account: Callable[[str, str], Account | None]
    credentials: Callable[[Account], Mapping[str, str]]
    http: Callable[[str], Http]
    clock: Clock
    local: bool

    def _of(self, brand: BrandId) -> Account | None:
        account = self.account(LOOKUP_CHANNEL, brand)
        return account if account is not None and account.brand == brand else None

    def connected(self, brand: BrandId) -> bool:
        """Return whether the brand's system can be asked: if not, no customer is asked for a number."""
        return self.local or self._of(brand) is not None

    def look_up(self, brand: BrandId, subject: str, key: str) -> Mapping[str, str]:
        """Ask the brand's own system. Raises SendError when it does not answer, or none is (rightly) connected."""
        where = self._endpoint(brand)
        return look_up(self.http(LOOKUP_CHANNEL), where, brand, subject, key, self.clock())

    def contact(self, brand: BrandId, key: str) -> Mapping[str, str]:
        """Ask where the customer of an order is reached. Raises SendError as `look_up` does."""
        where = self._endpoint(brand)
        return contact_of(self.http(LOOKUP_CHANNEL), where, brand, key, self.clock())

    def _endpoint(self, brand: BrandId) -> Endpoint:
        account = self._of(brand)
        if account is None and not self.local:
            raise Refused("no_look_up", "no system is connected")
        try:
            return endpoint(self.credentials(account)) if account else LOCAL
        except Misconfigured:
            raise Refused("no_look_up", "its url or secret is wrong or missing") from None


def look_up(http: Http, where: Endpoint, brand: BrandId, subject: str, key: str, now: Millis) -> Mapping[str, str]:
    """
    Return what the shop knows: status ("not_found" for no such order), order_number, carrier, expected_on.

    `key` is a number, and perhaps a second key that must fit it ("ML10482?postcode=69001"): the shop gets it and must
    repeat its own. One that does not fit is answered like a number that does not exist. Raises SendError for any other
    answer, and for none.
    """
    if subject != "order":
        raise Refused("unknown_subject")
    number, _, second = key.partition("?")
    answer = _asked(http, where, brand, subject, key, now)
    if answer.status == 404:
        return {"status": "not_found", "order_number": number}
    try:
        order = json.loads(answer.body)
        status = str(order["status"])
        known = {name: str(order[name])[:FIELD_CHARS] for name in ("carrier", "expected_on") if order.get(name)}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Retryable("unreadable") from None
    if status not in STATUSES:
        raise Retryable("unknown_status")
    if second and not _fits(order, second):
        return {"status": "not_found", "order_number": number}
    return {"status": status, "order_number": number} | known


def contact_of(http: Http, where: Endpoint, brand: BrandId, key: str, now: Millis) -> Mapping[str, str]:
    """
    Return where an order's customer is reached: "contact_email", "contact_phone", each only if the shop says so.

    The request is that of `look_up`, with a header by which the shop knows what is wanted; one that does not know it
    answers as ever, and nobody is sent a code. "status" says whether there is such an order. Raises SendError.
    """
    answer = _asked(http, where, brand, "order", key, now, {"x-guichet-wants": "contact"})
    second = key.partition("?")[2]
    try:
        order = json.loads(answer.body) if answer.status == 200 else {}
        if answer.status == 404 or (second and not _fits(order, second)):
            return {"status": "not_found"}
        given = {name: order.get(name) for name in ("contact_email", "contact_phone")}
    except (ValueError, TypeError, AttributeError):
        raise Retryable("unreadable") from None
    known = {name: value.strip() for name, value in given.items() if type(value) is str and len(value) <= REACHED_CHARS}
    if not _MAILBOX.fullmatch(known.get("contact_email", "")):
        known.pop("contact_email", None)
    return {"status": "found"} | known


def _asked(
    http: Http,
    where: Endpoint,
    brand: BrandId,
    subject: str,
    key: str,
    now: Millis,
    more: Mapping[str, str] | None = None,
) -> HttpAnswer:
    """Make the one request. Raises Retryable for anything but an order, or that there is none."""
    number, _, second = key.partition("?")
    url = f"{where.url}/orders/{quote(number, safe='')}" + (f"?{quote(second, safe='=')}" if second else "")
    headers = {"accept": "application/json", "x-guichet-brand": brand} | _signature(where, brand, subject, key, now)
    answer = http.request("GET", url, headers=headers | dict(more or {}), timeout_s=TIMEOUT_S)
    if answer.status not in (200, 404):
        raise Retryable(f"http_{answer.status}")
    return answer


def _fits(order: Mapping[str, object], second: str) -> bool:
    """Return whether the order's own second key is the customer's; a shop that leaves it out proves nothing."""
    name, _, given = second.partition("=")
    credentials = order.get(name)
    if type(credentials) is not str or not credentials:
        raise Retryable("second_key_missing")
    return _letters(credentials) == _letters(given)


def _letters(value: str) -> str:
    return "".join(char for char in value.casefold() if not char.isspace())


def _signature(where: Endpoint, brand: BrandId, subject: str, key: str, now: Millis) -> dict[str, str]:
    """Return the headers that sign a request. Path and host are not signed: a proxy of the shop's may change them."""
    if not where.secret:
        return {}
    stamp = str(now // 1000)
    signed = f"v1:{stamp}:{brand}:{subject}:{key}".encode()
    digest = hmac.new(where.secret.encode(), signed, hashlib.sha256).hexdigest()
    return {"x-guichet-timestamp": stamp, "x-guichet-signature": f"v1={digest}"}
