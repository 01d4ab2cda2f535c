"""
What a person may say and do about a comment, and the wordings in which equal questions are answered.

Pure. Everybody reads what is said under a post, and many equal texts there look like a machine's: an answer of the
playbook is given in up to three wordings, each of them a few times a post and hour (`EQUAL_MOST`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..masking import shown_in_public
from ..model import Autonomy, Millis
from ..playbook import bulletin
from ..playbook.defaults import words_of
from ..playbook.hours import local_day
from ..playbook.in_force import approval_of
from ..playbook.render import CannotSay, render, render_bulletins, render_phrase
from ..playbook.schema import Playbook, effective_autonomy
from ..ports import Surface, Traits
from ..store import keys
from ..store.gathered import Gathered
from ..text import measure

EQUAL_MOST = 5  # equal answers under one post in one hour
WORDINGS = ("comment_hello", "comment_thanks", "comment_wish")  # phrases, each with the answer in it
CommentAct = Literal["answer_comment", "write_privately", "like", "hide", "unhide"]
SPOKE = ("agent", "native")  # the brand answered already
_ANSWER = "{answer}"
DATA_WORDS: Mapping[str, tuple[str, str]] = {
    "phone": ("un numéro de téléphone", "a phone number"),
    "mail": ("une adresse e-mail", "an e-mail address"),
    "card": ("un numéro de carte ou de compte", "a card or account number"),
}
_GREETING = re.compile(
    r"\s*(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|good (?:morning|afternoon|evening))\s*[,!.]+\s*", re.IGNORECASE
)


# --- equal questions --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wordings:
    """The answer to a subject in a language, as it is said under posts of a channel: each phrase with its text."""

    intent: str
    language: str
    answer: str = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)  # without a name

    @property
    def mark(self) -> str:
        """Return what tells these words from others: whoever presses has read them."""
        return keys.digest(self.intent, self.language, *self.texts.values(), length=12)

    def subject(self, post: str, hour: int, phrase: str) -> str:
        """Return what counts equal answers under a post in an hour since 1970 (`store.caps`)."""
        return f"equal:{keys.digest(post, str(hour), self.mark, phrase, length=20)}"


def wordings_of(
    playbook: Playbook, intent: str, language: str, channel: str, surface: Surface, now: Millis
) -> Wordings | None:
    """Return how this question is answered in public; None where the playbook has no words that are right now."""
    if language not in playbook.languages or intent not in playbook.intents or playbook.intents[intent].lookup:
        return None
    level = effective_autonomy(playbook, intent, channel, public=True, language=language)
    expired = approval_of(playbook, intent).lacks(local_day(playbook.hours, now)) == "expired"
    silenced = bulletin.silenced(playbook.bulletins, intent, channel, language, now)
    if level in (Autonomy.OFF, Autonomy.SHADOW) or expired or silenced:
        return None
    try:
        before = render_bulletins(playbook, bulletin.standing(playbook.bulletins, intent, channel, now), language)
        answer = _without_greeting(render(playbook, intent, language, channel, {}, public=True))
        answer = f"{before} {answer}" if before else answer
        said = {each: _said(playbook, each, language, answer) for each in WORDINGS if _holds(playbook, each, language)}
    except CannotSay:
        return None
    once = {text: phrase for phrase, text in reversed(said.items()) if measure(text, surface.unit) <= surface.limit}
    texts = {phrase: text for phrase, text in said.items() if once.get(text) == phrase}
    return Wordings(intent=intent, language=language, answer=answer, texts=texts) if texts else None


def worded(playbook: Playbook, wordings: Wordings, phrase: str, name: str, surface: Surface) -> str:
    """Return an answer for one person, by name where that still fits."""
    named = _said(playbook, phrase, wordings.language, wordings.answer, name)
    return named if measure(named, surface.unit) <= surface.limit else wordings.texts[phrase]


def _said(playbook: Playbook, phrase: str, language: str, answer: str, name: str = "") -> str:
    return render_phrase(playbook, phrase, language, {"answer": answer}, name, greet=True)


def _holds(playbook: Playbook, phrase: str, language: str) -> bool:
    return _ANSWER in words_of(playbook, phrase, language)


def _without_greeting(text: str) -> str:
    """Return words that bring their own greeting without it: each wording has one of its own."""
    found = _GREETING.match(text)
    rest = text[found.end() :] if found else text
    return rest[:1].upper() + rest[1:]


# --- what may be done -------------------------------------------------------------------------


def waits_for_answer(each: Gathered) -> bool:
    """Return whether nobody of the brand has answered a comment yet, as far as anybody knows."""
    quiet = each.answer in ("", "failed") and each.private not in SPOKE
    return quiet and each.state not in ("gone", "hidden")


def acts_on(each: Gathered, written_at: Millis, traits: Traits, now: Millis) -> tuple[CommentAct, ...]:
    """Return what a person may do about a comment, in the order in which it is offered."""
    if each.state == "gone":
        return ()
    if each.state == "hidden":
        told = each.hide == "personal_data" and each.kind != "manager" and _reaches(each, written_at, traits, now)
        return ("write_privately", "unhide") if told else ("unhide",)
    return tuple(act for act, may in _may(each, written_at, traits, now).items() if may)


def hidden_words(playbook: Playbook, text: str, language: str) -> str:
    """Return the words that tell a comment's writer, in private, that it was hidden for the data that it showed."""
    shown = next((each for each in shown_in_public(text) if each in DATA_WORDS), "")
    fields = {"shown": DATA_WORDS[shown][language == "en"]} if shown else {}
    return render_phrase(playbook, "comment_hidden", language, fields)


def _reaches(each: Gathered, written_at: Millis, traits: Traits, now: Millis) -> bool:
    """Return whether a comment's writer can be written to: once, in the days that the platform gives."""
    until = written_at + traits.public.private_reply_ms if traits.public is not None else 0
    return each.private in ("", "failed") and traits.private is not None and now < until


def _may(each: Gathered, written_at: Millis, traits: Traits, now: Millis) -> dict[CommentAct, bool]:
    surface = traits.public
    answerable = each.kind in ("question", "read", "manager")  # a case is answered on its ticket
    return {
        "answer_comment": answerable and each.answer in ("", "failed"),
        "write_privately": each.wants and _reaches(each, written_at, traits, now),
        "like": answerable and surface is not None and surface.likes and each.liked in ("", "failed"),
        "hide": each.kind != "manager",
    }
