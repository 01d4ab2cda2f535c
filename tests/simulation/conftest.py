"""Says at the end of a test run how many points were tried."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    from .test_dying import TRIED

    if TRIED:
        words = ", ".join(f"{count} {what}" for what, count in TRIED.items())
        terminalreporter.write_line(f"simulation of dying: {words}")
