"""
Opt-out (unsubscribe) by STOP, and START, as whole messages: whether a customer wants automatic messages here.

Pure. Case, accents, punctuation and emoji are ignored. With any other word it is another message: "Stop ! ça fait trois
fois que je vous écris" is anger, "arrêtez ma commande" a cancellation.
"""

from __future__ import annotations

from ..courtesy import folded_words, without_handles
from ..courtesy_words import PLEASE
from ..model import Consent, Decision
from ..playbook.render import CannotSay, render_phrase
from . import loop_signs
from .input import DecisionInput

_STOPS = """
    stop / stopall / stop all / stop sms / arret / arrets / arret sms / desabonner / me desabonner / desabonne
    desabonne moi
    desabonnez moi / desabonnement / je veux me desabonner / je souhaite me desabonner / je voudrais me desabonner
    desinscrire / me desinscrire / desinscris moi / desinscrivez moi / desinscription / je veux me desinscrire
    je souhaite me desinscrire / je voudrais me desinscrire / unsubscribe / unsubscribe me / i want to unsubscribe
    opt out / optout / opt me out
"""
_STARTS = """
    start / unstop / reprendre / resume / reabonner / me reabonner / reabonnez moi / reabonne moi / resubscribe
    subscribe / opt in / optin / je veux me reabonner
"""
STOP, START = (
    frozenset(each.strip() for line in listed.split("\n") for each in line.split("/") if each.strip())
    for listed in (_STOPS, _STARTS)
)
_ENGLISH = frozenset({"unsubscribe", "opt", "optout", "optin", "resume", "resubscribe", "subscribe", "out", "in"})


def wants_silence(text: str) -> bool:
    """Return whether the whole text says STOP."""
    return _said(text) in STOP


def wants_words(text: str) -> bool:
    """Return whether the whole text says START."""
    return _said(text) in START


def _said(text: str) -> str:
    if len(text) > 60 or "?" in text or any(char.isdigit() for char in text):
        return ""
    spoken = folded_words(without_handles(text))
    while len(spoken) > 1 and spoken[-1] in PLEASE - {"me"}:
        spoken.pop()
    return " ".join(spoken)


def heeded(inputs: DecisionInput) -> Decision | None:
    """Return the opt-out or opt-in of a STOP or START among the messages, which covers only these; else None."""
    silent = inputs.opted_out
    heard = [
        (message, wants_silence(message.text))
        for message in inputs.pending
        if not (message.attachments or message.kind)
        and (wants_silence(message.text) or (silent and wants_words(message.text)))
    ]
    if not heard:
        return None
    opts_in = not heard[-1][1]
    if opts_in and inputs.loop:
        return None
    language = _language(inputs, heard[-1][0].text)
    return Consent(
        covers=tuple(message.message_id for message, _ in heard),
        reason="opt_in" if opts_in else "opt_out",
        language=language,
        undone=opts_in,
        text=_words(inputs, "opted_in" if opts_in else "opted_out", language) if silent == opts_in else "",
    )


def _words(inputs: DecisionInput, phrase: str, language: str) -> str:
    """Return the confirmation, twice a day at most; nothing in public, and nothing while the bot is stopped."""
    if inputs.public or inputs.loop or inputs.control.silences_now(inputs.channel, ""):
        return ""
    try:
        text = render_phrase(inputs.playbook, phrase, language, {}, notice="brand")
    except CannotSay:
        return ""
    return "" if loop_signs.said_enough(inputs.conversation, text, inputs.now) else text


def _language(inputs: DecisionInput, text: str) -> str:
    """Return the language of the word, if it belongs to one; else the conversation's."""
    english = "en" if _ENGLISH & set(folded_words(text)) else ""
    own = english or ("fr" if _said(text) not in {"stop", "start", "stopall", "stop all", "unstop"} else "")
    return own if own in inputs.playbook.languages else inputs.language
