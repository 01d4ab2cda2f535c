"""
Finding contacts by their name: keyed digests of its words and of each pair of them, as of `person_keys`.

Who asks for two words reads the few who have both, however many have one. What is found is held against the name as
it is now, so a name that was changed finds nobody. Whole words, without case and accents; at most WORDS_MOST of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import combinations

from ..model import ContactId, Millis
from ..text import without_accents
from . import contact_keys, items, keys, people, person_keys, writes
from .table import Table

WORDS_MOST = 4
READ_MOST = 20  # of one key: who finds more gives another word
_WORD = re.compile(r"[^\W_]+")


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name as they are compared, each once, the longest first."""
    found = dict.fromkeys(_WORD.findall(without_accents(name).casefold()))
    return tuple(sorted((word for word in found if len(word) > 1), key=lambda word: (-len(word), word))[:WORDS_MOST])


def _marks(mark: Callable[[str], str], name: str) -> Iterator[str]:
    words = words_of(name)
    yield from map(mark, words)
    yield from (mark(" ".join(sorted(pair))) for pair in combinations(words, 2))


def keep(table: Table, mark: Callable[[str], str], contact_id: str, name: str, now: Millis) -> None:
    """Have a contact found by this name. `mark`: makes a digest of words. Safe to run again; not of an erased one."""
    new = list(_marks(mark, name))
    before = _own(table, contact_id)
    if not new or set(new) <= set(before):
        return
    item: items.Item = {"v": items.MERGED_VERSION, "kind": "name", "standing": "said", "at": int(now)}
    own = {"v": items.MERGED_VERSION, "marks": list(dict.fromkeys((*before, *new)))}
    made = [writes.put(keys.person_key(table.brand, each, contact_id), item) for each in new]
    made += [writes.put(contact_keys.own_names(table.brand, contact_id), own), people.still_there(table, contact_id)]
    table.together(made)


def _own(table: Table, contact_id: str) -> list[str]:
    item = table.get(contact_keys.own_names(table.brand, contact_id))
    return list(item["marks"]) if item else []


def find(table: Table, mark: Callable[[str], str], name: str) -> tuple[list[ContactId], bool]:
    """Return who has all of these words in their name by the index, READ_MOST at most; and whether there are more."""
    words = words_of(name)
    if not words:
        return [], False
    asked = " ".join(sorted(words[:2]))
    found = person_keys.holders(table, mark(asked))
    return [each.contact_id for each in found], len(found) >= READ_MOST


def has_all(name: str, asked: str) -> bool:
    """Return whether every word asked for is in this name."""
    held = set(_WORD.findall(without_accents(name).casefold()))
    return bool(words_of(asked)) and held >= set(words_of(asked))


def forget(table: Table, contact_id: str) -> int:
    """Delete what a contact is found by; return how many. Safe to run again: for an erasure."""
    found = _own(table, contact_id)
    for each in found:
        table.write(writes.delete(keys.person_key(table.brand, each, contact_id)))
    table.write(writes.delete(contact_keys.own_names(table.brand, contact_id)))
    return len(found)
