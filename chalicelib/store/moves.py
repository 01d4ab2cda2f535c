"""
An offer to go on elsewhere: who was given the link (the origin), where it leads, who came by it, what was said to that.

One item an offer, under the mark of its token. Each change of it is a new edition, in the transaction of the event that
makes it: a link is used once, however often and wherever it is opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ..conversation import address_of
from ..model import Address, BrandId, Millis
from . import items, move_keys
from .items import MERGED_VERSION, Item
from .keys import Key
from .roots import Home

OPEN_MS = 24 * 3_600_000  # how long a link may be used
ASKED_MS = 3_600_000  # how long the origin may say yes after that
_KEPT_DAYS = 3

TRIES = 3  # numbers that the origin may type

# open: nobody came yet; asked: somebody came, and the origin is asked; confirmed, refused: what the origin said.
State = Literal["open", "asked", "confirmed", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """
    One offer. `origin`, `home`: who was given the link; `channel`: where it leads; `by`: who offered it (an id).

    `language`, `origin_anchor`: in which the origin is spoken to, and what its channel needs for that.
    `arrived`, `arrived_home`, `anchor`: who came, and what their channel needs to answer there. `until` (ms): of the
    link, then of the question at the origin. `tries`: numbers that the origin typed, and were not the one shown there.
    """

    origin: Address
    home: Home
    channel: str
    by: str
    until: Millis
    language: str = ""
    origin_anchor: str = ""
    state: State = "open"
    arrived: Address | None = None
    arrived_home: Home | None = None
    anchor: str = ""
    tries: int = 0
    edition: int = 0

    def is_open(self, now: Millis) -> bool:
        """Return whether the link may be used now."""
        return self.state == "open" and now < self.until

    def is_asked(self, now: Millis) -> bool:
        """Return whether the origin may answer now."""
        return self.state == "asked" and now < self.until

    def answered(self, *, yes: bool) -> Move:
        """Return it after the origin typed the number (or another: the third ends it)."""
        if yes:
            return replace(self, state="confirmed")
        tries = self.tries + 1
        return replace(self, state="refused" if tries >= TRIES else self.state, tries=tries)


def offered(origin: Address, home: Home, channel: str, by: str, now: Millis) -> Move:
    """Return a new offer."""
    return Move(origin=origin, home=home, channel=channel, by=by, until=Millis(now + OPEN_MS))


def used(move: Move, arrived: Address, home: Home, now: Millis, *, anchor: str) -> Move:
    """Return an offer whose link was opened by `arrived`: from now on it opens nothing."""
    until = Millis(now + ASKED_MS)
    return replace(move, state="asked", arrived=arrived, arrived_home=home, anchor=anchor, until=until)


def entry(brand: BrandId, mark: str, move: Move, now: Millis) -> tuple[Key, Item]:
    """Return the item of the next edition of an offer, for a transaction that it may conflict in."""
    item: Item = {"v": MERGED_VERSION, "state": move.state, "at": int(now), "until": int(move.until)}
    item |= {
        "channel": move.channel,
        "by": move.by,
        "tries": move.tries,
        "edition": move.edition + 1,
        "ttl": items.ttl(now, _KEPT_DAYS),
    }
    item |= {"language": move.language, "origin": _whose(move.origin, move.home) | {"anchor": move.origin_anchor}}
    if move.arrived is not None and move.arrived_home is not None:
        item["arrived"] = _whose(move.arrived, move.arrived_home) | {"anchor": move.anchor}
    return move_keys.move(brand, mark), item


def read(item: Mapping[str, Any] | None) -> Move | None:
    """Return the offer of an item; None where there is none."""
    if item is None:
        return None
    arrived = item.get("arrived")
    return Move(
        origin=_address(item["origin"]),
        home=_home(item["origin"]),
        channel=item["channel"],
        by=item["by"],
        until=Millis(int(item["until"])),
        language=item["language"],
        origin_anchor=item["origin"]["anchor"],
        state=item["state"],
        arrived=_address(arrived) if arrived else None,
        arrived_home=_home(arrived) if arrived else None,
        anchor=arrived["anchor"] if arrived else "",
        tries=int(item.get("tries", 0)),
        edition=int(item["edition"]),
    )


def _whose(address: Address, home: Home) -> Item:
    where = {"channel": address.channel, "account": address.account_id, "person": address.person_id}
    return where | {"contact_id": home.contact_id, "conversation_id": home.conversation_id}


def _address(item: Mapping[str, Any]) -> Address:
    return address_of(item["channel"], item["account"], item["person"])


def _home(item: Mapping[str, Any]) -> Home:
    return Home(item["contact_id"], item["conversation_id"])
