"""
The dialog of exceptions: the current ones, each with a button that ends it, and the fields of a new one. Pure.

Limits by docs.slack.dev: 100 options of a select, 75 characters an option, 3,000 a text field, 2,000 a hint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...model import Millis
from ...playbook.bulletin import Bulletin
from ...playbook.bulletin_check import Problem
from ...playbook.schema import Playbook
from ..exception_mistakes import problem_words
from . import actions
from .actions import Value
from .exception_words import exception_line, no_exceptions
from .markup import cut
from .wording import pick

View = dict[str, Any]

OPTIONS = 100
WORDS_MOST = 1_700
ERROR_MOST = 300
_FIELD = "exception_"  # begins a block's id; the rest is a place of `bulletin_check.Problem`
_PERSON_ONLY = "person_only"

# key -> (French, English)
_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Exceptions", "Exceptions"),
    "publish": ("Publier", "Publish"),
    "close": ("Fermer", "Close"),
    "end": ("Terminer", "End it now"),
    "fr": ("Texte en français", "Words in French"),
    "en": ("Texte en anglais", "Words in English"),
    "fr_hint": (
        "Se place avant les réponses et les accusés de réception. Vide : qui écrit en français reçoit un conseiller.",
        "Stands before answers and acknowledgements. Empty: who writes French is answered by a person.",
    ),
    "en_hint": (
        "Vide : qui écrit en anglais reçoit un conseiller.",
        "Empty: who writes English is answered by a person.",
    ),
    "subjects": ("Sujets", "Subjects"),
    "subjects_hint": (
        "Vide : tout, même ce que le bot n'a pas reconnu.",
        "Empty: all, also what the bot did not recognise.",
    ),
    "channels": ("Canaux", "Channels"),
    "channels_hint": ("Vide : tous.", "Empty: all."),
    "choose": ("Choisir", "Choose"),
    "begins": ("Début", "Begins"),
    "begins_hint": ("Vide : tout de suite.", "Empty: at once."),
    "ends": ("Fin", "Ends"),
    "ends_hint": ("Elle s'arrête d'elle-même à ce moment.", "It stops by itself at that moment."),
    "silence": ("Réponses habituelles", "Usual answers"),
    "silence_option": ("Fausses pour ces sujets : un conseiller répond", "Wrong on these subjects: a person answers"),
    "published": ("Publié, en ligne dans les 15 secondes.\n{line}", "Published, live within 15 seconds.\n{line}"),
    "lacking": (
        "Sans texte {languages} : qui écrit ainsi reçoit un conseiller.",
        "No words {languages}: who writes so is answered by a person.",
    ),
    "in_fr": ("en français", "in French"),
    "in_en": ("en anglais", "in English"),
    "not_named": (
        "Les mots des clients ne sont changés que par les personnes nommées dans le carnet (`admins`).",
        "What customers read is changed only by the people that the playbook names (`admins`).",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """The submitted form; `begins_at` and `ends_at` are ms, 0 where nothing was filled in."""

    texts: Mapping[str, str] = field(repr=False)
    intents: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    begins_at: Millis = Millis(0)
    ends_at: Millis = Millis(0)
    person_only: bool = False


def exception_view(
    playbook: Playbook, value: Value, standing: Sequence[Bulletin], channels: Mapping[str, str], now: Millis
) -> View:
    """Return the dialog; `standing`: those not over, `channels`: connected ones' titles, `value`: brand and account."""
    language = playbook.languages[0]
    lines = [_line(playbook, each, value, channels, now) for each in standing]
    none: View = {"type": "context", "elements": [{"type": "mrkdwn", "text": no_exceptions(language)}]}
    titles = {name: intent.title.get(language, name) for name, intent in playbook.intents.items()}
    fields = [
        *(_text(language, spoken) for spoken in playbook.languages),
        *_select(language, "subjects", titles),
        *_select(language, "channels", channels),
        _input(language, "begins", {"type": "datetimepicker"}, optional=True),
        _input(language, "ends", {"type": "datetimepicker"}),
        _silence(language),
    ]
    return {
        "type": "modal",
        "callback_id": actions.EXCEPTION_MODAL,
        "private_metadata": actions.encode(value),
        "title": _plain(phrase(language, "title")),
        "submit": _plain(phrase(language, "publish")),
        "close": _plain(phrase(language, "close")),
        "blocks": [*(lines or [none]), {"type": "divider"}, *fields],
    }


