"""
Whether a greeting is welcomed, how long the welcome waits, and its text. A greeting never becomes a ticket.

Pure. A pressed "Get started" button and an advertisement's opening line are welcomed soon. After a typed "Bonjour" more
text usually follows, so the welcome is held, and any further message replaces it.
"""

from __future__ import annotations

from typing import Literal

from ..conversation import PRESSED, TimelineMessage
from ..courtesy import (
    asks_for_help,
    asks_whether_there,
    courtesy_of,
    is_greeting,
    is_opener,
    language_of,
    says_evening,
)
from ..model import Autonomy, Decision, Greet, Ignore
from ..playbook.defaults import label_of, words_of
from ..playbook.first_names import first_name_of
from ..playbook.hours import next_opening_text
from ..playbook.render import CannotSay, render_phrase
from . import active_bulletins, menu, rollout
from .input import View

GREETED_MS = 24 * 3_600_000  # a customer is welcomed once in so long
TITLE_MOST = 80  # characters of an advertisement's title that are said

_Kind = Literal["", "greeting", "pressed", "opener"]


def greeting(view: View) -> Decision | None:
    """Return the welcome, or silence where none is due; None if the messages ask something or need a person."""
    kind = _kind(view)
    if not kind:
        return None
    if not _may_greet(view):
        # Who comes from an advertisement wants to know something: somebody tells them.
        return None if kind == "opener" else Ignore(covers=view.covers, reason="greeting")
    language = _language(view)
    ad = _advertised(view)
    names = menu.choices(
        view.playbook,
        view.control,
        view.channel,
        language,
        from_ad=bool(ad) or kind == "opener",
        answers=lambda intent: rollout.speaks_now(view, intent) and not active_bulletins.silenced(view, intent),
    )
    try:
        text = _welcome(view, language, ad, names)
    except CannotSay:
        return Ignore(covers=view.covers, reason="greeting")
    return Greet(
        covers=view.covers,
        reason="greeting",
        language=language,
        text=text,
        menu=names,
        wait_ms=_wait(view, kind),
        show_typing=kind == "greeting",
    )


def unheard(view: View) -> Decision | None:
    """Ignore a greeting where a person has the conversation and it tells them nothing."""
    if view.standing == "free":
        return None
    pressed = all(message.kind == PRESSED for message in view.pending)
    greeted = not view.conversation.ticket_id and _kind(view) == "greeting" and "?" not in view.text
    return Ignore(covers=view.covers, reason="greeting") if pressed or greeted else None


def _kind(view: View) -> _Kind:
    """Return what the messages are together, if each is a greeting or a courtesy; "" if one of them is more."""
    kinds = {_kind_of(view, message) for message in view.pending}
    if "" in kinds or kinds == {"courtesy"}:
        return ""
    return "opener" if "opener" in kinds else "pressed" if "pressed" in kinds else "greeting"


def _kind_of(view: View, message: TimelineMessage) -> Literal["", "greeting", "pressed", "opener", "courtesy"]:
    if message.kind == PRESSED:
        return "pressed"
    text = message.text
    if message.attachments or not text.strip():
        return ""
    if is_greeting(text, view.playbook.name):
        return "" if "?" in text and view.said else "greeting"  # after an answer, "allô ?" refuses it
    if courtesy_of(text):
        return "courtesy"
    if is_opener(text):
        return "opener" if message.beside or not view.said else ""
    return "greeting" if not view.said and (asks_for_help(text) or asks_whether_there(text)) else ""


def _may_greet(view: View) -> bool:
    rules, head = view.playbook.autonomy, view.conversation
    ceilings = (rules.default, rules.channels.get(view.channel), rules.languages.get(view.language))
    return (
        not view.public
        and all(level in (None, Autonomy.AUTO) for level in ceilings)
        and not view.control.silences_now(view.channel, "")
        and view.now - head.greeted_at >= GREETED_MS
        and not head.ticket_id
    )


def _wait(view: View, kind: _Kind) -> int:
    """Return how long the welcome is held: a moment, or until nothing more is typed (with a limit)."""
    limits = view.playbook.limits
    if kind != "greeting":
        return limits.join_question_ms
    first, last = (pick(message.received_at for message in view.pending) for pick in (min, max))
    return max(0, min(last + limits.join_greeting_ms, first + limits.join_fragment_ms) - view.now)


def _language(view: View) -> str:
    """Return the conversation's language, until a whole sentence is in another; for a first greeting its own."""
    if view.conversation.language:
        return view.language
    found = next(filter(None, (language_of(m.text) for m in view.pending)), "")
    return found if found in view.playbook.languages else view.language


def _advertised(view: View) -> str:
    """Return the title of the advertisement that the customer comes from, on one line."""
    titles = [words for message in view.pending for kind, words in message.beside if kind == "ad"]
    title = " ".join(titles[-1].split()) if titles else ""
    return title if len(title) <= TITLE_MOST else ""


def _welcome(view: View, language: str, ad: str, names: tuple[str, ...]) -> str:
    playbook = view.playbook
    opening = "" if view.staffed else next_opening_text(playbook.hours, language, view.now)
    evening = any(says_evening(message.text) for message in view.pending)
    hello = words_of(playbook, "good_evening" if evening else "good_day", language)
    name = first_name_of(view.last.display_name, playbook.name.split())
    phrase = "welcome" + ("_about" if ad else "") + ("_closed" if opening else "")
    fields = {"hello": f"{hello} {name}" if name else hello, "ad": ad, "next_opening": opening}
    numbered = [
        render_phrase(
            playbook, "welcome_choice", language, {"number": str(number), "label": _label(view, each, language)}
        )
        for number, each in enumerate(names, 1)
    ]
    listed = render_phrase(playbook, "welcome_choices", language, {"choices": ", ".join(numbered)})
    return f"{render_phrase(playbook, phrase, language, fields)}\n\n{listed}"


def _label(view: View, name: str, language: str) -> str:
    if name == menu.PERSON:
        return words_of(view.playbook, "a_person", language)
    return label_of(view.playbook, name, language)
