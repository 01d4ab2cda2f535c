"""
Text messages (SMS) as networks count and bill them: in segments. Pure.

A segment takes 160 characters of the GSM 7-bit alphabet, or 70 UTF-16 units as soon as one character is not in it;
joined segments take 153 and 67. What a text has beyond that alphabet is often only its typography.

Source: 3GPP TS 23.038 (alphabet), TS 23.040 (joined segments).
"""

from __future__ import annotations

# Letters as they stand, accents too (é è ù ì ò à Ç are in the alphabet; ç ê â î ô û ë ï œ À È Ê are not).
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # an escape and a character: two units that no segment parts
ALONE, JOINED = 160, 153
ALONE_WIDE, JOINED_WIDE = 70, 67
DENSEST = ALONE  # characters that one segment takes at most

_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ", "'"),
        **dict.fromkeys("“”„‟″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f", " "),
        "…": "...",
        "•": "-",
        "\u200b": "",
    }
)


def segments(text: str) -> int:
    """Return how many segments a text takes as it stands; 0 for an empty one."""
    if BASIC.issuperset(text) or all(char in BASIC or char in EXTENDED for char in text):
        return _counted([2 if char in EXTENDED else 1 for char in text], ALONE, JOINED)
    return _counted([2 if char > "\uffff" else 1 for char in text], ALONE_WIDE, JOINED_WIDE)


def _counted(units: list[int], alone: int, joined: int) -> int:
    total = sum(units)
    if total <= alone:
        return 1 if total else 0
    count, left = 1, joined
    for each in units:  # a pair of units goes whole into the next segment
        if each > left:
            count, left = count + 1, joined
        left -= each
    return count


def thrifty(text: str) -> str:
    """Return the text with plain quotation marks, dashes and blanks where that takes fewer segments; else as it is."""
    simple = plain(text)
    return simple if segments(simple) < segments(text) else text


def plain(text: str) -> str:
    """Return the text with the typography of a typewriter; letters keep their accents."""
    simple = text.translate(_TYPOGRAPHY)
    return simple.replace("« ", '"').replace(" »", '"').replace("«", '"').replace("»", '"')
