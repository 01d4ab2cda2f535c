from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import model
from chalicelib.conversation import address_of
from chalicelib.errors import Malformed, Newer
from chalicelib.events import _READERS, KINDS, NEWEST, decode, encode, from_plain, kind_of
from chalicelib.internal_events import _READERS as SUBJECTS
from chalicelib.internal_events import Fact
from chalicelib.model import (
    Address,
    AgentFile,
    Attachment,
    BlobRef,
    Event,
    EventId,
    Incoming,
    Internal,
    MediaFetched,
    Message,
    ReportedRow,
    Shift,
)

words = st.text(max_size=12)
times = st.integers(0, 10**13)
BY_FIELD: dict[str, st.SearchStrategy[Any]] = {
    "address": st.builds(Address, words, words, words),
    "files": st.lists(st.builds(AgentFile, platform_id=words, url=words, name=words, size=times), max_size=3).map(
        tuple
    ),
    "attachments": st.lists(st.builds(Attachment, words, words, words), max_size=3).map(tuple),
    **dict.fromkeys(
        ("fields", "beside", "described", "known_as"), st.lists(st.tuples(words, words), max_size=3).map(tuple)
    ),
    "sent_at": st.none() | times,
    "watermark": st.none() | times,
    "seen_rev": times,
    "status": st.sampled_from(typing.get_args(model.ReceiptStatus)),
    "verb": st.sampled_from(typing.get_args(model.AgentVerb)),
    **{name: st.booleans() for name in ("public", "own_app", "undone", "to_us", "found", "failed")},
}


ids = st.text("abc019.#", min_size=1, max_size=8)
FILES = st.builds(BlobRef, key=words, media_type=words, size=times, name=words)
BY_INTERNAL_FIELD: dict[str, st.SearchStrategy[Any]] = BY_FIELD | {
    "row": st.builds(
        ReportedRow, row_id=words, kind=words, covers=st.lists(ids, max_size=3).map(tuple), ticket_id=words
    ),
    "subject": words.filter(lambda word: word not in SUBJECTS),
    "answer": st.lists(st.tuples(words, words), max_size=3).map(tuple),
    "status": st.sampled_from(typing.get_args(model.DeliveryStatus)),
    "shift": st.builds(
        Shift, st.sampled_from(typing.get_args(model.ShiftKind)), words, words, words, times, st.integers(0, 100)
    ),
    **dict.fromkeys(("generation", "number", "epoch", "until", "missed", "asked"), times),
    "file": st.none(),
    "to": st.builds(Address, words, words, words),
}


def any_of(kind: type, known: Mapping[str, st.SearchStrategy[Any]] = BY_FIELD) -> st.SearchStrategy[Any]:
    return st.builds(kind, **{field.name: known.get(field.name, words) for field in fields(kind)})


any_internal = st.one_of(
    [any_of(kind, BY_INTERNAL_FIELD) for kind in typing.get_args(Internal)]
    + [any_of(MediaFetched, BY_INTERNAL_FIELD | {"file": FILES, "why": st.just("")})]
)
any_event = st.one_of([any_of(kind) for kind in typing.get_args(Incoming)]) | any_internal


def test_every_event_of_the_model_has_a_kind() -> None:
    assert set(KINDS.values()) - {Fact} == set(typing.get_args(Incoming))
    assert set(typing.get_args(Event)) == {*typing.get_args(Incoming), *typing.get_args(Internal)}


def test_every_field_that_is_not_text_has_a_reader() -> None:
    for kind in KINDS.values():
        hints = typing.get_type_hints(kind)
        for name, hint in ((each.name, hints[each.name]) for each in dataclasses.fields(kind)):
            is_text = hint is str or getattr(hint, "__supertype__", None) is str
            assert is_text == (name not in _READERS), f"{kind.__name__}.{name}"


@settings(max_examples=300)
@given(any_event)
def test_an_event_survives_the_queue(event: Event) -> None:
    text = encode(event)
    assert text.isascii()
    assert decode(text) == event
    assert type(decode(text)) is type(event)
    assert json.loads(text)["kind"] == kind_of(event)


def test_a_decoded_event_is_read_and_left_as_it_is() -> None:
    plain = sample()

    assert from_plain(plain) == from_plain(plain) == decode(json.dumps(plain))
    assert plain == sample()


def sample() -> dict[str, Any]:
    message = Message(event_id=EventId("1"), address=address_of("c", "a", "p"), sent_at=None, text="x")
    plain: dict[str, Any] = json.loads(encode(message))
    return plain


@pytest.mark.parametrize(
    "change",
    [
        {"v": 0},
        {"v": True},
        {"v": "1"},
        {"kind": "telegram"},
        {"kind": []},
        {"text": 5},
        {"text": None},
        {"public": 1},
        {"sent_at": "now"},
        {"sent_at": True},
        {"sent_at": 1.5},
        {"address": ["c", "a"]},
        {"address": "cap"},
        {"address": ["c", "a", 1]},
        {"attachments": [["image", "u"]]},
        {"attachments": {}},
        {"surprise": 1},
    ],
)
def test_anything_else_is_malformed(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        decode(json.dumps({**sample(), **change}))


def test_an_event_of_a_later_version_is_told_as_such_whatever_else_it_holds() -> None:
    for change in ({}, {"kind": "telegram"}, {"surprise": 1}):
        with pytest.raises(Newer):
            decode(json.dumps({**sample(), **change, "v": NEWEST + 1}))


@pytest.mark.parametrize("key", ["v", "kind", "event_id", "address", "sent_at", "text"])
def test_a_missing_field_is_malformed(key: str) -> None:
    held = sample()
    del held[key]
    if key == "sent_at":
        held.pop("sent_at", None)
    with pytest.raises(Malformed):
        decode(json.dumps(held))


@pytest.mark.parametrize("text", ["", "null", "[]", "{", "1", '"x"', "[" * 100_000])
def test_what_is_no_event_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        decode(text)


def test_a_wrong_word_among_the_allowed_is_malformed() -> None:
    held = {"v": 1, "kind": "receipt", "event_id": "1", "address": ["c", "a", "p"], "sent_at": 1, "status": "eaten"}
    with pytest.raises(Malformed):
        decode(json.dumps(held))
