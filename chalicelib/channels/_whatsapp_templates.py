"""
WhatsApp's templates, whoever brings them: what one costs, and what a listed one says.

Source: Meta, "Message templates", "Pricing on the WhatsApp Business Platform".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..template_port import APPROVED, ListedTemplate, places_in
from ._json_values import Object, child, objects, string

LIMIT = 1_024  # characters of a template's text with its values in it
# USD for one, by how a customer's number or id begins, and category. Only what was read somewhere stands here: a price
# that is not is told as unknown. France: 0.0248 EUR, the utility rate of 2025, as told by a vendor; 1 EUR = 1.16 USD.
_FRANCE = {"utility": 0.0288}
PRICES: Mapping[str, Mapping[str, float]] = {"33": _FRANCE, "FR.": _FRANCE}

_NAMED = re.compile(r"\{\{\s*[A-Za-z_]\w{0,60}\s*\}\}")


def listed(one: Object) -> ListedTemplate:
    """
    Return a template of Meta's list.

    https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account/message_templates
    """
    parts = {string(each.get("type")).upper(): each for each in objects(one.get("components"))}
    body = string(parts.get("BODY", {}).get("text"))
    status, reason = string(one.get("status")).lower(), string(one.get("rejected_reason"))
    return ListedTemplate(
        key=string(one.get("name")),
        name=string(one.get("name")),
        language=string(one.get("language")),
        category=string(one.get("category")).lower(),
        status=status,
        body=body,
        places=places_in(body),
        lacks=_lacks(body, parts.get("HEADER", {}), objects(parts.get("BUTTONS", {}).get("buttons"))),
        reason="" if status == APPROVED or reason.upper() == "NONE" else reason,
    )


def _lacks(body: str, header: Object, buttons: Sequence[Object]) -> str:
    """Return what a template needs beside the values of its text."""
    if not body:
        return "text"
    if _NAMED.search(body):
        return "names"
    if header and (string(header.get("format")).upper() != "TEXT" or "{{" in string(header.get("text"))):
        return "header"
    plain = ("QUICK_REPLY", "PHONE_NUMBER", "URL")
    if any(string(each.get("type")).upper() not in plain or "{{" in string(each.get("url")) for each in buttons):
        return "buttons"
    return ""


def of_twilio(one: Object) -> ListedTemplate:
    """
    Return a template of Twilio's list, which keeps WhatsApp's word on it beside.

    https://www.twilio.com/docs/content/content-api-resources#fetch-content-and-approval-status
    """
    kinds, said = child(one, "types"), child(one, "approval_requests")
    bodies = [string(child(kinds, each).get("body")) for each in ("twilio/text", "twilio/quick-reply")]
    body = next(filter(None, bodies), "")
    status = string(said.get("status")).lower()
    return ListedTemplate(
        key=string(one.get("sid")),
        name=string(said.get("name")) or string(one.get("friendly_name")),
        language=string(one.get("language")),
        category=string(said.get("category")).lower(),
        status=status or "not submitted",
        body=body,
        places=places_in(body),
        lacks=_lacks(body, {}, ()),
        reason="" if status == APPROVED else string(said.get("rejection_reason")),
    )
