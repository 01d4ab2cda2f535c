"""
Which language a short text is in: hashed character n-grams and one small matrix.

Knows fr en es de it pt nl ar; another language, and a text that is too short, is "unknown". Accents are kept (they
tell) and also folded (phones leave them out). Numpy only; bounded for any text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

from . import features, masks

BITS = 14
UNKNOWN = "unknown"
_MAX_CHARS = 400
_LETTERS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f]")
_LATIN = re.compile(r"[a-z\u00c0-\u024f]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """`weights` (2**BITS, languages) and `bias` (languages); `floor` is the least probability that counts as known."""

    languages: tuple[str, ...]
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    floor: float

    def detect(self, cleaned: str) -> tuple[str, float]:
        """The language of a cleaned text (`features.clean`) and its probability; ("unknown", p) below the floor."""
        read = masks.mask(cleaned[:_MAX_CHARS])
        latin, arabic = len(_LATIN.findall(read)), len(_ARABIC.findall(read))
        if arabic > latin:
            return "ar", 1.0
        letters = sum(map(str.isalpha, read))
        if letters < 2 or latin < 0.7 * letters:
            return UNKNOWN, 0.0
        hashes = _hashes_of(read)
        if not hashes:
            return UNKNOWN, 0.0
        found = np.fromiter(hashes, np.int64, len(hashes))
        found.sort()  # a set has no order: the sums must
        buckets = found & ((1 << BITS) - 1)
        scores = self.weights[buckets].sum(0) / np.float32(len(hashes) ** 0.5) + self.bias
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        best = int(shares.argmax())
        probability = float(shares[best])
        return (self.languages[best] if probability >= self.floor else UNKNOWN), probability


def hashed(text: str) -> tuple[Sequence[int], Sequence[float]]:
    """Buckets and values (squared length 1) of a masked text: characters 1 to 4 in words, and whole words."""
    hashes = _hashes_of(text)
    counted: dict[int, float] = {}
    value = 1.0 / max(1, len(hashes)) ** 0.5
    for each in sorted(hashes):
        bucket = each & ((1 << BITS) - 1)
        counted[bucket] = counted.get(bucket, 0.0) + value
    return list(counted), list(counted.values())


def _hashes_of(text: str) -> frozenset[int]:
    words = (word for word in _LETTERS.findall(text.lower())[:80] if not word.startswith("xx"))
    return frozenset().union(*map(_hashes, words))


@lru_cache(maxsize=4096)
def _hashes(word: str) -> frozenset[int]:
    grams: set[str] = set()
    for form in {word, features.fold(word)}:
        padded = f" {form[:20]} "
        grams.add("=" + form)
        for size in (1, 2, 3, 4):
            grams.update(padded[start : start + size] for start in range(len(padded) - size + 1))
    return frozenset(crc32(gram.encode()) for gram in grams)
