"""
The line in Slack about a shift: messages, or answers, have changed. Data and one function.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...model import Shift
from ...playbook.schema import Playbook
from ...playbook.typeset import typeset
from .markup import escape

Words = tuple[str, str]  # French, English

_SAID: Mapping[str, Words] = {
    "language": (
        "📉 Les messages en {language} ne ressemblent plus à ceux sur lesquels le bot a été éprouvé.",
        "📉 Messages in {language} no longer look like those that the bot was proved on.",
    ),
    "probability": (
        "📉 « {intent} » ({language}) : le bot est très sûr de {now} % des messages, contre {before} %.",
        "📉 “{intent}” ({language}): the bot is very sure of {now} % of two weeks' messages, {before} % before.",
    ),
    "state": (
        "📉 « {intent} » ({language}) : {state}, {now} % des messages depuis deux semaines, contre {before} % avant.",
        "📉 “{intent}” ({language}): {state}, {now} % of the messages of two weeks, {before} % before.",
    ),
    "precision": (
        "📉 « {intent} », {state} : {now} % des réponses relues sont justes, pour {before} % promis.",
        "📉 “{intent}”, {state}: {now} % of the answers that were judged are right, {before} % was promised.",
    ),
}
_LANGUAGES: Mapping[str, Words] = {"fr": ("français", "French"), "en": ("anglais", "English")}
_STATES: Mapping[str, Words] = {
    "first_question": ("première question", "a first question"),
    "already_tried": ("déjà essayé", "already tried"),
    "overdue": ("délai dépassé", "overdue"),
    "follow_up": ("relance", "a follow-up"),
    "disputed": ("contestation", "disputed"),
    "part": ("une partie seulement", "only a part"),
    "account_blocked": ("compte bloqué", "account blocked"),
    "statement": ("constat sans demande", "a statement without a request"),
    "thanks_or_closing": ("remerciement ou fin", "thanks or closing"),
    "answers_question": ("répond à une question", "answers a question"),
    "declaration": ("déclaration", "a declaration"),
    "bereavement": ("deuil", "bereavement"),
}


def shift_words(playbook: Playbook, shift: Shift) -> str:
    """Return the line that names what has changed, in Slack's markup."""
    desk = playbook.languages[0]
    known = playbook.intents.get(shift.intent)
    title = known.title.get(desk, shift.intent) if known else shift.intent
    values = {
        "intent": escape(title),
        "language": _named(_LANGUAGES, shift.language, desk),
        "state": _named(_STATES, shift.state, desk),
        "before": shift.before,
        "now": shift.now,
    }
    french, english = _SAID[shift.what]
    return typeset(french, "fr").format(**values) if desk == "fr" else english.format(**values)


def _named(known: Mapping[str, Words], word: str, desk: str) -> str:
    return known.get(word, (word, word))[desk != "fr"]
