"""
The choices of a welcome or a clarifying question as buttons, and what a press of one means. Pure.

A button carries a number and the time of the menu that it belongs to, nothing else: a press of the menu that stands now
is that number typed. Any other press (an older menu, a payload of somebody else's making) is the words on the button.
"""

from __future__ import annotations

import re

from ..conversation import Conversation
from ..decision import menu
from ..model import Ask, Content, Greet, Postback, QuickReply, Reply

BUTTON = "choice"  # the kind of words beside a message: what the pressed button says
BUTTON_WORDS = 80
_PAYLOAD = re.compile(r"choice:([1-9]):([0-9]{1,15})", re.ASCII)


def content_of(decision: Greet | Ask | Reply, at: int) -> Content:
    """Return what a decision says; `at`: the time of its menu, as the head keeps it (`Conversation.greeted_at`)."""
    if isinstance(decision, Reply) or decision.buttons is None:
        return Content(text=decision.text)
    titles = enumerate(decision.buttons.titles, 1)
    buttons = tuple(QuickReply(title, f"choice:{number}:{int(at)}") for number, title in titles)
    return Content(text=decision.text, shown_text=decision.buttons.text, quick_replies=buttons)


def said_by(head: Conversation, event: Postback, now: int) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return what a press says, and the words beside it: the number of its choice with the button's words, or these."""
    number = _picked(head, event.payload, now)
    if not number:
        return event.title, event.beside
    return str(number), (*event.beside, (BUTTON, event.title[:BUTTON_WORDS]))


def _picked(head: Conversation, payload: str, now: int) -> int:
    """Return the number of the choice that is picked from the menu that stands now; 0 where none is."""
    found = _PAYLOAD.fullmatch(payload)
    if found is None or int(found[2]) != head.greeted_at or now - head.greeted_at >= menu.MENU_MS:
        return 0
    number = int(found[1])
    return number if number <= len(head.menu) else 0
