"""
A brand's classifiers in the table: which were pushed, which is in use, and whether it could be read.

Their files lie in the bucket by SHA-256 (`blobs`); an item names them. The item of the bundle in use lies beside the
current playbook and is read with it. Every change is one conditional write. Number 0 is the classifier that ships.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ..errors import Conflict
from ..model import Millis
from ..playbook.bulletin import Bulletin
from . import bulletins, items, keys, playbook_keys, writes
from .items import Item
from .table import Table
from .writes import LOST, Beside, Lost

SHIPPED = 0
TRAIL_MOST = 20  # uses that `back` remembers
KEPT_MOST = 999


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """
    A bundle in the bucket. `card`: the SHA-256 of its card, which names every other file.

    `files`: SHA-256 -> bytes, the card's among them. `figures`: JSON, the card's own, for the command line. `number` 0:
    not stored yet.
    """

    number: int
    model: str
    card: str
    files: Mapping[str, int]
    at: Millis
    figures: str = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """
    The bundle that a brand uses (`card` and `files` as in `Pushed`, empty for the shipped one), and since when.

    `before`: the numbers used before, newest last. `refused`: why it could not be read, "" while it works.
    """

    number: int = SHIPPED
    card: str = ""
    files: Mapping[str, int] = field(default_factory=dict)
    since: Millis = Millis(0)
    before: tuple[int, ...] = ()
    refused: str = ""
    refused_at: Millis = Millis(0)
    revision: int = 0


def words_and_bundle(table: Table) -> tuple[str | None, InUse, tuple[Bulletin, ...]]:
    """Return the playbook as compact JSON, the bundle in use, and the exceptions: one eventually consistent read."""
    low, high = playbook_keys.bundle_in_use(table.brand), keys.playbook(table.brand)
    found = dict(table.query(low.pk, low.sk, high.sk, fresh=False))
    words = found.get(high.sk)
    told = bulletins.of_item(found.get(playbook_keys.bulletins(table.brand).sk))
    return _unpacked_playbook(str(words["json"])) if words else None, _in_use(found.get(low.sk)), told


@lru_cache(maxsize=8)
def _unpacked_playbook(stored: str) -> str:
    """Unpack a playbook: a warm function reads the same one every 15 s."""
    return items.unpacked(stored)


def in_use(table: Table) -> InUse:
    """Return the bundle that the brand uses."""
    return _in_use(table.get(playbook_keys.bundle_in_use(table.brand)))


def pushed(table: Table) -> list[Pushed]:
    """Return the brand's bundles in the bucket, oldest first."""
    found = table.under(playbook_keys.pushed_bundle(table.brand, 0).pk, keys.BUNDLE_PREFIX, limit=KEPT_MOST)
    return [_pushed(item) for _, item in found]


def push(table: Table, bundle: Pushed, beside: Beside | None = None) -> Pushed:
    """Store a bundle whose files are in the bucket, under the next number; a known one keeps its number."""

    def attempt() -> Pushed | Lost:
        there = pushed(table)
        same = next((each for each in there if each.card == bundle.card), None)
        if same is not None:
            return same
        number = there[-1].number + 1 if there else 1
        item: Item = {
            "v": items.VERSION,
            "number": number,
            "model": bundle.model,
            "card": bundle.card,
            "files": json.dumps(dict(bundle.files)),
            "figures": items.packed(bundle.figures),
            "at": int(bundle.at),
        }
        made = writes.put_new(playbook_keys.pushed_bundle(table.brand, number), item)
        return _pushed(item) if table.with_beside(made, beside, "", f"number {number}") else LOST

    return writes.until_done(attempt, "Bundles are being pushed by somebody else; try again.")


def use(table: Table, number: int, now: Millis, beside: Beside | None = None) -> InUse:
    """Make a pushed bundle (0: the shipped one) the brand's; the one used before is remembered."""
    before = in_use(table)
    if before.number == number:
        return before
    return _turned(table, before, number, (*before.before, before.number)[-TRAIL_MOST:], now, beside)


def back(table: Table, now: Millis, beside: Beside | None = None) -> InUse | None:
    """Return to the bundle used before; None where there is none."""
    before = in_use(table)
    return _turned(table, before, before.before[-1], before.before[:-1], now, beside) if before.before else None


def note_refused(table: Table, used: InUse, why: str, now: Millis) -> None:
    """Store why the bundle in use cannot be read ("": it can), unless another is in use by now."""
    key, change = playbook_keys.bundle_in_use(table.brand), "SET refused = :why, refused_at = :at"
    table.write(writes.update(key, change, "revision = :revision", why=why, at=now, revision=used.revision))


def _turned(
    table: Table, before: InUse, number: int, trail: tuple[int, ...], now: Millis, beside: Beside | None
) -> InUse:
    wanted = {each.number: each for each in pushed(table)}.get(number)
    item: Item = {
        "v": items.VERSION,
        "number": number,
        "card": wanted.card if wanted else "",
        "files": json.dumps(dict(wanted.files) if wanted else {}),
        "since": int(now),
        "before": list(trail),
        "revision": before.revision + 1,
    }
    key, mine = playbook_keys.bundle_in_use(table.brand), "revision = :revision"
    put = writes.put(key, item, mine, revision=before.revision) if before.revision else writes.put_new(key, item)
    if not table.with_beside(put, beside, f"number {before.number}", f"number {number}"):
        raise Conflict("The classifier is being changed by somebody else; look with `guichet classifier list`.")
    return _in_use(item)


def _pushed(item: Item) -> Pushed:
    return Pushed(
        number=int(item["number"]),
        model=str(item["model"]),
        card=str(item["card"]),
        files=json.loads(item["files"]),
        at=Millis(int(item["at"])),
        figures=items.unpacked(str(item["figures"])),
    )


def _in_use(item: Item | None) -> InUse:
    if item is None:
        return InUse()
    return InUse(
        number=int(item["number"]),
        card=str(item["card"]),
        files=json.loads(item["files"]),
        since=Millis(int(item["since"])),
        before=tuple(int(each) for each in item["before"]),
        refused=str(item.get("refused", "")),
        refused_at=Millis(int(item.get("refused_at", 0))),
        revision=int(item["revision"]),
    )
