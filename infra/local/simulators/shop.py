"""
The shop's order look-up: GET /shop/orders/{number}.

Answers are made from the number, so that anyone may invent one: a few are fixed for the story and the tests, numbers
of 4 to 8 digits exist unless they begin with 9999, everything else is 404. Every order was delivered to POSTCODE and
belongs to EMAIL: who asks with another second key is told that there is no such order. Who asks where a customer is
reached (the header x-guichet-wants) is told it of the orders that belong to somebody of the story.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from .faults import Fault
from .router import Answer, Endpoint, PlatformCall

STATUSES = ("preparing", "shipped", "out_for_delivery", "delivered", "delayed")
CARRIERS = ("Colissimo", "Chronopost", "Mondial Relay")
FIXED = {
    "10482": "shipped",
    "10483": "preparing",
    "10484": "out_for_delivery",
    "10485": "delayed",
    "10486": "delivered",
    "10487": "shipped",
}
LATE_BY = {"10487": 3}  # days: it should have arrived, and has not
MAILBOXES = {  # of whom the first four of the page are by mail, so that a code for their order can be read there
    "10482": "camille_rx@clients.example",
    "10483": "karim_bnl@clients.example",
    "10484": "emmaclarke_@clients.example",
    "10485": "olly_reed@clients.example",
}
POSTCODE, EMAIL = "69001", "client@example.com"
#: status -> days from today on which it is, or was, expected
EXPECTED_IN = {"preparing": 4, "shipped": 2, "out_for_delivery": 0, "delivered": -1, "delayed": 3}


class Shop:
    """The brand's own order system."""

    name = "shop"

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the paths that the system may call."""
        return (Endpoint("/orders/{number}", ("GET",), self.order),)

    def kind(self, _call: PlatformCall, /) -> str:
        """Everything is a read."""
        return "read"

    def fault_answer(self, fault: Fault) -> Answer:
        """Return a plain error."""
        status = fault.status or (429 if fault.fault == "rate_limit" else 503)
        headers = {"Retry-After": f"{fault.retry_after:g}"} if fault.retry_after else {}
        return Answer(status, {"error": "unavailable"}, headers)

    def order(self, call: PlatformCall) -> Answer:
        """Return an order, or 404."""
        number = call.params["number"]
        digits = re.sub(r"\D", "", number)
        if not 4 <= len(digits) <= 8 or digits.startswith("9999"):
            return Answer(404, {"error": "not_found", "number": number})
        keys = {name: value for name, value in (("postcode", POSTCODE), ("email", EMAIL)) if name in call.query}
        if any(call.query[name].replace(" ", "").casefold() != value for name, value in keys.items()):
            return Answer(404, {"error": "not_found", "number": number})
        status = FIXED.get(digits) or STATUSES[int(digits) % len(STATUSES)]
        expected = datetime.now(UTC).date() + timedelta(
            days=-LATE_BY[digits] if digits in LATE_BY else EXPECTED_IN[status]
        )
        carrier = CARRIERS[int(digits) % len(CARRIERS)]
        known = {"number": number, "status": status, "carrier": carrier, "expected_on": expected.isoformat()}
        if call.headers.get("x-guichet-wants") == "contact" and digits in MAILBOXES:
            known["contact_email"] = MAILBOXES[digits]
        return Answer(200, known | keys)
