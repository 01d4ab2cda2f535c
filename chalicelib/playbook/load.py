"""
From a brand's YAML file to a checked, typeset `Playbook`.

Used by the command line only: what runs in Lambda reads the JSON of `codec`. Nothing is read from the network.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, cast

import yaml

from ..model import Autonomy
from .defaults import PHRASES
from .duties import never_in_public, owed_by_choice, owed_by_phrase, owed_by_question
from .emergency import COUNTRIES
from .lint import check_words
from .load_fields import read_fields
from .load_hours import hours_in
from .load_release import APPROVAL, read_admins, read_approval, read_brand_approval, read_release
from .reader import PlaybookError, Reader, compose
from .reserved import read_never_automatic
from .routing import read_routing
from .schema import (
    LEVELS,
    LOOKUP_FIELDS,
    LOOKUP_SECOND_FIELDS,
    LOOKUPS,
    NO_TEXTS,
    SUGGEST_FROM,
    Acknowledge,
    AutonomyRules,
    FieldShape,
    Intent,
    Limits,
    Playbook,
    Register,
    Targets,
    Texts,
)
from .serving import read_serves
from .typeset import typeset

__all__ = ["PlaybookError", "load"]

_TOP = (
    "brand", "name", "languages", "register", "autonomy", "hours", "variables", "fields",
    "phrases", "intents", "routing", "limits", "targets", "suggest_from",
    "acknowledge", "country", "approval", "admins", "never_automatic",
)  # fmt: skip
_NEEDED = ("brand", "name", "languages", "routing", "intents")
_WHY_NEEDED = dict.fromkeys(("routing", "slack"), "without a desk nobody is told that a customer waits")
_INTENT = (
    "title", "label", "choice", "replies", "public", "channels", "autonomy", "never_auto", "target_precision",
    "asks", "question", "asks_also", "question_also", "lookup", "statuses", "serves",
    *APPROVAL, "opens", "without_proof",
)  # fmt: skip
LANGUAGES = ("fr", "en")
_LEVELS = tuple(level.value for level in LEVELS)
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
# What a number may be: attribute -> (least, most)
_LIMITS = {
    "auto_replies_per_day": (0, 100),
    "join_question_ms": (0, 10_000),
    "join_greeting_ms": (0, 60_000),
    "join_fragment_ms": (0, 60_000),
    "undo_ms": (0, 60_000),
}
_TARGETS = {"normal": (1, 20_000), "high": (1, 20_000), "urgent": (1, 20_000)}


def load(text: str, *, channels: Collection[str] = ()) -> Playbook:
    """
    Return the playbook written in this YAML. Raises PlaybookError with every mistake, its line and column.

    `channels`: the names a channel may have (whoever calls knows the registry; this package does not); none: any.
    """
    root = compose(text)
    loader = _Loader()
    loader.known_channels = tuple(channels)
    playbook = loader.playbook(root)
    if loader.problems or playbook is None:
        raise PlaybookError(loader.problems)
    return playbook


def _keys(node: yaml.Node) -> set[str]:
    """Every key anywhere below: which languages a file is written in, where it does not say so itself."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value) for key, _ in node.value} | set[str]().union(*(_keys(value) for _, value in node.value))
    if isinstance(node, yaml.SequenceNode):
        return set[str]().union(*map(_keys, node.value))
    return set()


