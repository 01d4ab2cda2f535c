"""
Text shown exactly as it was written: Slack's rich text, in which nothing is read as markup.

In `mrkdwn`, an asterisk, underscore, tilde or backquote of a customer would become formatting and disappear. Pure.
Slack names no limit for these elements; a whole message takes about 12,000 characters.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Element = dict[str, Any]
NOTHING = "…"


def block(elements: Iterable[Element]) -> Element:
    """Return the block of these parts."""
    return {"type": "rich_text", "elements": list(elements)}


def quotation(text: str) -> Element:
    """Return a quotation of the text, letter by letter."""
    return {"type": "rich_text_quote", "elements": [_text(text or NOTHING)]}


def line(text: str, **style: bool) -> Element:
    """Return one line of our own words; `style`: bold, italic."""
    return {"type": "rich_text_section", "elements": [_text(text or NOTHING, **style)]}


def fitting(text: str, limit: int) -> str:
    """Return the text without the blank lines around it, in at most `limit` characters: … where some are missing."""
    words = text.strip("\r\n")
    return words if len(words) <= limit else words[: max(limit - 1, 0)].rstrip() + NOTHING


def _text(text: str, **style: bool) -> Element:
    element: Element = {"type": "text", "text": text}
    return {**element, "style": style} if style else element
