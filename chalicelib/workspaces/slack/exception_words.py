"""
Texts about exceptions in Slack: which hold and until when. Data and functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ...model import Millis
from ...playbook.bulletin import Bulletin
from ...playbook.hours import moment_text
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
}


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
