"""The words about what a look at an account found, in French and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .wording import pick

_FOUND: Mapping[str, tuple[str, str]] = {
    "platform": (
        "la plateforme ne prend plus l'accès de ce compte",
        "the platform takes the token no more",
    ),
    "expiry": ("l'accès se termine dans moins de dix jours", "the token ends within ten days"),
    "permissions": ("il manque des droits", "permissions are missing"),
    "callback": ("les messages ne sont plus envoyés à Guichet", "messages are sent somewhere else"),
    "events": ("une partie des événements n'arrive plus", "some events are not sent any more"),
    "other apps": ("une autre application reçoit aussi les messages", "another app gets the messages too"),
    "deliveries": ("la plateforme n'a pas pu livrer des événements", "the platform could not deliver events"),
    "quality": ("des clients bloquent ou signalent ce numéro", "customers block or report this number"),
    "limit": ("le numéro ne peut presque plus écrire le premier", "the number may hardly begin a conversation"),
    "clock": ("l'horloge est décalée", "the clock is off"),
    "privacy mode": (
        "le bot reçoit tout ce qui se dit dans ses groupes",
        "the bot is brought all that is said in its groups",
    ),
}
_NAMES: Mapping[str, tuple[str, str]] = {
    "platform": ("l'accès", "the token"),
    "expiry": ("la durée de l'accès", "how long the token lasts"),
    "permissions": ("les droits", "permissions"),
    "callback": ("l'envoi des messages", "where messages are sent"),
    "events": ("les événements", "events"),
    "other apps": ("les autres applications", "other apps"),
    "deliveries": ("la livraison des événements", "deliveries"),
    "quality": ("la réputation du numéro", "the number's quality"),
    "limit": ("la limite du numéro", "the number's limit"),
    "clock": ("l'horloge", "the clock"),
    "privacy mode": ("le mode de confidentialité", "privacy mode"),
}
_HEAD = ("🩺 {title}", "🩺 {title}")
_WELL = ("De nouveau en ordre : {list}.", "Well again: {list}.")
_ADVICE = ("Que faire : `guichet account doctor`.", "What to do: `guichet account doctor`.")


def looked_at(language: str, title: str, ill: Sequence[str], well: Sequence[str]) -> str:
    """Return the lines about what is not well since the last look, and what is again."""
    lines = [f"{pick(_HEAD, language).format(title=title)}{' :' if language == 'fr' else ':'}"]
    lines += [f"• {_words(_FOUND, language, name)}" for name in ill]
    if ill:
        lines.append(pick(_ADVICE, language))
    if well:
        lines.append(pick(_WELL, language).format(list=", ".join(_words(_NAMES, language, name) for name in well)))
    return "\n".join(lines)


def _words(words: Mapping[str, tuple[str, str]], language: str, name: str) -> str:
    return pick(words.get(name, (name, name)), language)
