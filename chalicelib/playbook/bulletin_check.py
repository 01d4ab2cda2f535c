"""
Checks a new exception: every mistake, at its own field. Pure.

Its text must pass the checks of every text, and fit into one message with the longest answer behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..model import Autonomy, Millis
from .bulletin import LONGEST_DAYS, MOST, Bulletin
from .duties import never_in_public
from .lint import check_words
from .render import CannotSay, render_bulletins
from .schema import Intent, Playbook, effective_autonomy
from .text_sizes import Size, TextSurface, acknowledgement_sizes, sizes_of, tightest
from .typeset import typeset

_DAY_MS = 86_400_000
_PAST_MS = 60_000  # who fills a dialog takes a moment


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake: its `place` ("fr", "en", "ends", "begins", "subjects", "all"), a word for it and its values."""

    place: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


def typeset_words(bulletin: Bulletin) -> Bulletin:
    """Return the exception with its texts typeset; a language without a text is left out."""
    words = {language: typeset(text.strip(), language) for language, text in bulletin.texts.items() if text.strip()}
    return replace(bulletin, texts=words)


def problems(
    playbook: Playbook, bulletin: Bulletin, others: Sequence[Bulletin], surfaces: Sequence[TextSurface], now: Millis
) -> Iterator[Problem]:
    """Yield every mistake; `bulletin` is typeset, `others` are not over, `surfaces` the connected ones."""
    yield from _of_time(bulletin, now)
    if not bulletin.texts and not bulletin.person_only:
        yield Problem(playbook.languages[0], "exception_empty")
    if bulletin.person_only and not bulletin.intents:
        yield Problem("subjects", "exception_silences_all")
    if len(others) >= MOST:
        yield Problem("all", "exception_many", {"most": MOST})
    for language, text in bulletin.texts.items():
        found = [Problem(language, "lint", {"problem": each}) for each in _of_words(playbook, bulletin, language, text)]
        yield from found or _too_long(playbook, bulletin, others, surfaces, language)


def _of_time(bulletin: Bulletin, now: Millis) -> Iterator[Problem]:
    if bulletin.ends_at <= max(bulletin.begins_at, now):
        yield Problem("ends", "exception_over")
    elif bulletin.ends_at > now + LONGEST_DAYS * _DAY_MS:
        yield Problem("ends", "exception_long", {"days": LONGEST_DAYS})
    if bulletin.begins_at < now - _PAST_MS:
        yield Problem("begins", "exception_past")


def _of_words(playbook: Playbook, bulletin: Bulletin, language: str, text: str) -> Iterator[str]:
    yield from check_words(text, language, playbook.register.get(language, "plain"), set(playbook.variables))
    if any(_speaks_in_public(playbook, intent, channel) for intent, channel in _where(playbook, bulletin)):
        yield from never_in_public(text)


def _where(playbook: Playbook, bulletin: Bulletin) -> list[tuple[Intent, str]]:
    return [(intent, channel) for intent in _intents(playbook, bulletin) for channel in bulletin.channels or ("",)]


def _intents(playbook: Playbook, bulletin: Bulletin) -> list[Intent]:
    return [intent for name, intent in playbook.intents.items() if not bulletin.intents or name in bulletin.intents]


def _speaks_in_public(playbook: Playbook, intent: Intent, channel: str) -> bool:
    return effective_autonomy(playbook, intent.name, channel, public=True) is Autonomy.AUTO


def _too_long(
    playbook: Playbook, bulletin: Bulletin, others: Sequence[Bulletin], surfaces: Sequence[TextSurface], language: str
) -> Iterator[Problem]:
    """Yield a mistake if the text, with all others that may precede the same answer, is too long for one message."""
    beside = [each for each in others if each.meets(bulletin)]
    try:
        before = render_bulletins(playbook, [*beside, bulletin], language)
    except CannotSay:
        return
    here = [surface for surface in surfaces if not bulletin.channels or surface.channel in bulletin.channels]
    found: list[Size] = list(acknowledgement_sizes(playbook, language, here, before))
    for intent in [] if bulletin.person_only else _intents(playbook, bulletin):
        said = [
            surface for surface in here if not surface.public or _speaks_in_public(playbook, intent, surface.channel)
        ]
        found += sizes_of(playbook, intent, language, said, before)
    fullest = tightest(found)
    if fullest is not None and fullest.over:
        values = {"over": fullest.over, "channel": fullest.surface.title, "limit": fullest.surface.limit}
        yield Problem(language, "exception_too_long", values)
