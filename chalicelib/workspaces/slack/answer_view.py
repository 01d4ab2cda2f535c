"""
The dialog that edits one intent's answers: a field for each text, how long each gets, and the last versions. Pure.

Limits by docs.slack.dev: 100 blocks, 3,000 characters a text field, 2,000 a hint, 250 kB a view.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...model import Millis
from ...playbook.answers import Edition, Slot, known_names, slots, text_of
from ...playbook.hours import moment_text
from ...playbook.in_force import approval_of
from ...playbook.mistakes import mistake_words
from ...playbook.schema import Intent, Playbook
from ...playbook.text_sizes import Size
from . import actions
from .actions import Value
from .beside_words import status_words
from .markup import cut, escape
from .wording import pick

View = dict[str, Any]

INPUT_LIMIT = 3_000
FIELDS_MOST = 80  # of Slack's 100 blocks; the rest is for the versions
_FIELD = "answer_"  # begins a block's id; then the slot's key, and "@<number>" where another version was put in

# key -> (French, English)
_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Changer une réponse", "Change an answer"),
    "publish": ("Publier", "Publish"),
    "close": ("Fermer", "Close"),
    "subject": ("*{subject}*", "*{subject}*"),
    "approved": (
        "Approuvée par {owner} le {on}, valable jusqu'au {until}.",
        "Approved by {owner} on {on}, valid until {until}.",
    ),
    "replies": ("Réponse", "Answer"),
    "statuses": ("Commande {name}", "Order {name}"),
    "question": ("Question posée", "Question back"),
    "question_also": ("Seconde question posée", "Second question back"),
    "public": ("En public", "In public"),
    "channels": ("Sur {name}", "On {name}"),
    "fr": ("en français", "in French"),
    "en": ("en anglais", "in English"),
    "size": (
        "{used} sur {limit} là où il y a le moins de place ({channel}), bonjour et ligne IA compris.",
        "{used} of {limit} where there is least room ({channel}), greeting and AI line included.",
    ),
    "known": ("Mots remplis d'eux-mêmes : {names}", "Filled in by themselves: {names}"),
    "versions": ("Dernières versions", "Last versions"),
    "version": ("Version {number} · {at} · {by}", "Version {number} · {at} · {by}"),
    "live": (" · en ligne", " · live"),
    "nobody": ("fichier", "file"),
    "back": ("Revenir", "Go back"),
    "put_in": (
        "Les mots de la version {number} sont dans les champs. Rien n'est changé avant *Publier*.",
        "The words of version {number} are in the fields. Nothing is changed before *Publish*.",
    ),
    "published": (
        "Publié : version {number}, en ligne dans les 15 secondes. Ce qui a été jugé de l'ancien texte ne compte plus.",
        "Published: version {number}, live within 15 seconds. What was judged of the old words counts no longer.",
    ),
    "unchanged": ("Rien n'a changé.", "Nothing was changed."),
    "not_now": (
        "Quelqu'un d'autre publie en ce moment. Recommencez.",
        "Somebody else is publishing at this moment. Try again.",
    ),
    "empty": ("Écrivez la réponse.", "Write the answer."),
    "too_long": (
        "Trop long de {over} (il n'y a place que pour {limit}, bonjour et ligne IA compris).",
        "Too long by {over} (there is room for {limit}, greeting and AI line included).",
    ),
    "meanwhile": (
        "Changé entre-temps en version {number} : fermez et rouvrez pour voir.",
        "Changed meanwhile in version {number}: close and open again to see it.",
    ),
    "gone": ("Ce sujet n'est plus dans le carnet.", "This subject is no longer in the playbook."),
    "no_words": ("Ce sujet n'a pas de texte.", "This subject has no words."),
    "which": (
        "Quel sujet ? `/guichet réponse SUJET` : {subjects}",
        "Which subject? `/guichet answer SUBJECT`: {subjects}",
    ),
    "several": ("Plusieurs sujets s'appellent ainsi : {subjects}", "Several subjects are called so: {subjects}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One mistake of a text: a key of the dialog's words with its values, or a sentence of a check."""

    slot: Slot
    key: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerState:
    """
    What the dialog shows of one intent.

    `live`: the current version; `texts`: those of another version that were put into the fields (None: its own),
    `put_in` its number. `sizes`: how long each text gets. `editions`: the last versions of these texts. `channels`:
    titles.
    """

    live: Edition
    intent: str
    sizes: Mapping[Slot, Size] = field(default_factory=dict)
    editions: Sequence[Edition] = ()
    channels: Mapping[str, str] = field(default_factory=dict)
    put_in: int = 0
    texts: Intent | None = None


def answer_view(state: AnswerState, value: Value, now: Millis) -> View:
    """Return the dialog; `value`: brand and account."""
    playbook = state.live.playbook
    language, intent = playbook.languages[0], playbook.intents[state.intent]
    value = replace(value, scope=f"intent:{state.intent}", rev=state.live.number)
    fields = [_field(state, slot) for slot in slots(playbook, intent)][:FIELDS_MOST]
    return {
        "type": "modal",
        "callback_id": actions.ANSWER_MODAL,
        "private_metadata": actions.encode(value),
        "title": _plain(phrase(language, "title")),
        "submit": _plain(phrase(language, "publish")),
        "close": _plain(phrase(language, "close")),
        "blocks": [_head(state, intent), *fields, *_versions(state, value, now)],
    }


