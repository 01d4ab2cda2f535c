"""
How messages are typed: lengths, marks, lines, capitals, accents left out and slips, counted for one source at a time.
"""

from __future__ import annotations

import gzip
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.errors import UsageError

from . import noise

_LONG = 4  # letters: shorter words say little about slips
_USUAL = 20  # a word seen so often is how it is spelled
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = "abcdefghijklmnopqrstuvwxyzàçèéê"


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares of the messages of one source (0 to 1), except `words` (the median) and `slips` (of 100 long words)."""

    messages: int
    words: float
    short: float  # four words or fewer
    question: float
    unmarked: float  # no mark at the end
    comma: float
    shout: float  # "!"
    lines: float  # more than one
    lower: float  # no capital at all
    capitals: float  # a word of three capitals or more
    bare: float  # of words that are usually spelled with an accent, written without one
    slips: float


def habits(texts: Sequence[str], spelled: Counter[str]) -> Habits:
    """How these messages are typed. `spelled` counts words as they are usually written."""
    counts = [len(text.split()) for text in texts]
    accented = {noise.dropped_accents(word): word for word, seen in spelled.items() if seen >= _USUAL and _has(word)}
    bare = [_unaccented(word, accented, spelled) for text in texts for word in words(text) if accented]
    long = Counter(word for text in texts for word in words(text) if len(word) >= _LONG)
    return Habits(
        messages=len(texts),
        words=statistics.median(counts),
        short=_mean(count <= 4 for count in counts),
        question=_of(texts, lambda text: "?" in text),
        unmarked=_of(texts, lambda text: text.rstrip()[-1:].isalnum()),
        comma=_of(texts, lambda text: "," in text),
        shout=_of(texts, lambda text: "!" in text),
        lines=_of(texts, lambda text: "\n" in text.strip()),
        lower=_of(texts, lambda text: text == text.lower()),
        capitals=_of(texts, lambda text: any(len(word) > 2 and word.isupper() for word in text.split())),
        bare=_mean(found for found in bare if found is not None),
        slips=100 * sum(seen for word, seen in long.items() if _slipped(word, spelled)) / max(1, long.total()),
    )


def spelling(parallel: Path, language: str) -> Counter[str]:
    """How often each word stands in edited texts: everyday sentences and the words of shops."""
    counts: Counter[str] = Counter()
    for name in ("tatoeba-en-fr.tsv.gz", "shop-support-en-fr.tsv.gz"):
        if not (parallel / name).is_file():
            raise UsageError(f"{parallel / name} is not there: slips are found by the words of edited texts.")
        for line in gzip.decompress((parallel / name).read_bytes()).decode().splitlines():
            counts.update(words(line.split("\t")[language == "fr"]))
    return counts


def _unaccented(word: str, accented: Mapping[str, str], spelled: Counter[str]) -> bool | None:
    """Whether a word that is usually spelled with an accent lacks it; None for all other words."""
    usual = accented.get(noise.dropped_accents(word))
    if usual is None or spelled[noise.dropped_accents(word)] * 20 > spelled[usual]:
        return None
    return not _has(word)


def _slipped(word: str, spelled: Counter[str]) -> bool:
    """Whether an unknown word is one loss, swap, double or other letter away from a usual one; accents are no slip."""
    plain = noise.dropped_accents(word)
    return not spelled[word] and any(
        spelled[near] >= _USUAL and noise.dropped_accents(near) != plain for near in _near(word)
    )


def _near(word: str) -> Iterable[str]:
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
        for letter in _LETTERS:
            yield word[:at] + letter + word[at + 1 :]
            yield word[:at] + letter + word[at:]


def _has(word: str) -> bool:
    return noise.dropped_accents(word) != word


def _of(texts: Sequence[str], has: Callable[[str], bool]) -> float:
    return _mean(has(text) for text in texts)


def _mean(values: Iterable[bool]) -> float:
    found = list(values)
    return sum(found) / max(1, len(found))


def words(text: str) -> list[str]:
    """The runs of letters of a text, small."""
    return _WORD.findall(text.lower().replace("\u2019", "'"))
