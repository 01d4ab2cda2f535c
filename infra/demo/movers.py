"""
People who write on two channels: some are proved to be one, some only linked for agents.

Who is proved is known on the second channel; who is not is told nothing there of what was said on the first. The last
words of each pair are written after the two were joined, by the use cases of `guichet contact merge`.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chalicelib.channels import REGISTRY
from chalicelib.conversation import address_of
from chalicelib.errors import UsageError
from chalicelib.model import Address

from ..apply import Progress
from ..local.played import all_played
from .play import SETTLE_S, person_id
from .stack_client import StackClient

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring

PROVED, LINKED = "proved", "linked"
NAME, REASON = "Alix", "the demo says so"
# On the first channel, on the second, and there again once the two are joined. Nobody else's order has this number.
WORDS = {
    PROVED: ("Où est mon colis ?", "Vous êtes ouverts le dimanche ?", "{n}"),
    LINKED: ("Où est mon colis {n} ?", "Vous êtes ouverts le dimanche ?", "Et ma commande, elle arrive quand ?"),
}
_FIRST = 9_000  # their numbers begin behind those of a day's customers


@dataclass(frozen=True, slots=True)
class Pair:
    """One person at two addresses, how they are joined, and the number of their order."""

    kind: str
    number: str
    addresses: tuple[Address, Address] = field(repr=False)

    @property
    def channels(self) -> list[str]:
        return [each.channel for each in self.addresses]


def pairs(names: Sequence[str], accounts: dict[str, Any], run: int, seed: int) -> list[Pair]:
    """Return who writes: on two channels where people are known by numbers, and on one where a brand names them."""
    private = [name for name in names if REGISTRY[name].traits.public is None]
    numbered = [name for name in private if not all_played()[name].person_id][:2]
    ways = [numbered, [*numbered[:1], *[name for name in private if all_played()[name].person_id][-1:]]]
    drawn = random.Random(f"movers {seed}").sample(range(10_000, 99_000), 2 * len(ways))
    kinds = [(kind, way) for way in ways for kind in WORDS if len(way) == 2]

    def at(channel: str, number: int) -> Address:
        return address_of(channel, accounts[channel]["account_id"], person_id(run, number, channel))

    return [
        Pair(kind, str(drawn[place]), (at(way[0], _FIRST + 2 * place), at(way[1], _FIRST + 2 * place + 1)))
        for place, (kind, way) in enumerate(kinds)
    ]


def play(client: StackClient, services: Wiring, who: Sequence[Pair], progress: Progress) -> dict[str, Any]:
    """Play them and return what became of them, without a word of theirs."""
    left, turns = 0, ((0, 0), (1, 1), (1, 2))
    for turn, (place, words) in enumerate(turns):
        if turn == 2:
            for pair in who:
                _join(client, services, pair)
        for pair in who:
            _write(client, pair.addresses[place], WORDS[pair.kind][words].format(n=pair.number))
        left = client.settle(SETTLE_S)
        progress("people write on two channels", turn + 1, len(turns))
    bubbles = client.ask("state")["bubbles"]
    found = [judged(pair, *(shown_at(bubbles, each) for each in pair.addresses)) for pair in who]
    return {"pairs": len(who), "each": found, "unfinished": left}


def judged(pair: Pair, first: Sequence[str], second: Sequence[str]) -> dict[str, Any]:
    """
    Judge what a brand said at a pair's two addresses. `known`: whether the second was told of the first one's order.

    Right is that who is proved is known, and who is only linked is not, and that both were answered at all.
    """
    known = any(pair.number in text for text in second)
    answered = bool(first) and len(second) > 1
    return {"kind": pair.kind, "channels": pair.channels, "known": known, "answered": answered} | {
        "right": answered and known == (pair.kind == PROVED)
    }


def wrong(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the pairs that were not treated as they must be."""
    return [each for each in found["each"] if not each["right"]]


def lines(found: dict[str, Any] | None) -> list[tuple[str, object]]:
    """Return the rows of the table for people."""
    if not found:
        return []
    right = [each["kind"] for each in found["each"] if each["right"]]
    return [
        (f"on two channels, {what}", f"{right.count(kind)} of {sum(each['kind'] == kind for each in found['each'])}")
        for kind, what in ((PROVED, "proved: goes on"), (LINKED, "linked: told nothing"))
    ]


def shown_at(bubbles: Sequence[dict[str, Any]], address: Address) -> list[str]:
    """Return what a platform shows somebody of the brand."""
    guest = f"guest-{address.channel}-{address.person_id}"
    return [each["text"] for each in bubbles if each["person"] == guest and each["side"] == "brand"]


def new_run() -> int:
    """Return the number of a run: every run has people of its own."""
    return int(time.time()) % 100_000_000


def _write(client: StackClient, address: Address, text: str) -> None:
    body = {"brand": client.brand, "channel": address.channel, "person_id": address.person_id, "name": NAME}
    client.ask("write", body | {"text": text, "surface": "private"})


def _join(client: StackClient, services: Wiring, pair: Pair) -> None:
    """Make them one, or link them for agents."""
    from chalicelib.admin import contacts, links

    from ..identity import author

    found = [client.table.identity(each) for each in pair.addresses]
    if None in found:
        raise UsageError("Somebody of the demo wrote on two channels and is not known on both: did messages get lost?")
    one, other = (str(each[0]) for each in found if each is not None)
    if pair.kind == PROVED:
        contacts.merge(services, client.table, one, other, REASON, author(services))
    else:
        links.link(client.table, one, other, REASON, author(services))
