"""
The stack to play on: the one that runs, else one of our own, stopped after.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.errors import UsageError

from ..build import Say
from ..local import processes, state
from ..names import ROOT

START_S = 180.0


@contextmanager
def running_or_own(say: Say) -> Iterator[dict[str, Any]]:
    """Give the running stack's ready document; without one, start a stack and stop it after."""
    try:
        ready = state.running().ready
    except UsageError:
        say("no local stack runs; starting one, which is stopped after.")
    else:
        yield ready
        return
    command = [sys.executable, "-m", "infra.cli", "run", "--headless", "--port", "0"]
    child = processes.start("guichet run", command, os.environ, state.home().log("demo"), ROOT)
    try:
        yield _when_ready(child)
    finally:
        processes.stop(child)


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
