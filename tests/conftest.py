"""What every test run shares."""

from __future__ import annotations

import gc

from hypothesis import settings

# A machine that does something else as well is slow now and then: that is no failure.
settings.register_profile("guichet", deadline=None)
settings.load_profile("guichet")


def pytest_collection_finish() -> None:
    """What was imported and collected lives to the end: the garbage collector need not walk it again and again."""
    gc.collect()
    gc.freeze()
