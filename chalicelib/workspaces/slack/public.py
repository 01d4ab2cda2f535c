"""
Finds personal data in public posts: phone numbers, e-mail addresses, card numbers in a public post. Pure.

An agent is told and decides; intake has masked card numbers and IBANs already.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...masking import shown_in_public
from .ticket_view import Quote

_WORDS = {"phone": "public_phone", "mail": "public_email", "card": "public_card"}


def visible_in_public(quotes: Sequence[Quote]) -> list[str]:
    """Return the personal data in the customer's public posts: "public_phone", "public_email", "public_card"."""
    texts = [said.text for said in quotes if said.public and said.by == "customer" and said.state != "deleted"]
    found = {each for text in texts for each in shown_in_public(text)}
    return [words for each, words in _WORDS.items() if each in found]
