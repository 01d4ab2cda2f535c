"""
Plain data held against the declaration of `schema`: every mistake at its path, or the typeset playbook.

The data is what a YAML or JSON file or a form says; nothing in here reads a file or the network.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, replace
from datetime import date
from types import MappingProxyType
from typing import Any, cast
from zoneinfo import ZoneInfo

from . import declaration as kinds
from .cross_checks import RULES
from .declaration import ANY, Workspaces, declared, section_keys
from .defaults import PHRASES
from .duties import never_in_public, owed_by_choice, owed_by_phrase, owed_by_question
from .lint import check_words
from .reader import Document, PlaybookError, Problem, Reader, Spot, as_written
from .schema import LOOKUPS, NO_DESK, REGISTERS, Intent, Playbook, Texts, filled
from .typeset import typeset
from .week import read_week

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_OWED: Mapping[str, Callable[[str], Iterable[str]]] = {
    "": lambda _: (),
    "public": never_in_public,
    "question": owed_by_question,
    "choice": owed_by_choice,
}


def checked(document: Document, *, channels: Collection[str] = (), workspaces: Workspaces = ANY) -> Playbook:
    """
    Return the playbook that this data says. Raises PlaybookError with every mistake.

    `channels`: the names a channel may have (whoever calls knows the registry; this package does not); none: any.
    `workspaces`: those that tickets may be routed to, and how each writes its ids; none: any, and ids are only texts.
    """
    form = _Form(document, channels, workspaces)
    playbook = form.read(kinds.Section(Playbook), Spot((), document.data), "the playbook", "")
    if form.problems or playbook is None:
        raise PlaybookError(form.problems)
    return cast("Playbook", playbook)


def mistakes_in(playbook: Playbook, part: object, workspaces: Workspaces = ANY) -> tuple[Problem, ...]:
    """
    Return what is wrong with a part of a playbook's data, such as {"intents": {"return": {"replies": {"fr": "…"}}}}.

    The part is read as if it stood in this playbook; keys that it leaves out are no mistakes.
    """
    form = _Form(Document(part), (), workspaces, playbook)
    form.read(kinds.Section(Playbook), Spot((), part), "the playbook", "")
    return tuple(dict.fromkeys(form.problems))


class _Form(Reader):
    """
    Reads a document by the declaration.

    `top` and `intent`: the attributes known so far of the playbook and of the intent that is being read, on which
    hangs what others may hold. Of a part they are at first those of the `playbook` that it is to stand in.
    """

    def __init__(
        self,
        document: Document,
        channels: Collection[str],
        workspaces: Workspaces,
        playbook: Playbook | None = None,
    ) -> None:
        super().__init__(document)
        self.channels, self.workspaces, self.playbook = tuple(channels), workspaces, playbook
        self.workspace = playbook.routing.workspace if playbook else next(iter(workspaces), "")
        self.top: dict[str, Any] = {}
        self.intent: dict[str, Any] = {}

    @property
    def languages(self) -> tuple[str, ...]:
        """The playbook's languages; where it does not say them itself, those that it is written in."""
        return self.top.get("languages") or _languages_in(self.document.data) or tuple(REGISTERS)[:1]

    def read(self, kind: Any, spot: Spot, what: str, name: str) -> Any:
        """Return a value of this kind: `what` is how a mistake names it, `name` the intent or field that it is of."""
        return _READ[type(kind)](self, kind, spot, what, name)

    def keys_of(self, kind: kinds.Section, spot: Spot, what: str, name: str) -> Any:
        """Return the dataclass that declares these keys; None where it cannot be built."""
        known = section_keys(kind.of)
        needed = {} if self.playbook else {key: each.why for key, each in known.items() if each.needed}
        return self._built(kind.of, spot, self.section(spot, what, known, needed), what, name)

    def _built(self, of: type, spot: Spot, parts: Mapping[str, Spot], what: str, name: str) -> Any:
        found = self._begun(of, name)
        for attribute, key in declared(of).items():
            in_file = key.name or attribute
            called = (key.called or getattr(of, "CALLED", "{what}.{key}")).format(key=in_file, what=what, name=name)
            if key.spread:
                found[attribute] = self._built(key.kind.of, spot, parts, what, name)
            elif in_file in parts:
                found[attribute] = self.read(key.kind, parts[in_file], called, name)
        if self.playbook:
            return None
        if of in RULES:
            RULES[of](self, spot, parts, found, what)
        lacking = (each for each in fields(of) if each.default is MISSING and each.default_factory is MISSING)
        return of(**found) if all(each.name in found for each in lacking) else None

    def _begun(self, of: type, name: str) -> dict[str, Any]:
        """The attributes that are known before any key is read."""
        if of is Playbook:
            self.top = {each: getattr(self.playbook, each) for each in declared(of) if self.playbook}
            return self.top
        if of is Intent:
            there = self.playbook.intents.get(name) if self.playbook else None
            self.intent = {each: getattr(there, each) for each in declared(of) if there} | {"name": name}
            return self.intent
        return {"name": name} if "name" in of.__annotations__ else {}

    def routed(self, kind: kinds.Routed, spot: Spot, what: str, name: str) -> Any:
        """Return where tickets go: the desk stands under its workspace's name."""
        known = section_keys(kind.of)
        there = [as_written(key) for key in spot.data] if isinstance(spot.data, Mapping) else []
        names = [*self.workspaces] or [key for key in there if key not in known][:1]
        self.workspace = next((key for key in there if key in names), self.workspace)
        needed = {} if self.playbook else {self.workspace or "a workspace": NO_DESK}
        parts = self.section(spot, what, (*names, *known), needed)
        for another in [key for key in parts if key in names and key != self.workspace]:
            self.fail(parts[another], f"{what} names two workspaces: `{self.workspace}` and `{another}`", key=True)
        desk, at = kinds.Id("desk"), f"{what}.{self.workspace}"
        account = self.read(desk, parts[self.workspace], at, name) if self.workspace in parts else ""
        built = self._built(kind.of, spot, parts, what, name)
        return built and replace(built, workspace=self.workspace, account=account)

    # --- what customers read ---

    def words(self, kind: kinds.Words, spot: Spot, what: str, _name: str) -> Texts:
        """Return {language: text}, every language unless it is a part."""
        if kind.shared and not isinstance(spot.data, Mapping | list):
            texts = dict.fromkeys(self.languages, spot)
        else:
            needed = {} if self.playbook else dict.fromkeys(self.languages, "")
            texts = self.section(spot, what, self.languages, needed)
        return self._typeset(texts, what, self._known(kind.fills), lambda text, _: _OWED[kind.owes](text))

    def phrases(self, _kind: kinds.Phrases, spot: Spot, what: str, _name: str) -> Mapping[str, Texts]:
        """Return the phrases that the brand says in its own way, in all its languages or in some."""
        routing, found = self.top.get("routing"), {}
        on_call = bool(routing and routing.at_any_hour)
        for name, value in self.section(spot, what, PHRASES).items():
            phrase = PHRASES[name]
            texts = self.section(value, f"{what}.{name}", self.languages)

            def owed(text: str, language: str, name: str = name) -> Iterable[str]:
                return owed_by_phrase(name, text, language, on_call=on_call)

            known = phrase.variables | self._known(("own",))
            found[name] = self._typeset(texts, f"{what}.{name}", known, owed, grave=phrase.grave)
        return MappingProxyType(found)

    def _typeset(
        self,
        texts: Mapping[str, Spot],
        what: str,
        known: Collection[str],
        owed: Callable[[str, str], Iterable[str]],
        *,
        grave: bool = False,
    ) -> Texts:
        """Typeset these texts and hold them to every duty; `grave`: a brand that says tu says vous in them."""
        found = {}
        for language, value in texts.items():
            about = f"{what} ({language})"
            text = typeset(self.text(value, about), language)
            register = self.top.get("register", {}).get(language, REGISTERS[language][0])
            for problem in check_words(text, language, "vous" if grave and register == "tu" else register, known):
                self.fail(value, problem, about)
            for problem in owed(text, language):
                self.fail(value, problem)
            found[language] = text
        return MappingProxyType(found)

    def _known(self, fills: Collection[str]) -> set[str]:
        """Return the names that have a value in a text."""
        asks, lookup, also = (self.intent.get(key, "") for key in ("asks", "lookup", "asks_also"))
        own = set(self.top.get("variables", ())) if "own" in fills else set()
        return own | filled(asks if "asks" in fills else "", lookup if "lookup" in fills else "", also)


