"""
Reads what our own routes hand on of a visitor: words, a file, a pressed button. Pure and total.

A message's id is the browser's own ULID with a digest of its visitor behind it: who guesses another's can take nothing
away, and a request that is made again is one event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from ...model import MOVED, Address, Attachment, Event, EventId, Ignored, MalformedBody, Message, Millis, Postback
from ...text import to_json
from ...visitor_port import Visitor
from .._json_values import Object, address, child, event_id, fingerprint, load, malformed, millis, string

NAME = "webchat"
KINDS, KEYS_MOST, KEY_MOST = ("customer", "mail", "phone"), 3, 254
PROBE = b'{"probe":true}'
_FILES = {"image": "image", "application": "document"}


def own_id(person_id: str, number: str) -> str:
    """Return the id of what a visitor said: the number that their browser gave it, bound to them."""
    return f"{number}:{hashlib.sha256(person_id.encode('utf-8', 'replace')).hexdigest()[:12]}"


def body_of(visitor: Visitor, said: Object, now: Millis) -> bytes:
    """Return the body that `read` reads."""
    who: Object = {"id": visitor.person_id}
    if visitor.signed:
        who |= {"name": visitor.name, "known_as": [list(pair) for pair in visitor.known_as]}
    if visitor.described:
        who["described"] = [list(pair) for pair in visitor.described]
    return to_json({"visitor": who, "at": int(now), **said}).encode()


def read(body: bytes) -> Sequence[Event]:
    """Return what a body says."""
    root = load(body)
    if type(root) is not dict:
        return malformed(NAME, body, "no object")
    at, sent_at = _address(root), millis(root.get("at"))
    if root.get("probe") is True:
        return (Ignored(event_id=fingerprint(root), address=at, sent_at=sent_at, reason="test"),)
    if not at.person_id:
        return (MalformedBody(event_id=fingerprint(root), address=at, sent_at=sent_at, reason="names no visitor"),)
    for key, reader in (("message", _message), ("press", _press)):
        if type(root.get(key)) is dict:
            return (reader(root, child(root, key), at, sent_at),)
    return (Ignored(event_id=fingerprint(root), address=at, sent_at=sent_at, reason="nothing_said"),)


def _address(root: Object) -> Address:
    return address(NAME, "", string(child(root, "visitor").get("id")))


def _id(item: Object, at: Address, root: Object) -> EventId:
    number = string(item.get("id"))
    return event_id(own_id(at.person_id, number) if number else "", root)


def _beside(root: Object) -> tuple[tuple[str, str], ...]:
    """Return the token of a conversation that is gone on with here, where one is."""
    token = string(root.get("moved"))
    return ((MOVED, token),) if token else ()


def _known_as(root: Object) -> tuple[tuple[str, str], ...]:
    """Return what the brand has signed about the visitor: it makes one person of them and whoever proved the same."""
    told = child(root, "visitor").get("known_as")
    pairs = [pair for pair in told[:KEYS_MOST] if type(pair) is list and len(pair) == 2] if type(told) is list else []
    found = ((string(kind), string(value)) for kind, value in pairs)
    return tuple((kind, value) for kind, value in found if kind in KINDS and 0 < len(value) <= KEY_MOST)


def _message(root: Object, item: Object, at: Address, sent_at: Millis | None) -> Event:
    text, files = string(item.get("text")), _files(item)
    if not (text.strip() or files or _beside(root)):
        files = (Attachment("unsupported"),)  # somebody said something that this release cannot read
    name = string(child(item, "file").get("name"))
    return Message(
        event_id=_id(item, at, root),
        address=at,
        sent_at=sent_at,
        text=text,
        attachments=files,
        display_name=string(child(root, "visitor").get("name")),
        beside=(*((("file", name),) if name else ()), *_beside(root)),
        described=_described(child(root, "visitor").get("described")),
        known_as=_known_as(root),
    )


def _described(raw: object) -> tuple[tuple[str, str], ...]:
    """Return the attributes that the shop's server signed, as our own route wrote them."""
    pairs = raw if type(raw) is list else []
    found = [[string(part) for part in each] for each in pairs if type(each) is list and len(each) == 2]
    return tuple((name, value) for name, value in found if name and value)


def _files(item: Object) -> tuple[Attachment, ...]:
    """Return the file, which lies in our bucket: `url` is its key there."""
    file = child(item, "file")
    key, kind = string(file.get("key")), string(file.get("type")).partition("/")[0]
    return (Attachment(_FILES.get(kind, "file"), key, string(item.get("id"))),) if key else ()


def _press(root: Object, item: Object, at: Address, sent_at: Millis | None) -> Event:
    return Postback(
        event_id=_id(item, at, root),
        address=at,
        sent_at=sent_at,
        payload=string(item.get("payload")),
        title=string(item.get("title")),
        beside=_beside(root),
        known_as=_known_as(root),
    )
