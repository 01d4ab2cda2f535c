"""
What is kept of a run: the local AWS writes its state when it stops, and only then.

If it could not (killed, or a full disk), what happened since the run began is lost. Then this says so, and resets the
simulated platforms to the same moment, so that the page shows nothing that the table does not know.
"""

from __future__ import annotations

import re
import shutil
from contextlib import suppress

from chalicelib.errors import UsageError

from .state import Home

NEEDED = 300_000_000  # bytes: the functions' code is written whole, beside the one of the last stop, and unpacked
SCARCE = 150_000_000
_FAILED = re.compile(r"Persistence: failed to save (\w+): (.*)")
GONE = "What happened since it began is gone, for the simulated platforms too; the next run goes on from there."


def require_disk_space(place: Home, needed: int = NEEDED) -> None:
    """Raise UsageError where the disk has fewer bytes than `needed` free: a run writes its state when it stops."""
    if (free := _free(place)) < needed:
        raise UsageError(
            f"Only {free // 1_000_000} MB are free under {place.folder}; the local AWS needs {needed // 1_000_000} to "
            "keep the conversations when it stops: make room, or name another folder by GUICHET_LOCAL."
        )


def is_scarce(place: Home) -> bool:
    """Tell whether the disk is nearly too full for the state that is written at the stop."""
    return _free(place) < SCARCE


def _free(place: Home) -> int:
    return shutil.disk_usage(place.folder).free


def begin(place: Home) -> None:
    """Remember the platforms as they are when a run gets ready: from here on there is something to lose."""
    place.platforms_begun.write_bytes(place.platforms.read_bytes() if place.platforms.is_file() else b"")


def end(place: Home) -> str:
    """
    Say what the run that was ready could not keep, "" where it kept everything, or never was ready.

    Called when every process has ended; and before the next begins, for one that was killed whole.
    """
    if not place.platforms_begun.is_file():
        return ""
    log = place.log("aws")
    failed = dict(_FAILED.findall(log.read_text(encoding="utf-8", errors="replace"))) if log.is_file() else {}
    written = _written_since(place, place.platforms_begun.stat().st_mtime)
    if not written or "dynamodb" in failed:
        _take_back(place)
    place.platforms_begun.unlink()
    if not failed:
        return "" if written else f"The local AWS ended without writing anything down. {GONE}"
    words = f"The local AWS could not write down {', '.join(failed)} ({next(iter(failed.values()))})."
    if not written or "dynamodb" in failed:
        return f"{words} {GONE}"
    return f"{words} The conversations are kept; make room under {place.folder}, and the next run repairs the rest."


def _written_since(place: Home, moment: float) -> bool:
    """Whether the table was written down after this moment."""
    with suppress(OSError):
        return (place.aws / "state" / "dynamodb.json").stat().st_mtime >= moment
    return False


def _take_back(place: Home) -> None:
    """Give the simulated platforms the state that they had when the run began."""
    before = place.platforms_begun.read_bytes()
    if before:
        place.platforms.write_bytes(before)
    else:
        place.platforms.unlink(missing_ok=True)
