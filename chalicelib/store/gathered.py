"""
What a post's digest is made of: one small item for each sorted comment, under its post and hour.

It holds no words: they stand on the message, and go when that goes. Items are counted when the digest is drawn, so no
counter is written by many. Kept as long as the comment's own time for looking at it, then the table lets them go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ..conversation import TimelineMessage
from ..model import UNDER, UNDER_AD, Address, BrandId, CommentKind, MessageId, Millis
from . import items, keys
from .items import Item
from .keys import Key
from .table import Table

HOUR_MS = 3_600_000
KEPT_DAYS = 30
PAGE = 500  # of an hour's comments, read at once
PLACE = "comments:"
# Whether everybody sees a comment: as it came, hidden, shown again, not hidden by the platform, or taken back.
State = Literal["", "hidden", "shown", "failed", "gone"]
# Whether the brand spoke: an agent here, a colleague in the platform's own app; not sent, or nobody can tell.
Done = Literal["", "agent", "native", "failed", "unknown"]


class Post(NamedTuple):
    """The post that a comment stands under. `key`: a digest of its link, channel and account."""

    key: str
    link: str = ""
    ad: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """
    One sorted comment. `hide`: why it may be hidden. `by`: what kind of hand hid or showed it ("agent", "rule").

    `answer`, `private`, `liked`: whether it was answered in public, its writer written to, the comment liked.
    """

    message_id: MessageId
    kind: CommentKind
    at: Millis
    intent: str = ""
    language: str = ""
    hide: str = ""
    state: State = ""
    by: str = ""
    answer: Done = ""
    private: Done = ""
    liked: Done = ""
    wants: bool = False  # it asks or complains: its writer may be written to
    channel: str = ""
    link: str = ""
    ad: bool = False


def post_of(message: TimelineMessage) -> Post:
    """Return the post that a comment stands under."""
    found = [(kind, words) for kind, words in message.beside if kind in (UNDER, UNDER_AD)]
    kind, link = found[0] if found else ("", "")
    return Post(_key(message.address, link), link, kind == UNDER_AD)


def _key(address: Address, link: str) -> str:
    return keys.digest("post", address.channel, address.account_id, link, length=20)


def hour_of(message: TimelineMessage) -> int:
    """Return the hour (since 1970) in which a comment came."""
    return message.received_at // HOUR_MS


def key_of(brand: BrandId, message: TimelineMessage) -> Key:
    """Return the key of a comment's item."""
    return keys.gathered(brand, post_of(message).key, hour_of(message), message.message_id)


def item_of(value: Gathered) -> Item:
    """Return the item of a sorted comment."""
    held = {"kind": value.kind, "intent": value.intent, "language": value.language, "hide": value.hide}
    held |= {"state": value.state, "by": value.by, "channel": value.channel, "link": value.link}
    held |= {"answer": value.answer, "private": value.private, "liked": value.liked}
    item: Item = {"v": items.VERSION, "at": int(value.at), "message_id": value.message_id}
    item |= {name: each for name, each in held.items() if each}
    flags = (("ad", value.ad), ("wants", value.wants))
    return item | {name: True for name, holds in flags if holds} | {"ttl": items.ttl(value.at, KEPT_DAYS)}


def read(item: Item) -> Gathered:
    """Read a sorted comment."""
    texts = {name: item.get(name, "") for name in _TEXTS}
    if texts["state"] == "answered":  # as it was written before hiding and answering were told apart
        texts |= {"state": "", "by": "", "answer": texts["by"]}
    return Gathered(
        message_id=MessageId(item["message_id"]),
        kind=item["kind"],
        at=Millis(int(item["at"])),
        ad=bool(item.get("ad")),
        wants=bool(item.get("wants")),
        **texts,
    )


_TEXTS = ("intent", "language", "hide", "state", "by", "answer", "private", "liked", "channel", "link")


def of_hour(table: Table, post: str, hour: int) -> Sequence[Gathered]:
    """Return all sorted comments of a post and hour, in the order of their conversations."""
    low = keys.gathered(table.brand, post, hour, "")
    found: list[Gathered] = []
    start = low.sk
    while True:
        page = table.query(low.pk, start, f"{low.sk}~", limit=PAGE)
        found += [read(item) for _, item in page]
        if len(page) < PAGE:
            return found
        start = f"{page[-1][0]} "  # sorts right behind it


def place_of(post: str, hour: int) -> str:
    """Return what stands in place of a person in the address of a post's digest."""
    return f"{PLACE}{post}:{hour}"


def read_place(place: str) -> tuple[str, int]:
    """Return post and hour of such an address."""
    _, post, hour = place.split(":")
    return post, int(hour)


def conversation_of(post: str) -> str:
    """Return what stands in place of a conversation in the rows of a post's digests."""
    return f"k{post}"
