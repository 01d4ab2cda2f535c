"""
What the judges' verdicts say: of one answer, and of an intent's last ones. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..store.proofs import Line

RIGHT, WRONG, PERSON, OTHER, DANGEROUS = "right", "wrong", "person", "other", "dangerous"
VERDICTS = (RIGHT, WRONG, PERSON, OTHER, DANGEROUS)
_WORST_FIRST = (DANGEROUS, WRONG, OTHER, PERSON, RIGHT)
LAST, WRONG_MOST = 50, 2  # so many of the last so many that were judged stop an intent


def verdict_of(verdicts: Mapping[str, str]) -> str:
    """Return the verdict that counts of several judges: the worst; an answer is right where nobody objects."""
    return next((each for each in _WORST_FIRST if each in verdicts.values()), "")


def counted(found: Sequence[Line]) -> tuple[int, int, int]:
    """Return, of the last fifty judged: how many there are, how many are not right, how many dangerous."""
    said = [verdict_of(line.verdicts) for line in found[-LAST:]]
    return len(said), len(said) - said.count(RIGHT), said.count(DANGEROUS)


def broken(found: Sequence[Line]) -> bool:
    """Return whether the verdicts stop the intent."""
    _, wrong, dangerous = counted(found)
    return bool(dangerous) or wrong >= WRONG_MOST
