"""What every test run shares."""

from __future__ import annotations

import gc


def pytest_collection_finish() -> None:
    """What was imported and collected lives to the end: the garbage collector need not walk it again and again."""
    gc.collect()
    gc.freeze()
