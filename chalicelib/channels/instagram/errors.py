"""
Instagram's errors, and what it refuses of a comment before it is asked.

Source: Meta, "Instagram Platform: error codes" and "IG Comment: replies"; what a comment may hold are the values that
Meta's own tools name.
"""

from __future__ import annotations

import re

from ...errors import RateLimited, Refused, TokenExpired, WindowClosed
from .. import _meta

ERRORS: _meta.Table = {
    3: TokenExpired,  # the node is not one that this kind of token may use
    (10, 2018278): WindowClosed,
    (10, 2534022): WindowClosed,
    100: Refused,
    (100, 2534037): Refused,  # another app owns the thread
    368: Refused,
    551: Refused,
    613: RateLimited,
    80002: RateLimited,
}
HASHTAGS_MOST = 4
LINKS_MOST = 1
CAPITALS_MOST = 3
_HASHTAG = re.compile(r"(?<!\w)#\w+")
_LINK = re.compile(r"https?://\S+|(?<![\w@.-])(?:[\w-]+\.)+[a-z]{2,}(?![\w-])(?:/\S*)?", re.ASCII | re.IGNORECASE)


def comment_refused(text: str) -> str:
    """Return why Instagram would not take these words as a comment, in a word; "" where it would."""
    if len(_HASHTAG.findall(text)) > HASHTAGS_MOST:
        return "hashtags"
    if _all_capitals(text):
        return "capitals"
    return "links" if len(_LINK.findall(text)) > LINKS_MOST else ""


def _all_capitals(text: str) -> bool:
    """Whether every letter is a capital, in more than a short word: "OK" and "ML204518" are no shouting."""
    letters = [each for each in text if each.isalpha()]
    return len(letters) > CAPITALS_MOST and all(each.isupper() for each in letters)
