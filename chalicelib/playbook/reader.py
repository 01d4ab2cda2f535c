"""
YAML nodes read by expectation: every mistake is noted with its line and column, and reading goes on.

The only module beside `load` that imports PyYAML. Scalars are read as written (no YAML 1.1 surprises: `no` is the
text "no", 10:00 is not 600), keys may not repeat, anchors and aliases are refused.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import yaml

from ..errors import UsageError

_DEEPEST = 20
_WORDS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a file; line and column count from 1."""

    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"


class PlaybookError(UsageError):
    """Everything that is wrong with a playbook, in the order of the file."""

    def __init__(self, problems: Collection[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def compose(text: str) -> yaml.Node:
    """Return the document's root node. Raises PlaybookError when it is not one YAML document without aliases."""
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise PlaybookError([_at(event.start_mark, "the file is nested too deeply")])
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise PlaybookError([_at(event.start_mark, "write it out: anchors and aliases are not read here")])
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise PlaybookError([_at(mark, f"this is not YAML: {error.problem or error.context}")]) from None
    except yaml.reader.ReaderError as error:
        line, column = text.count("\n", 0, error.position) + 1, error.position - text.rfind("\n", 0, error.position)
        raise PlaybookError([Problem(line, column, "this character is not allowed in YAML")]) from None
    if root is None:
        raise PlaybookError([Problem(1, 1, "the file is empty: start with `brand:`")])
    return root


def _at(mark: Any, message: str) -> Problem:
    return Problem(mark.line + 1, mark.column + 1, message) if mark else Problem(1, 1, message)


class Reader:
    """
    Reads nodes and collects problems. A reading that fails returns an empty value of its type.

    `why_needed`: required keys whose absence deserves a reason.
    """

    why_needed: ClassVar[Mapping[str, str]] = MappingProxyType({})

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def fail(self, node: yaml.Node, message: str) -> None:
        """Note a mistake at this node."""
        self.problems.append(_at(node.start_mark, message))

    def pairs(self, node: yaml.Node, what: str) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        """Yield (key, key node, value node) of a mapping; keys that repeat are noted and skipped."""
        if not isinstance(node, yaml.MappingNode):
            self.fail(node, f"{what} must be a mapping (`key: value` lines)")
            return
        seen: dict[str, int] = {}
        for key_node, value in node.value:
            key = self.text(key_node, f"a key of {what}")
            if not key:
                continue
            if key in seen:
                self.fail(key_node, f"`{key}` is already given on line {seen[key]}")
                continue
            seen[key] = key_node.start_mark.line + 1
            yield key, key_node, value

    def section(
        self, node: yaml.Node, what: str, known: Collection[str], required: Collection[str] = ()
    ) -> dict[str, yaml.Node]:
        """Return the values by key; unknown keys are named with the nearest known one, missing ones are listed."""
        found: dict[str, yaml.Node] = {}
        for key, key_node, value in self.pairs(node, what):
            if key in known:
                found[key] = value
            else:
                self.fail(key_node, f"{what} has no `{key}`{nearest(key, known)}")
        if isinstance(node, yaml.MappingNode):
            for key in required:
                if key not in found:
                    why = self.why_needed.get(key)
                    self.fail(node, f"{what} needs `{key}`" + (f": {why}" if why else ""))
        return found

    def text(self, node: yaml.Node, what: str) -> str:
        """Return a text as written, without spaces around it; empty is a mistake."""
        if not isinstance(node, yaml.ScalarNode):
            self.fail(node, f"{what} must be a text")
            return ""
        value = str(node.value).strip()
        if not value:
            self.fail(node, f"{what} is empty")
        if odd := next((char for char in value if _unsendable(char)), ""):
            self.fail(node, f"{what} holds U+{ord(odd):04X}, a character that no platform takes; leave it out")
            return ""
        return value

    def items(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        """Return the nodes of a list."""
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        self.fail(node, f"{what} must be a list (`[a, b]` or `- a` lines)")
        return []

    def choice(self, node: yaml.Node, what: str, allowed: Collection[str], default: str) -> str:
        """Return one of the allowed words."""
        value = self.text(node, what)
        if value in allowed:
            return value
        if value:
            self.fail(node, f"{what} must be one of {', '.join(allowed)}, not `{value}`{nearest(value, allowed)}")
        return default

    def truth(self, node: yaml.Node, what: str) -> bool:
        """Return a yes or no."""
        value = self.text(node, what).lower()
        if value and value not in _WORDS:
            self.fail(node, f"{what} must be true or false")
        return _WORDS.get(value, False)

    def whole(self, node: yaml.Node, what: str, low: int, high: int) -> int:
        """Return a whole number within [low, high]."""
        value = self.text(node, what)
        if value.isascii() and value.isdigit() and len(value) <= 12 and low <= int(value) <= high:
            return int(value)
        self.fail(node, f"{what} must be a whole number from {low} to {high}")
        return low

    def share(self, node: yaml.Node, what: str, low: float, high: float) -> float:
        """Return a number within [low, high]."""
        try:
            value = float(self.text(node, what))
        except ValueError:
            value = float("nan")
        if low <= value <= high:
            return value
        self.fail(node, f"{what} must be a number from {low} to {high}")
        return low


def _unsendable(char: str) -> bool:
    """Whether this is half a character, or one that controls a terminal."""
    return unicodedata.category(char) in ("Cs", "Cc") and char not in "\n\r\t"


def nearest(word: str, known: Collection[str]) -> str:
    """Return what was probably meant, as the end of a sentence; "" where nothing comes near and there are many."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean `{close[0]}`?" if close else f"; it knows {', '.join(known)}" if len(known) <= 12 else ""
