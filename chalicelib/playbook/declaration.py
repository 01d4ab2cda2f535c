"""
What one key of a playbook may hold: the vocabulary in which `schema` and `release` declare their attributes.

Values only, and the standard library only, since every function that reads a playbook loads it. `check` reads plain
data by a declaration, and `codec` stores what has one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple


class Key(NamedTuple):
    """
    One key of the file and what it may hold; a bare kind stands for a key with no other property.

    `name`: its name in the file, where that is not the attribute's. `called`: how a mistake names it, a template over
    {key}, {what} (the section) and {name} (the intent or field); else the class's CALLED, else "{what}.{key}".
    `needed`: a file without it is refused, with the reason `why`. `spread`: its own keys stand among its neighbours.
    """

    kind: Any
    name: str = ""
    called: str = ""
    needed: bool = False
    why: str = ""
    spread: bool = False


class Text:
    """
    A text; one that does not match `pattern` is answered with `wrong`, a template over {what}, {value} and {member}.

    {member}: how the workspace calls a member's id.
    """

    def __init__(self, pattern: str = "", wrong: str = "") -> None:
        self.pattern, self.wrong = pattern, wrong


class Id:
    """An id in the workspace that the playbook routes to: of a "desk", a "group" or a "member" (`WorkspaceIds`)."""

    def __init__(self, of: str) -> None:
        self.of = of


class WorkspaceIds(NamedTuple):
    """How a workspace writes its ids, as it contributes that; `called`: a member's in words, with an example."""

    desk: Text
    group: Text
    member: Text
    called: str


Workspaces = Mapping[str, WorkspaceIds]
ANY: Workspaces = MappingProxyType({})


class Day:
    """An ISO date."""

    def __init__(self, wrong: str = "{what} must be a day, such as 2026-11-29") -> None:
        self.wrong = wrong


class Zone:
    """An IANA time zone."""


class Week:
    """Shifts by day of the week."""


class Choice:
    """One of these words, as a value of the type `into`; `default` is what a wrong one is read as."""

    def __init__(self, allowed: Collection[str], default: str = "", into: Callable[[str], Any] = str) -> None:
        self.allowed, self.default, self.into = allowed, default, into


class FieldName:
    """The name of one of the playbook's `fields`."""


class Truth:
    """true or false."""


class Whole:
    """A whole number from `low` to `high`; the word `none` for the number `none`, where there is one."""

    def __init__(self, low: int, high: int, none: int | None = None) -> None:
        self.low, self.high, self.none = low, high, none


class Share:
    """A number from `low` to `high`."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high


class Listed(NamedTuple):
    """A list whose items mistakes name `called`; `empty` and `twice`: what is said of such a list, "" if it may be."""

    item: Any
    called: str
    into: Callable[[Any], Any] = tuple
    empty: str = ""
    twice: str = ""
    alone: bool = False  # whether one item may stand for a list of one


class Section:
    """The keys that this dataclass declares."""

    def __init__(self, of: type) -> None:
        self.of = of


class Routed(Section):
    """The keys that this dataclass declares, and one more: a workspace's name, for the desk there."""


class Named:
    """Values by names that the brand chooses; `named`: how a mistake names such a name."""

    def __init__(self, item: Any, called: str, named: str) -> None:
        self.item, self.called, self.named = item, called, named


class By:
    """Values by something that is known: a language, a channel, a status."""

    def __init__(self, item: Any, called: str) -> None:
        self.item, self.called = item, called


class ByLanguage(By):
    """Values by language; `item` may itself differ by language."""


class ByChannel(By):
    """Values by channel."""


class ByMember(By):
    """Values by who works at the desk."""


class ByStatus(By):
    """Values by what the intent's look-up may answer, each of them."""


class Levels:
    """How far an intent may go: one level, or levels by channel with `default` beside them."""

    def __init__(self, item: Any) -> None:
        self.item = item


class LanguageLevels(By):
    """How far an intent may go by language: the key `languages` within that of `Levels`."""


class Words:
    """
    What is said, by language.

    `fills`: which names have a value in it: the brand's own variables ("own"), the field that the intent "asks" for,
    what its "lookup" answers. `owes`: which duty it has beside every text's: "public", "question" or "choice".
    `shared`: a bare text stands for all languages.
    """

    def __init__(self, fills: Collection[str] = (), owes: str = "", *, shared: bool = False) -> None:
        self.fills, self.owes, self.shared = fills, owes, shared


class Phrases:
    """The brand's own words for the sentences that belong to no intent."""


@cache
def declared(of: type) -> Mapping[str, Key]:
    """Return the keys that a dataclass declares, by attribute; attributes without one are not in the file."""
    found = {each.name: kind for each in fields(of) for kind in getattr(each.type, "__metadata__", ())}
    return {name: kind if isinstance(kind, Key) else Key(kind) for name, kind in found.items()}


@cache
def section_keys(of: type) -> Mapping[str, Key]:
    """Return the same by the names in the file, with those of the sections that are spread among them."""
    found: dict[str, Key] = {}
    for attribute, key in declared(of).items():
        found |= section_keys(key.kind.of) if key.spread else {key.name or attribute: key}
    return found
