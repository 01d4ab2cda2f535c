"""
Assigns lines to folds: no author group (annotator group) is in two folds; without authors by batch, else by words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zlib import crc32

from .read import Line

FOLDS = 3
GROUP, BATCH, WORDS = UNITS = ("hand", "batch", "words")


def assign_folds(lines: Sequence[Line]) -> dict[str, int]:
    """
    Return line -> fold, 0 up to `FOLDS` - 1: the groups of a language are assigned in turn, by name.

    A group that writes in several languages is in one fold, also where one of them has too few groups to assign by.
    """
    units = unit_of(lines)
    assigned: dict[str, int] = {}
    folds: dict[str, int] = {}
    for language in sorted(units, key=lambda name: (UNITS.index(units[name]), name)):
        here = [line for line in lines if line.language == language]
        for rank, name in enumerate(sorted({_name(line, units[language]) for line in here})):
            assigned.setdefault(name, rank % FOLDS)
        for line in here:
            own = assigned.get(line.group) if line.group else None
            folds[line.where] = assigned[_name(line, units[language])] if own is None else own
    return folds


def unit_of(lines: Sequence[Line]) -> Mapping[str, str]:
    """Return language -> what its lines are grouped by: the first of `UNITS` of which it has enough."""
    by_language: dict[str, list[Line]] = {}
    for line in lines:
        by_language.setdefault(line.language, []).append(line)
    return {
        language: next(
            (unit for unit in (GROUP, BATCH) if len({_name(line, unit) for line in here}) >= FOLDS),
            WORDS,
        )
        for language, here in by_language.items()
    }


def _name(line: Line, unit: str) -> str:
    if unit == WORDS:
        return f"words/{crc32(line.key.encode()) % FOLDS}"
    return line.group if unit == GROUP else f"batch/{line.batch}"
