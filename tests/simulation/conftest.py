"""Says at the end of a test run how many points were tried, by however many processes."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

ELSEWHERE: Counter[str] = Counter()


def pytest_sessionfinish(session: pytest.Session) -> None:
    from .test_crash_recovery import TRIED

    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["tried"] = dict(TRIED)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    ELSEWHERE.update(getattr(node, "workeroutput", {}).get("tried", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    from .test_crash_recovery import TRIED

    tried = Counter(TRIED) + ELSEWHERE
    if tried:
        words = ", ".join(f"{count} {what}" for what, count in tried.items())
        terminalreporter.write_line(f"simulation of dying: {words}")