def _languages_in(data: object) -> tuple[str, ...]:
    """Return the languages that are a key anywhere in this data."""
    found: set[object] = set()
    left = [data]
    while left:
        each = left.pop()
        if isinstance(each, Mapping):
            found |= each.keys()
        left += each.values() if isinstance(each, Mapping) else each if isinstance(each, list) else ()
    return tuple(language for language in REGISTERS if language in found)


# --- one value ---


def _text(form: _Form, kind: kinds.Text, spot: Spot, what: str, _name: str) -> str:
    value = form.text(spot, what)
    if value and kind.pattern and not re.fullmatch(kind.pattern, value):
        ids = form.workspaces.get(form.workspace)
        form.fail(spot, kind.wrong.format(what=what, value=value, member=ids.called if ids else "an agent's id"))
    return value


def _id(form: _Form, kind: kinds.Id, spot: Spot, what: str, name: str) -> str:
    ids = form.workspaces.get(form.workspace)
    return _text(form, getattr(ids, kind.of) if ids else kinds.Text(), spot, what, name)


def _day(form: _Form, kind: kinds.Day, spot: Spot, what: str, _name: str) -> str:
    value = form.text(spot, what)
    try:
        if not value or date.fromisoformat(value).isoformat() == value:
            return value
    except ValueError:
        pass
    form.fail(spot, kind.wrong.format(what=what, value=value))
    return ""


