"""
Events as JSON text and back, for queues and the claim check: lossless, strict and total.

`decode(encode(event)) == event` for every event; `decode` raises Malformed for any other text, and Newer for one that a
later version wrote. `from_plain` reads an event that stands in a larger body, which is decoded once, whole. Fields that
hold their default are left out. `v` is the format's version.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import get_args

from . import internal_events
from .errors import Malformed, Newer
from .internal_events import Fact
from .json_types import flag_of, number_of, text_of
from .model import (
    AccountNotice,
    Address,
    AddressChange,
    AgentAction,
    AgentFile,
    AgentReply,
    AgentVerb,
    Attachment,
    Deletion,
    Echo,
    Edit,
    Event,
    Handover,
    Handshake,
    Ignored,
    Incoming,
    Internal,
    MalformedBody,
    Message,
    OptOut,
    Postback,
    Reaction,
    Receipt,
    ReceiptStatus,
)
from .text import to_json

VERSION = 1  # of what is written
NEWEST = 2  # of what is read: raised a release before VERSION (docs/compatibility.md)
# kind -> fields with which an event is of version NEWEST. No channel writes the first yet.
LATER = {"postback": ("reply_anchor", "known_as"), "message": ("known_as", "described"), "agent_action": ("files",)}

# What is written under which name; every internal event as a `Fact`.
KINDS: Mapping[str, type[Incoming | Fact]] = {
    "message": Message,
    "echo": Echo,
    "receipt": Receipt,
    "edit": Edit,
    "deletion": Deletion,
    "reaction": Reaction,
    "postback": Postback,
    "opt_out": OptOut,
    "address_change": AddressChange,
    "handover": Handover,
    "account_notice": AccountNotice,
    "agent_action": AgentAction,
    "agent_reply": AgentReply,
    "fact": Fact,
    "handshake": Handshake,
    "ignored": Ignored,
    "malformed": MalformedBody,
}
_NAMES: Mapping[type[Incoming | Fact], str] = {kind: name for name, kind in KINDS.items()}


def kind_of(event: Event) -> str:
    """Return the event's kind as the command line and the queues name it."""
    return _NAMES[type(_written(event))]


def encode(event: Event) -> str:
    """Return the event as one line of ASCII JSON."""
    written = _written(event)
    kind = _NAMES[type(written)]
    later = any(getattr(written, name) for name in LATER.get(kind, ()))
    held: dict[str, object] = {"v": NEWEST if later else VERSION, "kind": kind}
    for name, default in _layout(kind):
        value = getattr(written, name)
        if value != default or default is MISSING:
            held[name] = _WRITERS[name](value) if name in _WRITERS else value
    return to_json(held)


def _written(event: Event) -> Incoming | Fact:
    return internal_events.write(event) if isinstance(event, Internal) else event


def decode(text: str) -> Event:
    """Return the event that `encode` wrote; anything else raises Malformed."""
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("not an event: no JSON") from None
    return from_plain(plain)


def from_plain(plain: object) -> Event:
    """Return the event of a decoded JSON value, which is left as it is; raises Malformed or Newer as `decode` does."""
    if type(plain) is not dict or type(plain.get("v")) is not int or plain["v"] < 1:
        raise Malformed("not an event: no version")
    if plain["v"] > NEWEST:
        raise Newer(f"an event of version {plain['v']}, by a later Guichet than this one, which reads {NEWEST}")
    name = plain.get("kind")
    held = {field: value for field, value in plain.items() if field not in ("v", "kind")}
    if type(name) is not str or name not in KINDS:
        raise Malformed("not an event: unknown kind")
    layout = dict(_layout(name))
    missing = [field for field, default in layout.items() if default is MISSING and field not in held]
    if missing or not held.keys() <= layout.keys():
        raise Malformed("not an event: a field is missing or unknown")
    try:
        make: Callable[..., Incoming | Fact] = KINDS[name]
        read = make(**{field: _READERS.get(field, text_of)(value) for field, value in held.items()})
        return internal_events.read(read) if isinstance(read, Fact) else read
    except (TypeError, ValueError, LookupError):
        raise Malformed("not an event: a field has the wrong type") from None


@cache
def _layout(kind: str) -> tuple[tuple[str, object], ...]:
    """Field names of a kind, each with its default (MISSING where it has none), in the order of the class."""
    return tuple((field.name, field.default) for field in fields(KINDS[kind]))


# --- one reader a field; every field not named here is text -----------------------------------


def _moment(value: object) -> int | None:
    return None if value is None else number_of(value)


def _row(value: object, width: int) -> list[str]:
    if type(value) is not list or len(value) != width:
        raise TypeError
    return [text_of(cell) for cell in value]


def _rows(value: object, width: int) -> list[list[str]]:
    if type(value) is not list:
        raise TypeError
    return [_row(row, width) for row in value]


def _address(value: object) -> Address:
    return Address(*_row(value, 3))  # type: ignore[arg-type]  # NewTypes over str, checked by _row


def _attachments(value: object) -> tuple[Attachment, ...]:
    return tuple(Attachment(*row) for row in _rows(value, 3))


def _files(value: object) -> tuple[AgentFile, ...]:
    if type(value) is not list:
        raise TypeError
    return tuple(
        AgentFile(platform_id=own_id, url=url, name=name, size=number_of(size))
        for *words, size in value
        for own_id, url, name in [_row(words, 3)]
    )


def _pairs(value: object) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row) for row in _rows(value, 2))


def _one_of(words: tuple[str, ...]) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in words:
            raise ValueError
        return text_of(value)

    return read


_READERS: Mapping[str, Callable[[object], object]] = {
    "address": _address,
    "sent_at": _moment,
    "watermark": _moment,
    "seen_rev": number_of,
    "attachments": _attachments,
    "files": _files,
    "fields": _pairs,
    "beside": _pairs,
    "described": _pairs,
    "known_as": _pairs,
    "status": _one_of(get_args(ReceiptStatus)),
    "verb": _one_of(get_args(AgentVerb)),
    **dict.fromkeys(("public", "own_app", "undone", "to_us", "found", "failed"), flag_of),
}
_WRITERS: Mapping[str, Callable[..., object]] = {
    "address": lambda at: [at.channel, at.account_id, at.person_id],
    "attachments": lambda held: [[one.kind, one.url, one.platform_id] for one in held],
    "files": lambda held: [[one.platform_id, one.url, one.name, one.size] for one in held],
}
