"""
Trains the language detector from public word lists and shop phrases given by argument, and from our own sentences.

Run once in a while (`python -m classifiers --languages DIR`); its small result lies in classifiers/languages and every
bundle copies it, so that `make train` needs nothing but the repository.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from chalicelib.errors import UsageError
from chalicelib.triage import features, masks
from chalicelib.triage.language_detector import BITS, LanguageModel, hashed
from chalicelib.triage.load_bundle import language_model

from . import noise
from .read import Line

LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "nl", "pt")
FLOOR = 0.7
KEPT = Path(__file__).parent / "languages" / "language.npz"


def fit_languages(lines: Sequence[Line], folder: Path, seed: int = 7) -> LanguageModel:
    """The detector, from `lines` and the public files in `folder`. Raises UsageError where those are missing."""
    rng = random.Random(seed)
    pairs = [*_public(folder, rng), *((line.text, line.language) for line in lines)]
    pairs += [(noise.as_typed(text, language, rng), language) for text, language in pairs]
    found = [hashed(masks.mask(features.clean(text))) for text, _ in pairs]
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in found)])
    values = np.array([value for _, row in found for value in row], np.float32)
    indexes = np.array([bucket for row, _ in found for bucket in row], np.int32)
    matrix = csr_matrix((values, indexes, ends), shape=(len(pairs), 1 << BITS))
    machine = LogisticRegression(C=20.0, max_iter=300, tol=1e-3)
    machine.fit(matrix, [language for _, language in pairs])
    return LanguageModel(
        languages=tuple(str(name) for name in machine.classes_),
        weights=machine.coef_.T.astype(np.float32),
        bias=machine.intercept_.astype(np.float32),
        floor=FLOOR,
    )


def kept() -> LanguageModel:
    """The detector that lies in the repository. Raises UsageError where it is missing or broken."""
    try:
        return language_model(KEPT.read_bytes(), FLOOR)
    except (OSError, KeyError, ValueError):
        raise UsageError(f"{KEPT} is missing or broken: restore it, or train with --languages DIR.") from None


def _public(folder: Path, rng: random.Random) -> Iterable[tuple[str, str]]:
    try:
        with gzip.open(folder / "intents" / "langid_lingua_8lang.jsonl.gz", "rt", encoding="utf-8") as opened:
            words = [(row["text"], row["lang"]) for row in map(json.loads, opened)]
        with gzip.open(folder / "parallel" / "shop-support-multi.jsonl.gz", "rt", encoding="utf-8") as opened:
            shop = [(row["text"], row["lang"]) for row in map(json.loads, opened)]
        with gzip.open(folder / "parallel" / "shop-support-en-fr.tsv.gz", "rt", encoding="utf-8") as opened:
            both = [line.rstrip("\n").split("\t") for line in opened]
        with gzip.open(folder / "parallel" / "tatoeba-en-fr.tsv.gz", "rt", encoding="utf-8") as opened:
            everyday = [line.rstrip("\n").split("\t") for line in opened]
    except OSError as error:
        raise UsageError(
            f"{error.filename} cannot be read: --languages wants the folder with intents/ and parallel/."
        ) from None
    yield from (pair for pair in words if pair[1] in LANGUAGES)
    rng.shuffle(shop)
    counts = dict.fromkeys(LANGUAGES, 0)
    for text, language in shop:
        if counts.get(language, 9999) < 3000:
            counts[language] += 1
            yield text, language
    for pairs in (both, everyday):
        for english, french in rng.sample(pairs, 6000):
            yield english, "en"
            yield french, "fr"