def _zone(form: _Form, _kind: kinds.Zone, spot: Spot, what: str, _name: str) -> str:
    value = form.text(spot, what)
    try:
        ZoneInfo(value or "UTC")
    except (ValueError, OSError, LookupError):
        form.fail(spot, f"`{value}` is no IANA time zone, such as Europe/Paris")
    return value


def _choice(form: _Form, kind: kinds.Choice, spot: Spot, what: str, _name: str) -> Any:
    return kind.into(form.choice(spot, what, kind.allowed, kind.default))


def _whole(form: _Form, kind: kinds.Whole, spot: Spot, what: str, _name: str) -> int:
    if kind.none is not None and form.text(spot, what) == "none":
        return kind.none
    return form.whole(spot, what, kind.low, kind.high)


# --- several values ---


def _listed(form: _Form, kind: kinds.Listed, spot: Spot, what: str, name: str) -> Any:
    listed = isinstance(spot.data, list)
    spots = form.items(spot, what) if listed or not kind.alone else [spot]
    found = [form.read(kind.item, each, kind.called.format(what=what), name) for each in spots]
    if listed and kind.empty and not found:
        form.fail(spot, kind.empty.format(what=what))
    if kind.twice and len(set(found)) != len(found):
        form.fail(spot, kind.twice)
    return kind.into(filter(None, found))


def _by(form: _Form, kind: Any, pairs: Iterable[tuple[str, Spot]], what: str, name: str) -> Iterator[tuple[str, Any]]:
    """Yield each key with its value."""
    for key, value in pairs:
        item = kind.item[key] if isinstance(kind.item, Mapping) else kind.item
        called = kind.called.format(what=what, key=key, name=name)
        yield key, form.read(item, value, called, name)


