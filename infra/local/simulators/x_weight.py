"""
Count a post's weighted length as X does.

Source: X's "Counting characters" page: 280 in all, URLs weigh 23, the ranges below weigh 1, everything else
(CJK, emoji) 2. An emoji sequence weighs 2 as a whole.
"""

from __future__ import annotations

import re
import unicodedata

LIMIT = 280
URL_WEIGHT = 23
_URL = re.compile(r"https?://[^\s]+")
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_EMOJI = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2}"
    "|[\U0001f300-\U0001faff\u2600-\u27bf](?:\ufe0f|[\U0001f3fb-\U0001f3ff])?"
    "(?:\u200d[\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f?)*)"
)


def weighted_length(text: str) -> int:
    """Return the weighted length of `text` (NFC)."""
    text = unicodedata.normalize("NFC", text)
    text, urls = _URL.subn("", text)
    text, emoji = _EMOJI.subn("", text)
    weight = sum(1 if any(low <= ord(char) <= high for low, high in _LIGHT) else 2 for char in text)
    return weight + urls * URL_WEIGHT + emoji * 2
