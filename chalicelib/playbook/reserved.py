"""
What a brand adds to the matters that are never automatic (`pipeline.never_automatic`), as its playbook's file says it.
"""

from __future__ import annotations

from collections.abc import Collection
from types import MappingProxyType

import yaml

from .reader import Reader
from .schema import NeverAutomatic

_SHORTEST = 3  # characters of a phrase: a shorter one is in half of all messages


def read_never_automatic(reader: Reader, node: yaml.Node | None, languages: Collection[str]) -> NeverAutomatic:
    """Return the part `never_automatic` of a file; what is wrong with it is noted by the reader."""
    if node is None:
        return NeverAutomatic()
    parts = reader.section(node, "never_automatic", ("subjects", "phrases"))
    subjects = reader.items(parts["subjects"], "never_automatic.subjects") if "subjects" in parts else []
    listed = (
        reader.section(parts["phrases"], "never_automatic.phrases", languages).items() if "phrases" in parts else ()
    )
    return NeverAutomatic(
        subjects=frozenset(reader.text(each, "a subject") for each in subjects),
        phrases=MappingProxyType({language: _phrases(reader, value, language) for language, value in listed}),
    )


def _phrases(reader: Reader, node: yaml.Node, language: str) -> tuple[str, ...]:
    nodes = reader.items(node, f"never_automatic.phrases.{language}")
    found = [reader.text(each, "a phrase") for each in nodes]
    for phrase, each in zip(found, nodes, strict=True):
        if phrase and sum(map(str.isalnum, phrase)) < _SHORTEST:
            reader.fail(each, "a phrase of never_automatic has at least three letters")
    return tuple(found)
