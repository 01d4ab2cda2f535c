"""
From a playbook's words (canned answers, macros) to the exact text that one customer reads.

Pure. A text with an unknown or empty variable is never sent: `CannotSay` leads to a ticket instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Literal

from ..errors import GuichetError
from ..model import Buttons
from .bulletin import Bulletin
from .defaults import PHRASES, brand_fields, words_of
from .first_names import first_name_of
from .phrase import PLACEHOLDER
from .schema import NO_TEXTS, Intent, Playbook, Texts
from .subject_names import button_of, choice_of, has_buttons

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

_DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip

# How a text ends with who sends it. "full" and "closed" (nobody is there now) also say how to reach a person; "mail"
# stands where whatever is answered reaches one.
Notice = Literal["", "full", "closed", "short", "brand", "mail"]
_NOTICES: Mapping[Notice, tuple[str, str]] = MappingProxyType(
    {
        "full": ("ai_line", "\n\n"),
        "closed": ("ai_line_closed", "\n\n"),
        "short": ("ai_mark", "\n"),
        "brand": ("ai_mark_brand", " "),
        "mail": ("ai_line_mail", "\n\n"),
    }
)


class CannotSay(GuichetError):
    """The playbook has no complete text for this; the message names what is missing, never a value."""


def render(  # noqa: PLR0913 - each is a fact that the words depend on
    playbook: Playbook,
    intent: str,
    language: str,
    channel: str,
    fields: Mapping[str, str],
    first_name: str | None = None,
    *,
    public: bool = False,
    greet: bool = False,
    notice: Notice = "",
    before: str = "",
    facts: Sequence[Mapping[str, str]] = (),
) -> str:
    """
    Return the answer to `intent` in `language` as it is sent on `channel`.

    `fields` are the facts at hand (order_number, status, expected_on as an ISO date, …); an intent with a look-up
    speaks by `fields["status"]`, once for each of `facts` where it found several. `greet` puts the greeting first;
    public words bring their own. `before`: complete words that stand before it, behind the greeting (`bulletin`).
    `notice`: the sentence that an AI assistant sends it ends an automatic text; a person's text has none.
    `first_name` may be a whole display name: it is used only if it looks like a name.
    Raises CannotSay when a text, a language or a value is missing.
    """
    found = _intent(playbook, intent)
    said = [
        _fill(playbook, _choose(found, language, channel, each, public=public), language, each)
        for each in ([{**fields, **fact} for fact in facts] or [dict(fields)])
    ]
    text = _behind(before, "\n\n".join(said))
    return _composed(playbook, text, language, fields, first_name, greet=greet and not public, notice=notice)


def render_question(  # noqa: PLR0913 - each is a fact that the words depend on
    playbook: Playbook,
    intent: str,
    language: str,
    fields: Mapping[str, str],
    first_name: str | None = None,
    *,
    greet: bool = False,
    notice: Notice = "",
    also: bool = False,
    before: str = "",
) -> str:
    """Return the words that ask for what the intent needs; `also`: for its second key. Raises CannotSay."""
    found = _intent(playbook, intent)
    text = _in_language(found.question_also if also else found.question, language, f"question of {intent}")
    asked = _behind(before, _fill(playbook, text, language, fields))
    return _composed(playbook, asked, language, fields, first_name, greet=greet, notice=notice)


def render_phrase(
    playbook: Playbook,
    phrase: str,
    language: str,
    fields: Mapping[str, str],
    first_name: str | None = None,
    *,
    greet: bool = False,
    notice: Notice = "",
    before: str = "",
) -> str:
    """
    Return a sentence of the brand that belongs to no intent (`defaults.PHRASES`).

    `{greeting}` in it is the brand's greeting, nothing where `greet` is False; `{comma_name}` is ", Hugo" or nothing.
    With words `before` it the greeting is a paragraph of its own, then they follow. Raises CannotSay.
    """
    text = _phrase(playbook, phrase, language)
    grave = phrase in PHRASES and PHRASES[phrase].grave
    name = first_name_of(first_name or "", playbook.name.split())
    greeting = ""
    if "{greeting}" in text:
        greeting = _greeting(playbook, language, fields, name, grave=grave) if greet else ""
        text = _capitalised(text.replace("{greeting}", "" if before else greeting).strip())
    text = text.replace("{comma_name}", f", {name}" if name else "")
    said = _fill(playbook, text, language, fields)
    if before:
        said = _behind(greeting, _behind(before, said))
    return _composed(playbook, said, language, fields, None, greet=False, notice=notice)


def render_choices(
    playbook: Playbook,
    names: Sequence[str],
    language: str,
    fields: Mapping[str, str],
    first_name: str | None = None,
    *,
    greet: bool = False,
    notice: Notice = "",
) -> tuple[str, Buttons | None]:
    """
    Return the question which of these intents is meant, or something else: with numbered lines, and as buttons.

    None where the brand has no words to put above buttons. Raises CannotSay.
    """

    def composed(phrase: str, values: Mapping[str, str]) -> str:
        said = _fill(playbook, _phrase(playbook, phrase, language), language, {**fields, **values})
        return _composed(playbook, said, language, fields, first_name, greet=greet, notice=notice)

    called = [choice_of(playbook, name, language) for name in names]
    if not all(called):
        raise CannotSay(f"no choice in {language}")
    other = _phrase(playbook, "something_else", language)
    choices = "\n".join(f"{number}. {each}" for number, each in enumerate((*called, other), 1))
    text = composed("clarify", {"choices": choices})
    if not has_buttons(playbook, language, ("clarify",), "clarify_buttons"):
        return text, None
    titles = (button_of(playbook, *each, language) for each in zip(names, called, strict=True))
    return text, Buttons(composed("clarify_buttons", {}), (*titles, _capitalised(other)))


def render_bulletins(playbook: Playbook, bulletins: Sequence[Bulletin], language: str) -> str:
    """Return the words of these exceptions, each a paragraph; "" where none has any here. Raises CannotSay."""
    words = [text for each in bulletins if (text := each.texts.get(language, ""))]
    return "\n\n".join(_fill(playbook, text, language, {}) for text in words)


def _behind(before: str, said: str) -> str:
    """The words with a paragraph before them, where there is one."""
    return f"{before}\n\n{said}" if before else said


def _greeting(playbook: Playbook, language: str, fields: Mapping[str, str], name: str | None, *, grave: bool) -> str:
    """The brand's greeting; in grave situations a neutral one."""
    phrase = "greeting_named" if name else "greeting_plain"
    text = PHRASES[phrase].words(language, "vous") if grave else _phrase(playbook, phrase, language)
    return _fill(playbook, text, language, {**fields, "first_name": name or ""})


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def long_date(iso: str, language: str) -> str:
    """Return "mardi 24 novembre" or "Tuesday 24 November" for "2026-11-24"; other text comes back as it is."""
    if not _ISO_DATE.fullmatch(iso) or language not in _DAYS:
        return iso
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{_DAYS[language][day.weekday()]} {number} {_MONTHS[language][day.month - 1]}"


