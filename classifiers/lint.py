"""
Looks over labelled sentences before anything is learned from them: repeats over a split, conflicts, personal data.

Two sentences are near when their words are the same but for one on either side. A near pair that stands on both sides
of a split makes a test easier than life; one with two labels, where a word was only added, teaches nothing. Findings
name file and line, never the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from chalicelib.masking import mask_secrets

from .read import Line

Kind = Literal["near-duplicate", "conflict", "personal"]
_LEAST_WORDS = 5  # shorter sentences are alike by nature
# One of these more or less turns a sentence over: such a pair is a near-miss, not a conflict.
_TURNS = frozenset(
    "pas plus ne n sans jamais aucun non deja finalement not no never without already dont didnt cant wont t".split()  # noqa: SIM905 - words to read
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@(?!(?:[\w-]+\.)*example\b)[\w-]+\.[\w.]+")
_PHONE = re.compile(r"(?<![\w#/-])(?:\+\d{2,3}|0)[ .-]?[1-9](?:[ .-]?\d{2}){4}\b")
_LINK = re.compile(r"https?://(?!(?:[\w-]+\.)*example\b)\S+")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and where."""

    kind: Kind
    where: str
    other: str = ""

    def __str__(self) -> str:
        words = {
            "near-duplicate": "says nearly the same on the other side of the split as",
            "conflict": "says nearly the same under another label as",
            "personal": "holds an e-mail, phone, link, card or account number",
        }[self.kind]
        return f"{self.where} {words} {self.other}".rstrip() + "."


def lint(lines: Sequence[Line], fold_of: Mapping[str, int | str]) -> list[Finding]:
    """All findings, in the order of the lines. `fold_of`: line -> fold (folds.assign_folds) or split."""
    found = [Finding("personal", line.where) for line in lines if _personal(line.text)]
    homes: dict[str, Line] = {}
    for line in lines:  # the same words: of any length
        twin = homes.setdefault(line.key, line)
        if twin.intent != line.intent:
            found.append(Finding("conflict", line.where, twin.where))
    for first, second in _near(lines):
        added = frozenset(first.key.split()) ^ frozenset(second.key.split())
        if first.intent != second.intent:
            if first.key != second.key and len(added) < 2 and not added & _TURNS:
                found.append(Finding("conflict", second.where, first.where))
        elif fold_of.get(first.where) != fold_of.get(second.where):
            found.append(Finding("near-duplicate", second.where, first.where))
    return found


def apart(lines: Sequence[Line], fold_of: Mapping[str, int | str]) -> list[Line]:
    """The lines without those that say nearly the same as an earlier one on the other side of the split."""
    repeated = {each.where for each in lint(lines, fold_of) if each.kind == "near-duplicate"}
    return [line for line in lines if line.where not in repeated]


def _personal(text: str) -> bool:
    patterns: tuple[Callable[[str], object], ...] = (_EMAIL.search, _PHONE.search, _LINK.search)
    return mask_secrets(text) != text or any(search(text) for search in patterns)


def _near(lines: Sequence[Line]) -> Iterator[tuple[Line, Line]]:
    """Pairs whose word sets are equal, or equal but for one word of either."""
    homes: dict[frozenset[str], list[int]] = {}
    words = [frozenset(line.key.split()) for line in lines]
    for at, known in enumerate(words):
        if len(known) >= _LEAST_WORDS:
            for signature in {known, *(known - {word} for word in known)}:
                homes.setdefault(signature, []).append(at)
    pairs = {pair for home in homes.values() for pair in combinations(sorted(home), 2)}
    for first, second in sorted(pairs):
        if lines[first].language == lines[second].language:
            yield lines[first], lines[second]
