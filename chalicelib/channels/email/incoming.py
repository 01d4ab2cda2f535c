"""
Reads what the mail queue brings: a mail that came, or what became of one of ours. Pure and total.

A mail comes as one JSON object that `arrivals` wrote: what SES said of it, its bytes, and what was proved with the
account's secrets. The bytes of a stored mail alone (`guichet inspect`) are read too; nothing is proved of them.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace

from ...model import Event
from .._json_values import Object, child, first_of_each, load, malformed, objects, string
from . import letters, mime, reports, threads
from .envelope import Envelope, of_mail, of_notification

_MARKS = (b":", b"\n")
THREADS: dict[str, threads.Thread] = {"own": "own", "other": "other"}


def read(body: bytes, channel: str) -> Sequence[Event]:
    """Return the events of a body."""
    told = unwrapped(load(body))
    if type(told) is list:
        found = [event for one in objects(told) for event in _of_object(one, b"", channel)]
        return first_of_each(found) if found else malformed(channel, body, "not a mail")
    if type(told) is dict:
        return _of_object(told, body, channel)
    if not all(mark in body[:64_000] for mark in _MARKS):
        return malformed(channel, body, "not a mail")
    return (_of_mail({}, of_mail(body), body, channel),)


def unwrapped(told: object) -> object:
    """Return what SNS put into its envelope, where the queue was not told to bring it bare."""
    if type(told) is dict and told.get("Type") == "Notification" and type(told.get("Message")) is str:
        return load(told["Message"].encode("utf-8", "replace"))
    return told


def _of_object(told: Object, body: bytes, channel: str) -> Sequence[Event]:
    if reports.is_report(told):
        return first_of_each(list(reports.read(told, channel)))
    raw = _bytes(told.get("raw"))
    if not raw:
        return malformed(channel, body, "a mail without its bytes")
    notified = child(told, "notification")
    above = of_mail(raw)
    envelope = replace(of_notification(notified), judged=above.judged) if notified else above
    return (_of_mail(told, envelope, raw, channel),)


def _of_mail(told: Object, envelope: Envelope, raw: bytes, channel: str) -> Event:
    given = told.get("rows")
    account = string(told.get("account")) or next((threads.parted(one)[0] for one in envelope.recipients), "")
    tagged = any(threads.parted(one)[1] for one in envelope.recipients)
    letter = letters.Letter(
        account_id=account,
        envelope=replace(envelope, stored=string(told.get("stored")) or envelope.stored),
        mail=mime.read(raw),
        thread=THREADS.get(string(told.get("thread")), "") if told else ("other" if tagged else ""),
        rows=tuple(string(one) for one in given) if type(given) is list else (),
        customer=string(told.get("customer")),
    )
    return letters.event_of(letter, channel)


def _bytes(given: object) -> bytes:
    if type(given) is not str:
        return b""
    try:
        return b64decode(given, validate=True)
    except ValueError:
        return b""
