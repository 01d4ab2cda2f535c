"""
One intent's texts: lists them, checks a new one, and puts it into the playbook.

Pure. A text must pass the checks of the file's loader, and fit into one message of each connected channel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

from ..model import Millis
from ..text import without_accents
from .in_force import approval_of
from .lint import LONGEST
from .release import Approval
from .schema import NO_TEXTS, Intent, Playbook, Texts, filled
from .text_sizes import Size, TextSurface, sizes_of, tightest
from .typeset import typeset

Kind = Literal["replies", "statuses", "question", "question_also", "public", "channels"]
YEAR = 365
_KINDS: tuple[Kind, ...] = ("replies", "statuses", "question", "question_also", "public", "channels")


@dataclass(frozen=True, slots=True)
class Slot:
    """Which text of an intent: its kind, its status or channel (`name`), its language."""

    kind: Kind
    name: str
    language: str

    @property
    def key(self) -> str:
        """One word for it: "statuses/shipped/fr"."""
        return f"{self.kind}/{self.name}/{self.language}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A version of the playbook: its number, when and by whom it was made, and the whole of it."""

    number: int
    at: Millis
    by: str
    playbook: Playbook


def renewed(playbook: Playbook, intent: Intent, by: str, day: str) -> Intent:
    """Return the intent as approved by the publisher on this day, for as long as before: a year at most."""
    known, today = approval_of(playbook, intent.name), date.fromisoformat(day)
    span = timedelta(days=YEAR)
    if known.approved_on and known.valid_until:
        span = min(span, date.fromisoformat(known.valid_until) - date.fromisoformat(known.approved_on))
    until = max(known.valid_until, (today + span).isoformat())
    return replace(intent, approval=Approval(owner=by, approved_on=day, valid_until=until))


def slots(playbook: Playbook, intent: Intent) -> Iterator[Slot]:
    """Yield every text that the intent has, the most used first, each in the brand's languages."""
    for kind in _KINDS:
        for name, texts in _texts(intent, kind).items():
            yield from (Slot(kind, name, language) for language in playbook.languages if texts.get(language))


def text_of(intent: Intent, slot: Slot) -> str:
    """Return the text of a slot, "" where there is none."""
    return _texts(intent, slot.kind).get(slot.name, NO_TEXTS).get(slot.language, "")


def found_intents(playbook: Playbook, asked: str) -> list[str]:
    """Return the intents that these words name: the one with that title, else those whose title contains it."""
    wanted = _plain(asked)
    names = {
        name: {_plain(each) for each in (name, name.replace("_", " "), *intent.title.values(), *intent.label.values())}
        for name, intent in playbook.intents.items()
    }
    exact = [name for name, known in names.items() if wanted in known]
    return exact or [name for name, known in names.items() if any(wanted in each for each in known)]


def with_texts(playbook: Playbook, intent: Intent, texts: Mapping[Slot, str]) -> Playbook:
    """Return the playbook in which the intent has these texts, typeset."""
    for slot, text in texts.items():
        intent = _with_text(intent, slot, typeset(text.strip(), slot.language))
    return replace(playbook, intents=MappingProxyType({**playbook.intents, intent.name: intent}))


def mistakes(playbook: Playbook, intent: Intent, slot: Slot, text: str) -> Iterator[str]:
    """Yield the mistakes of a text in this slot, in the checks' own sentences; `size_of` checks its length."""
    from .check import mistakes_in  # noqa: PLC0415 - only who sends a dialog needs it: no cold start waits for it

    texts = {slot.language: text}
    part = {"intents": {intent.name: {slot.kind: {slot.name: texts} if slot.name else texts}}}
    for problem in mistakes_in(playbook, part):
        if not problem.sentence.endswith("that every channel takes in one bubble"):
            yield problem.sentence


def size_of(playbook: Playbook, intent: Intent, slot: Slot, text: str, surfaces: Sequence[TextSurface]) -> Size | None:
    """Return a text's length, greeting and AI notice included, on the surface that it fills most; None: never sent."""
    alone = Intent(name=intent.name, title=intent.title, replies={slot.language: typeset(text.strip(), slot.language)})
    there = replace(playbook, intents={intent.name: alone})
    return tightest(list(sizes_of(there, alone, slot.language, [p for p in surfaces if _said_at(intent, slot, p)])))


def too_long(text: str, size: Size | None) -> tuple[int, int]:
    """Return by how much a text is too long, and its limit: on its tightest surface, else on any."""
    if size is not None and size.over:
        return size.over, size.surface.limit
    return max(0, len(text) - LONGEST), LONGEST


def known_names(playbook: Playbook, intent: Intent) -> list[str]:
    """Return the names that some text of the intent may use, the brand's own first."""
    own = list(playbook.variables)
    more = filled(intent.asks if intent.replies else "", intent.lookup, intent.asks_also)
    return [*own, *sorted(more - set(own))]


def _said_at(intent: Intent, slot: Slot, surface: TextSurface) -> bool:
    if slot.kind == "channels":
        return surface.channel == slot.name and not surface.public
    if slot.kind == "replies":  # without public words of its own it says them there as well
        public = not (intent.public or intent.asks or intent.lookup)
        return public if surface.public else surface.channel not in intent.channels
    return surface.public == (slot.kind == "public")


def _texts(intent: Intent, kind: Kind) -> Mapping[str, Texts]:
    """An intent's texts of a kind by status or channel; "" for those that have neither."""
    if kind == "statuses":
        return intent.statuses
    if kind == "channels":
        return intent.channels
    single: Mapping[Kind, Texts] = {
        "replies": intent.replies,
        "question": intent.question,
        "question_also": intent.question_also,
        "public": intent.public,
    }
    return {"": single[kind]}


def _with_text(intent: Intent, slot: Slot, text: str) -> Intent:
    texts = MappingProxyType({**_texts(intent, slot.kind).get(slot.name, NO_TEXTS), slot.language: text})
    named = MappingProxyType({**_texts(intent, slot.kind), slot.name: texts})
    match slot.kind:
        case "statuses":
            return replace(intent, statuses=named)
        case "channels":
            return replace(intent, channels=named)
        case "replies":
            return replace(intent, replies=texts)
        case "question":
            return replace(intent, question=texts)
        case "question_also":
            return replace(intent, question_also=texts)
        case "public":
            return replace(intent, public=texts)


def _plain(text: str) -> str:
    return without_accents(" ".join(text.split()).casefold())
