"""
A confidence sequence (a sequential test): what a count of judged answers proves, however often one looks. Pure.

A bet against "no more than `promised` of the answers are right": each right answer multiplies the stake, each wrong
one shrinks it. Were the claim true, the capital would reach ten times its start in at most one of ten runs of any
length, so looking after every judgement and stopping at any time errs no more often (Ville's inequality).
Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS B 86 (2024): the one-sided
capital, as a mixture over fixed bets. It depends on the counts only, not on their order.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

CONFIDENCE = 0.90  # one-sided
_BETS = 20
# Shares of the greatest bet that cannot ruin, weighed by their squares: tuned to few errors among a few hundred.
_MIXTURE = tuple((at / _BETS, at * at / sum(each * each for each in range(1, _BETS + 1))) for at in range(1, _BETS + 1))


def log_capital(right: int, wrong: int, promised: float) -> float:
    """Return the log of the capital after betting 1 against a precision of at most `promised` (0 < promised < 1)."""
    gain = (1 - promised) / promised
    logs = [
        math.log(weight) + right * math.log1p(share * gain) + (wrong * math.log1p(-share) if wrong else 0.0)
        for share, weight in _MIXTURE
        if share < 1 or not wrong
    ]
    top = max(logs)
    return top + math.log(sum(math.exp(each - top) for each in logs))


def proves(right: int, wrong: int, target: float, confidence: float = CONFIDENCE) -> bool:
    """Whether the counts prove that more than `target` of the answers are right."""
    return log_capital(right, wrong, target) >= -math.log(1 - confidence)


def lower_bound(right: int, wrong: int, confidence: float = CONFIDENCE) -> float:
    """Return the largest precision that the counts prove; 0 where nothing was right."""
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if proves(right, wrong, middle, confidence) else (low, middle)
    return low


def more_right(right: int, wrong: int, target: float, confidence: float = CONFIDENCE) -> int:
    """Return how many more right answers in a row prove the target; 0 where it is proved."""
    if proves(right, wrong, target, confidence):
        return 0
    low, high = 0, 1
    while not proves(right + high, wrong, target, confidence):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if proves(right + middle, wrong, target, confidence) else (middle, high)
    return high


def needed(wrong: int, target: float, confidence: float = CONFIDENCE) -> int:
    """Return how many judged answers prove the target when `wrong` of them are errors (140 for 98 % and none)."""
    return wrong + more_right(0, wrong, target, confidence)


def agreement(pairs: Sequence[tuple[str, str]]) -> tuple[float, float | None]:
    """
    Return the share of pairs in which two judges say the same, and Cohen's kappa.

    Kappa is None where it has no meaning: no pair, or both always say one and the same word.
    """
    if not pairs:
        return 0.0, None
    raw = sum(first == second for first, second in pairs) / len(pairs)
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    by_chance = sum(count * seconds[word] for word, count in firsts.items()) / len(pairs) ** 2
    return raw, None if by_chance >= 1 else (raw - by_chance) / (1 - by_chance)
