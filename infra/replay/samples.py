"""
Two samples for people to judge, never mixed: a random one of what would be said, and one drawn where it teaches most.

Only the random one may enter a bound. The same words are drawn once, however often they were written.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from chalicelib.errors import UsageError
from chalicelib.model import Millis
from chalicelib.ports import Scorer
from chalicelib.store import keys
from chalicelib.triage import features
from chalicelib.triage.scorer import BundleScorer

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
    shuffled = random.Random(seed).sample(spoken, len(spoken))
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
    disputed = random.Random(seed).sample(disputed, min(size // 3, len(disputed)))
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


def refuse_existing(paths: Iterable[Path | None]) -> None:
    """Raise UsageError for a file that is there already: it may hold judgements."""
    there = next((path for path in paths if path is not None and path.exists()), None)
    if there is not None:
        raise UsageError(f"{there} is there already and may hold judgements; name another file.")


def write(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    """Write JSON lines that only their owner may read. Raises UsageError."""
    lines = list(lines)
    if not lines:
        raise UsageError(f"{path} would be empty: there is no such message in the file.")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        refuse_existing([path])
        raise UsageError(f"{path} is there already; name another file.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in lines)


def taken_out(path: Path, contacts: Container[str]) -> int:
    """
    Take what these contacts wrote out of a sample, all of it or nothing; return how many lines. Raises UsageError.

    A line's place in its draw is left: a line that is missing altogether holds back those after it.
    """
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        theirs = [row for row in rows if row.get("contact") in contacts]
        for row in theirs:
            row.update(
                dict.fromkeys(("text", "answer", "verdict", "contact", "words"), ""),
                at=0,
                id=f"{ERASED}{row['draw']} {row['number']}",
            )
        if theirs:
            _rewrite(path, rows)
    except OSError as error:
        raise UsageError(f"{path} cannot be changed: {error.strerror}.") from None
    except (ValueError, AttributeError, KeyError):
        raise UsageError(f"{path} is no sample of `guichet replay`.") from None
    return len(theirs)


def _rewrite(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Put other lines into a file, all or none, for its owner's eyes only."""
    beside = path.with_name(f"{path.name}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    beside.replace(path)
