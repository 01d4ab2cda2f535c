"""`guichet inspect` as COMMANDS promises it: a JSON line a file, in order, whatever the files hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra import cli
from infra.names import ROOT

FIXTURES = ROOT / "tests" / "fixtures"
FIRST = ("kind", "event_id", "account_id", "sender_id", "text", "sent_at", "public", "attachments", "target_id")


def inspect(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[dict[str, Any]], str]:
    code = cli.main(["inspect", *map(str, arguments), "--json"])
    said = capsys.readouterr()
    return code, [json.loads(line) for line in said.out.splitlines()], said.err


def test_one_line_a_file_in_the_given_order(capsys: pytest.CaptureFixture[str]) -> None:
    files = [FIXTURES / "x" / name for name in ("mention.json", "dm_received.json", "no_event.json")]
    code, lines, errors = inspect(capsys, "x", *files)
    assert (code, errors) == (0, "")
    assert [line["file"] for line in lines] == [str(file) for file in files]
    assert [line["events"][0]["kind"] for line in lines] == ["message", "message", "malformed"]
    assert [line["events"][0]["public"] for line in lines] == [True, False, False]


def test_an_event_has_the_promised_fields_first(capsys: pytest.CaptureFixture[str]) -> None:
    _, (line,), _ = inspect(capsys, "messenger", FIXTURES / "messenger" / "text.json")
    (event,) = line["events"]
    assert tuple(event)[: len(FIRST)] == FIRST
    assert event["sent_at"] == "2025-11-22T08:50:02.371Z"
    assert event["sender_id"] == "7413120182051123"


def test_a_button_shows_its_title_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    _, (line,), _ = inspect(capsys, "messenger", FIXTURES / "messenger" / "postback.json")
    assert line["events"][0]["text"] == "Suivre mon colis"
    assert line["events"][0]["payload"] == "order_status"


def test_card_numbers_are_covered(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    body = (FIXTURES / "whatsapp" / "text.json").read_text().replace("ma commande", "4111 1111 1111 1111")
    (tmp_path / "card.json").write_text(body)
    _, (line,), _ = inspect(capsys, "whatsapp", tmp_path / "card.json")
    assert "•••• •••• •••• 1111" in line["events"][0]["text"]


def test_only_an_unreadable_file_is_an_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    good = FIXTURES / "whatsapp" / "text.json"
    code, lines, errors = inspect(capsys, "whatsapp", tmp_path / "missing.json", good, tmp_path)
    assert code == 1
    assert [line["file"] for line in lines] == [str(good)]
    assert errors.count("cannot read") == 2


def test_an_empty_file_is_malformed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    code, (line,), _ = inspect(capsys, "messenger", tmp_path / "empty")
    assert (code, [event["kind"] for event in line["events"]]) == (0, ["malformed"])


@pytest.mark.parametrize("headers", ['{"Content-Type": ["application/json"]}', "Content-Type: application/json\n"])
def test_slack_is_read_by_its_content_type(capsys: pytest.CaptureFixture[str], tmp_path: Path, headers: str) -> None:
    (tmp_path / "headers").write_text(headers)
    (tmp_path / "body").write_text('{"type": "url_verification", "challenge": "c", "token": "t"}')
    code, (line,), _ = inspect(capsys, "slack", tmp_path / "body", "--headers", tmp_path / "headers")
    assert (code, line["events"][0]["kind"]) == (0, "handshake")


def test_an_unknown_channel_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["inspect", "carrier-pigeon", "x"])
    assert caught.value.code == 2


def test_a_person_gets_a_line_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["inspect", "x", str(FIXTURES / "x" / "dm_mark_read.json")]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
