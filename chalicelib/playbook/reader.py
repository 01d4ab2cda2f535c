"""
Plain data (dicts, lists, texts, numbers) read into typed values; every mistake is noted at its path.

Where the data comes from a file, `load` gives each path's line and column, and a mistake has them too. Values are read
as they are written: `no` is the text "no", 240 and "240" are the same number.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from ..errors import UsageError

Path = tuple[str | int, ...]
Mark = tuple[int, int]  # line and column, from 1
_WORDS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One mistake. Line and column count from 1, 0 where there is no file.

    `path`: its place in the data ("intents.return.replies.fr"). `sentence`: the message without the name of its place.
    """

    line: int
    column: int
    message: str
    path: str = ""
    sentence: str = ""

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}" if self.line else self.path or "the playbook"
        return f"{place}: {self.message}"


class PlaybookError(UsageError):
    """All mistakes of a playbook, each once, in the order of the file."""

    def __init__(self, problems: Collection[Problem]) -> None:
        in_order = sorted(
            dict.fromkeys(problems), key=lambda each: (each.line, each.column, each.line and each.message)
        )
        self.problems = tuple(in_order)
        super().__init__("\n".join(map(str, self.problems)))


class Spot(NamedTuple):
    """A value and its path."""

    path: Path
    data: Any

    def below(self, key: str | int, data: object) -> Spot:
        """Return one of its own values."""
        return Spot((*self.path, key), data)


@dataclass(frozen=True, slots=True)
class Document:
    """
    Plain data with the places of its values and keys in a file; without any for data that comes from no file.

    `faults`: for the path of a mapping what is wrong with keys that could not be kept; {what} stands for its name.
    """

    data: object
    values: Mapping[Path, Mark] = field(default_factory=lambda: MappingProxyType({}))
    keys: Mapping[Path, Mark] = field(default_factory=lambda: MappingProxyType({}))
    faults: Mapping[Path, Collection[tuple[Mark, str]]] = field(default_factory=lambda: MappingProxyType({}))


class Reader:
    """Reads spots of a document and collects problems. A reading that fails returns an empty value of its type."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def fail(self, spot: Spot, sentence: str, about: str = "", *, key: bool = False) -> None:
        """Note a mistake of this value, or of its key; `about` names the place in front of the sentence."""
        marks = self.document.keys if key else self.document.values
        line, column = marks.get(spot.path, (0, 0))
        message = f"{about}: {sentence}" if about else sentence
        self.problems.append(Problem(line, column, message, ".".join(map(str, spot.path)), sentence))

    def pairs(self, spot: Spot, what: str) -> Iterator[tuple[str, Spot]]:
        """Yield the keys and values of a mapping; keys that are none, or repeat, are noted and skipped."""
        if not isinstance(spot.data, Mapping):
            self.fail(spot, f"{what} must be a mapping (`key: value` lines)")
            return
        path = ".".join(map(str, spot.path))
        for (line, column), wrong in self.document.faults.get(spot.path, ()):
            message = wrong.replace("{what}", what)
            self.problems.append(Problem(line, column, message, path, message))
        for key, value in spot.data.items():
            found = spot.below(key := as_written(key), value)
            if wrong := key_fault(key):
                self.fail(found, wrong.replace("{what}", what), key=True)
            else:
                yield key, found

    def section(
        self, spot: Spot, what: str, known: Collection[str], required: Mapping[str, str] = MappingProxyType({})
    ) -> dict[str, Spot]:
        """Return the values by key. Unknown keys are named with the nearest known one, missing ones with their why."""
        found: dict[str, Spot] = {}
        for key, value in self.pairs(spot, what):
            if key in known:
                found[key] = value
            else:
                self.fail(value, f"{what} has no `{key}`{nearest(key, known)}", key=True)
        if isinstance(spot.data, Mapping):
            for key, why in required.items():
                if key not in found:
                    self.fail(spot, f"{what} needs `{key}`" + (f": {why}" if why else ""))
        return found

    def text(self, spot: Spot, what: str) -> str:
        """Return a text as written, without spaces around it; empty is a mistake."""
        if isinstance(spot.data, Mapping | list):
            self.fail(spot, f"{what} must be a text")
            return ""
        value = as_written(spot.data)
        if not value:
            self.fail(spot, f"{what} is empty")
        if odd := _unsendable(value):
            self.fail(spot, f"{what} holds {odd}, a character that no platform takes; leave it out")
            return ""
        return value

    def items(self, spot: Spot, what: str) -> list[Spot]:
        """Return the values of a list."""
        if isinstance(spot.data, list):
            return [spot.below(place, each) for place, each in enumerate(spot.data)]
        self.fail(spot, f"{what} must be a list (`[a, b]` or `- a` lines)")
        return []

    def choice(self, spot: Spot, what: str, allowed: Collection[str], default: str) -> str:
        """Return one of the allowed words."""
        value = self.text(spot, what)
        if value in allowed:
            return value
        if value:
            self.fail(spot, f"{what} must be one of {', '.join(allowed)}, not `{value}`{nearest(value, allowed)}")
        return default

    def truth(self, spot: Spot, what: str) -> bool:
        """Return a yes or no."""
        value = self.text(spot, what).lower()
        if value and value not in _WORDS:
            self.fail(spot, f"{what} must be true or false")
        return _WORDS.get(value, False)

    def whole(self, spot: Spot, what: str, low: int, high: int) -> int:
        """Return a whole number within [low, high]."""
        value = self.text(spot, what)
        if value.isascii() and value.isdigit() and len(value) <= 12 and low <= int(value) <= high:
            return int(value)
        self.fail(spot, f"{what} must be a whole number from {low} to {high}")
        return low

    def share(self, spot: Spot, what: str, low: float, high: float) -> float:
        """Return a number within [low, high]."""
        try:
            value = float(self.text(spot, what))
        except ValueError:
            value = float("nan")
        if low <= value <= high:
            return value
        self.fail(spot, f"{what} must be a number from {low} to {high}")
        return low


def as_written(value: object) -> str:
    """Return a text, number, truth value or None as a file writes it."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    return str(value).strip()


def key_fault(key: str) -> str:
    """Return why this is no key, {what} for the name of its mapping; "" where it is one."""
    if not key:
        return "a key of {what} is empty"
    odd = _unsendable(key)
    return f"a key of {{what}} holds {odd}, a character that no platform takes; leave it out" if odd else ""


def _unsendable(text: str) -> str:
    """Return the first half of a character, or one that controls a terminal, as "U+001B"; "" where there is none."""
    odd = (char for char in text if unicodedata.category(char) in ("Cs", "Cc") and char not in "\n\r\t")
    return next((f"U+{ord(char):04X}" for char in odd), "")


def nearest(word: str, known: Collection[str]) -> str:
    """Return the nearest known word as the end of a sentence; "" where none is near and there are many."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean `{close[0]}`?" if close else f"; it knows {', '.join(known)}" if len(known) <= 12 else ""
