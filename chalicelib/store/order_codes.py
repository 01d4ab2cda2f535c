"""
A code that somebody was asked to type back: who, about which order, how often they tried, what became of it.

One item a code. It is made whether the order exists or not, so that nothing tells the two apart. The code itself is
stored nowhere (`codes.code_of`). Each change is a new edition, in the transaction of the event that makes it: of two
guesses at once one is read again, and five are five.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ..conversation import address_of
from ..model import Address, BrandId, Millis
from . import items, move_keys
from .items import MERGED_VERSION, Item
from .keys import Key
from .roots import Home

OPEN_MS = 600_000
TRIES = 5
A_DAY = 3  # codes about one order, and codes that one identity asks for
_KEPT_DAYS = 3

# asked: nothing was sent yet, or never will be; sent: it may be typed back; proved: it was; spent: no more tries.
State = Literal["asked", "sent", "proved", "spent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCode:
    """
    One code. `asker`, `home`: who was asked, and nobody else may answer; `order`: as it is looked up; `until` in ms.

    `to`: the recipient key of the address that it was sent to, "" while it was sent nowhere.
    """

    asker: Address
    home: Home
    order: str = field(repr=False)
    until: Millis
    language: str = ""
    state: State = "asked"
    tries: int = 0
    to: str = ""
    edition: int = 0

    def is_open(self, now: Millis) -> bool:
        """Return whether it may be typed now."""
        return self.state in ("asked", "sent") and now < self.until

    def guessed(self, *, right: bool) -> OrderCode:
        """Return it after one guess."""
        tries = self.tries + 1
        if right:
            return replace(self, state="proved", tries=tries)
        return replace(self, state="spent" if tries >= TRIES else self.state, tries=tries)


def entry(brand: BrandId, mark: str, asked: OrderCode, now: Millis) -> tuple[Key, Item]:
    """Return the item of the next edition of a code, for a transaction that it may conflict in."""
    where = {"channel": asked.asker.channel, "account": asked.asker.account_id, "person": asked.asker.person_id}
    item: Item = {"v": MERGED_VERSION, "state": asked.state, "at": int(now), "until": int(asked.until)} | where
    item |= {"contact_id": asked.home.contact_id, "conversation_id": asked.home.conversation_id}
    item |= {"order": asked.order, "tries": asked.tries, "to": asked.to, "language": asked.language}
    return move_keys.code(brand, mark), item | {"edition": asked.edition + 1, "ttl": items.ttl(now, _KEPT_DAYS)}


def read(item: Mapping[str, Any] | None) -> OrderCode | None:
    """Return the code of an item; None where there is none."""
    if item is None:
        return None
    return OrderCode(
        asker=address_of(item["channel"], item["account"], item["person"]),
        home=Home(item["contact_id"], item["conversation_id"]),
        order=item["order"],
        until=Millis(int(item["until"])),
        language=item["language"],
        state=item["state"],
        tries=int(item["tries"]),
        to=item["to"],
        edition=int(item["edition"]),
    )