class _Loader(Reader):
    """Knows what each part of the file must hold."""

    why_needed = MappingProxyType(_WHY_NEEDED)
    known_channels: tuple[str, ...] = ()  # none: any name is taken
    languages: tuple[str, ...] = ()
    register: Mapping[str, Register] = MappingProxyType({})
    values: Mapping[str, Texts] = MappingProxyType({})  # the variables, by name
    shapes: Mapping[str, FieldShape] = MappingProxyType({})
    on_call: bool = False  # whether somebody is called at any hour

    def playbook(self, root: yaml.Node) -> Playbook | None:
        """Read everything; None when not even the languages can be read: the rest is still looked over."""
        top = self.section(root, "the playbook", _TOP, required=_NEEDED)
        said = self._languages(top["languages"]) if "languages" in top else ()
        self.languages = said or tuple(each for each in LANGUAGES if each in _keys(root)) or LANGUAGES[:1]
        self.register = self._register(top.get("register"))
        self.values = self._named_texts(top.get("variables"), "variables", same_for_all=True)
        self.shapes = read_fields(self, top.get("fields"), self._texts)
        routing = read_routing(self, top.get("routing"))
        self.on_call = routing.at_any_hour
        playbook = Playbook(
            brand=self._slug(top.get("brand")),
            name=self.text(top["name"], "name") if "name" in top else "",
            languages=self.languages,
            register=self.register,
            intents=self._intents(top.get("intents")),
            phrases=self._phrases(top.get("phrases")),
            variables=self.values,
            fields=self.shapes,
            autonomy=self._rules(top.get("autonomy")),
            hours=hours_in(self, top.get("hours")),
            limits=Limits(**self._numbers(top.get("limits"), "limits", _LIMITS)),
            targets=Targets(**self._numbers(top.get("targets"), "targets", _TARGETS)),
            routing=routing,
            suggest_from=self._suggest_from(top.get("suggest_from")),
            acknowledge=self._acknowledge(top.get("acknowledge")),
            country=self.choice(top["country"], "country", tuple(COUNTRIES), "FR") if "country" in top else "FR",
            approval=read_brand_approval(self, top.get("approval")),
            admins=read_admins(self, top.get("admins")),
            never_automatic=read_never_automatic(self, top.get("never_automatic"), self.languages),
        )
        return playbook if said else None

    # --- small parts ---

    def _suggest_from(self, node: yaml.Node | None) -> float:
        return self.share(node, "suggest_from", 0.0, 1.0) if node else SUGGEST_FROM

    def _slug(self, node: yaml.Node | None) -> str:
        value = self.text(node, "brand") if node else ""
        if node and value and not _SLUG.fullmatch(value):
            self.fail(node, "brand must be lower-case letters, digits and hyphens, 40 at most")
        return value

    def _languages(self, node: yaml.Node) -> tuple[str, ...]:
        found = [self.choice(item, "a language", LANGUAGES, "") for item in self.items(node, "languages")]
        if isinstance(node, yaml.SequenceNode) and not found:
            self.fail(node, "languages is an empty list: say in which customers are answered")
        if len(set(found)) != len(found):
            self.fail(node, "a language is listed twice")
        return tuple(dict.fromkeys(language for language in found if language))

    def _register(self, node: yaml.Node | None) -> Mapping[str, Register]:
        found: dict[str, Register] = {language: "vous" if language == "fr" else "plain" for language in self.languages}
        if node is not None:
            for language, value in self.section(node, "register", self.languages).items():
                allowed = ("vous", "tu") if language == "fr" else ("plain",)
                found[language] = cast("Register", self.choice(value, "register", allowed, allowed[0]))
        return MappingProxyType(found)

    def _numbers(self, node: yaml.Node | None, what: str, bounds: Mapping[str, tuple[int, int]]) -> dict[str, int]:
        if node is None:
            return {}
        return {
            key: self.whole(value, f"{what}.{key}", *bounds[key])
            for key, value in self.section(node, what, bounds).items()
        }

    def _acknowledge(self, node: yaml.Node | None) -> Acknowledge:
        if node is None:
            return Acknowledge()
        found = self.section(node, "acknowledge", ("in_hours", "out_of_hours"))
        return Acknowledge(**{key: self.truth(value, f"acknowledge.{key}") for key, value in found.items()})

    def _rules(self, node: yaml.Node | None) -> AutonomyRules:
        if node is None:
            return AutonomyRules()
        top = self.section(
            node, "autonomy", ("default", "public_max", "channels", "languages", "opens", "without_proof")
        )
        default, most = (
            self._level(top[key], f"autonomy.{key}") if key in top else Autonomy.SUGGEST
            for key in ("default", "public_max")
        )
        channels = self._by_channel(top["channels"], "autonomy.channels") if "channels" in top else []
        return AutonomyRules(
            default=default,
            public_max=most,
            channels=MappingProxyType({name: self._level(value, f"autonomy of {name}") for name, value in channels}),
            languages=self._languages_levels(top.get("languages"), "autonomy.languages", "autonomy"),
            **read_release(self, top, "autonomy"),
        )

    def _level(self, node: yaml.Node, what: str) -> Autonomy:
        return Autonomy(self.choice(node, what, _LEVELS, "suggest"))

    def _languages_levels(self, node: yaml.Node | None, where: str, what: str) -> Mapping[str, Autonomy]:
        found = self.section(node, where, self.languages).items() if node else ()
        return MappingProxyType({language: self._level(value, f"{what} in {language}") for language, value in found})

    # --- words ---

    def _texts(
        self,
        node: yaml.Node,
        what: str,
        known: Collection[str],
        *,
        same_for_all: bool = False,
        some: bool = False,
        grave: bool = False,
    ) -> Texts:
        """
        Read {language: text}, all languages unless `some` will do; a bare text stands for all where `same_for_all`.

        `grave`: words in which a brand that says tu says vous.
        """
        if same_for_all and isinstance(node, yaml.ScalarNode):
            texts: dict[str, yaml.Node] = dict.fromkeys(self.languages, node)
        else:
            texts = self.section(node, what, self.languages, required=() if some else self.languages)
        found = {}
        for language, value in texts.items():
            text = typeset(self.text(value, f"{what} ({language})"), language)
            register = self.register.get(language, "plain")
            register = "vous" if grave and register == "tu" else register
            for problem in check_words(text, language, register, known):
                self.fail(value, f"{what} ({language}): {problem}")
            found[language] = text
        return MappingProxyType(found)

    def _named_texts(self, node: yaml.Node | None, what: str, *, same_for_all: bool = False) -> Mapping[str, Texts]:
        found = {}
        for name, key, value in self.pairs(node, what) if node else ():
            if not _NAME.fullmatch(name):
                self.fail(key, f"a name in {what} is lower-case letters, digits and _")
            found[name] = self._texts(value, f"{what}.{name}", set(), same_for_all=same_for_all)
        return MappingProxyType(found)

    def _owe(self, node: yaml.Node, language: str, problems: Iterable[str]) -> None:
        """Note what the text in this language owes its reader, at its own place."""
        places = {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}
        for problem in problems:
            self.fail(places.get(language, node), problem)

    def _phrases(self, node: yaml.Node | None) -> Mapping[str, Texts]:
        """Read the phrases that the brand says in its own way, in all its languages or in some."""
        found = {}
        for name, value in self.section(node, "phrases", PHRASES).items() if node is not None else ():
            phrase = PHRASES[name]
            known = phrase.variables | set(self.values)
            found[name] = self._texts(value, f"phrases.{name}", known, some=True, grave=phrase.grave)
            for language, text in found[name].items():
                self._owe(value, language, owed_by_phrase(name, text, language, on_call=self.on_call))
        return MappingProxyType(found)

    # --- intents ---

    def _intents(self, node: yaml.Node | None) -> Mapping[str, Intent]:
        found = {}
        for name, key, value in self.pairs(node, "intents") if node else ():
            if not _NAME.fullmatch(name):
                self.fail(key, "an intent's name is lower-case letters, digits and _")
            parts = self.section(value, f"intent {name}", _INTENT, required=("title",))
            if "title" in parts:
                found[name] = self._intent(name, parts, value)
        return MappingProxyType(found)

    def _intent(self, name: str, parts: Mapping[str, yaml.Node], node: yaml.Node) -> Intent:
        asks = self.choice(parts["asks"], "asks", tuple(self.shapes), "") if "asks" in parts else ""
        lookup = self.choice(parts["lookup"], "lookup", tuple(LOOKUPS), "") if "lookup" in parts else ""
        if bool(asks) != ("question" in parts):
            self.fail(node, f"intent {name}: `asks` and `question` go together")
        if bool(lookup) != ("statuses" in parts) or bool(lookup) == ("replies" in parts):
            self.fail(node, f"intent {name} needs either `replies`, or `lookup` with `statuses`")
        also = self.choice(parts["asks_also"], "asks_also", tuple(self.shapes), "") if "asks_also" in parts else ""
        if bool(also) != ("question_also" in parts) or (also and not (asks and lookup and also != asks)):
            self.fail(node, f"intent {name}: `asks_also` goes with `question_also`, and with `asks` and `lookup`")
        if asks and "public" not in parts:
            self.fail(node, f"intent {name} needs `public`: what it asks for is never asked where everybody reads")
        own = set(self.values)
        return Intent(
            name=name,
            title=self._texts(parts["title"], f"title of {name}", set()),
            replies=self._some(parts, "replies", name, own | ({asks} if asks else set())),
            public=self._public(parts, name, own),
            channels=self._channels(parts.get("channels"), name, own),
            **self._autonomy(parts.get("autonomy"), name),
            never_auto=self.truth(parts["never_auto"], "never_auto") if "never_auto" in parts else False,
            target_precision=self.share(parts["target_precision"], "target_precision", 0.5, 0.999)
            if "target_precision" in parts
            else 0.98,
            asks=asks,
            question=self._question(parts, name, own),
            lookup=lookup,
            statuses=self._statuses(parts.get("statuses"), name, lookup, own, second_key=bool(also)),
            asks_also=also,
            question_also=self._some(parts, "question_also", name, own),
            label=self._some(parts, "label", name, set()),
            choice=self._choice(parts, name),
            serves=read_serves(self, parts.get("serves"), name, looks_up=bool(lookup)),
            approval=read_approval(self, parts, f"intent {name}"),
            **read_release(self, parts, f"intent {name}"),
        )

    def _choice(self, parts: Mapping[str, yaml.Node], name: str) -> Texts:
        texts = self._some(parts, "choice", name, set())
        for language, text in texts.items():
            self._owe(parts["choice"], language, owed_by_choice(text))
        return texts

    def _public(self, parts: Mapping[str, yaml.Node], name: str, known: set[str]) -> Texts:
        texts = self._some(parts, "public", name, known)
        for language, text in texts.items():
            self._owe(parts["public"], language, never_in_public(text))
        return texts

    def _question(self, parts: Mapping[str, yaml.Node], name: str, known: set[str]) -> Texts:
        texts = self._some(parts, "question", name, known)
        for language, text in texts.items():
            self._owe(parts["question"], language, owed_by_question(text))
        return texts

    def _some(self, parts: Mapping[str, yaml.Node], key: str, name: str, known: set[str]) -> Texts:
        return self._texts(parts[key], f"{key} of {name}", known) if key in parts else NO_TEXTS

    def _channels(self, node: yaml.Node | None, name: str, known: set[str]) -> Mapping[str, Texts]:
        pairs = self._by_channel(node, f"channels of {name}") if node else ()
        return MappingProxyType(
            {channel: self._texts(value, f"{channel} shape of {name}", known) for channel, value in pairs}
        )

    def _by_channel(self, node: yaml.Node, what: str, *others: str) -> list[tuple[str, yaml.Node]]:
        """Return the values by channel; a channel that nobody speaks is a mistake, `others` are keys beside them."""
        if self.known_channels:
            return list(self.section(node, what, (*others, *self.known_channels)).items())
        return [(name, value) for name, _, value in self.pairs(node, what)]

    def _autonomy(self, node: yaml.Node | None, name: str) -> dict[str, Any]:
        """Read one level for everywhere, or {default: …, <channel>: …, languages: {<language>: …}}."""
        what = f"autonomy of {name}"
        if node is None:
            return {}
        if isinstance(node, yaml.ScalarNode):
            return {"autonomy": MappingProxyType({"": self._level(node, what)})}
        found = dict(self._by_channel(node, what, "default", "languages"))
        spoken = self._languages_levels(found.pop("languages", None), f"{what}.languages", what)
        levels = {"" if key == "default" else key: self._level(value, what) for key, value in found.items()}
        return {"autonomy": MappingProxyType(levels), "language_autonomy": spoken}

    def _statuses(
        self, node: yaml.Node | None, name: str, lookup: str, known: set[str], *, second_key: bool
    ) -> Mapping[str, Texts]:
        if node is None or not lookup:
            return MappingProxyType({})
        opened = known | LOOKUP_FIELDS[lookup] | (LOOKUP_SECOND_FIELDS[lookup] if second_key else frozenset())
        expected = LOOKUPS[lookup]
        return MappingProxyType(
            {
                status: self._texts(value, f"{status} of {name}", opened)
                for status, value in self.section(node, f"statuses of {name}", expected, required=expected).items()
            }
        )
