"""
Whether a public comment may be hidden, and why: one of five reasons, and nothing else. Pure.

Criticism, mockery and anger are none of them: a text is hidden for what it does to somebody, never for what it says of
the brand. A reason needs two signs where one could stand in a complaint ("I wrote to your customer service").
"""

from __future__ import annotations

import re
from functools import cache

from ..masking import shown_in_public
from ..model import HideReason
from ..text import without_accents
from . import comment_words as words
from .sensitive_words import plain_words

_CLAUSE = re.compile(r"[,.;:!?\n]")  # words of two clauses are no slur
_OURS = re.compile(r"\b(?:votre|vos|your|j ai|je|i have|i ve|i)\b")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _says(pattern: str, plain: str) -> bool:
    return bool(_compiled(pattern).search(plain))


def hide_reason(text: str) -> HideReason | None:
    """Return why this comment may be hidden; None: nobody hides it."""
    plain, raw = plain_words(text), without_accents(text.casefold())
    linked, bad = _says(words.LINK, raw), _says(words.BAD_HOSTS, raw)
    if any(_says(words.HATE, plain_words(clause)) for clause in _CLAUSE.split(text)):
        return "hate"
    shown = shown_in_public(text)
    away = _says(words.ELSEWHERE, plain) or "phone" in shown or linked
    placed = _says(words.CALLS_AFTER, plain) and ("phone" in shown or linked)
    called = placed or _says(words.CALLS_AWAY, plain)
    if _says(words.FALSE_SERVICE, plain) and called and away and not _OURS.search(plain):
        return "false_service"
    if _says(words.PHISHING, plain) and (linked or away):
        return "phishing"
    if _says(words.SPAM, plain) and (away or bad):
        return "spam"
    about_us = _says(words.FALSE_SERVICE, plain) or _says(words.GRIEVANCE, plain)  # the number is likely the shop's
    return "personal_data" if "card" in shown or (shown and not about_us) else None
