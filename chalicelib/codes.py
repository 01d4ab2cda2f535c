"""
Codes that are sent to the e-mail address or telephone of an order and typed back: how one is made, and read. Pure.

A code is made from the stage's secret, so that it is stored nowhere: whoever reads the table learns none.
"""

from __future__ import annotations

import hashlib
import hmac
import re

from .model import BrandId

DIGITS = 6
UNSAID = "#" * DIGITS  # stands for the code in what is stored: also after an SMS was made plain
_TYPED = re.compile(
    r"\W*(?:(?:(?:mon|le|my|the|voici|here(?:'s| is)?|c['’ ]?est)\s+)*(?:code)?\s*(?:est|is)?\s*[:=]?\s*)?"
    r"([0-9]{3}[ .\u00a0\u202f-]?[0-9]{3})\W*",
    re.IGNORECASE,
)
_LONGEST = 60


def code_of(secret: str, brand: BrandId, mark: str) -> str:
    """Return the code of an order's question: six digits."""
    made = hmac.new(secret.encode(), f"code\0{brand}\0{mark}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(made[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def is_right(secret: str, brand: BrandId, mark: str, typed: str) -> bool:
    """Return whether this is the code, in a time that does not tell how much of it is right. Without a secret: no."""
    return bool(secret) and hmac.compare_digest(code_of(secret, brand, mark), typed)


def typed_in(text: str) -> str:
    """Return the six digits of a text that says nothing but a code; "" for any other."""
    found = _TYPED.fullmatch(text) if len(text) <= _LONGEST else None
    return "".join(char for char in found[1] if char.isdigit()) if found else ""
