"""Whether an item names a person who is being erased, and whether it may have been written since. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..model import Millis
from ..store import keys
from ..store.items import Item
from ..store.keys import Key

_TIMES = ("since", "at", "created_at", "changed_at")


def any_in(ids: Iterable[str], held: list[str]) -> bool:
    """Return whether one of these ids is in one of the strings that an item holds."""
    return any(one in each for one in ids for each in held)


def newer(key: Key, item: Item, until: Millis) -> bool:
    """Return whether an item may have been committed after the erasure."""
    if key.sk.startswith(keys.MESSAGE_PREFIX):
        return True  # every older message was found by its conversation, and is gone
    times = [int(item[name]) for name in _TIMES if name in item]
    return max(times) > until if times else True


def strings(value: object) -> Iterator[str]:
    """Return every string in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)
