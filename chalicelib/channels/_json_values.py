"""
Reads untrusted JSON: every function takes any value and none raises.

Shared by the channels' parsers, which walk plain dicts; no `Any` leaves a parser.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from ..model import Address, Event, EventId, Ignored, MalformedBody, Millis

Object = dict[str, Any]
NOTHING: Object = {}
_LATEST = 10**13  # milliseconds: 2286; message ids keep 13 digits
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONGEST_ID = 256


def load(body: bytes) -> object:
    """Return the JSON value of a UTF-8 body with every string valid Unicode; None if it is no JSON."""
    try:
        return orjson.loads(body)
    except ValueError:
        return _bent(body)


def _bent(body: bytes) -> object:
    """
    Return the value that the standard library reads in a body that is not strict JSON; None if it fails.

    Such bodies have half a surrogate pair (replaced: it could be neither stored nor hashed), NaN, or a number beyond
    all bounds.
    """
    try:
        value: object = json.loads(body.decode())
        return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def load_object(body: bytes) -> Object:
    """Return the JSON object of a body; an empty one if it is none."""
    value = load(body)
    return value if type(value) is dict else NOTHING


def child(holder: Object, key: str) -> Object:
    """Return the object under `key`; an empty one if there is none."""
    value = holder.get(key)
    return value if type(value) is dict else NOTHING


def objects(value: object) -> list[Object]:
    """Return the objects of a list; a lone object counts as a list of one."""
    if type(value) is list:
        if len(value) == 1 and type(value[0]) is dict:
            return value
        return [item for item in value if type(item) is dict]
    return [value] if type(value) is dict else []


def string(value: object) -> str:
    """Return a string as it is, a whole number in decimal, anything else as ""."""
    if type(value) is str:
        return value
    return str(value) if type(value) is int and -(_LATEST**2) < value < _LATEST**2 else ""


def millis(value: object) -> Millis | None:
    """
    Return a platform's time in milliseconds since 1970 UTC, None if it is none.

    Takes seconds or milliseconds (number or digits), ISO 8601, and X's "Wed Oct 10 20:19:24 +0000 2018".
    """
    if type(value) is str:
        if not (value.isascii() and value.isdigit() and len(value) <= 16):
            return _written_time(value)
        number = int(value)
    elif type(value) is int:
        number = value
    else:
        return None
    if number < 10**11:
        number *= 1000
    return Millis(number) if 0 < number < _LATEST else None


def _written_time(value: str) -> Millis | None:
    try:
        if value[:1].isalpha():
            _, month, day, clock, _, year = value.split()
            hour, minute, second = clock.split(":")
            moment = datetime(
                int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=UTC
            )
        else:
            moment = datetime.fromisoformat(value)
        number = round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
    return Millis(number) if 0 < number < _LATEST else None


def event_id(raw: object, item: object) -> EventId:
    """Return the platform's own id, or the item's fingerprint where it gives none that can be kept."""
    own = string(raw)
    return own if 0 < len(own) <= _LONGEST_ID else fingerprint(item)  # type: ignore[return-value]  # as above


def fingerprint(item: object) -> EventId:
    """Return an id made of the content: equal for equal content, whatever the order of its keys."""
    try:
        written = orjson.dumps(item, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        written = _bent_print(item)
    return EventId("h:" + hashlib.sha256(written).hexdigest()[:32])


def _bent_print(item: object) -> bytes:
    """The content of values that orjson cannot write: numbers beyond 64 bits, more than 254 levels."""
    try:
        return json.dumps(item, sort_keys=True).encode()
    except (ValueError, RecursionError):
        return b""


def malformed(channel: str, body: bytes, reason: str) -> tuple[Event, ...]:
    """Return the one event of a body that is no event at all."""
    digest = EventId("h:" + hashlib.sha256(body).hexdigest()[:32])
    return (MalformedBody(event_id=digest, address=address(channel), sent_at=None, reason=reason),)


def address(channel: str, account_id: str = "", person_id: str = "") -> Address:
    """Return an address; empty ids where the body names nobody."""
    return Address(channel, account_id, person_id)  # type: ignore[arg-type]  # three NewTypes of str, at no cost


def events_of(channel: str, root: Object, events: list[Event]) -> Sequence[Event]:
    """Return what a body says: its events, each id once, or one that says that there is none in it."""
    if events:
        return first_of_each(events)
    return (Ignored(event_id=fingerprint(root), address=address(channel), sent_at=None, reason="empty"),)


def first_of_each(events: list[Event]) -> Sequence[Event]:
    """Return the events in their order, each id once: a repetition inside one body is a redelivery."""
    if len(events) == 1:
        return events
    firsts: dict[EventId, Event] = {}
    for event in events:
        firsts.setdefault(event.event_id, event)
    return tuple(firsts.values())
