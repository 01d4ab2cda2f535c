"""
The services for editing exceptions and answers, which people named in the playbook may do.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from .channels import REGISTRY
from .errors import Conflict
from .model import BrandId
from .playbook.answers import Edition
from .playbook.bulletin import Bulletin
from .playbook.bulletin_check import Problem, problems, typeset_words
from .playbook.codec import from_json, to_json
from .playbook.schema import Playbook
from .playbook.text_sizes import TextSurface
from .ports import Clock, Traits
from .shop import Shops
from .store import audit, bulletins, versions
from .store.directory import Directory
from .store.table import Table
from .store.versions import Version


class EditingWiring(Protocol):
    """What of `wiring.Wiring` is used here."""

    clock: Clock

    @property
    def directory(self) -> Directory: ...

    def table(self, brand: BrandId) -> Table: ...

    def playbook(self, brand: BrandId) -> Playbook: ...

    def traits(self, channel: str) -> Traits: ...

    @property
    def shops(self) -> Shops: ...


def new_bulletin_id() -> str:
    """An id for a new exception."""
    return f"e{uuid.uuid4().hex[:12]}"


def surfaces(here: EditingWiring, brand: BrandId) -> tuple[TextSurface, ...]:
    """The surfaces on which the brand's connected accounts speak to customers."""
    channels = sorted({str(each.channel) for each in here.directory.accounts(brand) if each.channel in REGISTRY})
    found = []
    for channel in channels:
        traits = here.traits(channel)
        for surface, public in ((traits.private, False), (traits.public, True)):
            if surface is not None:
                limit, unit = surface.text_limit or surface.limit, surface.unit
                found.append(TextSurface(channel=channel, title=traits.title, limit=limit, unit=unit, public=public))
    return tuple(found)


class EditingServices:
    """The adapters of exceptions and answers (a workspace's dialogs)."""

    def __init__(self, here: EditingWiring) -> None:
        self._here = here

    def playbook(self, brand: BrandId) -> Playbook:
        return self._here.playbook(brand)

    def channels(self, brand: BrandId) -> Mapping[str, str]:
        return {surface.channel: surface.title for surface in surfaces(self._here, brand)}

    def standing(self, brand: BrandId) -> Sequence[Bulletin]:
        now = self._here.clock()
        return [each for each in bulletins.read(self._here.table(brand)) if not each.over(now)]

    def add(self, playbook: Playbook, made: Bulletin) -> tuple[Bulletin, Sequence[Problem]]:
        return add_exception(self._here, playbook, made)

    def end(self, brand: BrandId, bulletin_id: str, by: str) -> Bulletin | None:
        return end_exception(self._here, brand, bulletin_id, by)

    def edition(self, brand: BrandId, number: int | None = None) -> Edition | None:
        table = self._here.table(brand)
        found = versions.current(table) if number is None else versions.numbered(table, number)
        return self._edition(found) if found else None

    def latest(self, brand: BrandId, most: int) -> Sequence[Edition]:
        return [self._edition(each) for each in versions.latest(self._here.table(brand), most)]

    def surfaces(self, brand: BrandId) -> Sequence[TextSurface]:
        return surfaces(self._here, brand)

    def put(self, playbook: Playbook, *, by: str, intent: str, based_on: int) -> int | None:
        table, now = self._here.table(BrandId(playbook.brand)), self._here.clock()
        noted = audit.beside(table.brand, audit.Author(by, now), "answer.change", intent)
        what = f"answer:{intent}"
        try:
            return table.put_playbook(to_json(playbook), now, by=by, what=what, based_on=based_on, beside=noted)
        except Conflict:
            return None

    def _edition(self, version: Version) -> Edition:
        playbook = from_json(version.json)
        playbook = replace(playbook, can_look_up=self._here.shops.connected(BrandId(playbook.brand)))
        return Edition(number=version.number, at=version.at, by=version.by, playbook=playbook)


def add_exception(
    here: EditingWiring, playbook: Playbook, made: Bulletin, author: str = ""
) -> tuple[Bulletin, Sequence[Problem]]:
    """
    Store an exception, unless something is wrong with it; return it as stored, and what is wrong.

    One that is stored already is not stored again. It holds with the playbook: a worker reads both again after at most
    15 seconds. `author`: who makes it, for the audit log ("": `made.by`).
    """
    brand, now = BrandId(playbook.brand), here.clock()
    there = next((each for each in bulletins.read(here.table(brand)) if each.bulletin_id == made.bulletin_id), None)
    if there is not None:
        return there, ()
    made, where = typeset_words(made), surfaces(here, brand)
    found: list[Problem] = []

    def check(others: tuple[Bulletin, ...]) -> bool:
        found[:] = problems(playbook, made, others, where, now)
        return not found

    who = audit.Author(author or made.by, now)
    bulletins.add(here.table(brand), made, now, check, audit.beside(brand, who, "exception.change", made.bulletin_id))
    return made, found


def end_exception(here: EditingWiring, brand: BrandId, bulletin_id: str, by: str, author: str = "") -> Bulletin | None:
    """End an exception now; None where it is over already, or never was. `author` as in `add_exception`."""
    now = here.clock()
    noted = audit.beside(brand, audit.Author(author or by, now), "exception.change", bulletin_id)
    return bulletins.end(here.table(brand), bulletin_id, by, now, noted)
