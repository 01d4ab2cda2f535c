from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.conversation import (
    Control,
    Conversation,
    HeadBefore,
    Looked,
    Lookup,
    PastAnswer,
    Quoted,
    Scope,
    TicketRecord,
    TimelineMessage,
    address_of,
)
from chalicelib.model import ROW_TRAITS, Account, Decided, OutboxRow, Part, Spoken, StopNotice, ThreadCopy
from chalicelib.store import items, keys, wire
from tests.unit.store.fixtures import NOW, row, table

words = st.sampled_from(["", "a", "é\u202f!", "a b", "\U0001d11e", "#0"])
numbers = st.sampled_from([0, 1, 1_795_597_200_000, 10**14])
addresses = st.builds(address_of, words, words, words)
answers = st.none() | st.dictionaries(words, words, max_size=3)
lookups = st.builds(Lookup, words, words, answers)
several = st.lists(words, max_size=3).map(tuple)
saids = st.lists(
    st.builds(PastAnswer, intent=words, at=numbers, about=st.lists(words, max_size=2).map(tuple), asked=st.booleans()),
    max_size=3,
).map(tuple)
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "address": addresses,
    "message_id": st.just("c1.1795597200000.abcdefabcdefabcd"),
    "said": saids,
    "chosen": st.lists(addresses, max_size=3).map(tuple),
    "spoken": st.lists(st.builds(Spoken, numbers, words, words, words, st.booleans()), max_size=3).map(tuple),
    "mode": st.sampled_from(["bot", "human"]),
    "fact": lookups,
    "held_before": st.none()
    | st.builds(
        HeadBefore,
        said=saids,
        auto_day=words,
        auto_count=numbers,
        disclosed_at=numbers,
        disclosed_to=words,
        asked_intent=words,
        asked_wants=words,
        asked_with=several,
        fact=lookups,
        greeted_at=numbers,
        menu=several,
        beside_count=numbers,
        clarified_at=numbers,
        clarified=several,
        heard=several,
    ),
    "last_customer": st.dictionaries(words, numbers, max_size=3),
    "quotes": st.lists(
        st.builds(
            Quoted,
            text=words,
            at=numbers,
            by=words,
            message_id=words,
            attachments=st.lists(words, max_size=3).map(tuple),
            state=words,
            here_only=st.booleans(),
            public=st.booleans(),
            quoting=words,
            answers=words,
            beside=st.lists(st.tuples(words, words), max_size=2).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    "beside": st.lists(st.tuples(words, words), max_size=2).map(tuple),
    "orders": st.lists(st.builds(Looked, words, words, numbers, answers), max_size=3).map(tuple),
    "parts": st.lists(st.builds(Part, text=words, platform_id=words), max_size=3).map(tuple),
    **dict.fromkeys(
        (
            "attachments",
            "platform_ids",
            "covers",
            "done",
            "emergencies",
            "asked_with",
            "looked_up",
            "opted_out",
            "uncovered_in",
            "menu",
            "clarified",
            "heard",
        ),
        st.lists(words, max_size=3).map(tuple),
    ),
}
WHYS = st.one_of(
    st.builds(
        Decided,
        reason=words,
        intent=words,
        fence=st.none() | numbers,
        slot=words,
        exception_ids=several,
        agent=st.none() | words,
    ),
    st.builds(ThreadCopy, shows=several, note=st.just("")),
    st.builds(ThreadCopy, shows=several, note=words.filter(bool), code=words),
    st.builds(StopNotice, intent=words, since=numbers, refused=numbers, answers=numbers, by=words, tickets=several),
)
BY_NAME["classification"] = st.dictionaries(words, words | st.booleans(), max_size=3)
BY_NAME["media"] = st.dictionaries(words, st.dictionaries(words, words | numbers, max_size=2), max_size=2)
BY_NAME["offers"] = st.just(())  # never stored
BY_NAME["why"] = st.none() | WHYS
MAYBE_EMPTY = {"text", "reason", "intent", "language", "received_at", "not_before"}
BY_TYPE = {"int": numbers, "Millis": numbers, "bool": st.booleans()}


def any_of(kind: type) -> st.SearchStrategy[Any]:
    """Fields without a default are never empty in life; texts may be."""
    drawn = {}
    for field in fields(kind):
        must = field.default is MISSING and field.default_factory is MISSING and field.name not in MAYBE_EMPTY
        usual = BY_TYPE.get(str(field.type), words)
        if kind is OutboxRow and field.name == "kind":
            usual = st.sampled_from([name for name, traits in ROW_TRAITS.items() if not traits.later])
        drawn[field.name] = BY_NAME.get(field.name, usual.filter(bool) if must else usual)
    return st.builds(kind, **drawn)


PAIRS = [
    (Conversation, items.conversation_item, items.conversation),
    (OutboxRow, items.row_item, items.row),
    (TicketRecord, items.ticket_item, items.ticket),
    (Account, items.account_item, items.account),
]


@pytest.mark.parametrize(("kind", "write", "read"), PAIRS)
@settings(max_examples=30)
@given(given_data=st.data())
def test_what_is_written_is_read_again(kind: type, write: Any, read: Any, given_data: st.DataObject) -> None:
    value = given_data.draw(any_of(kind))
    item = write(value)

    merged = any(
        getattr(value, name, None) for name in ("tree", "uncovered_in", "joined", "asks_same", "moving", "code")
    )
    merged |= kind is OutboxRow and not value.row_id.startswith(f"{value.conversation_id}.")
    assert item["v"] == (items.MERGED_VERSION if merged else items.VERSION)
    assert read(wire.from_avs(wire.to_avs(item))) == value


@settings(max_examples=30)
@given(any_of(TimelineMessage))
def test_a_message_is_read_again_its_time_being_in_its_id(value: TimelineMessage) -> None:
    read = items.message(wire.from_avs(wire.to_avs(items.message_item(value))), value.message_id)

    for field in fields(TimelineMessage):
        assert getattr(read, field.name) == getattr(value, field.name), field.name


def test_a_row_names_its_conversation_once() -> None:
    assert "conversation_id" not in items.row_item(row())
    assert items.row(items.row_item(row())) == row()


def test_the_switch_is_read_again() -> None:
    value = Control(3, {"all": Scope(stopped=True, epoch=3), "channel:x": Scope(stopped=False, epoch=1)})

    assert items.control(wire.from_avs(wire.to_avs(items.control_item(value)))) == value
    assert items.control(None) == Control()


def test_nothing_empty_is_stored_but_words_that_must_be_there() -> None:
    head = Conversation(conversation_id="c", contact_id="p")  # type: ignore[arg-type]

    assert items.conversation_item(head).keys() == {"v", "conversation_id", "contact_id", "mode", "fact"}


@given(words, words, words)
def test_no_key_holds_a_raw_id(channel: str, account: str, person: str) -> None:
    address = address_of(channel, account, person)

    assert len(keys.recipient(address)) == 32
    assert keys.recipient(address) == address.group[:32]


def test_ids_of_different_parts_differ_however_they_are_joined() -> None:
    assert keys.digest("ab", "c") != keys.digest("a", "bc")
    assert address_of("a", "b\x00c", "d").group == address_of("a", "b\x00c", "d").group
    assert address_of("ab", "c", "d").group != address_of("a", "bc", "d").group


@pytest.mark.parametrize(
    "wrong", ["", "c1", "c1.2.3", "a.b.c.d", "c.179559720000.abcdefabcdefabcd", "c.179559720000x.abcdefabcdefabcd"]
)
def test_no_other_text_is_taken_for_a_message_id(wrong: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is the same for all
        keys.message("b", wrong)  # type: ignore[arg-type]


def test_a_row_id_finds_its_row_open_and_finished() -> None:
    row_id = keys.row_id("c1", 179559720000007, address_of("x", "1", "2"))
    open_key, finished = keys.open_row("b", row_id), keys.finished_row(row_id)  # type: ignore[arg-type]

    assert open_key.pk.endswith(keys.recipient(address_of("x", "1", "2")))
    assert keys.message("b", finished).sk.startswith("m#1795597200000#")  # type: ignore[arg-type]


def test_a_playbook_is_kept_packed_and_an_earlier_one_is_read_as_it_lies() -> None:
    here, words_of_it = table(), '{"brand":"maison-lune","intents":' + '"Bonjour, nos horaires ",' * 400 + "}"
    here.put(keys.playbook(here.brand), {"v": 1, "json": words_of_it, "number": 1})
    assert here.playbook() == words_of_it

    here.put_playbook(words_of_it, NOW)

    assert here.playbook() == here.playbook(fresh=False) == words_of_it
    assert len(str((here.get(keys.playbook(here.brand)) or {})["json"])) < len(words_of_it) / 5
