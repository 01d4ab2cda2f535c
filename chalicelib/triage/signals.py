"""
Detects signals in a text by its words: danger, law, fraud, somebody at risk, leaving, anger, a wish.

Pure, closed lists (`danger_words`, `law_words`, `frail_words`, `wish_words`) over folded text. Each signal is told by
itself: critical is not angry. Rules only ever make the bot more careful; heads stand beside them (`scorer`).
"""

from __future__ import annotations

import re
from functools import cache

from .. import danger_words, frail_words, law_words
from ..model import Signal
from . import wish_words

# What the urgent queue holds.
URGENT = frozenset({Signal.DANGER, Signal.LAW, Signal.FRAUD, Signal.VULNERABLE})
_WORDS = {
    Signal.DANGER: danger_words.DANGER,
    Signal.LAW: law_words.LAW,
    Signal.FRAUD: law_words.FRAUD,
    Signal.VULNERABLE: frail_words.VULNERABLE,
    Signal.LEAVING: wish_words.LEAVING,
}


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)  # at first use: imports stay free of work


def signals_of(folded: str) -> frozenset[Signal]:
    """Which signals the words of a folded text give; several questions are told elsewhere (`rules`)."""
    found = {signal for signal, pattern in _WORDS.items() if _compiled(pattern).search(folded)}
    if _compiled(frail_words.WISH_TO_DIE).search(folded):
        found.add(Signal.DANGER)
    if is_angry(folded):
        found.add(Signal.ANGER)
    if wants_human(folded):
        found.add(Signal.WANTS_HUMAN)
    return frozenset(found)


def is_angry(folded: str) -> bool:
    """Whether the words are those of an angry or sarcastic customer."""
    return bool(_compiled(wish_words.ANGER).search(folded) or _compiled(wish_words.SARCASM).search(folded))


def wants_human(folded: str) -> bool:
    """Whether the words themselves ask for a person, and neither report a call nor decline one."""
    if _compiled(wish_words.HUMAN_ALONE).search(folded):
        return True
    left = _compiled(wish_words.NO_WISH).sub(" ; ", folded)
    return bool(_compiled(wish_words.HUMAN).search(left))
