"""What a local run kept, what it lost, and how it says so; a full disk is a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chalicelib.errors import UsageError
from chalicelib.store.items import NEWEST, OLDEST
from infra.local import kept, processes
from infra.local.state import Home, require_readable
from infra.names import ROOT

BEFORE, AFTER = '{"before": 1}', '{"after": 1}'


@pytest.fixture
def place(tmp_path: Path) -> Home:
    """A stack that ran once, stopped well, and got ready again: its platforms have seen more since."""
    found = Home(tmp_path)
    (found.aws / "state").mkdir(parents=True)
    (tmp_path / "logs").mkdir()
    table(found).write_text("{}")
    os.utime(table(found), (time.time() - 100, time.time() - 100))
    found.platforms.write_text(BEFORE)
    kept.begin(found)
    os.utime(found.platforms_begun, (time.time() - 50, time.time() - 50))
    found.platforms.write_text(AFTER)
    return found


def table(place: Home) -> Path:
    return place.aws / "state" / "dynamodb.json"


def test_a_run_that_wrote_everything_down_has_nothing_to_say(place: Home) -> None:
    table(place).write_text("{}")
    place.log("aws").write_text("Persistence: saved dynamodb state to x\n")

    assert kept.end(place) == ""
    assert place.platforms.read_text() == AFTER
    assert kept.end(place) == ""  # nor does the next one


def test_a_killed_local_aws_says_what_is_gone_and_takes_the_platforms_back(place: Home) -> None:
    said = kept.end(place)

    assert "without writing anything down" in said
    assert "What happened since it began is gone" in said
    assert place.platforms.read_text() == BEFORE
    assert kept.end(place) == ""


def test_platforms_that_began_empty_are_empty_again(place: Home) -> None:
    place.platforms.unlink()
    kept.begin(place)
    place.platforms.write_text(AFTER)

    assert "is gone" in kept.end(place)
    assert not place.platforms.exists()


def test_a_full_disk_is_told_with_what_was_not_written(place: Home) -> None:
    table(place).write_text("{}")
    place.log("aws").write_text(
        '{"level": "ERROR"}\n2026 ERROR [persistence] Persistence: failed to save lambda: [Errno 28] No space left\n'
    )
    said = kept.end(place)

    assert "could not write down lambda ([Errno 28] No space left)" in said
    assert "The conversations are kept; make room" in said
    assert place.platforms.read_text() == AFTER


def test_a_table_that_was_not_written_takes_the_platforms_back(place: Home) -> None:
    place.log("aws").write_text("Persistence: failed to save dynamodb: [Errno 28] No space left on device\n")

    assert "What happened since it began is gone" in kept.end(place)
    assert place.platforms.read_text() == BEFORE


def test_a_run_that_never_got_ready_has_nothing_to_lose(place: Home) -> None:
    place.platforms_begun.unlink()

    assert kept.end(place) == ""
    assert place.platforms.read_text() == AFTER


def test_a_disk_without_room_is_refused_before_anything_starts(place: Home) -> None:
    kept.require_disk_space(place, needed=1)
    with pytest.raises(UsageError, match=r"Only \d+ MB are free under .*: make room"):
        kept.require_disk_space(place, needed=10**18)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("kill -9 $$", r"^It was killed \(SIGKILL\)\.$"),
        ("echo no port; echo '{\"metric\": 1}'; exit 3", r"^It stopped by itself \(exit 3\): no port \("),
    ],
)
def test_a_dead_child_is_told_in_words_never_by_a_metric(tmp_path: Path, script: str, words: str) -> None:
    child = processes.start("It", ["sh", "-c", script], {}, tmp_path / "log", tmp_path)
    child.process.wait(60)

    with pytest.raises(UsageError, match=words):
        child.require_alive()


def test_a_full_disk_is_one_sentence_from_any_command() -> None:
    command = [sys.executable, "-m", "infra.cli", "slack-app", "--api", "https://care.example"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT)

    assert done.returncode == 1
    assert done.stderr == "guichet: the disk is full; make room there and try again.\n"


@pytest.mark.parametrize("version", range(OLDEST, NEWEST + 1))
def test_conversations_of_a_version_that_is_read_are_taken_up(place: Home, version: int) -> None:
    place.version.write_text(str(version))

    require_readable(place)

    assert int(place.version.read_text()) >= version


@pytest.mark.parametrize("version", [str(OLDEST - 1), str(NEWEST + 1), "null", "", None])
def test_conversations_of_no_version_that_is_read_are_refused_and_kept(place: Home, version: str | None) -> None:
    if version is not None:
        place.version.write_text(version)

    with pytest.raises(UsageError, match="guichet run --fresh"):
        require_readable(place)

    assert table(place).exists()
    assert version is None or place.version.read_text() == version
