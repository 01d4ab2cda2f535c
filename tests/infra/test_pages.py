"""What a command writes into docs/ is what it would write today."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from infra import cli, pages, picture
from infra.names import FUNCTIONS, QUEUES, ROOT


def test_what_is_written_is_up_to_date() -> None:
    old = [
        path.relative_to(ROOT).as_posix() for path, text in pages.wanted().items() if path.read_text("utf-8") != text
    ]

    assert old == [], "run: python -m infra.pages --write"


def test_the_pages_that_are_written_are_these() -> None:
    written = {path.relative_to(pages.DOCS).as_posix() for path in pages.wanted()}

    whole = {"architecture.svg", "commands.md", "decisions/README.md"}
    assert written == whole | {"channels.md", "connect.md", "delivery.md", "flow.md", "operate.md"}


def test_the_picture_shows_every_queue_and_function_and_where_it_may_send() -> None:
    drawn = [each.text or "" for each in ET.fromstring(picture.drawing()).iter() if each.tag.endswith("text")]  # noqa: S314 - our own
    sends = {line.removeprefix("may send to: ") for line in drawn if line.startswith("may send to: ")}

    assert {*QUEUES, *FUNCTIONS} - set(drawn) == set()
    assert "inbox.fifo, outbox.fifo, desk.fifo, timers" in sends
    assert {queue for line in sends for queue in line.split(", ")} <= set(QUEUES)


def test_each_function_is_behind_the_queue_of_its_trigger() -> None:
    begins = {each.name: each.trigger for each in picture.functions()}

    assert begins == {
        "api": "HTTP",
        "process": "inbox.fifo",
        "receipts": "receipts",
        "deliver": "outbox.fifo",
        "desk": "desk.fifo",
        "timers": "timers",
        "sweep": "every minute",
    }


def test_every_command_has_its_section_and_every_option_its_line() -> None:
    page = pages.commands()
    sections = set(re.findall(r"^#+ `guichet ([\w-]+)`", page, re.MULTILINE))

    assert sections == {command.NAME for command in cli.found()}
    assert "- `--until " in page
    assert "%(" not in page
