"""
Samples as files of their owner: written for a judge, and taken out of when somebody is erased.
"""

from __future__ import annotations

import json
import os
from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from typing import Any

from chalicelib.admin.replay.samples import ERASED
from chalicelib.errors import UsageError


def refuse_existing(paths: Iterable[Path | None]) -> None:
    """Raise UsageError for a file that is there already: it may hold judgements."""
    there = next((path for path in paths if path is not None and path.exists()), None)
    if there is not None:
        raise UsageError(f"{there} is there already and may hold judgements; name another file.")


def write(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    """Write JSON lines that only their owner may read. Raises UsageError."""
    lines = list(lines)
    if not lines:
        raise UsageError(f"{path} would be empty: there is no such message in the file.")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        refuse_existing([path])
        raise UsageError(f"{path} is there already; name another file.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in lines)


def taken_out(path: Path, contacts: Container[str]) -> int:
    """
    Take what these contacts wrote out of a sample, all of it or nothing; return how many lines. Raises UsageError.

    A line's place in its draw is left: a line that is missing altogether holds back those after it.
    """
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        theirs = [row for row in rows if row.get("contact") in contacts]
        for row in theirs:
            row.update(
                dict.fromkeys(("text", "answer", "verdict", "contact", "words"), ""),
                at=0,
                id=f"{ERASED}{row['draw']} {row['number']}",
            )
        if theirs:
            _rewrite(path, rows)
    except OSError as error:
        raise UsageError(f"{path} cannot be changed: {error.strerror}.") from None
    except (ValueError, AttributeError, KeyError):
        raise UsageError(f"{path} is no sample of `guichet replay`.") from None
    return len(theirs)


def _rewrite(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Put other lines into a file, all or none, for its owner's eyes only."""
    beside = path.with_name(f"{path.name}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    beside.replace(path)
