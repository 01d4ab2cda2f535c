"""
The choices of a welcome, and the number that a customer answers with. Pure.

A choice is an intent that the bot answers now on this channel, named by its label; the last one is always a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from ..conversation import Control, Conversation
from ..courtesy import courtesy_of, is_greeting
from ..model import Autonomy
from ..playbook.defaults import LABELS, label_of
from ..playbook.schema import Playbook, effective_autonomy
from ..text import without_accents

PERSON = "human_request"
MENU_MS = 24 * 3_600_000
INTENTS_MOST = 2
# What somebody who comes from an advertisement asks first.
BEFORE_BUYING = ("availability", "exchange_size", "size_guide", "delivery_cost", "delivery_time", "opening_hours")
_KEYCAP = str.maketrans(dict.fromkeys("\ufe0f\u20e3"))
_NUMBER = re.compile(
    r"(?:(?:bonjour|hello|hi|le|la|the|option|choix|choice|numero|number|no|n°|reponse|answer|je choisis|oui|yes)"
    r"\s*[:,.]?\s*){0,3}([1-9]|une?|one|deux|two|trois|three)\s*[.!)]*(?:\s*(?:svp|stp|please|merci|thanks)[.!]*)?",
)
_SPELLED = {"un": 1, "une": 1, "one": 1, "deux": 2, "two": 2, "trois": 3, "three": 3}


def choices(
    playbook: Playbook,
    control: Control,
    channel: str,
    language: str,
    *,
    from_ad: bool,
    answers: Callable[[str], bool],
) -> tuple[str, ...]:
    """The intents a welcome may name here and now, and a person; `answers`: whether one at `auto` is open to them."""
    found = [
        name
        for name, intent in playbook.intents.items()
        if label_of(playbook, name, language)
        and effective_autonomy(playbook, name, channel, public=False, language=language) is Autonomy.AUTO
        and not control.silences_now(channel, name)
        and answers(name)
        and (playbook.can_look_up or not intent.lookup)
    ]
    usual = (*BEFORE_BUYING, *LABELS) if from_ad else tuple(LABELS)
    # What the brand itself has a label for comes first, then what customers ask most.
    found.sort(key=lambda name: (not playbook.intents[name].label, usual.index(name) if name in usual else len(usual)))
    return (*found[:INTENTS_MOST], PERSON)


def chosen(head: Conversation, texts: Sequence[str], now: int) -> str:
    """
    The choice that these messages make, "" where they make none.

    Only a number alone, for a day and until a person speaks: whoever chose one may choose another. What stands beside
    it on other lines is no more than what the answer needs (a number of an order) or a courtesy.
    """
    if not head.menu or now - head.greeted_at >= MENU_MS:
        return ""
    asked = [text for text in texts if text.strip() and not courtesy_of(text) and not is_greeting(text)]
    if not asked or any(not any(char.isdigit() for char in text) for text in asked[1:]):
        return ""
    number = _number(asked[0])
    return head.menu[number - 1] if 0 < number <= len(head.menu) else ""


def _number(text: str) -> int:
    plain = unicodedata.normalize("NFKC", text.translate(_KEYCAP)).strip().casefold()
    found = _NUMBER.fullmatch(without_accents(plain)[:40])
    if found is None:
        return 0
    said = found.group(1)
    return _SPELLED.get(said) or int(said)
