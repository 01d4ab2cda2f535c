"""
Keys of what judges are asked and say: a part of the table at the top of `keys`.
"""

from __future__ import annotations

from ..model import BrandId
from .keys import AGAIN_PREFIX, ASK_PREFIX, LINE_PREFIX, Key

_LINE_CHARS = 16


def pace(brand: BrandId, intent: str) -> Key:
    """Key of the count of an intent's sent answers that the judges got, in all and by week."""
    return Key(f"{brand}#judging", f"pace#{intent}")


def judged_line(brand: BrandId, intent: str, place: str, language: str, line: str) -> Key:
    """Key of the verdicts on one answer of an intent in one place ("private", "public") and language."""
    return Key(f"{brand}#proof#{intent}#{place}#{language}", f"{LINE_PREFIX}{line}")


def to_judge(brand: BrandId, asked_at: int, number: int, line: str, *, again: bool = False) -> Key:
    """
    Key of an answer that waits for its judges; the oldest question sorts first, inside it the order of its draw.

    `again`: one person has judged it; a prefix of its own, so that unjudged answers are found by themselves.
    """
    prefix = AGAIN_PREFIX if again else ASK_PREFIX
    return Key(f"{brand}#judging", f"{prefix}{asked_at:013d}#{number:05d}#{line}")


def asked_judgement(brand: BrandId, place: str, *, again: bool = False) -> Key:
    """Key of a waiting answer, by the sort key it was asked under. Raises ValueError when that is none."""
    prefix, at, number, line = place.split("#")
    if f"{prefix}#" != ASK_PREFIX or len(line) != _LINE_CHARS:
        raise ValueError("not a question to a judge")
    return to_judge(brand, int(at), int(number), line, again=again)


def agreement(brand: BrandId) -> Key:
    """Key of how often two judges gave the same verdict."""
    return Key(f"{brand}#judging", "agreement")


def rehearsals(brand: BrandId, intent: str, quarter: int) -> Key:
    """Key of how many rehearsed answers of an intent the judges got in a quarter of a day (its number since 1970)."""
    return Key(f"{brand}#judging", f"quarter#{quarter}#{intent}")
