"""
Checks of every text that a customer reads. Pure; each answers with one sentence.

Variables that nobody fills, the wrong register, "Cher client", and signs left over from a template.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches

from .defaults import BRAND_NAMES
from .duties import never_said
from .phrase import PLACEHOLDER
from .schema import Register

_FORBIDDEN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bch[eè]r(?:e|s|es|\(e\))?\s+client", re.IGNORECASE), "nobody is called “Cher client”"),
    (re.compile(r"\bdear\s+(?:valued\s+)?customer", re.IGNORECASE), "nobody is called “Dear customer”"),
    (re.compile(r"\b(?:TODO|FIXME|XXX|lorem ipsum)\b"), "a note to yourself is left in the text"),
)
_REGISTER: dict[Register, tuple[re.Pattern[str], str]] = {
    "vous": (re.compile(r"\b(?:tu|toi|t’(?:es|as|inquiète))\b", re.IGNORECASE), "the register is vous, this says"),
    "tu": (re.compile(r"\b(?:votre|vos)\b", re.IGNORECASE), "the register is tu, this says"),
}
_BRACE = re.compile(r"[{}]")
LONGEST = 1_700  # 2 000, the smallest private message among common platforms, less the greeting and the AI line


def check_words(text: str, language: str, register: Register, known: Collection[str]) -> Iterator[str]:
    """Yield the mistakes of this text, given the names of the variables that will have a value."""
    known = {*known, *BRAND_NAMES}
    for name in dict.fromkeys(PLACEHOLDER.findall(text)):
        if name not in known:
            close = get_close_matches(name, list(known), n=1)
            yield f"nothing fills {{{name}}}" + (f"; did you mean {{{close[0]}}}?" if close else "")
    if _BRACE.search(PLACEHOLDER.sub("", text)):
        yield "a brace stands alone; variables are written {like_this}"
    for pattern, why in _FORBIDDEN:
        if pattern.search(text):
            yield why
    if language == "fr" and register in _REGISTER:
        pattern, why = _REGISTER[register]
        if match := pattern.search(text):
            yield f"{why} “{match.group()}”"
    yield from never_said(text)
    if len(text) > LONGEST:
        yield f"it is {len(text)} characters long; {LONGEST} is the most that every channel takes in one bubble"
