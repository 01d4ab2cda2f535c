"""
From a text to n-gram features by hashing: the one featuriser of training and run time.

Pure; standard library only. The same text gives the same features on every machine and Python (CRC-32, not hash()).
Phone spelling is kept where it is a signal (capitals, "!!", emoji) and folded away where it is none (accents, case,
"merciiii", "jveux"). Bounded: nothing after the first `MAX_CHARS` characters is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

from . import cleaning, masks, spelling

VERSION = 2  # raise when the same text gives other features: bundles of another version are refused
MAX_CHARS = 1200
MAX_WORDS = 220
_WORDS_KEPT = 4096  # a customer's words are mostly everybody's: their characters are hashed once a process

_WORD = re.compile(r"[^\W_]+")
_REPEATED = re.compile(r"(.)\1{2,}")
_APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ`´‘＇", "'"))
_ELISION = re.compile(r"\b(qu|jusqu|lorsqu|puisqu|aujourd|[cdjlmnst])'(?=[^\W\d_])")
_ENGLISH_SHORT = re.compile(r"(?<=[a-z])'(?=(?:s|t|m|re|ve|ll|d)\b)")
_EMOJI = {
    "😡🤬😠👿💢😤🖕": "xxangry",
    "👏🙄🤡🤦": "xxsarcasm",
    "😭😢😞😩😫😔☹🥺😣😰😥🥲": "xxsad",
    "😊🙂😀😃😄😁😍🥰❤♥💕😘🙏👍🎉🥳😎🤗😻": "xxhappy",
    "😂🤣😅😆": "xxlaugh",
}
_EMOJI_OF = {char: word for chars, word in _EMOJI.items() for char in chars}


def clean(text: str) -> str:
    """The readable start of a customer's own words (`cleaning`): composed letters, nothing invisible."""
    return own_words(text)[:MAX_CHARS]


def own_words(text: str) -> str:
    """All of a customer's own words, however long: compatibility forms folded, control characters gone."""
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text[: cleaning.MAX_READ])
    read = cleaning.cleaned(folded.translate(_APOSTROPHES))
    return read if read.isprintable() else "".join(char if char.isprintable() else " " for char in read)


def fold(text: str) -> str:
    """Lower case, accents gone, runs of one character cut to two."""
    bare = text.lower()
    if not bare.isascii():
        bare = "".join(char for char in unicodedata.normalize("NFD", bare) if not unicodedata.combining(char))
        bare = bare.replace("œ", "oe").replace("æ", "ae").replace("ß", "ss")
    return _REPEATED.sub(r"\1\1", bare)


@lru_cache(maxsize=2)  # rules and stages read the same text
def words_of(cleaned: str) -> tuple[str, ...]:
    """Folded words of a cleaned text, personal numbers masked, phone spellings written out."""
    masked = fold(masks.mask(cleaned))
    split = _ELISION.sub(r"\1 ", _ENGLISH_SHORT.sub("", masked))
    out: list[str] = []
    for word in _WORD.findall(split)[:MAX_WORDS]:
        written = spelling.WRITTEN_OUT.get(word)
        for each in written.split() if written else (word,):
            if not out or out[-1] != each:  # "c est est", "please please"
                out.append(each)
    return tuple(out)


def shape_of(cleaned: str) -> list[str]:
    """The shape of a text (marks, capitals, emoji, length) as words that no customer can type."""
    letters = "".join(filter(str.isalpha, cleaned))
    shape = [] if cleaned.isascii() else [_EMOJI_OF[char] for char in cleaned if char in _EMOJI_OF]
    if len(letters) >= 8 and sum(map(str.isupper, letters)) > 0.7 * len(letters):
        shape.append("xxcapitals")
    for name, found in (("xxask", "?"), ("xxasks", "??"), ("xxcry", "!"), ("xxcries", "!!")):
        if found in cleaned:
            shape.append(name)
    count = cleaned.count(" ")
    shape.append("xxlong" if count > 24 else "xxmiddle" if count > 8 else "xxshort" if count > 2 else "xxtiny")
    return shape


def plain(text: str) -> str:
    """The encoder's input for a raw text."""
    return written(clean(text))


def written(cleaned: str) -> str:
    """The encoder's input for a cleaned text: numbers and emoji as placeholder words, no letter more than twice."""
    masked = masks.mask(cleaning.without_signs(cleaned))
    if not masked.isascii():
        masked = "".join(f" {_EMOJI_OF[char]} " if char in _EMOJI_OF else char for char in masked)
    return _REPEATED.sub(r"\1\1", masked)


def featurise(text: str, bits: int) -> dict[int, float]:
    """Bucket -> value, buckets in [0, 2**bits); each family has squared length 1 (collisions apart)."""
    mask = (1 << bits) - 1
    values: dict[int, float] = {}
    for hashes in families_of(clean(text)):
        value = 1.0 / max(1, len(hashes)) ** 0.5
        for each in hashes:
            bucket = each & mask
            values[bucket] = values.get(bucket, 0.0) + value
    return values


def families_of(cleaned: str) -> tuple[AbstractSet[int], AbstractSet[int], AbstractSet[int]]:
    """
    A cleaned text's three families of features, as hashes: all in a family weigh the same.

    Characters (2 to 5 inside words), words (one, pairs, pairs with a gap, and the shape) and the same of their first
    five letters, which do for a stem in both languages.
    A text without words gives only its shape, so the answer is never empty.
    """
    words = words_of(cleaned)
    return (
        frozenset().union(*map(_characters, words)),
        {crc32(b"w" + gram.encode()) for gram in _word_grams(words) | set(shape_of(cleaned))},
        {crc32(b"s" + gram.encode()) for gram in _word_grams([word[:5] for word in words])},
    )


@lru_cache(maxsize=_WORDS_KEPT)
def _characters(word: str) -> frozenset[int]:
    return frozenset(crc32(b"c" + gram.encode()) for size in (2, 3, 4, 5) for gram in _grams(f" {word[:24]} ", size))


def _grams(padded: str, size: int) -> Iterator[str]:
    return (padded[start : start + size] for start in range(len(padded) - size + 1))


def _word_grams(words: Sequence[str]) -> set[str]:
    grams = set(words)
    grams.update(f"{first} {second}" for first, second in pairwise(words))
    grams.update(f"{first} _ {third}" for first, third in zip(words, words[2:], strict=False))
    return grams
