"""
How long the brand's texts get as customers read them, and whether one message takes them. Pure.

Measured is the longest message that could be sent: the longest greeting, the text with long values, the longest AI
notice, in each channel's own measure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ..ports import LimitUnit
from ..text import measure
from .defaults import PHRASES
from .render import CannotSay, Notice, render, render_phrase, render_question
from .schema import LOOKUPS, Intent, Playbook

# The longest values that occur: a text with other values is at most as long.
_NAME = "Marie-Antoinette"
_LONG: Mapping[str, str] = MappingProxyType(
    {
        "expected_on": "2026-09-30",
        "carrier": "Chronopost International SA",
        "next_opening_from": "après-demain mercredi à 13 h 30",
        "next_opening": "après-demain mercredi à 13 h 30",
        "back": "après-demain mercredi à 13 h 30",
        "when": "après-demain mercredi avant 13 h 30",
        "when_back": "après-demain mercredi avant 13 h 30",
        "promised": "après-demain mercredi avant 13 h 30",
    }
)
_ANY = "0" * 24  # a value that the brand's customers type: a number, a town, a size


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSurface:
    """A surface on which the brand speaks: of a connected channel, private or public, with what one bubble takes."""

    channel: str
    title: str
    limit: int
    unit: LimitUnit
    public: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of a surface's limit a text takes, greeting and AI notice included."""

    used: int
    surface: TextSurface

    @property
    def over(self) -> int:
        """Return by how much the text is too long; 0 where it fits."""
        return max(0, self.used - self.surface.limit)

    @property
    def share(self) -> float:
        """Return the share of the limit that the text takes."""
        return self.used / self.surface.limit


def tightest(sizes: Sequence[Size]) -> Size | None:
    """Return the size that is nearest to its limit, or over it; None where there is none."""
    return max(sizes, key=lambda size: size.share, default=None)


def sizes_of(
    playbook: Playbook, intent: Intent, language: str, surfaces: Sequence[TextSurface], before: str = ""
) -> Iterator[Size]:
    """Yield how long each of the intent's answers and questions gets on each surface that sends it."""
    for surface in surfaces:
        for words in _messages(playbook, intent, language, surface, before):
            yield Size(used=measure(words, surface.unit), surface=surface)


def acknowledgement_sizes(
    playbook: Playbook, language: str, surfaces: Sequence[TextSurface], before: str
) -> Iterator[Size]:
    """Yield how long each acknowledgement gets behind the words `before`, on each surface that sends it."""
    for surface in surfaces:
        for name, phrase in PHRASES.items():
            if phrase.grave or surface.public or not _acknowledges(name):
                continue
            try:
                words = render_phrase(
                    playbook, name, language, _values(playbook), _NAME, greet=True, notice="brand", before=before
                )
            except CannotSay:
                continue
            yield Size(used=measure(words, surface.unit), surface=surface)


def _acknowledges(name: str) -> bool:
    return name.endswith(("_in_hours", "_out_of_hours", "_alone")) or name in (
        "shop_asked", "lookup_failed", "not_found_again", "order_late"
    )  # fmt: skip


def _messages(playbook: Playbook, intent: Intent, language: str, surface: TextSurface, before: str) -> Iterator[str]:
    notice: Notice = "brand" if surface.public else "closed"
    values = _values(playbook)
    looked_up = LOOKUPS.get(intent.lookup, ()) if not surface.public else ()
    for status in looked_up or ("",):
        try:
            yield render(
                playbook,
                intent.name,
                language,
                surface.channel,
                values | {"status": status},
                _NAME,
                public=surface.public,
                greet=True,
                notice=notice,
                before=before,
            )
        except CannotSay:
            continue
    for also in (False, True):
        if not surface.public and (intent.question_also if also else intent.question).get(language):
            yield render_question(
                playbook, intent.name, language, values, _NAME, greet=True, notice=notice, also=also, before=before
            )


def _values(playbook: Playbook) -> dict[str, str]:
    """Return a long value for every variable that a text may have."""
    return dict.fromkeys(playbook.fields, _ANY) | {"shop": _ANY, "size": "45,5"} | dict(_LONG)
