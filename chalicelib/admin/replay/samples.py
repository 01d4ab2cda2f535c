"""
Two samples for people to judge, never mixed: a random one of what would be said, and one drawn where it teaches most.

Only the random one may enter a bound. The same words are drawn once, however often they were written.
"""

from __future__ import annotations

import random
from collections.abc import Container, Iterable, Sequence
from typing import Any

from ...model import Millis
from ...ports import Scorer
from ...store import keys
from ...triage import features
from ...triage.scorer import BundleScorer
from .deciding import Outcome

KEPT_DAYS = 30
RANDOM, LEARN = "random", "learn"
Line = dict[str, Any]
ERASED = "erased "  # begins the id of a line whose customer was erased
_WORDS_LEAST = 3  # of a message, for its words to be called new
_MOSTLY_NEW = 0.5


def random_sample(outcomes: Sequence[Outcome], size: int, seed: int) -> list[Outcome]:
    """Draw from what would be said by itself, each person once a subject; the order of the sample is random too."""
    spoken = list({each.id: each for each in outcomes if each.answer}.values())
    shuffled = random.Random(seed).sample(spoken, len(spoken))  # noqa: S311 - a sample to judge, drawn the same again
    return list({(each.person and (each.person, each.intent)) or each.id: each for each in shuffled}.values())[:size]


def learning_sample(
    outcomes: Sequence[Outcome], scorer: Scorer, size: int, seed: int, drawn: Iterable[Outcome]
) -> list[tuple[Outcome, str]]:
    """
    Draw where it teaches most, each with why.

    Up to a third of what the classifier's stages disagree on, up to a third of what is said in words that no answered
    message holds, the rest nearest to the bound.
    """
    taken = {each.id for each in drawn}
    there = {each.id: each for each in outcomes if each.id not in taken and not each.asks_nothing}
    disputed = [each for each in there.values() if stages_disagree(scorer, each.text)]
    disputed = random.Random(seed).sample(disputed, min(size // 3, len(disputed)))  # noqa: S311 - as above
    left = {key: there[key] for key in there.keys() - {each.id for each in disputed}}
    fresh = _in_new_words(left.values(), outcomes)[: size // 3]
    rest = [left[key] for key in left.keys() - {each.id for each in fresh}]
    near = sorted(rest, key=lambda each: (abs(each.probability - each.bound), each.id))
    near = near[: size - len(disputed) - len(fresh)]
    why = (("stages_disagree", disputed), ("new_words", fresh), ("near_bound", near))
    return [(each, name) for name, found in why for each in found]


def _in_new_words(asked: Iterable[Outcome], outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Silent messages of three words at least, most of them in no answered message; the newest words first."""
    known = {word for each in outcomes if each.answer for word in _words(each.text)}
    shares = {each.id: (each, _share_of_new(_words(each.text), known)) for each in asked if not each.answer}
    found = sorted(shares.values(), key=lambda pair: (-pair[1], pair[0].id))
    return [each for each, share in found if share > _MOSTLY_NEW]


def _share_of_new(words: frozenset[str], known: Container[str]) -> float:
    return sum(word not in known for word in words) / len(words) if len(words) >= _WORDS_LEAST else 0.0


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in features.words_of(features.clean(text)) if len(word) > 2)


def stages_disagree(scorer: Scorer, text: str) -> bool:
    """Whether the two stages, each alone, would name different labels."""
    if not isinstance(scorer, BundleScorer) or scorer.encoder is None:
        return False
    cleaned, count = features.clean(text), len(scorer.stage.labels)
    first, second = scorer.stage.logits(cleaned)[:count], scorer.encoder.logits(cleaned)[:count]
    return int(first.argmax()) != int(second.argmax())


def lines(drawn: Sequence[tuple[Outcome, str]], brand: str, sample: str, now: Millis) -> list[Line]:
    """Lines to judge, of what was drawn and why ("" for at random), each with its place in this very draw."""
    ids = [f"{each.id} {each.channel} {each.public}" for each, _ in drawn]
    draw = keys.digest("draw", brand, sample, *ids, length=12)
    return [
        _line(each, brand, sample=sample, why=why) | {"draw": draw, "number": number, "drawn_at": int(now)}
        for number, (each, why) in enumerate(drawn, 1)
    ]


def _line(outcome: Outcome, brand: str, *, sample: str, why: str) -> Line:
    """One line: message, what would be said, by which bundle and words; `verdict` is left to the judge."""
    return {
        "id": outcome.id,
        "text": outcome.text,
        "answer": outcome.answer or outcome.suggestion,
        "verdict": "",
        "intent": outcome.intent,
        "language": outcome.language,
        "public": outcome.public,
        "channel": outcome.channel,
        "brand": brand,
        "contact": outcome.contact,
        "at": int(outcome.at),
        "bundle": outcome.model,
        "words": outcome.words,
        "sample": sample,
        "counts_for_a_bound": sample == RANDOM,
        **({"drawn_for": why} if why else {}),
    }
