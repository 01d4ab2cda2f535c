"""Rows that are calls to Slack: one request each, errors by name, and the proof that a message stands there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.errors import RateLimited, Refused, Retryable, SendError, TokenExpired, Unconfirmed
from chalicelib.model import (
    AccountId,
    Address,
    CannotTell,
    ChannelName,
    ConversationId,
    Credentials,
    Millis,
    NotSent,
    OutboundPart,
    OutboxRow,
    PersonId,
    RowId,
    Sent,
)
from chalicelib.ports import HttpAnswer
from chalicelib.workspaces.slack import api, calls
from chalicelib.workspaces.slack.channel import SlackDesk
from tests.unit.workspaces.slack.samples import SECRET
from tests.unit.workspaces.slack.test_blocks import VIEW

TOKEN = "xoxb-secret"
WHERE = Address(ChannelName("slack"), AccountId("T0GUICHET/C0MAISON"), PersonId("t1"))
OK: dict[str, Any] = {"ok": True, "channel": "C0MAISON", "ts": "1795000000.000100"}


@dataclass
class Wire:
    """Plays Slack: keeps each request, gives the next answer."""

    answers: list[HttpAnswer]
    seen: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes = b"",
        timeout_s: float = 8.0,
        most: int = 0,
    ) -> HttpAnswer:
        parts = urlsplit(url)
        fields = json.loads(body) if body else {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.seen.append((method, f"{parts.scheme}://{parts.netloc}{parts.path}", fields))
        self.headers.append(headers)
        return self.answers.pop(0)


def answer(raw: object, status: int = 200, **headers: str) -> HttpAnswer:
    return HttpAnswer(
        status=status, headers={key.replace("_", "-"): v for key, v in headers.items()}, body=json.dumps(raw).encode()
    )


def desk(*answers: HttpAnswer, token: str = TOKEN) -> tuple[SlackDesk, Wire]:
    wire = Wire(list(answers))
    return SlackDesk(Credentials(app_secrets=(SECRET,), token=token), wire), wire


def part(body: str, anchor: str = "") -> OutboundPart:
    return OutboundPart(
        row_id=RowId("c.1.r"), index=0, attempt=1, address=WHERE, kind="ticket", text="", body=body, anchor=anchor
    )


def row(body: str, anchor: str = "") -> OutboxRow:
    return OutboxRow(
        row_id=RowId("c.1.r"),
        kind="ticket",
        author="system",
        address=WHERE,
        conversation_id=ConversationId("c"),
        state="claimed",
        created_at=Millis(1_795_000_000_000),
        not_before=Millis(0),
        parts=(),
        body=body,
        anchor=anchor,
    )


def test_a_ticket_is_posted_with_its_row_id_as_metadata() -> None:
    slack, wire = desk(answer(OK))
    assert slack.send(part(calls.ticket(VIEW))) == Sent("1795000000.000100")
    (method, url, sent) = wire.seen[0]
    assert (method, url, sent["channel"]) == ("POST", "https://slack.com/api/chat.postMessage", "C0MAISON")
    assert sent["metadata"] == {"event_type": "guichet_row", "event_payload": {"row_id": "c.1.r", "index": 0}}
    assert wire.headers[0]["authorization"] == "Bearer xoxb-secret"


def test_a_line_of_a_thread_is_changed_where_it_stands_and_one_that_never_stood_there_is_refused() -> None:
    slack, wire = desk(answer(OK))
    slack.send(part(calls.note_update("gone"), "1.7"))
    assert (wire.seen[0][1].rpartition("/")[2], wire.seen[0][2]["ts"]) == ("chat.update", "1.7")
    assert "in_place" not in wire.seen[0][2]
    with pytest.raises(Refused, match="no_such_line"):
        slack.send(part(calls.note_update("gone")))


@pytest.mark.parametrize(("anchor", "given"), [("1.1", ""), ("", "1.1"), ("2.2", "1.1")])
def test_an_update_and_a_note_go_where_the_ticket_stands(anchor: str, given: str) -> None:
    slack, wire = desk(answer(OK), answer(OK), answer({"ok": True, "message_ts": "3.3"}))
    slack.send(part(calls.ticket_update(VIEW, given), anchor))
    slack.send(part(calls.thread_note("note", given), anchor))
    slack.send(part(calls.not_sent_words("fr", "U1", given), anchor))
    assert (wire.seen[0][2]["ts"], wire.seen[1][2]["thread_ts"], wire.seen[2][2]["thread_ts"]) == ("1.1", "1.1", "1.1")
    assert "metadata" not in wire.seen[0][2]
    assert "in_thread" not in wire.seen[1][2]


@pytest.mark.parametrize("body_", [calls.ticket_update(VIEW), calls.thread_note("x")])
def test_an_update_before_its_ticket_stands_waits_without_a_request(body_: str) -> None:
    slack, wire = desk()
    with pytest.raises(Retryable):
        slack.send(part(body_))
    assert wire.seen == []


def test_the_lasting_mark_is_a_reaction_and_twice_is_once() -> None:
    slack, wire = desk(answer({"ok": False, "error": "already_reacted"}))
    slack.send(part(calls.not_sent_mark("1.2")))
    assert wire.seen[0][2] == {"name": "no_entry_sign", "timestamp": "1.2", "channel": "C0MAISON"}


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (answer({"ok": False, "error": "channel_not_found"}), Refused),
        (answer({"ok": False, "error": "is_archived"}), Refused),
        (answer({"ok": False, "error": "not_in_channel"}), Refused),
        (answer({"ok": False, "error": "invalid_blocks"}), Refused),
        (answer({"ok": False, "error": "something_new"}), Refused),
        (answer({"ok": False, "error": "token_revoked"}), TokenExpired),
        (answer({"ok": False, "error": "invalid_auth"}), TokenExpired),
        (answer({"ok": False, "error": "account_inactive"}), TokenExpired),
        (answer({"ok": False, "error": "missing_scope"}), TokenExpired),
        (answer({"ok": False, "error": "service_unavailable"}), Retryable),
        (answer({"ok": False, "error": "internal_error"}), Unconfirmed),
        (answer({"ok": False, "error": "fatal_error"}), Unconfirmed),
        (answer("oops", 503), Unconfirmed),
        (HttpAnswer(status=200, headers={}, body=b"<html>"), Unconfirmed),
        (answer([]), Unconfirmed),
        (answer({"ok": False}), Refused),
    ],
)
def test_slacks_errors_are_ours_by_name_and_only_one_request_is_made(given: HttpAnswer, error: type[SendError]) -> None:
    slack, wire = desk(given)
    with pytest.raises(error) as caught:
        slack.send(part(calls.ticket(VIEW)))
    assert type(caught.value) is error
    assert len(wire.seen) == 1
    assert "xoxb" not in str(caught.value)
    assert "Camille" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "after"),
    [
        (answer({"ok": False, "error": "ratelimited"}, 429, retry_after="30"), 30.0),
        (answer({"ok": False, "error": "ratelimited"}, 200, retry_after="2"), 2.0),
        (answer({}, 429), 1.0),
        (answer({}, 429, retry_after="soon"), 1.0),
        (answer({}, 429, retry_after="999999"), 3600.0),
    ],
)
def test_a_rate_limit_says_how_long_to_wait(given: HttpAnswer, after: float) -> None:
    slack, _ = desk(given)
    with pytest.raises(RateLimited) as caught:
        slack.send(part(calls.ticket(VIEW)))
    assert caught.value.after_s == after


@pytest.mark.parametrize(
    "bad", ["", "[]", '{"method":"users.list","payload":{}}', '{"method":"chat.postMessage"}', "null"]
)
def test_a_body_that_is_no_call_of_ours_is_refused_without_a_request(bad: str) -> None:
    slack, wire = desk()
    with pytest.raises(Refused):
        slack.send(part(bad))
    assert wire.seen == []


def test_no_token_is_a_dead_account() -> None:
    slack, _ = desk(token="")
    with pytest.raises(TokenExpired):
        slack.send(part(calls.ticket(VIEW)))


def listing(*row_ids: str, more: bool = False) -> HttpAnswer:
    found = [
        {"ts": f"{n}.0", "metadata": {"event_type": "guichet_row", "event_payload": {"row_id": row_id, "index": 0}}}
        for n, row_id in enumerate(row_ids)
    ]
    return answer({"ok": True, "messages": [{"ts": "9.9", "text": "human"}, *found], "has_more": more})


def test_a_message_is_proved_by_its_metadata() -> None:
    slack, wire = desk(listing("other", "c.1.r"), listing("other"), listing("other", more=True))
    posted = row(calls.ticket(VIEW))
    assert slack.prove(posted) == Sent("1.0")
    assert slack.prove(posted) == NotSent()
    assert slack.prove(posted) == CannotTell()
    _, url, query = wire.seen[0]
    assert url.endswith("conversations.history")
    assert query == {
        "channel": "C0MAISON",
        "oldest": "1794999880.000000",
        "include_all_metadata": "true",
        "limit": "200",
    }


def test_a_note_is_looked_for_in_its_thread() -> None:
    slack, wire = desk(listing("c.1.r"))
    assert slack.prove(row(calls.thread_note("x"), anchor="5.5")) == Sent("0.0")
    assert wire.seen[0][1].endswith("conversations.replies")
    assert wire.seen[0][2]["ts"] == "5.5"


def test_what_may_be_repeated_is_not_sent_and_a_whisper_leaves_no_trace() -> None:
    slack, wire = desk()
    assert slack.prove(row(calls.ticket_update(VIEW))) == NotSent()
    assert slack.prove(row(calls.not_sent_mark("1.1"))) == NotSent()
    assert slack.prove(row(calls.not_sent_words("fr", "U1", "1.1"))) == CannotTell()
    assert wire.seen == []


def test_dialogs_open_within_the_life_of_a_trigger() -> None:
    wire = Wire([answer({"ok": True}), answer({"ok": False, "error": "expired_trigger_id"}), answer({"ok": True})])
    api.open_view(wire, "xoxb", "1.2.3", {"type": "modal"})
    with pytest.raises(Refused):
        api.open_view(wire, "xoxb", "1.2.3", {"type": "modal"})
    api.update_view(wire, "xoxb", "V1", "", {"type": "modal"})
    assert wire.seen[0][2] == {"trigger_id": "1.2.3", "view": {"type": "modal"}}
    assert wire.seen[2][2] == {"view_id": "V1", "view": {"type": "modal"}}


def test_what_sends_does_not_show_its_token() -> None:
    slack, _ = desk()

    assert TOKEN not in repr(slack)
    assert TOKEN not in repr(slack._credentials)
