"""
Debounce: whether more lines of a burst are waited for, on whichever channels of the person they come.

Two seconds after a complete question that the bot is sure of (`DecisionInput.join_ms`), longer only after a fragment,
and never beyond a limit from the first line on. What needs a person waits for nothing: their rules are asked before.
Pure.
"""

from __future__ import annotations

import re

from ..model import Decision, Hold, Millis
from ..text import without_accents
from . import short_messages
from .answer_text import to_person
from .input import DecisionInput

JOIN_MOST = 12  # fragments that are waited for; who writes more is not waited for any longer
_PRESSING = re.compile(
    r"\b(?:urgen(?:t|te|ts|tes|ce|cy|tly)|vite|depechez[- ]vous|tout de suite|immediatement|aidez[- ]moi|au secours"
    r"|a l'aide|asap|emergency|right now|immediately|help me|hurry)\b"
)


def more_may_come(inputs: DecisionInput) -> Decision | None:
    """Hold a fragment: more words are awaited, unless it presses."""
    if inputs.standing != "free":  # who reads the ticket sees it at once
        return None
    if (
        inputs.public
        or inputs.intent
        or not short_messages.is_fragment(inputs.last.text)
        or len(inputs.pending) >= JOIN_MOST
        or any(presses(message.text) for message in inputs.pending)
    ):
        return None
    latest = max(message.received_at for message in inputs.pending)
    until = Millis(min(latest + inputs.playbook.limits.join_fragment_ms, inputs.burst_until))
    if inputs.timer_fired or inputs.now >= until:
        return None
    return Hold(covers=(), reason="more_may_come", until=until, show_typing=shows_typing(inputs))


def presses(text: str) -> bool:
    """Return whether somebody in a hurry wrote this: they are not waited for."""
    return _PRESSING.search(without_accents(text.replace("’", "'")).lower()) is not None


def shows_typing(inputs: DecisionInput) -> bool:
    """
    Return whether the customer is shown, once a burst, that words are written: only if words will follow.

    Some platforms mark the message as read with it: nobody is to see "read" and then nothing. What nothing else
    answers is a ticket, so words follow where its acknowledgement would be said.
    """
    waited = inputs.conversation.hold_until != 0
    return not waited and bool(to_person(inputs, "unsure").acknowledge)
