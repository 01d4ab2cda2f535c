"""
Finds personal data in public posts: phone numbers, e-mail addresses, card numbers in a public post. Pure.

An agent is told and decides; intake has masked card numbers and IBANs already.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...masking import mask_secrets
from .ticket_view import Quote

_PHONE = re.compile(r"(?<![\w#.,-])(?:\+\d{1,3}[ .-]?(?:\(0\)[ .-]?)?|0)[1-9](?:[ .-]?\d{2}){4}(?![\w]|[.,]\d)")
_ABROAD = re.compile(r"(?<![\w#.,-])(?:\+\d{1,3}(?:[ .-]?\(?\d{2,4}\)?){3,5}|0\d{2,4}[ .-]?\d{3}[ .-]?\d{3,4})(?!\w)")
_MASKED = re.compile(r"•{4}")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,24}){1,4}")


def visible_in_public(quotes: Sequence[Quote]) -> list[str]:
    """Return the personal data in the customer's public posts: "public_phone", "public_email", "public_card"."""
    texts = [said.text for said in quotes if said.public and said.by == "customer" and said.state != "deleted"]
    found = []
    if any(_PHONE.search(text) or _ABROAD.search(text) for text in texts):
        found.append("public_phone")
    if any(_EMAIL.search(text) for text in texts):
        found.append("public_email")
    if any(_MASKED.search(text) or mask_secrets(text) != text for text in texts):
        found.append("public_card")
    return found
