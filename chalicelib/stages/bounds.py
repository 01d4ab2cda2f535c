"""
Limits an event before it is queued or stored: card numbers and IBANs masked, long texts cut.

A token that leads a conversation on (`move_tokens`) is taken out of a customer's words: its mark stands beside them.

A platform's odd body must not become an item that DynamoDB refuses, or the message would reach nobody. Customer text is
cut, links that are too long are left out, and an event whose own ids are too long is not placed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, get_args

from .. import move_tokens
from ..model import (
    MOVED,
    TEXT_MOST,
    UNDER,
    UNDER_AD,
    AddressChange,
    Answerable,
    Attachment,
    Deletion,
    Echo,
    Edit,
    Event,
    Message,
    Postback,
)

ID_MOST = 256
EVENT_ID_MOST = 300  # a platform's own, with a word of ours before it
URL_MOST = 4_096
ATTACHMENTS_MOST = 60
BESIDE_MOST = 24
# A customer's own words, field by field: how much of each is kept.
WORDS = {"text": TEXT_MOST, "title": TEXT_MOST, "payload": 2_000, "display_name": 200, "emoji": 60}
BESIDE_WORDS = 160  # of a file's name, an item, a product, an advertisement
KIND_MOST = 60
ANCHOR_MOST = 2_000  # a mail hangs on many
IDS = ("target_id", "alias", "row_id", "platform_id", "error_code")
_STRADDLING = 400  # characters read beyond what is kept: a number that is cut in two is no number any more
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # no keyboard writes them, and no desk shows them
_SPOKEN = (Message, Echo, Edit, Deletion, Postback)
_WORDS_OF = {
    kind: [(each.name, WORDS[each.name]) for each in fields(kind) if each.name in WORDS] for kind in get_args(Event)
}
_IDS_OF = {kind: [each.name for each in fields(kind) if each.name in IDS] for kind in get_args(Event)}


def placed(event: Event) -> bool:
    """Return whether all ids of the event are short enough to store (ID_MOST)."""
    account_id, person_id = event.address.account_id, event.address.person_id
    if max(len(account_id), len(person_id)) > ID_MOST or len(event.event_id) > EVENT_ID_MOST:
        return False
    if isinstance(event, Edit | Deletion) and len(event.target_id) > ID_MOST:
        return False
    if isinstance(event, AddressChange) and len(event.alias) > ID_MOST:
        return False
    return bool(account_id) or not isinstance(event, _SPOKEN)


def bounded(event: Event, mask: Callable[[str], str]) -> Event:
    """Return the event with card numbers and IBANs masked, and no field longer than the table and a desk take."""
    event = _without_token(event)
    changed: dict[str, Any] = {}
    for name, most in _WORDS_OF[type(event)]:
        words: str = getattr(event, name)
        if words:
            changed[name] = _kept(words, most, mask)
    for name in _IDS_OF[type(event)]:
        if len(getattr(event, name)) > ID_MOST:
            changed[name] = ""
    if isinstance(event, Answerable) and len(event.reply_anchor) > ANCHOR_MOST:
        changed["reply_anchor"] = ""
    if isinstance(event, Message):
        changed["attachments"] = _attachments(event)
        changed["described"] = tuple(
            (name[:KIND_MOST], _kept(value, BESIDE_WORDS, mask)) for name, value in event.described[:BESIDE_MOST]
        )
    if isinstance(event, Message | Postback) and event.beside:
        changed["beside"] = tuple(
            (kind, _kept(words, BESIDE_WORDS, str if kind in (UNDER, UNDER_AD) else mask))  # a platform's own link
            for kind, words in event.beside[:BESIDE_MOST]
        )
    return replace(event, **changed) if changed else event


def _without_token(event: Event) -> Event:
    """Return the event with the mark of its token beside it, and the token nowhere; of our own words: hidden."""
    if isinstance(event, Echo):
        return replace(event, text=move_tokens.hidden(event.text))
    if isinstance(event, Edit):
        return replace(event, text=move_tokens.without(event.text))
    if not isinstance(event, Message | Postback):
        return event
    said = [event.text] if isinstance(event, Message) else [event.payload, event.title]
    found = next(filter(None, map(move_tokens.found_in, (*said, *(words for _, words in event.beside)))), "")
    if not found:
        return replace(event, beside=rest) if len(rest := _beside(event)) < len(event.beside) else event
    beside = (*_beside(event), (MOVED, move_tokens.mark_of(found)))
    if isinstance(event, Message):
        return replace(event, text=move_tokens.without(event.text), beside=beside)
    payload, title = (move_tokens.without(each) for each in said)
    return replace(event, payload=payload, title=title, beside=beside)


def _beside(event: Message | Postback) -> tuple[tuple[str, str], ...]:
    """Return what comes beside an event, without tokens and without what only named one."""
    return tuple((kind, move_tokens.without(words)) for kind, words in event.beside if kind != MOVED)


def _kept(words: str, most: int, mask: Callable[[str], str]) -> str:
    return mask(_CONTROLS.sub("", words[: most + _STRADDLING]))[:most]


def _attachments(event: Message) -> tuple[Attachment, ...]:
    kept = tuple(map(_attachment, event.attachments[:ATTACHMENTS_MOST]))
    # A human sees that there was more.
    return (*kept, Attachment(kind="text_cut")) if len(event.text) > TEXT_MOST else kept


def _attachment(one: Attachment) -> Attachment:
    if len(one.kind) <= KIND_MOST and len(one.url) <= URL_MOST and len(one.platform_id) <= ID_MOST:
        return one
    url, own_id = (one.url, URL_MOST), (one.platform_id, ID_MOST)
    return Attachment(one.kind[:KIND_MOST], *(value if len(value) <= most else "" for value, most in (url, own_id)))
