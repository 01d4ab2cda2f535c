"""
Short things people type that no model is needed for: greetings, thanks, push-back, fragments.

Pure. Whole messages only: a phrase inside a longer sentence never matches.
"""

from __future__ import annotations

import re
import unicodedata

_GREETINGS = """
bonjour | bjr | bonsoir | bsr | salut | slt | coucou | cc | hello | hi | hey | allo | allô | re | hola | yo | rebonjour
good morning | good afternoon | good evening | hi there | hello there | hey there | bonjour madame | bonjour monsieur
bonjour à tous | bonjour bonjour | hello hello | bonjour madame monsieur | bonjour à vous
"""
_THANKS = """
merci | merci beaucoup | merci bcp | mrc | ok merci | d'accord merci | parfait merci | merci à vous
merci bonne journée | thanks | thank you | thx | ty | ok thanks | ok thank you | great thanks | perfect thanks
thanks a lot | cheers | many thanks
"""
_PUSHBACK = """
non | nn | nan | no | nope | pas du tout | rien à voir | c'est pas ça | ce n'est pas ça | ce n'est pas ma question
pas ma question | vous n'avez pas répondu | ça ne répond pas | not what i asked | that's not what i asked | wrong
not helpful | that doesn't help | you didn't answer | hein | quoi | what | huh | pardon | comment ça
je ne comprends pas | je comprends pas | i don't understand | et alors | so | et donc | allo | allô
still waiting | hello
"""
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_EDGE = " \t\r\n.,;:!…-–—\u00a0\u202f"


def _listed(lines: str) -> frozenset[str]:
    return frozenset(phrase.strip() for line in lines.strip().splitlines() for phrase in line.split("|"))


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text).replace("’", "'").lower()).strip(_EDGE)


GREETINGS, THANKS, PUSHBACK = _listed(_GREETINGS), _listed(_THANKS), _listed(_PUSHBACK)


def is_greeting(text: str) -> bool:
    """Whether the text says hello and nothing else."""
    return _folded(text).replace(",", "") in GREETINGS


def is_thanks(text: str) -> bool:
    """Whether the text says thanks, calmly ("merci !!" may be sarcasm: that is not calm)."""
    return "!!" not in text and _folded(text).replace(",", "") in THANKS


def is_pushback(text: str) -> bool:
    """Whether the text only says that the last answer did not help ("?", "non", "that's not what I asked")."""
    marks = text.strip()
    if marks and not marks.strip("?!… .\u00a0\u202f"):
        return "?" in marks or marks.startswith(("…", "..."))
    return _folded(text).strip("? ") in PUSHBACK


def is_fragment(text: str) -> bool:
    """Whether more words are likely to follow: a greeting, or at most four words without a question mark or digit."""
    if is_greeting(text):
        return True
    words = _WORD.findall(text)
    return len(words) <= 4 and "?" not in text and not any(c.isdigit() for c in text)