def _intent(playbook: Playbook, name: str) -> Intent:
    found = playbook.intents.get(name)
    if found is None:
        raise CannotSay(f"the playbook has no intent {name}")
    return found


def _choose(intent: Intent, language: str, channel: str, fields: Mapping[str, str], *, public: bool) -> str:
    """Return the shape for this place: public words first, then the look-up's status, then the channel's own."""
    if public:
        if intent.public or intent.asks or intent.lookup:  # nobody's order is discussed in public
            return _in_language(intent.public, language, f"public words of {intent.name}")
    elif intent.lookup:
        status = fields.get("status", "")
        return _in_language(intent.statuses.get(status, NO_TEXTS), language, f"status of {intent.name}")
    shaped = intent.channels.get(channel, NO_TEXTS)
    return shaped.get(language) or _in_language(intent.replies, language, f"reply of {intent.name}")


def _in_language(texts: Texts, language: str, what: str) -> str:
    text = texts.get(language)
    if not text:
        raise CannotSay(f"no {what} in {language}")
    return text


def _phrase(playbook: Playbook, name: str, language: str) -> str:
    text = words_of(playbook, name, language)
    if not text:
        raise CannotSay(f"no {name} in {language}")
    return text


def _composed(
    playbook: Playbook,
    said: str,
    language: str,
    fields: Mapping[str, str],
    display_name: str | None,
    *,
    greet: bool,
    notice: Notice,
) -> str:
    """Return the greeting as a paragraph of its own, the text, and last the AI notice, with all values filled in."""
    if greet:
        name = first_name_of(display_name or "", playbook.name.split())
        said = f"{_greeting(playbook, language, fields, name, grave=False)}\n\n{said}"
    if notice:
        phrase, joint = _NOTICES[notice]
        said = f"{said}{joint}{_fill(playbook, _phrase(playbook, phrase, language), language, fields)}"
    return said


def _fill(playbook: Playbook, text: str, language: str, fields: Mapping[str, str]) -> str:
    """Put the values in. A value is never read again for placeholders."""
    facts = {**brand_fields(playbook, language), **fields}

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        own = playbook.variables.get(name)
        found = own.get(language, "") if own is not None else long_date(facts.get(name, "").strip(), language)
        if not found:
            raise CannotSay(f"no value for {{{name}}}")
        return found

    return PLACEHOLDER.sub(value, text)
