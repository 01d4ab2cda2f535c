"""What Slack says becomes one event, whatever it says."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.model import AccountNotice, AgentAction, AgentReply, Event, Handshake, Ignored, MalformedBody
from chalicelib.workspaces.slack.parse import parse
from tests.unit.workspaces.slack.samples import NAMES, body

ACCOUNT = "T0GUICHET/C0MAISON"


def one(name: str) -> Event:
    events = parse(body(name))
    assert len(events) == 1
    return events[0]


def test_words_in_a_thread_are_an_agents_reply_in_plain_text() -> None:
    event = one("thread_reply")
    assert isinstance(event, AgentReply)
    assert event.text == "vu avec @U0MAX : <colis> & suivi (https://maison-lune.example/suivi)"
    assert (event.agent_id, event.thread_id, event.target_id) == ("U0LEA", "1794999000.000100", "1795000000.123456")
    assert (event.event_id, event.sent_at) == ("Ev0AAA111", 1_795_000_000_123)
    assert (event.address.channel, event.address.account_id, event.address.person_id) == ("slack", ACCOUNT, "U0LEA")


@pytest.mark.parametrize("name", ["thread_broadcast", "thread_file"])
def test_a_broadcast_or_a_file_in_a_thread_is_a_reply_too(name: str) -> None:
    assert isinstance(one(name), AgentReply)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("channel_message", "not_in_thread"),
        ("own_message", "bot_message"),
        ("message_changed", "subtype"),
        ("channel_join", "subtype"),
        ("reaction_added", "not_a_message"),
        ("note_button", "opens_modal"),
        ("other_apps_button", "not_ours"),
        ("view_closed", "view_closed"),
        ("message_shortcut", "message_action"),
        ("options", "block_suggestion"),
        ("command_status", "command"),
        ("command_empty", "command"),
        ("ssl_check", "ssl_check"),
    ],
)
def test_what_changes_nothing_is_ignored_with_a_reason(name: str, reason: str) -> None:
    event = one(name)
    assert isinstance(event, Ignored)
    assert event.reason == reason


@pytest.mark.parametrize(
    ("name", "verb", "text"),
    [
        ("send_suggestion", "reply", ""),
        ("edit_reply", "claim", ""),
        ("claim", "claim", ""),
        ("undo", "undo", ""),
        ("stop_brand", "stop_brand", ""),
        ("reply_submitted", "reply", "Bonjour,\nvotre colis arrive demain & après."),
        ("note_submitted", "note", "client fidèle"),
    ],
)
def test_clicks_and_dialogs_are_an_agents_actions(name: str, verb: str, text: str) -> None:
    event = one(name)
    assert isinstance(event, AgentAction)
    assert (event.verb, event.text, event.agent_id, event.target_id) == (verb, text, "U0LEA", "t1")
    assert event.address.account_id == ACCOUNT
    assert event.seen_rev == 1
    assert event.row_id == ("row1" if name == "undo" else "")


@pytest.mark.parametrize(("name", "verb"), [("command_stop", "stop_brand"), ("command_start", "start_brand")])
def test_commands_stop_and_start_the_brand_of_their_channel(name: str, verb: str) -> None:
    event = one(name)
    assert isinstance(event, AgentAction)
    assert (event.verb, event.agent_id, event.address.account_id) == (verb, "U0LEA", ACCOUNT)


def test_the_handshake_the_notice_and_what_is_no_event() -> None:
    assert isinstance(one("url_verification"), Handshake)
    notice = one("app_uninstalled")
    assert isinstance(notice, AccountNotice)
    assert notice.notice == "app_uninstalled"
    assert isinstance(one("not_slack"), MalformedBody)
    assert isinstance(one("not_json"), MalformedBody)


@pytest.mark.parametrize("name", NAMES)
def test_parsing_twice_gives_the_same(name: str) -> None:
    raw = body(name.rsplit(".", 1)[0])
    assert parse(raw) == parse(raw)


def changed(name: str, **values: Any) -> Event:
    payload = json.loads(parse_qs(body(name).decode())["payload"][0])
    payload.update(values)
    return parse(urlencode({"payload": json.dumps(payload)}).encode())[0]


def test_a_second_press_of_send_on_the_same_view_is_the_same_event() -> None:
    assert changed("send_suggestion", trigger_id="other").event_id == one("send_suggestion").event_id
    assert changed("undo", trigger_id="other").event_id == one("undo").event_id
    assert changed("claim", trigger_id="other").event_id != one("claim").event_id


def test_one_dialog_is_submitted_once_whatever_was_typed() -> None:
    assert changed("reply_submitted", trigger_id="other").event_id == one("reply_submitted").event_id


def test_a_dialog_of_another_workspace_belongs_to_nobody_here() -> None:
    event = changed("reply_submitted", team={"id": "T0OTHER"}, user={"id": "U0LEA", "team_id": "T0OTHER"})
    assert event.address.account_id == "T0OTHER/"


def test_ids_are_unique_over_all_events() -> None:
    ids = [parse(body(name.rsplit(".", 1)[0]))[0].event_id for name in NAMES if name.endswith(".json")]
    assert len(set(ids)) == len(ids)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def paths(raw: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [here]
    if isinstance(raw, dict):
        for key, value in raw.items():
            found += paths(value, (*here, key))
    if isinstance(raw, list):
        for number, value in enumerate(raw):
            found += paths(value, (*here, number))
    return found


def put(raw: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(raw) if isinstance(raw, dict) else list(raw)
    copy[path[0]] = put(raw[path[0]], path[1:], value)
    return copy


@given(st.data())
def test_any_mutation_of_any_sample_ends_in_one_event(data: st.DataObject) -> None:
    name = data.draw(
        st.sampled_from([n for n in NAMES if n not in ("not_json.json", "ssl_check.form") and "command" not in n])
    )
    raw = body(name.rsplit(".", 1)[0])
    is_form = name.endswith(".form")
    payload = json.loads(parse_qs(raw.decode())["payload"][0] if is_form else raw)
    mutated = json.dumps(put(payload, data.draw(st.sampled_from(paths(payload))), data.draw(JSON)))
    sent = urlencode({"payload": mutated}).encode() if is_form else mutated.encode()
    events = parse(sent)
    assert len(events) == 1
    json.dumps(asdict(events[0]), ensure_ascii=False).encode()


@given(st.binary(max_size=300), st.sampled_from(["", "application/json", "application/x-www-form-urlencoded"]))
def test_any_bytes_end_in_one_event(raw: bytes, content_type: str) -> None:
    assert len(parse(raw, content_type)) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":' * 20_000,
        b"[" * 50_000,
        b'{"type":"event_callback","event":{"type":"message","ts":' + b"9" * 5000 + b"}}",
        b'{"type":"event_callback","event":{"type":"message","text":"\\ud800","user":"U","ts":"1.000000","thread_ts":"0.000000"}}',
        b"payload=%7B%22type%22%3A%22block_actions%22%2C%22actions%22%3A%5B1%5D%7D",
        b"payload=null",
        b"payload=%FF%FE",
        b"&" * 10_000,
        b"a=b&" * 10_000,
        b"\xff\xfe{}",
    ],
)
def test_hostile_bodies_end_in_one_event_that_can_be_written_as_json(raw: bytes) -> None:
    (event,) = parse(raw)
    assert json.loads(json.dumps(asdict(event), ensure_ascii=False).encode())["event_id"] == event.event_id


def test_no_text_shows_in_a_repr() -> None:
    assert "colis" not in repr(one("thread_reply"))
    assert "Bonjour" not in repr(one("reply_submitted"))
