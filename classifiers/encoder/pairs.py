"""
What the encoder learns from: sentences with their English meaning, as written and as phones type them.

Public pairs are read from a folder given by argument (Tatoeba, texts of open-source shops; see docs/encoder-card.md);
English messages stand for themselves, so that what the teacher knows of English is kept.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.errors import UsageError
from chalicelib.triage import features, spelling

from .. import noise

LONGEST = 160  # characters: longer texts cost most of the time and are few
HELD_OUT = 500  # pairs of each kind that are never learned from
_ENGLISH = ("banking77", "clinc150", "hwu64", "snips7_en", "nlpjs50_multilang")
_SHORTENED: dict[str, list[str]] = {}
for _short, _written in spelling.WRITTEN_OUT.items():
    _SHORTENED.setdefault(_written, []).append(_short)


@dataclass(frozen=True, slots=True)
class Pair:
    """A text and the English sentence whose vector it should have (itself, where it is English)."""

    text: str
    english: str
    language: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """`kinds`: name -> pairs, sampled by the weights of `SHARES`; `held_out`: French pairs of both registers."""

    kinds: dict[str, list[Pair]]
    held_out: list[Pair]


# How often each kind is drawn. English anchors keep the teacher's English; shop texts are few, and what we read.
SHARES = {"everyday_fr": 0.26, "shop_fr": 0.28, "everyday_en": 0.10, "shop_en": 0.10, "messages_en": 0.26}


def corpus(folder: Path, own_english: Sequence[str]) -> Corpus:
    """The pairs of `folder` (parallel/, intents/) and our own English. Raises UsageError where a file is missing."""
    try:
        everyday = _pairs(folder / "parallel" / "tatoeba-en-fr.tsv.gz")
        shop = _pairs(folder / "parallel" / "shop-support-en-fr.tsv.gz")
        messages = [text for name in _ENGLISH for text in _english(folder / "intents" / f"{name}.jsonl.gz")]
    except OSError as error:
        raise UsageError(
            f"{error.filename} cannot be read: --data wants the folder with intents/ and parallel/."
        ) from None
    rng = random.Random(7)
    rng.shuffle(everyday)
    rng.shuffle(shop)
    held_out = everyday[:HELD_OUT] + shop[:HELD_OUT]
    unseen = {pair.english for pair in held_out}
    everyday = [pair for pair in everyday[HELD_OUT:] if pair.english not in unseen]
    shop = [pair for pair in shop[HELD_OUT:] if pair.english not in unseen]
    kinds = {
        "everyday_fr": everyday,
        "shop_fr": shop,
        "everyday_en": [Pair(pair.english, pair.english, "en") for pair in everyday],
        "shop_en": [Pair(pair.english, pair.english, "en") for pair in shop],
        "messages_en": [
            Pair(text, text, "en") for text in dict.fromkeys([*messages, *own_english]) if len(text) <= LONGEST
        ],
    }
    return Corpus(kinds, held_out)


def as_typed(text: str, language: str, rng: random.Random) -> str:
    """The text with the slips and short forms of a phone."""
    if rng.random() < 0.3:
        words = text.split(" ")
        return " ".join(_shorter(word, rng) for word in words)
    return noise.as_typed(text, language, rng)


def _shorter(word: str, rng: random.Random) -> str:
    known = _SHORTENED.get(features.fold(word))
    return rng.choice(known) if known and rng.random() < 0.6 else word


def _pairs(path: Path) -> list[Pair]:
    with gzip.open(path, "rt", encoding="utf-8") as opened:
        both = [line.rstrip("\n").split("\t") for line in opened]
    return [Pair(french, english, "fr") for english, french in both if len(french) <= LONGEST]


def _english(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as opened:
        for row in map(json.loads, opened):
            if row.get("lang", "en") == "en" and row.get("split") != "oos_val":
                yield row["text"]
