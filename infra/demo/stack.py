"""
The stack to play on: the one that runs, if whoever runs it agrees, else one of our own, stopped after.

Ours has a folder of its own: a day of invented customers never mixes with the conversations that `guichet run` keeps.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chalicelib.errors import UsageError

from ..build import Say
from ..local import processes, state
from ..names import ROOT

START_S = 180.0


@contextmanager
def running_or_own(say: Say, agreed: Callable[[str], bool] = lambda _: True) -> Iterator[dict[str, Any]]:
    """
    Give the running stack's ready document; without one, start a stack and stop it after.

    `agreed` is asked before a running stack is played on, with its brand. Raises UsageError where it says no.
    """
    try:
        ready = state.running().ready
    except UsageError:
        say("no local stack runs; starting one of its own, which is stopped after.")
    else:
        if not agreed(ready["brand"]):
            raise UsageError("Nothing was played. Where no 'guichet run' runs, the demo starts a stack of its own.")
        yield ready
        return
    log = state.home().log("demo")
    with _at(state.home().folder / "demo"):
        command = [sys.executable, "-m", "infra.cli", "run", "--headless", "--fresh", "--port", "0"]
        child = processes.start("guichet run", command, os.environ, log, ROOT)
        try:
            yield _when_ready(child)
        finally:
            processes.stop(child)


@contextmanager
def _at(folder: Path) -> Iterator[None]:
    """Let the local stack be the one in this folder."""
    before = os.environ.get("GUICHET_LOCAL")
    os.environ["GUICHET_LOCAL"] = str(folder)
    try:
        yield
    finally:
        os.environ.pop("GUICHET_LOCAL")
        if before is not None:
            os.environ["GUICHET_LOCAL"] = before


def _when_ready(child: processes.Child) -> dict[str, Any]:
    deadline = time.monotonic() + START_S
    while True:
        child.require_alive()
        try:
            return state.running().ready
        except UsageError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.3)
