"""
What customers type (order numbers, towns), as a playbook's file says it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

import yaml

from .reader import Reader
from .schema import KINDS, FieldShape, Texts

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SHAPE = re.compile(r"[A-Z]{0,4}-?(?:#{4,12}\+?|#{2,9}(?:-#{2,9}){1,4})")
_SHAPE_IS = (
    "a shape is up to 4 capitals, a hyphen if any, 4 to 12 # and a + if any (ML######), "
    "or groups of # with hyphens between them (###-#######-#######), or alone `e-mail` or `postcode`"
)
Words = Callable[[yaml.Node, str, set[str]], Texts]  # reads {language: text}


def read_fields(reader: Reader, node: yaml.Node | None, words: Words) -> Mapping[str, FieldShape]:
    """Return the part `fields` of a file; what is wrong with it is noted by the reader."""
    found: dict[str, FieldShape] = {}
    for name, key, value in reader.pairs(node, "fields") if node else ():
        parts = reader.section(value, f"field {name}", ("shape", "values", "title", "cues"), required=("title",))
        if not _NAME.fullmatch(name):
            reader.fail(key, "a field's name is lower-case letters, digits and _")
        if ("shape" in parts) == ("values" in parts):
            reader.fail(value, f"field {name} needs either `shape`, of a number, or `values`, a list of words")
        if "title" in parts:
            found[name] = _field(reader, name, parts, words)
    return MappingProxyType(found)


def _field(reader: Reader, name: str, parts: Mapping[str, yaml.Node], words: Words) -> FieldShape:
    shapes = _shapes(reader, parts["shape"], name) if "shape" in parts else ()
    cues = reader.items(parts["cues"], f"cues of {name}") if "cues" in parts else []
    values = reader.items(parts["values"], f"values of {name}") if "values" in parts else []
    if "values" in parts and not values:
        reader.fail(parts["values"], f"values of {name} is an empty list")
    return FieldShape(
        name=name,
        title=words(parts["title"], f"title of {name}", set()),
        shape=shapes[0] if shapes else "",
        cues=tuple(reader.text(cue, "a cue").casefold() for cue in cues),
        others=shapes[1:],
        values=tuple(reader.text(each, "a value") for each in values),
    )


def _shapes(reader: Reader, node: yaml.Node, name: str) -> tuple[str, ...]:
    """One shape, or a list: a shop's own, then those of the marketplaces where it sells."""
    nodes = reader.items(node, f"shape of {name}") if isinstance(node, yaml.SequenceNode) else [node]
    found = [reader.text(each, f"shape of {name}") for each in nodes]
    for each, shape in zip(nodes, found, strict=True):
        if shape and not _SHAPE.fullmatch(shape) and not (shape in KINDS and len(found) == 1):
            reader.fail(each, _SHAPE_IS)
    return tuple(found)
