"""
Whether somebody speaks of what they wrote to the brand elsewhere: then a code may bring the two together. Pure.
"""

from __future__ import annotations

import re

from ..courtesy import folded_words

_WROTE = (
    r"\b(?:(?:vous|t) (?:ai|avais|avons)|j ai|nous avons|j avais)(?: deja| bien| tout)* "
    r"(?:ecrit|contacte\w*|envoye|signale|explique|parle|adresse|repondu|laisse)\b"
    r"|\bsuite (?:a|de) (?:mon|mes|notre|ma)\b|\b(?:mon|mes|notre) (?:precedent|dernier|premier)s?\b"
    r"|\bi(?: ve| have)?(?: already)? (?:wrote|written|emailed|contacted|messaged|sent|told)\b|\bmy (?:previous|last)\b"
)
_ELSEWHERE = (
    r"\b(?:mails?|e mails?|emails?|courriels?|instagram|insta|messenger|facebook|whatsapp|sms|texto|telegram|twitter"
    r"|tchat|chat)\b"
)
_LONGEST = 120  # words


def speaks_of_elsewhere(text: str) -> bool:
    """Return whether the writer says that they wrote to the brand on another channel."""
    words = folded_words(text)
    plain = " ".join(words)
    return len(words) <= _LONGEST and re.search(_WROTE, plain) is not None and re.search(_ELSEWHERE, plain) is not None
