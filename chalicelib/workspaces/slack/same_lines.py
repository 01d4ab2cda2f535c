"""
The line on a ticket that asks whether its customer is somebody else as well, with its two answers. Pure.

It says where the other one writes and what speaks for it, and no name: who is erased leaves no copy here. The card has
the names.
"""

from __future__ import annotations

from typing import Any

from . import actions
from .actions import Value
from .card_words import reasons_text, text
from .markup import cut, escape
from .ticket_view import TicketView

Block = dict[str, Any]
SHOWN = 2  # questions of one ticket; the card has the others


def same_lines(view: TicketView) -> list[Block]:
    """Return the questions, each with its buttons; none for nearly every ticket."""
    blocks: list[Block] = []
    for number, offer in enumerate(view.offers[:SHOWN]):
        why = reasons_text(view.language, view.time_zone, view.opened_at, offer.reasons)
        line = text(view.language, "same_line", channels=", ".join(offer.channels), why=why)
        value = Value(
            brand=view.brand,
            ticket_id=view.ticket_id,
            account_id=view.account_id,
            rev=view.rev,
            mark=offer.mark,
            language=view.language,
        )
        blocks.append(_section(escape(cut(line, 500))))
        elements = same_buttons(view.language, value)
        blocks.append({"type": "actions", "block_id": f"guichet_same_{number}", "elements": elements})
    if (left := len(view.offers) - SHOWN) > 0:
        blocks.append(_section(text(view.language, "same_more", count=left)))
    return blocks


def same_buttons(language: str, value: Value) -> list[Block]:
    """Return the buttons that answer whether two are the same person; `value` names the question by its mark."""
    return [
        action_button(language, actions.SAME_YES, "same", value),
        action_button(language, actions.SAME_NO, "not_same", value),
    ]


def action_button(language: str, action: str, key: str, value: Value) -> Block:
    """Return one button of a card or of a question; `key` names its words in `card_words`."""
    own = {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": text(language, key), "emoji": True},
        "value": actions.encode(value),
    }
    return own | ({"style": "primary"} if action == actions.SAME_YES else {})


def _section(words: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words, "verbatim": True}}