def _named(form: _Form, kind: kinds.Named, spot: Spot, what: str, _name: str) -> Mapping[str, Any]:
    found = {}
    for key, value in form.pairs(spot, what):
        if not _NAME.fullmatch(key):
            form.fail(value, f"{kind.named} is lower-case letters, digits and _", key=True)
        found[key] = form.read(kind.item, value, kind.called.format(what=what, key=key), key)
    return MappingProxyType({key: value for key, value in found.items() if value is not None})


def _by_language(form: _Form, kind: kinds.By, spot: Spot, what: str, name: str) -> Mapping[str, Any]:
    return MappingProxyType(dict(_by(form, kind, form.section(spot, what, form.languages).items(), what, name)))


def _channels(form: _Form, spot: Spot, what: str, *others: str) -> Iterable[tuple[str, Spot]]:
    """The values by channel, if it is known which there are only of these; `others` are keys beside them."""
    known = (*others, *form.channels)
    return form.section(spot, what, known).items() if form.channels else form.pairs(spot, what)


def _by_channel(form: _Form, kind: kinds.ByChannel, spot: Spot, what: str, name: str) -> Mapping[str, Any]:
    return MappingProxyType(dict(_by(form, kind, _channels(form, spot, what), what, name)))


def _by_member(form: _Form, kind: kinds.ByMember, spot: Spot, what: str, name: str) -> Mapping[str, Any]:
    parts = list(form.pairs(spot, what))
    for key, value in parts:
        _id(form, kinds.Id("member"), value._replace(data=key), f"{what}.{key}", name)
    return MappingProxyType(dict(_by(form, kind, parts, what, name)))


def _by_status(form: _Form, kind: kinds.ByStatus, spot: Spot, what: str, name: str) -> Mapping[str, Any]:
    expected = LOOKUPS.get(form.intent.get("lookup", ""), ())
    needed = {} if form.playbook else dict.fromkeys(expected, "")
    parts = form.section(spot, what, expected, needed) if expected else {}
    return MappingProxyType(dict(_by(form, kind, parts.items(), what, name)))


def _levels(form: _Form, kind: kinds.Levels, spot: Spot, what: str, name: str) -> Mapping[str, Any]:
    if not isinstance(spot.data, Mapping | list):
        return MappingProxyType({"": form.read(kind.item, spot, what, name)})
    parts = {key: value for key, value in _channels(form, spot, what, "default", "languages") if key != "languages"}
    found = {key: form.read(kind.item, value, what, name) for key, value in parts.items()}
    return MappingProxyType({"" if key == "default" else key: level for key, level in found.items()})


def _language_levels(form: _Form, kind: kinds.LanguageLevels, spot: Spot, what: str, name: str) -> Mapping[str, Any]:
    if not isinstance(spot.data, Mapping) or "languages" not in spot.data:
        return MappingProxyType({})
    return _by_language(form, kind, spot.below("languages", spot.data["languages"]), f"{what}.languages", name)


_READ: Mapping[type, Callable[[_Form, Any, Spot, str, str], Any]] = {
    kinds.Text: _text,
    kinds.Id: _id,
    kinds.Day: _day,
    kinds.Zone: _zone,
    kinds.Week: lambda form, _kind, spot, what, _name: read_week(form, spot, what),
    kinds.Choice: _choice,
    kinds.FieldName: lambda form, _kind, spot, what, _name: form.choice(spot, what, form.top.get("fields", ()), ""),
    kinds.Truth: lambda form, _kind, spot, what, _name: form.truth(spot, what),
    kinds.Whole: _whole,
    kinds.Share: lambda form, kind, spot, what, _name: form.share(spot, what, kind.low, kind.high),
    kinds.Listed: _listed,
    kinds.Section: _Form.keys_of,
    kinds.Routed: _Form.routed,
    kinds.Named: _named,
    kinds.ByLanguage: _by_language,
    kinds.ByChannel: _by_channel,
    kinds.ByMember: _by_member,
    kinds.ByStatus: _by_status,
    kinds.Levels: _levels,
    kinds.LanguageLevels: _language_levels,
    kinds.Words: _Form.words,
    kinds.Phrases: _Form.phrases,
}
