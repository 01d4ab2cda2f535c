"""
`/guichet réponse`: the dialog in which named people edit one intent's answers. Part of `interactions`.

Publishing makes a new version of the playbook from the current one. What somebody else changed meanwhile stays; if it
was the same text, the dialog says so beside the field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...playbook.answers import (
    Edition,
    Slot,
    found_intents,
    mistakes,
    renewed,
    size_of,
    slots,
    text_of,
    too_long,
    with_texts,
)
from ...playbook.hours import local_day
from ...playbook.in_force import is_admin
from ...playbook.schema import Intent
from ...playbook.typeset import typeset
from . import answer_view, exception_view
from .actions import Value
from .answer_view import AnswerState, Wrong
from .clicks import Click

_Json = dict[str, Any]
LOOKED_THROUGH = 20  # versions in which those that changed a subject's words are looked for
VERSIONS_SHOWN = 5  # beside the one that holds
TRIES = 3
_SCOPE = "intent:"


def opened(click: Click) -> str:
    """Open the dialog of the named intent for a named person; return the message for the agent if it is not opened."""
    live = click.services.answers.edition(click.brand)
    if live is None:
        return answer_view.phrase(click.services.language_of(click.brand), "gone")
    playbook, asked = live.playbook, str(click.payload.get("text", "")).strip().partition(" ")[2].strip()
    if not is_admin(playbook, click.agent):
        return exception_view.phrase(playbook.languages[0], "not_named")
    names = found_intents(playbook, asked) if asked else []
    if len(names) != 1:
        key = "several" if names else "which"
        return answer_view.subjects_said(playbook, key, names or list(playbook.intents))
    if not list(slots(playbook, playbook.intents[names[0]])):
        return answer_view.phrase(playbook.languages[0], "no_words")
    click.show(_dialog(click, live, names[0]))
    return ""


def put_back(click: Click) -> None:
    """Put the texts of another version into the fields, without publishing them."""
    live, number = click.services.answers.edition(click.brand), click.value.row_id
    intent = click.value.scope.removeprefix(_SCOPE)
    if live is None or intent not in live.playbook.intents or not is_admin(live.playbook, click.agent):
        return
    then = click.services.answers.edition(click.brand, int(number)) if number.isdecimal() else None
    if then is not None and intent in then.playbook.intents:
        click.change(_dialog(click, live, intent, then))


def submitted(click: Click, dialog: _Json) -> _Json:
    """Publish what was changed, or show the mistakes beside the fields. Returns Slack's answer."""
    answers, intent = click.services.answers, click.value.scope.removeprefix(_SCOPE)
    for _ in range(TRIES):
        live, base = answers.edition(click.brand), answers.edition(click.brand, click.value.rev)
        if live is None or base is None or not all(intent in each.playbook.intents for each in (live, base)):
            return _tell(click, "gone")
        language = live.playbook.languages[0]
        if not is_admin(live.playbook, click.agent):
            words = exception_view.phrase(language, "not_named")
            return {"response_action": "update", "view": exception_view.message(language, "title", words)}
        changed = _changed(base.playbook.intents[intent], live, intent, answer_view.typed(dialog))
        wrong = _wrong(click, base, live, intent, changed)
        if wrong:
            return {"response_action": "errors", "errors": answer_view.errors(language, dialog, wrong)}
        if not changed:
            return _tell(click, "unchanged")
        number = _published(click, live, intent, changed)
        if number is not None:
            return _tell(click, "published", number=number)
    return _tell(click, "not_now")


def _changed(before: Intent, live: Edition, intent: str, typed: Mapping[str, str]) -> dict[Slot, str]:
    """Return the fields whose text differs from what the dialog showed when it was opened."""
    known = slots(live.playbook, live.playbook.intents[intent])
    return {
        slot: typed[slot.key]
        for slot in known
        if slot.key in typed and typeset(typed[slot.key].strip(), slot.language) != text_of(before, slot)
    }


def _wrong(click: Click, base: Edition, live: Edition, intent: str, changed: Mapping[Slot, str]) -> list[Wrong]:
    before, now = base.playbook.intents[intent], live.playbook.intents[intent]
    surfaces = click.services.answers.surfaces(click.brand) if changed else ()
    found: list[Wrong] = []
    for slot, text in changed.items():
        if not text.strip():
            found.append(Wrong(slot=slot, key="empty"))
            continue
        same = typeset(text.strip(), slot.language) == text_of(now, slot)
        if text_of(before, slot) != text_of(now, slot) and not same:
            found.append(Wrong(slot=slot, key="meanwhile", values={"number": live.number}))
        found += [Wrong(slot=slot, sentence=each) for each in mistakes(live.playbook, now, slot, text)]
        over, limit = too_long(text.strip(), size_of(live.playbook, now, slot, text, surfaces))
        if over:
            found.append(Wrong(slot=slot, key="too_long", values={"over": over, "limit": limit}))
    return found


def _published(click: Click, live: Edition, intent: str, changed: Mapping[Slot, str]) -> int | None:
    """Return the number of the version with these texts: the current one if it has them already."""
    playbook, now = live.playbook, live.playbook.intents[intent]
    if all(typeset(text.strip(), slot.language) == text_of(now, slot) for slot, text in changed.items()):
        return live.number
    owned = renewed(playbook, now, click.agent, local_day(playbook.hours, click.services.clock()))
    after = with_texts(playbook, owned, changed)
    return click.services.answers.put(after, by=click.agent, intent=intent, based_on=live.number)


def _dialog(click: Click, live: Edition, intent: str, then: Edition | None = None) -> _Json:
    answers, playbook = click.services.answers, live.playbook
    now, texts = playbook.intents[intent], then.playbook.intents[intent] if then is not None else None
    surfaces = answers.surfaces(click.brand)
    sizes = {
        slot: size
        for slot in slots(playbook, now)
        if (size := size_of(playbook, now, slot, text_of(texts or now, slot), surfaces)) is not None
    }
    shown = AnswerState(
        live=live,
        intent=intent,
        sizes=sizes,
        editions=_editions(answers.latest(click.brand, LOOKED_THROUGH), intent),
        channels={surface.channel: surface.title for surface in surfaces},
        put_in=then.number if then is not None else 0,
        texts=texts,
    )
    value = Value(brand=click.brand, ticket_id="", account_id=str(click.account_id))
    return answer_view.answer_view(shown, value, click.services.clock())


def _editions(latest: Sequence[Edition], intent: str) -> list[Edition]:
    """Return the versions that changed this intent's texts, newest first; of equal neighbours the oldest."""
    found: list[Edition] = []
    for newer, older in zip(latest, [*latest[1:], None], strict=True):
        if older is None or _words(newer, intent) != _words(older, intent):
            found.append(newer)
    return found[: VERSIONS_SHOWN + 1]


def _words(edition: Edition, intent: str) -> Mapping[str, str]:
    known = edition.playbook.intents.get(intent)
    if known is None:
        return {}
    return {slot.key: text_of(known, slot) for slot in slots(edition.playbook, known)}


def _tell(click: Click, key: str, **values: object) -> _Json:
    language = click.services.language_of(click.brand)
    return {"response_action": "update", "view": answer_view.message(language, key, **values)}
