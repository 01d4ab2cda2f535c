"""What every run of tests shares: no deadlines, no garbage collector while tests are collected, and who plays what."""

from __future__ import annotations

import gc
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

TOGETHER = {"browser", "functional", "simulators"}  # folders whose tests share one server
APART = {"simulation"}  # folders of long tests: any process plays any of them

# A machine that does something else as well is slow now and then: that is no failure.
settings.register_profile("guichet", deadline=None)
settings.load_profile("guichet")


def pytest_collection() -> None:
    """What is imported and collected lives to the end: the garbage collector would walk it again and again."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # untyped
    """With several processes, one plays all tests of a server, or of a file, whose fixtures they share."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = file.split("/")[1]
        return folder if folder in TOGETHER else nodeid if folder in APART else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)
