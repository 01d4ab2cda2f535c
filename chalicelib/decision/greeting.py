"""
Whether a greeting is welcomed, how long the welcome waits, and its text. A greeting never becomes a ticket.

Pure. A pressed "Get started" button and an advertisement's opening line are welcomed soon. After a typed "Bonjour" more
text usually follows, so the welcome is held, and any further message replaces it.
"""

from __future__ import annotations

from typing import Literal

from ..conversation import PRESSED, TimelineMessage
from ..courtesy import asks_for_help, asks_whether_there, courtesy_of, is_greeting, is_opener, language_of, says_evening
from ..model import Autonomy, Buttons, Decision, Greet, Ignore
from ..playbook.defaults import words_of
from ..playbook.first_names import first_name_of
from ..playbook.hours import next_opening_text
from ..playbook.render import CannotSay, render_phrase
from ..playbook.subject_names import button_of, has_buttons, label_of
from . import active_bulletins, bursts, menu, rollout
from .input import DecisionInput

GREETED_MS = 24 * 3_600_000  # a customer is welcomed once in so long
TITLE_MOST = 80  # characters of an advertisement's title that are said

_Kind = Literal["", "greeting", "pressed", "opener"]


def greeting(inputs: DecisionInput) -> Decision | None:
    """Return the welcome, or silence where none is due; None if the messages ask something or need a person."""
    kind = _kind(inputs)
    if not kind:
        return None
    if not _may_greet(inputs):
        # Who comes from an advertisement wants to know something: somebody tells them.
        return None if kind == "opener" else Ignore(covers=inputs.covers, reason="greeting")
    language = _language(inputs)
    ad = _advertised(inputs)
    names = menu.choices(
        inputs.playbook,
        inputs.control,
        inputs.channel,
        language,
        from_ad=bool(ad) or kind == "opener",
        answers=lambda intent: rollout.speaks_now(inputs, intent) and not active_bulletins.silenced(inputs, intent),
    )
    try:
        text, buttons = _welcome(inputs, language, ad, names)
    except CannotSay:
        return Ignore(covers=inputs.covers, reason="greeting")
    return Greet(
        covers=inputs.covers,
        reason="greeting",
        language=language,
        text=text,
        menu=names,
        buttons=buttons,
        wait_ms=_wait(inputs, kind),
        show_typing=kind == "greeting" and bursts.shows_typing(inputs),
    )


def unheard(inputs: DecisionInput) -> Decision | None:
    """Ignore a greeting where a person has the conversation and it tells them nothing."""
    if inputs.standing == "free":
        return None
    pressed = all(message.kind == PRESSED for message in inputs.pending)
    greeted = not inputs.conversation.ticket_id and _kind(inputs) == "greeting" and "?" not in inputs.text
    return Ignore(covers=inputs.covers, reason="greeting") if pressed or greeted else None


def _kind(inputs: DecisionInput) -> _Kind:
    """Return what the messages are together, if each is a greeting or a courtesy; "" if one of them is more."""
    kinds = {_kind_of(inputs, message) for message in inputs.pending}
    if "" in kinds or kinds == {"courtesy"}:
        return ""
    return "opener" if "opener" in kinds else "pressed" if "pressed" in kinds else "greeting"


def _kind_of(
    inputs: DecisionInput, message: TimelineMessage
) -> Literal["", "greeting", "pressed", "opener", "courtesy"]:
    if message.kind == PRESSED:
        return "pressed"
    text = message.text
    if message.attachments or not text.strip():
        return ""
    if is_greeting(text, inputs.playbook.name):
        return "" if "?" in text and inputs.past_answers else "greeting"  # after an answer, "allô ?" refuses it
    if courtesy_of(text):
        return "courtesy"
    if is_opener(text):
        return "opener" if message.beside or not inputs.past_answers else ""
    return "greeting" if not inputs.past_answers and (asks_for_help(text) or asks_whether_there(text)) else ""


def _may_greet(inputs: DecisionInput) -> bool:
    rules, head = inputs.playbook.autonomy, inputs.conversation
    ceilings = (rules.default, rules.channels.get(inputs.channel), rules.languages.get(inputs.language))
    return (
        not inputs.public
        and all(level in (None, Autonomy.AUTO) for level in ceilings)
        and not inputs.control.silences_now(inputs.channel, "")
        and inputs.now - head.greeted_at >= GREETED_MS
        and not head.ticket_id
    )


def _wait(inputs: DecisionInput, kind: _Kind) -> int:
    """Return how long the welcome is held: a moment, or until nothing more is typed (with a limit)."""
    limits = inputs.playbook.limits
    if kind != "greeting":
        return inputs.join_ms
    first, last = (pick(message.received_at for message in inputs.pending) for pick in (min, max))
    return max(0, min(last + limits.join_greeting_ms, first + limits.join_fragment_ms, inputs.burst_until) - inputs.now)


def _language(inputs: DecisionInput) -> str:
    """Return the conversation's language, until a whole sentence is in another; for a first greeting its own."""
    if inputs.conversation.language:
        return inputs.language
    found = next(filter(None, (language_of(m.text) for m in inputs.pending)), "")
    return found if found in inputs.playbook.languages else inputs.language


def _advertised(inputs: DecisionInput) -> str:
    """Return the title of the advertisement that the customer comes from, on one line."""
    titles = [words for message in inputs.pending for kind, words in message.beside if kind == "ad"]
    title = " ".join(titles[-1].split()) if titles else ""
    return title if len(title) <= TITLE_MOST else ""


def _welcome(inputs: DecisionInput, language: str, ad: str, names: tuple[str, ...]) -> tuple[str, Buttons | None]:
    """Return the welcome with its numbers, and as buttons where the brand has words above them."""
    playbook = inputs.playbook
    opening = "" if inputs.staffed else next_opening_text(playbook.hours, language, inputs.now)
    evening = any(says_evening(message.text) for message in inputs.pending)
    hello = words_of(playbook, "good_evening" if evening else "good_day", language)
    name = first_name_of(inputs.last.display_name, playbook.name.split())
    phrase = "welcome" + ("_about" if ad else "") + ("_closed" if opening else "")
    fields = {"hello": f"{hello} {name}" if name else hello, "ad": ad, "next_opening": opening}
    numbered = [
        render_phrase(
            playbook, "welcome_choice", language, {"number": str(number), "label": _label(inputs, each, language)}
        )
        for number, each in enumerate(names, 1)
    ]
    listed = render_phrase(playbook, "welcome_choices", language, {"choices": ", ".join(numbered)})
    welcome = render_phrase(playbook, phrase, language, fields)
    text = f"{welcome}\n\n{listed}"
    if not has_buttons(playbook, language, ("welcome_choices", "welcome_choice"), "welcome_buttons"):
        return text, None
    above = f"{welcome}\n\n{render_phrase(playbook, 'welcome_buttons', language, {})}"
    titles = (button_of(playbook, each, _label(inputs, each, language), language) for each in names)
    return text, Buttons(above, tuple(titles))


def _label(inputs: DecisionInput, name: str, language: str) -> str:
    if name == menu.PERSON:
        return words_of(inputs.playbook, "a_person", language)
    return label_of(inputs.playbook, name, language)
