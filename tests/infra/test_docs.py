"""What the documents name exists, and what exists is named."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

from infra import alarms, cli, names
from infra.names import ROOT

OPERATE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")


def test_every_alarm_is_explained() -> None:
    drawn = {each.removesuffix("Alarm") for each in alarms.alarms(names.names("prod"), mails=True)}
    table = OPERATE.partition("| alarm | means | first |")[2].partition("\n\n")[0]
    explained = {
        name
        for row in table.splitlines()
        for name in re.findall(r"`(\w+)`", row.split("|")[1:2][0] if "|" in row else "")
    }
    explained |= (
        {f"{names.logical(queue)}Dead" for queue in (*names.QUEUES, names.MAIL_QUEUE)}
        if "`OutboxDead`, …" in OPERATE
        else set()
    )

    assert drawn == explained


def test_every_command_that_a_document_names_exists() -> None:
    there = {command.NAME for command in cli.found()}
    files = (ROOT / "CONTRIBUTING.md", ROOT / "docs" / "operate.md", ROOT / "infra" / "alarms.py")
    texts = [path.read_text(encoding="utf-8") for path in files]
    named = {word for text in texts for word in re.findall(r"(?:[`']|bin/)guichet ([a-z]+)", text)}

    assert named - there == set()
    assert {"plan", "deploy", "smoke", "status", "destroy", "redrive", "run", "package"} <= named


def _helps(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The help of every command that does something: those without actions of their own."""
    nested = cli.nested(parser)
    for each in (choice for action in nested for choice in action.choices.values()):
        yield from _helps(each)
    if not nested:
        yield parser.format_help()


def test_every_command_takes_json_and_has_help() -> None:
    helps = list(_helps(cli.parser()))

    assert len(helps) > len(cli.found())
    assert [text for text in helps if "--json" not in text] == []
    assert [command.NAME for command in cli.found() if not command.HELP] == []


def test_every_test_that_a_review_names_exists() -> None:
    found = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "tests").rglob("*.py")}
    pages = sorted((ROOT / "docs" / "reviews").glob("*.md"))
    named = [
        each for page in pages for each in re.findall(r"(tests/[\w/]+\.py)(?:::(test_\w+))?", page.read_text("utf-8"))
    ]
    missing = {
        (path, test) for path, test in named if path not in found or f"def {test}" not in found[path].read_text("utf-8")
    }

    assert len(named) > 200
    assert missing == set()


def test_the_makefile_has_the_promised_targets() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))

    assert {"run", "test", "check", "bench", "train", "package", "clean", "test-long"} <= targets
