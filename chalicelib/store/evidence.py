"""
Hateful comments as evidence for a complaint: kept six months in the bucket, where no function can read them.

One object holds a comment's words, its writer and its post, under a key of its writer's address, its platform's id and
its words: kept again it is the same object. The bucket's rule deletes it. What was no hate after all is emptied.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from ..model import Address, BrandId, Millis
from ..text import to_json
from . import keys
from .blobs import DONE, EVIDENCE, Blobs

_KEY = re.compile(rf"{EVIDENCE}([a-z0-9-]+)/(\w+)/(\w+)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One comment that was hidden for hate or threat. `by`: who found that it is, a rule of ours or an agent's id."""

    channel: str
    account_id: str
    person_id: str
    name: str
    text: str
    post: str
    sent_at: Millis
    event_id: str
    by: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What a key says: no words and nobody's name."""

    key: str
    kept_at: Millis
    number: str


def key_of(brand: BrandId, address: Address, found: Evidence) -> str:
    """Return the object's key."""
    return f"{EVIDENCE}{brand}/{address.group}/{keys.digest(found.event_id, found.text, length=16)}"


def body_of(found: Evidence) -> bytes:
    """Return the object."""
    return to_json(asdict(found)).encode()


def listed(blobs: Blobs, brand: BrandId, group: str = "") -> Iterator[Kept]:
    """For commands: yield what is kept of a brand, or of one address (`Address.group`)."""
    for key, kept_at in blobs.stored_at(f"{EVIDENCE}{brand}/" + (f"{group}/" if group else "")):
        found = _KEY.fullmatch(key)
        if found is not None:
            yield Kept(key, kept_at, found[3])


def read(blobs: Blobs, key: str) -> Evidence | None:
    """For commands: return a comment; None where it was shown again since. Raises Refused where it is gone."""
    raw = blobs.read(key)
    held: dict[str, Any] | None = json.loads(raw) if raw != DONE else None
    return Evidence(**held) if held else None
