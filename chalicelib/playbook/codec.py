"""
A playbook as one compact JSON text for the table, and back. Standard library only.

Stored is what `schema` declares, by the attributes' names. `from_json(to_json(p)) == p`. The text carries a version; a
later version is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import StrEnum
from functools import cache, lru_cache, partial
from types import MappingProxyType, UnionType
from typing import Any, cast, get_args, get_origin

from ..errors import Misconfigured
from .declaration import declared
from .schema import AutonomyRules, FieldShape, Hours, Intent, NeverAutomatic, Playbook, Routing

VERSION = 1  # of what is written
NEWEST = 1  # of what is read: raised a release before VERSION (docs/compatibility.md)
# Where a younger version may have stored more than this one knows; elsewhere that is refused.
_GROWING = (Playbook, AutonomyRules, Hours, Intent, NeverAutomatic, FieldShape)
# Keys that came later: a playbook that does not use them is stored as before.
_LATER = ("agents", "attributes")
_Reads = Callable[[Any, str], Any]  # makes a value from what JSON holds, and the key that it stands under


def to_json(playbook: Playbook) -> str:
    """Return the playbook as compact JSON with sorted keys: equal playbooks give equal text."""
    raw = {"v": VERSION, **_stored(playbook)}
    return json.dumps(raw, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@lru_cache(maxsize=8)
def from_json(text: str) -> Playbook:
    """
    Return the playbook that `to_json` wrote. Raises Misconfigured when the text is not one.

    Equal texts give the same object, which nobody can change: a warm function reads its brands' every 15 s.
    """
    try:
        raw = cast("dict[str, Any]", json.loads(text))
        if raw["v"] not in range(1, NEWEST + 1):
            raise Misconfigured(
                f"The stored playbook has version {raw['v']}; push it again with this version's guichet."
            )
        return cast("Playbook", _section(Playbook, raw, ""))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Misconfigured(
            "The stored playbook cannot be read; push it again with `guichet playbook push`."
        ) from error


def _stored(value: Any, *, sparse: bool = False) -> Any:
    """Return a value as JSON holds it; an intent, being `sparse`, without what is empty."""
    if isinstance(value, Mapping):
        return {key: _stored(each) for key, each in value.items()}
    if not hasattr(value, "__dataclass_fields__"):
        return sorted(value) if isinstance(value, frozenset) else value
    sparse = sparse or isinstance(value, Intent)
    found = {name: _stored(getattr(value, name), sparse=sparse) for name in declared(value.__class__)}
    if isinstance(value, Routing) and value.workspace:
        found[value.workspace] = value.account
    return {name: each for name, each in found.items() if each or type(each) is int or not (sparse or name in _LATER)}


def _section(of: type, raw: Mapping[str, Any], name: str) -> Any:
    """Return a dataclass; `name` is its own where it has one and declares none."""
    found = {each: reads(raw[each], "") for each, reads in _attributes(of).items() if each in raw}
    if of in (Intent, FieldShape):
        found["name"] = name
    if of is Routing:  # the one other key is the workspace's name
        rest = {key: each for key, each in raw.items() if key not in found}
        ((found["workspace"], found["account"]),) = rest.items() or (("", ""),)
        return of(**found)
    return of(**found if of in _GROWING else {**raw, **found})


@cache
def _attributes(of: type) -> Mapping[str, _Reads]:
    return {each.name: _reads(get_args(each.type)[0]) for each in fields(of) if each.name in declared(of)}


@cache
def _reads(kind: Any) -> _Reads:
    """Return what reads a value of this type."""
    origin, arms = get_origin(kind), get_args(kind)
    if origin is UnionType:  # with None
        inner = _reads(arms[0])
        return lambda raw, name: inner(raw, name) if raw else None
    if origin is Mapping:
        inner = _reads(arms[1])
        return lambda raw, _: MappingProxyType({key: inner(each, key) for key, each in raw.items()})
    if origin in (tuple, frozenset):
        inner = _reads(arms[0])
        return lambda raw, _: origin([inner(each, "") for each in raw])
    if hasattr(kind, "__dataclass_fields__"):
        return partial(_section, kind)
    if isinstance(kind, type) and issubclass(kind, float | bool | StrEnum):
        return lambda raw, _: kind(raw)
    return lambda raw, _: raw
