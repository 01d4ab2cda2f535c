"""
The judges' dialog: a customer's message, what the bot said or would say, and a button for each verdict. Pure.

It is a dialog and no message: nothing of a customer stays in the channel, and nobody sees who judged what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...playbook.typeset import typeset
from . import actions, verbatim
from .actions import Value
from .markup import escape

View = dict[str, Any]

TEXT_MOST = 2_800  # of each of the two texts
# key -> (French, English)
_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Juger une réponse", "Judge an answer"),
    "close": ("Arrêter", "Stop"),
    "customer": ("La personne écrit :", "The customer writes:"),
    "would": ("Le bot répondrait :", "The bot would answer:"),
    "did": ("Le bot a répondu :", "The bot answered:"),
    "private": ("en privé", "in private"),
    "public": ("en public", "in public"),
    "ask": (
        "Juste : vrai, utile, rien à ajouter pour cette personne.",
        "Right: true, useful, nothing to add for this person.",
    ),
    "right": ("Juste", "Right"),
    "wrong": ("Faux", "Wrong"),
    "person": ("Il faut une personne", "Needs a person"),
    "other": ("Autre sujet", "Other subject"),
    "dangerous": ("Dangereux", "Dangerous"),
    "waiting": ("{count} réponses attendent.", "{count} answers wait."),
    "waiting_one": ("1 réponse attend.", "1 answer waits."),
    "none": ("Il ne reste rien à juger. Merci !", "Nothing is left to judge. Thank you!"),
    "alike": (
        "Jugées par deux personnes : {twice}, même avis {alike} %.",
        "Judged by two people: {twice}, same word {alike}%.",
    ),
    "nobody": ("Aucun jugement n'est compté par personne.", "No judgement is counted by person."),
}
_STYLES = {"right": "primary", "dangerous": "danger"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgeable:
    """
    What one judge sees; `text` "" where no answer is left for this judge.

    `place` names the answer when a button comes back. `sent`: it was sent, not only rehearsed. `alike`: how often two
    judges agree.
    """

    language: str  # the desk's
    title: str = ""  # the subject's, in it
    channel_title: str = ""
    public: bool = False
    sent: bool = False
    text: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)
    place: str = ""
    waiting: int = 0
    twice: int = 0
    alike: float = 0.0


def judging_view(card: Judgeable, value: Value) -> View:
    """Return the dialog; `value`: brand and account, which every button and the dialog itself give back."""
    language = card.language
    return {
        "type": "modal",
        "callback_id": actions.JUDGE_MODAL,
        "private_metadata": actions.encode(value),
        "title": _plain(_text(language, "title")),
        "close": _plain(_text(language, "close")),
        "blocks": [*(_card(card, value) if card.place else [_section(_text(language, "none"))]), _foot(card)],
    }


def _card(card: Judgeable, value: Value) -> list[View]:
    language = card.language
    where = _text(language, "public" if card.public else "private")
    parts = [
        verbatim.line(_text(language, "customer"), bold=True),
        verbatim.quotation(verbatim.fitting(card.text, TEXT_MOST)),
        verbatim.line(_text(language, "did" if card.sent else "would"), bold=True),
        verbatim.quotation(verbatim.fitting(card.answer, TEXT_MOST)),
    ]
    buttons = [_button(language, verdict, replace(value, mark=card.place)) for verdict in actions.JUDGE]
    head = " · ".join(escape(each) for each in (card.title, card.channel_title, where) if each)
    return [
        _section(f"*{head}*"),
        verbatim.block(parts),
        _section(_text(language, "ask")),
        {"type": "actions", "elements": buttons},
    ]


def _button(language: str, verdict: str, value: Value) -> View:
    button: View = {
        "type": "button",
        "action_id": actions.JUDGE[verdict],
        "text": _plain(_text(language, verdict)),
        "value": actions.encode(replace(value, action=verdict)),
    }
    return button | ({"style": _STYLES[verdict]} if verdict in _STYLES else {})


def _foot(card: Judgeable) -> View:
    language = card.language
    lines = [_text(language, "waiting_one" if card.waiting == 1 else "waiting", count=card.waiting)]
    if card.twice:
        lines.append(_text(language, "alike", twice=card.twice, alike=round(card.alike * 100)))
    lines.append(_text(language, "nobody"))
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": " ".join(lines)}]}


def _text(language: str, key: str, **values: object) -> str:
    french, english = _WORDS[key]
    return typeset(french, "fr").format(**values) if language == "fr" else english.format(**values)


def _section(text: str) -> View:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _plain(text: str) -> View:
    return {"type": "plain_text", "text": text, "emoji": True}
