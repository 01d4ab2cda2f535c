"""What was posted about an erased person leaves Slack: by its id, or by the digest of the row that posted it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.errors import Refused, Retryable
from chalicelib.model import NotSent, Sent
from tests.unit.workspaces.slack import test_channel
from tests.unit.workspaces.slack.test_channel import answer, desk, listing

ROW = "c.1.r"
DIGEST = hashlib.sha256(ROW.encode()).hexdigest()[:20]


def asked(what: str, name: str, **more: Any) -> Any:
    body = json.dumps({"erase": what, "id": name} | more)
    return replace(test_channel.part(body), kind="erasure")


def test_a_message_goes_by_its_place_and_a_file_by_its_id() -> None:
    slack, wire = desk(answer({"ok": True}), answer({"ok": True}))

    assert slack.send(asked("message", "1.2")) == Sent("")
    assert slack.send(asked("file", "F1")) == Sent("")
    assert wire.seen == [
        ("POST", "https://slack.com/api/chat.delete", {"channel": "C0MAISON", "ts": "1.2"}),
        ("POST", "https://slack.com/api/files.delete", {"file": "F1"}),
    ]


@pytest.mark.parametrize("said", ["message_not_found", "thread_not_found", "file_not_found", "file_deleted"])
def test_what_is_gone_already_is_deleted(said: str) -> None:
    slack, _ = desk(answer({"ok": False, "error": said}))

    assert slack.send(asked("message", "1.2")) == Sent("")


def test_a_message_that_slack_will_not_delete_is_refused() -> None:
    slack, _ = desk(answer({"ok": False, "error": "cant_delete_message"}))

    with pytest.raises(Refused, match="cant_delete_message"):
        slack.send(asked("message", "1.2"))


def test_a_message_whose_place_is_unknown_is_found_by_its_row_among_those_since_then() -> None:
    slack, wire = desk(listing("other", ROW), answer({"ok": True}))
    slack.send(asked("row", DIGEST, since=1_795_000_000_000))

    assert wire.seen[0][1].endswith("conversations.history")
    assert wire.seen[0][2]["oldest"] == "1794999880.000000"
    assert wire.seen[1] == ("POST", "https://slack.com/api/chat.delete", {"channel": "C0MAISON", "ts": "1.0"})


def test_a_message_that_stands_in_a_thread_is_looked_for_there() -> None:
    slack, wire = desk(listing(ROW), answer({"ok": True}))
    slack.send(asked("row", DIGEST, thread="5.5"))

    assert wire.seen[0][1].endswith("conversations.replies")
    assert (wire.seen[0][2]["ts"], wire.seen[0][2]["oldest"]) == ("5.5", "0.000000")


def test_where_the_row_posted_nothing_nothing_is_deleted() -> None:
    slack, wire = desk(listing("other"))

    assert slack.send(asked("row", DIGEST)) == Sent("")
    assert len(wire.seen) == 1


def test_a_message_that_may_stand_behind_the_listed_ones_is_looked_for_again() -> None:
    slack, _ = desk(listing("other", more=True))

    with pytest.raises(Retryable, match="may stand behind them"):
        slack.send(asked("row", DIGEST))


@pytest.mark.parametrize("said", ["thread_not_found", "message_not_found"])
def test_a_thread_that_is_gone_holds_no_message(said: str) -> None:
    slack, wire = desk(answer({"ok": False, "error": said}))

    assert slack.send(asked("row", DIGEST, thread="5.5")) == Sent("")
    assert len(wire.seen) == 1


def test_a_thread_that_cannot_be_read_is_not_taken_for_an_empty_one() -> None:
    slack, _ = desk(answer({"ok": False, "error": "not_in_channel"}))

    with pytest.raises(Refused, match="not_in_channel"):
        slack.send(asked("row", DIGEST, thread="5.5"))


@pytest.mark.parametrize("messages", [None, "x", [None, {"metadata": "x"}, {"metadata": {"event_payload": "x"}}]])
def test_a_list_of_something_else_names_no_message(messages: object) -> None:
    slack, wire = desk(answer({"ok": True, "messages": messages}))

    assert slack.send(asked("row", DIGEST)) == Sent("")
    assert len(wire.seen) == 1


@pytest.mark.parametrize("body", ["", "[]", "null", '{"erase": "file"}', '{"id": "F1"}'])
def test_a_body_that_names_nothing_is_refused_without_a_request(body: str) -> None:
    slack, wire = desk()

    with pytest.raises(Refused, match="not_a_call"):
        slack.send(replace(test_channel.part(body), kind="erasure"))
    assert wire.seen == []


def test_a_deletion_of_unknown_result_is_made_again() -> None:
    slack, wire = desk()
    row = replace(test_channel.row(json.dumps({"erase": "file", "id": "F1"})), kind="erasure")

    assert slack.prove(row) == NotSent()
    assert wire.seen == []


def test_a_workspace_is_called_by_its_name_where_the_app_is_in_its_channel() -> None:
    slack, wire = desk(answer({"ok": True, "team_id": "T0GUICHET", "team": "Maison Lune"}), answer({"ok": True}))

    assert slack.called(test_channel.WHERE.account_id) == "Maison Lune"
    assert wire.seen[1][2] == {"channel": "C0MAISON", "limit": "1"}


def test_a_token_of_another_workspace_is_refused() -> None:
    slack, wire = desk(answer({"ok": True, "team_id": "T9", "team": "Another"}))

    with pytest.raises(Refused, match="another_account"):
        slack.called(test_channel.WHERE.account_id)
    assert len(wire.seen) == 1
