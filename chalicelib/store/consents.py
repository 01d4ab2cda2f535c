"""
A consent that is waited for: its mark (OAuth's `state`), and the one item that is answered once and taken once.

One a channel and brand: a new one takes the place of the last, whose mark opens nothing any more. The item holds no
secret of ours: digests, and for some minutes what the platform's page brought, which is worth nothing without the
app's secret.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..errors import Unverified
from ..model import BrandId, Millis
from . import items, keys, writes
from .table import Table

LIVES_MS = 600_000
APP, KEY = "connect", "state"  # where the key that signs marks is kept, as an app's secret
_KEPT_DAYS = 1
_MARK = re.compile(r"([a-z0-9_]{1,40})\.([a-z0-9-]{1,64})\.([0-9a-f]{32})\.(\d{13})\.([0-9a-f]{64})")

Outcome = Literal["taken", "again", "over", "not_ours"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a `state` says: for which channel and brand, which consent (a digest), and until when (ms)."""

    channel: str
    brand: BrandId
    consent: str
    until: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """
    A consent that is waited for. `nonce`: digest of what only the asker knows; `by`: who asked.

    `brought`: what the page brought, once it has answered; `declined` if that is a no. `taken`: by the asker.
    """

    consent: str
    nonce: str
    by: str
    redirect: str
    takes: tuple[str, ...]
    until: Millis
    brought: Mapping[str, str] | None = field(default=None, repr=False)
    declined: bool = False
    taken: bool = False


def signed(mark: Mark, secret: str) -> str:
    """Write a mark as text that nobody else can make."""
    words = f"{mark.channel}.{mark.brand}.{mark.consent}.{mark.until:013d}"
    return f"{words}.{_digest(words, secret)}"


def read(text: str, channel: str, secrets: tuple[str, ...]) -> Mark:
    """Return what a mark says, valid or over. Raises Unverified for one that is not ours, or another channel's."""
    found = _MARK.fullmatch(text)
    if found is None or found[1] != channel:
        raise Unverified("no mark of ours")
    words, given = text.rpartition(".")[0], found[5]
    if not any(hmac.compare_digest(_digest(words, secret), given) for secret in secrets):
        raise Unverified("no mark of ours")
    return Mark(channel=found[1], brand=BrandId(found[2]), consent=found[3], until=Millis(int(found[4])))


def digest(text: str) -> str:
    """Return what is kept of something that must only be known again."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _digest(words: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"consent\x00{words}".encode(), hashlib.sha256).hexdigest()


# --- the item -----------------------------------------------------------------------------------


def begin(table: Table, channel: str, waiting: Waiting, now: Millis) -> None:
    """Wait for a consent, and for no other of this channel any more."""
    item: items.Item = {
        "v": items.VERSION,
        "consent": waiting.consent,
        "nonce": waiting.nonce,
        "by": waiting.by,
        "redirect": waiting.redirect,
        "takes": list(waiting.takes),
        "until": int(waiting.until),
        "ttl": items.ttl(now, _KEPT_DAYS),
    }
    table.write(writes.put(keys.account_by_id(channel, table.brand, "consent"), item))


def waiting(table: Table, channel: str) -> Waiting | None:
    """Return the consent that a channel waits for; None if none."""
    item = table.get(keys.account_by_id(channel, table.brand, "consent"))
    if item is None:
        return None
    return Waiting(
        consent=item["consent"],
        nonce=item["nonce"],
        by=item["by"],
        redirect=item["redirect"],
        takes=tuple(item["takes"]),
        until=Millis(int(item["until"])),
        brought=item.get("brought"),
        declined=bool(item.get("declined")),
        taken=bool(item.get("taken")),
    )


def answer(table: Table, mark: Mark, brought: Mapping[str, str], now: Millis, *, declined: bool) -> bool:
    """Keep what the page brought, once and in time. False: it has answered before, is over, or another took over."""
    change = "SET #brought = :brought, #declined = :declined"
    condition = "#consent = :consent AND attribute_not_exists(#brought) AND #until > :now"
    more: dict[str, object] = {"brought": dict(brought), "declined": declined, "consent": mark.consent, "now": int(now)}
    return table.write(
        writes.update(keys.account_by_id(mark.channel, table.brand, "consent"), change, condition, **more)
    )


def take(table: Table, channel: str, consent: str, now: Millis) -> bool:
    """Take the answer, once and in time; what was brought is forgotten. False: somebody has, or it is over."""
    change = "SET #taken = :taken, #brought = :none"
    condition = "#consent = :consent AND attribute_exists(#brought) AND attribute_not_exists(#taken) AND #until > :now"
    more: dict[str, object] = {"taken": True, "none": {}, "consent": consent, "now": int(now)}
    return table.write(writes.update(keys.account_by_id(channel, table.brand, "consent"), change, condition, **more))


def end(table: Table, channel: str, consent: str) -> None:
    """Wait no more."""
    table.write(
        writes.delete(keys.account_by_id(channel, table.brand, "consent"), "#consent = :consent", consent=consent)
    )