def typed(view: Mapping[str, Any]) -> dict[str, str]:
    """Return the text of each field, by the slots' keys; anything that is no field of this dialog is left out."""
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    found: dict[str, str] = {}
    for block, given in values.items() if isinstance(values, dict) else ():
        one = next(iter(given.values()), None) if isinstance(given, dict) else None
        if block.startswith(_FIELD) and isinstance(one, dict):
            text = one.get("value")
            key = block.removeprefix(_FIELD).partition("@")[0]
            found[key] = text.encode("utf-8", "replace").decode() if isinstance(text, str) else ""
    return found


def errors(language: str, view: Mapping[str, Any], wrong: Sequence[Wrong]) -> dict[str, str]:
    """Return the mistakes by field, under the fields' present names."""
    blocks = {str(block.get("block_id", "")) for block in view.get("blocks") or () if isinstance(block, dict)}
    named = {block.removeprefix(_FIELD).partition("@")[0]: block for block in blocks if block.startswith(_FIELD)}
    found: dict[str, list[str]] = {}
    for each in wrong:
        words = mistake_words(each.sentence, language) if each.sentence else phrase(language, each.key, **each.values)
        found.setdefault(named.get(each.slot.key, f"{_FIELD}{each.slot.key}"), []).append(words)
    return {block: cut(" · ".join(words), 300) for block, words in found.items()}


def message(language: str, key: str, **values: object) -> View:
    """Return a dialog with one sentence."""
    return {
        "type": "modal",
        "title": _plain(phrase(language, "title")),
        "close": _plain(phrase(language, "close")),
        "blocks": [_section(phrase(language, key, **values))],
    }


def subjects_said(playbook: Playbook, key: str, names: Sequence[str]) -> str:
    """Return a sentence that names these intents with their titles."""
    language = playbook.languages[0]
    titles = [escape(playbook.intents[name].title.get(language, name)) for name in names]
    return phrase(language, key, subjects=" · ".join(titles))


def phrase(language: str, key: str, **values: object) -> str:
    """Return the dialog's text for a key."""
    return pick(_WORDS[key], language).format(**values) if values else pick(_WORDS[key], language)


def _head(state: AnswerState, intent: Intent) -> View:
    playbook = state.live.playbook
    language = playbook.languages[0]
    lines = [phrase(language, "subject", subject=escape(intent.title.get(language, intent.name)))]
    if state.put_in:
        lines.append(phrase(language, "put_in", number=state.put_in))
    known = approval_of(playbook, intent.name)
    if known.owner and known.approved_on and known.valid_until:
        owner = mention(known.owner)
        lines.append(phrase(language, "approved", owner=owner, on=known.approved_on, until=known.valid_until))
    if known_names(playbook, intent):
        names = ", ".join(f"`{{{name}}}`" for name in known_names(playbook, intent))
        lines.append(phrase(language, "known", names=names))
    return _section("\n".join(lines))


def _field(state: AnswerState, slot: Slot) -> View:
    language = state.live.playbook.languages[0]
    intent = state.live.playbook.intents[state.intent]
    text = text_of(state.texts, slot) if state.texts is not None else text_of(intent, slot)
    element: View = {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": INPUT_LIMIT}
    if text:
        element["initial_value"] = cut(text, INPUT_LIMIT)
    name = status_words(language, slot.name) if slot.kind == "statuses" else state.channels.get(slot.name, slot.name)
    label = f"{phrase(language, slot.kind, name=name)} — {phrase(language, slot.language)}"
    block: View = {
        "type": "input",
        "block_id": f"{_FIELD}{slot.key}" + (f"@{state.put_in}" if state.put_in else ""),
        "optional": True,  # an empty one is refused in our own words
        "label": _plain(cut(label, 150)),
        "element": element,
    }
    size = state.sizes.get(slot)
    if size is None:
        return block
    words = phrase(language, "size", used=size.used, limit=size.surface.limit, channel=size.surface.title)
    return {**block, "hint": _plain(words)}


def _versions(state: AnswerState, value: Value, now: Millis) -> list[View]:
    language = state.live.playbook.languages[0]
    if not state.editions:
        return []
    return [
        {"type": "divider"},
        _section(f"*{phrase(language, 'versions')}*"),
        *(_version(state, each, value, now) for each in state.editions),
    ]


def _version(state: AnswerState, edition: Edition, value: Value, now: Millis) -> View:
    playbook = state.live.playbook
    language = playbook.languages[0]
    at = moment_text(playbook.hours, language, edition.at, now)
    by = mention(edition.by) if edition.by else phrase(language, "nobody")
    line = phrase(language, "version", number=edition.number, at=at, by=by)
    if edition is state.editions[0]:  # it made the words that hold now
        return _section(line + phrase(language, "live"))
    button: View = {
        "type": "button",
        "action_id": actions.ANSWER_BACK,
        "text": _plain(phrase(language, "back")),
        "value": actions.encode(replace(value, row_id=str(edition.number))),
    }
    return _section(line) | {"accessory": button}


def mention(who: str) -> str:
    """Return a member as Slack shows them, any other name as it is."""
    return f"<@{escape(who)}>" if who[:1] in ("U", "W") and who.isalnum() and who.isupper() else escape(who)


def _section(text: str) -> View:
    return {"type": "section", "text": {"type": "mrkdwn", "text": cut(text, 3_000), "verbatim": True}}


def _plain(text: str) -> View:
    return {"type": "plain_text", "text": text, "emoji": True}
