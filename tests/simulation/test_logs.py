"""What all functions write while each path is played, calm and with faults: no word, number or secret of it."""

from __future__ import annotations

import contextlib
import io
import logging
import random
import traceback
from collections.abc import Iterator

import pytest

from chalicelib import observe

from .faults import KINDS
from .move_paths import ORDER
from .paths import PATHS, PERSON
from .platforms import SECRET
from .ses import DOMAIN
from .world import World

FAULTS, CALLS = 2, 100  # runs with a fault of each path, and the calls among which it is


class Writes(logging.Handler):
    """Keeps all that lines of any log hold: their fields, and their errors whole."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        shown = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        self.said.append(f"{record.getMessage()} {record.__dict__} {shown}")


@pytest.fixture
def log() -> Iterator[Writes]:
    """All logs of this process, at DEBUG."""
    observe.logger()
    kept, before = Writes(), []
    for each in (logging.getLogger(), *(logging.getLogger(name) for name in ("guichet", "urllib3", "botocore"))):
        before.append((each, each.handlers, each.level))
        each.handlers = [kept]
        each.setLevel(logging.DEBUG)
    yield kept
    for each, handlers, level in before:
        each.handlers = handlers
        each.setLevel(level)


def private(world: World, written: tuple[str, ...]) -> list[str]:
    """What must stand in no log: what customers wrote, who they are, what opens the accounts."""
    tokens = [each for each in (*(each.token for each in world.platforms), world.slack.token) if len(each) > 3]
    return [*(each for each in written if len(each) > 5), *tokens, SECRET, PERSON, DOMAIN, ORDER, "10482"]


def played(name: str, plan: dict[int, str], log: Writes) -> tuple[str, list[str]]:
    """All that was written in one run of a path, and what must not stand in it."""
    log.said.clear()
    world, path, out = World(plan), PATHS[name], io.StringIO()
    path.prepare(world)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        world.run(*path.steps())
    return out.getvalue() + "\n".join(log.said), private(world, tuple(path.written))


@pytest.mark.parametrize("name", PATHS)
def test_no_word_number_or_secret_of_a_path_is_logged(name: str, log: Writes) -> None:
    drawn = random.Random(name)
    plans = [{}, *({drawn.randrange(1, CALLS): drawn.choice(KINDS)} for _ in range(FAULTS))]
    for plan in plans:
        said, kept_back = played(name, plan, log)
        assert [each for each in kept_back if each in said] == [], plan


def test_a_failure_is_logged_at_all(log: Writes) -> None:
    said = "".join(played(name, {number: "fail"}, log)[0] for name in list(PATHS)[:5] for number in (3, 9))

    assert "'outcome': '" in said
    assert "'where': '" in said
