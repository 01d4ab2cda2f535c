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
from .input import DecisionInput
from .own_contacts import NO_CONTACTS, OwnContacts, of_playbook, without_own
from .sensitive_words import plain_words

_CLAUSE = re.compile(r"[,.;:!?\n]")  # words of two clauses are no slur
_OURS = re.compile(r"\b(?:votre|vos|your|j ai|je|i have|i ve|i)\b")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _says(pattern: str, plain: str) -> bool:
    return bool(_compiled(pattern).search(plain))


def reason_of(inputs: DecisionInput) -> HideReason | None:
    """Return why the comments that are decided on may be hidden; the brand's own contacts are no reason."""
    return hide_reason(inputs.text, _own(inputs))


def spreads(inputs: DecisionInput) -> bool:
    """
    Return whether these words call somebody elsewhere, and so may be spam when they are repeated.

    Never a grievance, somebody's own matter or a call to others about the brand, however often it is said.
    """
    text = without_own(inputs.text, _own(inputs))
    plain, raw = plain_words(text), without_accents(text.casefold())
    if _says(words.GRIEVANCE, plain) or _says(words.OWN_MATTER, plain) or _says(words.CAMPAIGN, plain):
        return False
    return _says(words.LINK, raw) or _says(words.ELSEWHERE, plain) or "phone" in shown_in_public(text)


def _own(inputs: DecisionInput) -> OwnContacts:
    """Return the brand's contacts, where a text may hold one: reading a playbook takes a while."""
    may = shown_in_public(inputs.text) or _says(words.LINK, without_accents(inputs.text.casefold()))
    return of_playbook(inputs.playbook) if may else NO_CONTACTS


def hide_reason(text: str, own: OwnContacts = NO_CONTACTS) -> HideReason | None:
    """Return why this comment may be hidden; None: nobody hides it. `own`: the brand's, which are nobody's data."""
    if any(_says(words.HATE, plain_words(clause)) for clause in _CLAUSE.split(text)):
        return "hate"
    rest = without_own(text, own)
    plain, raw = plain_words(rest), without_accents(rest.casefold())
    linked, bad = _says(words.LINK, raw), _says(words.BAD_HOSTS, raw)
    shown = shown_in_public(rest)
    # "on WhatsApp" may be the shop's own, beside its number
    called_home = rest != text and not shown and not linked and "@" not in rest
    away = (_says(words.ELSEWHERE, plain) and not called_home) or "phone" in shown or linked
    placed = _says(words.CALLS_AFTER, plain) and ("phone" in shown or linked)
    called = placed or _says(words.CALLS_AWAY, plain)
    if _says(words.FALSE_SERVICE, plain) and called and away and not _OURS.search(plain):
        return "false_service"
    if _says(words.PHISHING, plain) and (linked or away):
        return "phishing"
    if _says(words.SPAM, plain) and (away or bad):
        return "spam"
    return _personal(shown, plain, own)


def _personal(shown: list[str], plain: str, own: OwnContacts) -> HideReason | None:
    """
    Return whether a comment shows somebody's data, without the brand's own.

    Where the playbook names no number of the brand's, one beside its service or a grievance is likely the shop's.
    """
    about_us = _says(words.FALSE_SERVICE, plain) or _says(words.GRIEVANCE, plain)
    certain = [kind for kind in shown if kind == "card" or own.knows(kind) or not about_us]
    return "personal_data" if certain else None