def filled(view: Mapping[str, Any]) -> Filled:
    """Read the submitted form; anything that is no field of this dialog is left out."""
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    found: dict[str, Mapping[str, Any]] = {}
    for block, given in values.items() if isinstance(values, dict) else ():
        one = next(iter(given.values()), None) if isinstance(given, dict) else None
        if block.startswith(_FIELD) and isinstance(one, dict):
            found[block.removeprefix(_FIELD)] = one
    texts = {language: _word(found.get(language, {}).get("value")) for language in ("fr", "en")}
    return Filled(
        texts={language: text for language, text in texts.items() if text.strip()},
        intents=_picked(found.get("subjects", {})),
        channels=_picked(found.get("channels", {})),
        begins_at=_moment(found.get("begins", {})),
        ends_at=_moment(found.get("ends", {})),
        person_only=bool(_picked(found.get("silence", {}))),
    )


def errors(playbook: Playbook, problems: Sequence[Problem]) -> dict[str, str]:
    """Return the mistakes by field; a mistake of the whole form stands beside the end."""
    language, found = playbook.languages[0], dict[str, list[str]]()
    for each in problems:
        place = "ends" if each.place == "all" else each.place
        found.setdefault(f"{_FIELD}{place}", []).append(problem_words(language, each.key, each.values))
    return {block: cut(" ".join(words), ERROR_MOST) for block, words in found.items()}


def published(playbook: Playbook, made: Bulletin, channels: Mapping[str, str], now: Millis) -> View:
    """Return the dialog that says that an exception holds now, and which customers will not read it."""
    language = playbook.languages[0]
    line = exception_line(playbook, made, now, lambda channel: channels.get(channel, channel))
    words = [phrase(language, "published", line=line)]
    lacking = [phrase(language, f"in_{each}") for each in playbook.languages if each not in made.texts]
    if lacking:
        words.append(phrase(language, "lacking", languages=", ".join(lacking)))
    return message(language, "title", "\n".join(words))


def message(language: str, title: str, words: str) -> View:
    """Return a dialog with one sentence."""
    return {
        "type": "modal",
        "title": _plain(phrase(language, title)),
        "close": _plain(phrase(language, "close")),
        "blocks": [_section(words)],
    }


def phrase(language: str, key: str, **values: object) -> str:
    """Return the dialog's text for a key."""
    return pick(_WORDS[key], language).format(**values) if values else pick(_WORDS[key], language)


def _line(playbook: Playbook, made: Bulletin, value: Value, channels: Mapping[str, str], now: Millis) -> View:
    line = exception_line(playbook, made, now, lambda channel: channels.get(channel, channel))
    button: View = {
        "type": "button",
        "action_id": actions.EXCEPTION_END,
        "text": _plain(phrase(playbook.languages[0], "end")),
        "value": actions.encode(replace(value, row_id=made.bulletin_id)),
    }
    return _section(line) | {"accessory": button}


def _text(language: str, spoken: str) -> View:
    element: View = {"type": "plain_text_input", "multiline": True, "max_length": WORDS_MOST}
    return _input(language, spoken, element, optional=True)


def _select(language: str, key: str, titles: Mapping[str, str]) -> list[View]:
    options = [{"text": _plain(cut(title, 75)), "value": name} for name, title in list(titles.items())[:OPTIONS]]
    element: View = {
        "type": "multi_static_select",
        "placeholder": _plain(phrase(language, "choose")),
        "options": options,
    }
    return [_input(language, key, element, optional=True)] if options else []


def _silence(language: str) -> View:
    option = {"text": _plain(phrase(language, "silence_option")), "value": _PERSON_ONLY}
    return _input(language, "silence", {"type": "checkboxes", "options": [option]}, optional=True)


def _input(language: str, key: str, element: View, *, optional: bool = False) -> View:
    block: View = {
        "type": "input",
        "block_id": f"{_FIELD}{key}",
        "optional": optional,
        "label": _plain(phrase(language, key)),
        "element": {**element, "action_id": key},
    }
    return block | ({"hint": _plain(phrase(language, f"{key}_hint"))} if f"{key}_hint" in _WORDS else {})


def _picked(one: Mapping[str, Any]) -> tuple[str, ...]:
    options = one.get("selected_options")
    values = (
        [option.get("value") for option in options if isinstance(option, dict)] if isinstance(options, list) else []
    )
    return tuple(value for value in values if isinstance(value, str))


def _moment(one: Mapping[str, Any]) -> Millis:
    at = one.get("selected_date_time")
    return Millis(at * 1000) if type(at) is int and 0 < at < 10**10 else Millis(0)


def _word(value: object) -> str:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _section(text: str) -> View:
    return {"type": "section", "text": {"type": "mrkdwn", "text": cut(text, 3_000), "verbatim": True}}


def _plain(text: str) -> View:
    return {"type": "plain_text", "text": text, "emoji": True}
