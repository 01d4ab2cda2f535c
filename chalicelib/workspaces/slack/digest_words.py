"""
A digest in Slack: many tickets in one message, each with a button that takes it and posts it. Pure.

It holds no name and no text of a customer: it belongs to nobody's conversation, and no erasure looks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import actions
from .blocks import fallback_text
from .buttons import button
from .ticket_view import TicketView
from .times import clock
from .wording import say


def digest_words(views: Sequence[TicketView], language: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the line for notifications and the blocks; one line a ticket, at most 20 of them."""
    heading = say(language, "digest", count=len(views))
    blocks: list[dict[str, Any]] = [{"type": "section", "text": {"type": "mrkdwn", "text": heading, "verbatim": True}}]
    return heading, [*blocks, *(_line(view) for view in views)]


def _line(view: TicketView) -> dict[str, Any]:
    """Return one ticket's line: since when, how urgent, what about, where, and who has it."""
    words = f"{clock(view.opened_at, view.time_zone, view.language, view.opened_at)} · {fallback_text(view)}"
    text = {"type": "mrkdwn", "text": words, "verbatim": True}
    line: dict[str, Any] = {"type": "section", "text": text}
    return line | ({"accessory": button(view, actions.CLAIM, "claim")} if view.state == "open" else {})
