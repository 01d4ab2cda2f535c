"""
Texts about exceptions in Slack: which hold and until when, and the mistakes of a new one. Data and functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ...model import Millis
from ...playbook.bulletin import Bulletin
from ...playbook.hours import moment_text
from ...playbook.mistakes import mistake_words
from ...playbook.schema import Playbook
from .markup import cut, escape
from .wording import pick

WORDS_SHOWN = 200

# key -> (French, English)
_WORDS: Mapping[str, tuple[str, str]] = {
    "line": (
        "Exception jusqu'au {ends}{about}{silence} : {words}{by}",
        "Exception until {ends}{about}{silence}: {words}{by}",
    ),
    "line_later": (
        "Exception du {begins} au {ends}{about}{silence} : {words}{by}",
        "Exception from {begins} until {ends}{about}{silence}: {words}{by}",
    ),
    "about": (" (sur {about})", " (on {about})"),
    "silence": (", un conseiller répond", ", a person answers"),
    "no_words": ("sans texte", "no words"),
    "by": (" — {by}", " — {by}"),
    "none": ("Aucune exception en cours.", "No exception holds."),
    "lint": ("{problem}", "{problem}"),
    "exception_empty": (
        "Écrivez un texte, ou cochez qu'un conseiller répond.",
        "Write some words, or tick that a person answers.",
    ),
    "exception_silences_all": (
        "Choisissez des sujets : pour tout arrêter, il y a /guichet stop.",
        "Choose subjects: to stop everything there is /guichet stop.",
    ),
    "exception_many": (
        "{most} exceptions sont déjà là : terminez-en une d'abord.",
        "{most} exceptions are there already: end one first.",
    ),
    "exception_over": ("La fin est passée, ou vient avant le début.", "The end is over, or before the beginning."),
    "exception_long": (
        "{days} jours au plus : ce qui dure plus longtemps va dans le carnet.",
        "{days} days at most: what lasts longer belongs into the playbook.",
    ),
    "exception_past": (
        "Le début est passé : laissez vide pour commencer maintenant.",
        "The beginning is over: leave it empty to begin now.",
    ),
    "exception_too_long": (
        "Trop long de {over} : avec la plus longue réponse, {channel} n'en prend que {limit} en une bulle.",
        "Too long by {over}: with the longest answer {channel} takes {limit} in one bubble.",
    ),
    "exception_unknown_end": ("Dites quand elle finit.", "Say when it ends."),
}


def problem_words(language: str, key: str, values: Mapping[str, object]) -> str:
    """Return the sentence for a mistake of a new exception (`bulletin_check.Problem`), in the team's language."""
    if key == "lint":
        return mistake_words(str(values["problem"]), language)
    return pick(_WORDS[key], language).format(**values)


def exceptions_text(
    playbook: Playbook, bulletins: Sequence[Bulletin], now: Millis, titled: Callable[[str], str] = str
) -> list[str]:
    """Return a line for each current exception, in the team's language; `titled` gives channels' titles."""
    return [exception_line(playbook, each, now, titled) for each in bulletins if not each.over(now)]


def exception_line(playbook: Playbook, bulletin: Bulletin, now: Millis, titled: Callable[[str], str] = str) -> str:
    """Return one exception as a line of Slack's markup: until when, about what, its text and its author."""
    language = playbook.languages[0]

    def phrase(key: str, **values: object) -> str:
        return pick(_WORDS[key], language).format(**values)

    about = [_title(playbook, intent) for intent in bulletin.intents] + [escape(titled(c)) for c in bulletin.channels]
    words = bulletin.texts.get(language) or next(iter(bulletin.texts.values()), "")
    shown = " ".join(words.split())
    quoted = f"« {cut(shown, WORDS_SHOWN)} »" if language == "fr" else f"“{cut(shown, WORDS_SHOWN)}”"
    who = f"<@{escape(bulletin.by)}>" if bulletin.by.startswith(("U", "W")) else escape(bulletin.by)
    return phrase(
        "line" if bulletin.begins_at <= now else "line_later",
        begins=moment_text(playbook.hours, language, bulletin.begins_at, now),
        ends=moment_text(playbook.hours, language, bulletin.ends_at, now),
        about=phrase("about", about=", ".join(about)) if about else "",
        silence=phrase("silence") if bulletin.person_only else "",
        words=escape(quoted) if shown else phrase("no_words"),
        by=phrase("by", by=who) if who else "",
    )


def no_exceptions(language: str) -> str:
    """Return the sentence that no exception holds."""
    return pick(_WORDS["none"], language)


def _title(playbook: Playbook, intent: str) -> str:
    found = playbook.intents.get(intent)
    return escape(found.title.get(playbook.languages[0], intent) if found else intent)
