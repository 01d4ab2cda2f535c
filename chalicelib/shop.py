"""
Look-ups in the brand's own systems: read-only, answered in two seconds or not at all.

The first version speaks to one order service: GET /orders/{number} (docs/playbook.md gives its shape).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote

from .errors import Refused, Retryable
from .model import BrandId
from .ports import Http

BASE = "https://shop.invalid"  # replaced by the brand's own address
TIMEOUT_S = 2.0
STATUSES = frozenset({"preparing", "shipped", "out_for_delivery", "delivered", "delayed"})


def look_up(http: Http, brand: BrandId, subject: str, key: str) -> Mapping[str, str]:
    """What the shop knows: status ("not_found" for no such order), order_number, carrier, expected_on."""
    if subject != "order":
        raise Refused("unknown_subject")
    url = f"{BASE}/orders/{quote(key, safe='')}"
    answer = http.request("GET", url, headers={"accept": "application/json", "x-brand": brand}, timeout_s=TIMEOUT_S)
    if answer.status == 404:
        return {"status": "not_found", "order_number": key}
    if answer.status != 200:
        raise Retryable(f"http_{answer.status}")
    try:
        order = json.loads(answer.body)
        status = order["status"]
    except (ValueError, KeyError, TypeError):
        raise Retryable("unreadable") from None
    if status not in STATUSES:
        raise Retryable("unknown_status")
    known = {name: str(order[name]) for name in ("carrier", "expected_on") if order.get(name)}
    return {"status": status, "order_number": key} | known
