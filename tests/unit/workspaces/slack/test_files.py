"""A customer's file in its ticket's thread: three calls to Slack, each one part of a row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.errors import RateLimited, Refused, Retryable, SendError, TokenExpired, Unconfirmed
from chalicelib.model import NotSent, OutboundPart, OutboxRow, Part, Sent
from chalicelib.ports import HttpAnswer
from chalicelib.workspaces.slack import files
from tests.unit.workspaces.slack import test_channel
from tests.unit.workspaces.slack.test_channel import TOKEN, answer, desk

FILE = json.dumps({"n": 0, "key": "media/k", "name": "colis.jpg", "size": 3, "type": "image/jpeg"})
LINK = "https://files.slack.com/upload/v1/ABC"
KNOWN = f"F1 {LINK}"
RESERVED = answer({"ok": True, "file_id": "F1", "upload_url": LINK})


def part(index: int, *known: str, anchor: str = "1.1", body: str = FILE, attempt: int = 1) -> OutboundPart:
    return replace(
        test_channel.part(body, anchor), kind="file", index=index, known=known, attempt=attempt, data=b"\xff\xd8\x00"
    )


def row(*known: str) -> OutboxRow:
    parts = tuple(Part(text="", platform_id=each) for each in (*known, "", "", "")[:3])
    return replace(test_channel.row(FILE, "1.1"), kind="file", parts=parts)


class Bytes:
    """Plays the place that Slack names for the bytes."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.seen: list[tuple[str, str, Mapping[str, str], bytes]] = []

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
        self.seen.append((method, url, headers, body))
        return HttpAnswer(status=self.status, headers={}, body=b"OK")


def test_a_place_is_reserved_for_the_files_name_and_length() -> None:
    slack, wire = desk(RESERVED)

    assert slack.send(part(0)) == Sent(KNOWN)
    assert wire.seen == [
        ("POST", "https://slack.com/api/files.getUploadURLExternal", {"filename": "colis.jpg", "length": 3})
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"upload_url": LINK},
        {"file_id": "", "upload_url": LINK},
        {"file_id": 7, "upload_url": LINK},
        {"file_id": "F1"},
        {"file_id": "F1", "upload_url": "http://files.slack.com/upload"},
        {"file_id": "F1", "upload_url": "https://files.slack.com.elsewhere.example/upload"},
        {"file_id": "F1", "upload_url": "https://notslack.com/upload"},
        {"file_id": "F1", "upload_url": "https://files.slack.com/a b"},
        {"file_id": "F1", "upload_url": "https:"},
    ],
)
def test_a_customers_file_is_uploaded_to_slacks_own_hosts_only(given: dict[str, Any]) -> None:
    slack, _ = desk(answer({"ok": True, **given}))

    with pytest.raises(Refused, match="no_upload_url"):
        slack.send(part(0))


def test_slacks_bare_host_may_take_a_file() -> None:
    slack, _ = desk(answer({"ok": True, "file_id": "F1", "upload_url": "https://slack.com/upload"}))

    assert slack.send(part(0)) == Sent("F1 https://slack.com/upload")


def test_the_bytes_go_to_the_reserved_place_without_our_token() -> None:
    http = Bytes(200)

    assert files.send(http, TOKEN, "C0MAISON", part(1, KNOWN)) == Sent("F1")
    assert http.seen == [("POST", LINK, {"content-type": "application/octet-stream"}, b"\xff\xd8\x00")]


@pytest.mark.parametrize(
    ("status", "error"), [(429, RateLimited), (500, Unconfirmed), (503, Unconfirmed), (404, Refused), (302, Refused)]
)
def test_an_upload_that_fails_says_how(status: int, error: type[SendError]) -> None:
    with pytest.raises(error) as caught:
        files.send(Bytes(status), TOKEN, "C0MAISON", part(1, KNOWN))

    assert type(caught.value) is error
    assert str(status) in caught.value.code
    assert "ABC" not in str(caught.value)


def test_a_place_that_refuses_a_second_upload_may_hold_the_file_already_and_sharing_will_tell() -> None:
    assert files.send(Bytes(404), TOKEN, "C0MAISON", part(1, KNOWN, attempt=2)) == Sent("F1")


def test_a_file_is_shared_in_its_tickets_thread_under_its_name() -> None:
    slack, wire = desk(answer({"ok": True}))

    assert slack.send(part(2, KNOWN, "F1")) == Sent("F1")
    assert wire.seen[0][1].endswith("files.completeUploadExternal")
    assert wire.seen[0][2] == {
        "files": [{"id": "F1", "title": "colis.jpg"}],
        "channel_id": "C0MAISON",
        "thread_ts": "1.1",
    }


def test_a_file_waits_for_its_ticket_without_a_request() -> None:
    slack, wire = desk()

    with pytest.raises(Retryable, match="not posted yet"):
        slack.send(part(2, KNOWN, "F1", anchor=""))
    assert wire.seen == []


@pytest.mark.parametrize("body", ["", "null", "[]", '{"name": "colis.jpg"}', '{"size": 3}'])
def test_a_body_that_names_no_file_is_refused_without_a_request(body: str) -> None:
    slack, wire = desk()

    with pytest.raises(Refused, match="not_a_file"):
        slack.send(part(0, body=body))
    assert wire.seen == []


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("missing_scope", Refused),  # this file alone: tickets go on
        ("no_permission", Refused),
        ("token_revoked", TokenExpired),
        ("invalid_auth", TokenExpired),
    ],
)
def test_an_app_that_may_not_upload_loses_the_file_and_not_its_account(said: str, error: type[SendError]) -> None:
    slack, _ = desk(answer({"ok": False, "error": said}))

    with pytest.raises(error) as caught:
        slack.send(part(0))
    assert (type(caught.value), caught.value.code) == (error, said)


@pytest.mark.parametrize("known", [(), (KNOWN,)])
def test_before_the_bytes_are_there_nothing_is_asked_and_the_calls_are_made_again(known: tuple[str, ...]) -> None:
    slack, wire = desk()

    assert slack.prove(row(*known)) == NotSent()
    assert wire.seen == []


@pytest.mark.parametrize(
    ("file", "proof"),
    [
        ({"shares": {"private": {"C0MAISON": [{"ts": "1.2"}]}}}, Sent("F1")),
        ({"shares": {"public": {"C0OTHER": [{"ts": "1.2"}]}}}, NotSent()),
        ({"shares": {"public": {"C0MAISON": []}}}, NotSent()),
        ({"shares": {"public": ["C0MAISON"]}}, NotSent()),
        ({"shares": []}, NotSent()),
        ({}, NotSent()),
        (None, NotSent()),
    ],
)
def test_a_file_is_shared_when_slack_names_its_channel_among_the_shares(file: object, proof: object) -> None:
    slack, wire = desk(answer({"ok": True, "file": file}))

    assert slack.prove(row(KNOWN, "F1")) == proof
    assert wire.seen == [("GET", "https://slack.com/api/files.info", {"file": "F1"})]


@pytest.mark.parametrize("said", ["file_not_found", "missing_scope"])
def test_a_file_that_slack_does_not_show_is_not_shared(said: str) -> None:
    slack, _ = desk(answer({"ok": False, "error": said}))

    assert slack.prove(row(KNOWN, "F1")) == NotSent()


def test_a_proof_that_slack_cannot_give_now_is_asked_for_later() -> None:
    slack, _ = desk(answer({"ok": False, "error": "internal_error"}))

    with pytest.raises(Unconfirmed):
        slack.prove(row(KNOWN, "F1"))
