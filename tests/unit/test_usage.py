"""Exit 2 and one clear sentence for wrong usage; exit 1 for what was refused or failed (COMMANDS.md)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.cli import main, parser
from infra.commands.run import options_of


def called(*arguments: str) -> int:
    """The exit status, whether the command or argparse gives it."""
    try:
        return main(arguments)
    except SystemExit as stopped:
        return int(str(stopped.code))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("triage", "hello", "--channel", "telegraph"), "There is no channel 'telegraph'; known: "),
        (("triage", "hello", "--file", "x.jsonl"), "not both"),
        (("triag", "hello"), "Did you mean `guichet triage`?"),
        (("raport",), "Did you mean `guichet report`?"),
        (("zzz",), "`guichet --help` lists them"),
        (("playbook", "chek", "x.yaml"), "Did you mean `guichet playbook check`?"),
        (("playbook", "zzz"), "there is no action 'zzz'. It knows check, push"),
        (("classifier", "evalute"), "Did you mean `guichet classifier evaluate`?"),
        (("report", "--since", "0d"), "give days from 1d to 100d"),
        (("report", "--since", "week"), "give days from 1d to 100d"),
        (("auto", "status", "--channel", "fax"), "There is no channel 'fax'; known: "),
        (("auto", "set", "off", "--channel", "fax"), "There is no channel 'fax'; known: "),
        (("auto", "set", "off", "--public", "--intent", "refund"), "leave out --intent"),
        (("auto", "set", "off", "--public", "--language", "en"), "leave out --intent"),
        (("auto", "set", "off", "--channel", "x", "--language", "en"), "either --channel or --language"),
        (("stop", "--brand", "maison-lune", "--channel", "fax"), "There is no channel 'fax'; known: "),
        (("start", "--brand", "maison-lune", "--channel", "fax"), "There is no channel 'fax'; known: "),
        (("explain", "m1", "--channel", "fax"), "There is no channel 'fax'; known: "),
        (("account", "list", "--channel", "fax"), "There is no channel 'fax'; known: "),
        (
            ("account", "connect", "--brand", "b", "--channel", "fax", "--account", "1", "--secrets", "-"),
            "There is no channel 'fax'; known: ",
        ),
        (
            ("account", "connect", "--brand", "No Brand", "--channel", "x", "--account", "1", "--secrets", "-"),
            "is no brand's name",
        ),
        (
            ("account", "connect", "--brand", "acct", "--channel", "x", "--account", "1", "--secrets", "-"),
            "No brand can be called 'acct'",
        ),
        (("conversation", "show", "--identity", "whatsapp"), "CHANNEL:ACCOUNT:PERSON"),
        (("contact", "show", "--identity", "whatsapp"), "CHANNEL:ACCOUNT:PERSON"),
        (("plan", "--stage", "LOCAL"), "The stage 'LOCAL' cannot be used"),
        (("status", "--stage", "LOCAL"), "The stage 'LOCAL' cannot be used"),
        (("auto", "status", "--stage", "LOCAL"), "The stage 'LOCAL' cannot be used"),
        (("demo", "--events", "0"), "--events: give a whole number from 1 to 3000"),
        (("demo", "--events", "many"), "--events: give a whole number from 1 to 3000"),
        (("run", "--port", "99999"), "--port: give a whole number from 0 to 65535"),
        (("run", "--port", "-5"), "--port: give a whole number from 0 to 65535"),
        (("redrive", "--queue", "inbox", "--limit", "0"), "--limit: give a whole number from 1"),
    ],
)
def test_wrong_usage_is_exit_2_with_what_to_write(
    arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(*arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("triage", "--file", "/nowhere/x.jsonl"),
        ("triage", "hello", "--brand", "nobody"),
        ("triage", "hello", "--bundle", "/nowhere"),
        ("playbook", "check", "/nowhere/p.yaml"),
        ("account", "connect", "--brand", "b", "--channel", "x", "--account", "1", "--secrets", "/nowhere/s.json"),
    ],
)
def test_what_is_not_there_is_exit_1_with_one_sentence(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(*arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("guichet: ")
    assert said.err.count("\n") == 1


def test_half_a_character_is_written_escaped(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text('{"text": "caf\u00e9 \\ud800"}\n', encoding="utf-8")

    assert called("triage", "--file", str(file), "--json") == 0
    out = capfdbinary.readouterr().out
    assert json.loads(out)["text"] == "caf\u00e9 \ud800"
    assert called("triage", "--file", str(file)) == 0
    assert b"\\ud800" in capfdbinary.readouterr().out


def test_run_tells_the_ready_document_on_stdout_when_asked_for_json(capsys: pytest.CaptureFixture[str]) -> None:
    asked = options_of(parser().parse_args(["run", "--headless", "--json"]))
    assert asked.told is not None
    asked.told({"page": "http://127.0.0.1:1/"})

    assert json.loads(capsys.readouterr().out) == {"page": "http://127.0.0.1:1/"}
    assert options_of(parser().parse_args(["run"])).told is None
