"""
A playbook's YAML file as plain data with the line and column of every value and key, and from there to a `Playbook`.

The only module that imports PyYAML; used by the command line only. Scalars are kept as written (no YAML 1.1 surprises:
`no` is the text "no", 10:00 is not 600), keys may not repeat, anchors and aliases are refused. A JSON file is YAML too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import yaml

from ..model import Autonomy
from ..text import links_in
from .check import checked
from .declaration import ANY, Workspaces
from .reader import Document, Mark, Path, PlaybookError, Problem, key_fault, nearest
from .schema import Playbook, effective_autonomy
from .subject_names import BUTTON_MOST, button_of, choice_of, fits_button, label_of

__all__ = ["PlaybookError", "load", "unknown_intents", "with_links", "without_buttons"]

_DEEPEST = 20


def load(text: str, *, channels: Collection[str] = (), workspaces: Workspaces = ANY) -> Playbook:
    """
    Return the playbook written in this YAML. Raises PlaybookError with every mistake, its line and column.

    `channels`, `workspaces`: what they may be (whoever calls knows the registries; this package does not); none: any.
    """
    return checked(document(text), channels=channels, workspaces=workspaces)


def unknown_intents(text: str, known: Collection[str]) -> tuple[Problem, ...]:
    """
    Return where this YAML names an intent that is none of `known` (the classifier's), in the order of the file.

    This is no mistake (agents may use the texts, and the brand may get a bundle of its own), but it may be a typing
    error.
    """
    read = document(text)
    intents = read.data.get("intents") if isinstance(read.data, dict) else None
    words = "the classifier does not know the intent `{}`, so nothing will ever be answered with it"
    return tuple(
        Problem(*read.keys["intents", name], words.format(name) + nearest(name, known), f"intents.{name}")
        for name in (intents if isinstance(intents, dict) else ())
        if name not in known
    )


def without_buttons(text: str, playbook: Playbook) -> tuple[Problem, ...]:
    """Return where this YAML has a subject that the bot may offer and that no button has room for."""
    keys = document(text).keys
    words = (
        "{}: no button has room for “{}”; where it is offered, customers get numbers. Give it a `choice` of at most {}"
    )
    return tuple(
        Problem(*keys["intents", name], words.format(language, called, f"{BUTTON_MOST} characters"), f"intents.{name}")
        for name in playbook.intents
        for language in playbook.languages
        if effective_autonomy(playbook, name, "", public=False, language=language) is Autonomy.AUTO
        and not fits_button(
            called := button_of(
                playbook, name, label_of(playbook, name, language) or choice_of(playbook, name, language), language
            )
        )
    )


def with_links(text: str, playbook: Playbook, billed: Mapping[str, float]) -> tuple[Problem, ...]:
    """Return the channels that bill a link in a public post (USD for one), and where automatic answers have some."""
    keys = document(text).keys
    words = "in public on {} a post with a link costs {:.2f} USD; these answers have one, say them there without: {}"
    found = {channel: [name for name in playbook.intents if _links(playbook, name, channel)] for channel in billed}
    return tuple(
        Problem(*keys["intents", names[0]], words.format(channel, billed[channel], ", ".join(names)), "intents")
        for channel, names in found.items()
        if names
    )


def _links(playbook: Playbook, name: str, channel: str) -> bool:
    """Whether the bot may say by itself, in public on a channel, something of a subject that has a link."""
    if effective_autonomy(playbook, name, channel, public=True) is not Autonomy.AUTO:
        return False
    intent = playbook.intents[name]
    said = intent.channels.get(channel) or intent.public or intent.replies
    return any(links_in(_with_variables(playbook, each, language)) for language, each in said.items())


def _with_variables(playbook: Playbook, text: str, language: str) -> str:
    """Return a text with the brand's own words in their places."""
    for name, said in playbook.variables.items():
        text = text.replace("{" + name + "}", said.get(language, ""))
    return text


def document(text: str) -> Document:
    """Return what this YAML says. Raises PlaybookError when it is not one YAML document without aliases."""
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise _refused(event.start_mark, "the file is nested too deeply")
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise _refused(event.start_mark, "write it out: anchors and aliases are not read here")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _refused(mark, f"this is not YAML: {error.problem or error.context}") from None
    except yaml.reader.ReaderError as error:
        line, column = text.count("\n", 0, error.position) + 1, error.position - text.rfind("\n", 0, error.position)
        raise PlaybookError([Problem(line, column, "this character is not allowed in YAML")]) from None
    if root is None:
        raise PlaybookError([Problem(1, 1, "the file is empty: start with `brand:`")])
    places = _Places()
    return Document(places.plain(root, ()), places.values, places.keys, places.faults)


def _refused(mark: Any, message: str) -> PlaybookError:
    return PlaybookError([Problem(*_mark(mark), message)])


def _mark(mark: Any) -> Mark:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


class _Places:
    """The line and column of each value and key that `plain` has read, and the keys that it could not keep."""

    def __init__(self) -> None:
        self.values: dict[Path, Mark] = {}
        self.keys: dict[Path, Mark] = {}
        self.faults: dict[Path, list[tuple[Mark, str]]] = {}

    def plain(self, node: yaml.Node, path: Path) -> object:
        """Return a node's value as plain data."""
        self.values[path] = _mark(node.start_mark)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(each, (*path, place)) for place, each in enumerate(node.value)]
        return self._mapping(node, path) if isinstance(node, yaml.MappingNode) else str(node.value)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value in node.value:
            key = str(key_node.value).strip()
            below, fault = (*path, key), key_fault(key)
            if not isinstance(key_node, yaml.ScalarNode):
                fault = "a key of {what} must be a text"
            elif key in found and not fault:
                fault = f"`{key}` is already given on line {self.keys[below][0]}"
            if fault:
                self.faults.setdefault(path, []).append((_mark(key_node.start_mark), fault))
            else:
                self.keys[below] = _mark(key_node.start_mark)
                found[key] = self.plain(value, below)
        return found
