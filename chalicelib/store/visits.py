"""
What is kept of visitors' requests beside their words: how many came lately, and which signed identity was used.

Counts stand under digests, and go within the hour. A conversation is read as its visitor may see it: what was said to
their own address alone, whatever other addresses are theirs.
"""

from __future__ import annotations

import hmac
from typing import NamedTuple

from ..conversation import REACTION, TimelineMessage
from ..model import Address, ConversationId, Millis
from . import items, keys, visit_keys, writes
from .table import Table

OVERLAP_MS = 120_000  # what came late stands before what was read: so much is read once more
PAGE = 100
_KEPT_S = 3_600
_SHOWN = ("customer", "bot", "agent", "native")


class Page(NamedTuple):
    """Messages, oldest first; with what later and earlier ones are asked for, "" where there are none."""

    messages: list[TimelineMessage]
    after: str
    before: str = ""


def allowed(table: Table, secret: str, what: str, visitor: str, limits: tuple[int, int], now: Millis) -> bool:
    """
    Count one request of somebody (`what`, of which a keyed digest is kept) and of this visitor among theirs.

    `limits`: how many a minute has of both. False where it was one too many: then it is not counted, so that a visitor
    who writes too much takes no place of those behind the same IP address. One write, and an item that cannot grow.
    """
    mark, own = (_digest(secret, each) for each in (what, visitor))
    key, column = visit_keys.visits(table.brand, mark[:32], now // 60_000), f"v{int(own[:8], 16)}"
    free = f"n < :most AND (attribute_not_exists({column}) OR {column} < :own)"
    until, (most, own_most) = int(now // 1000) + _KEPT_S, limits
    change = writes.add(
        key, f"n :one, {column} :one", until, f"{writes.NEW} OR ({free})", one=1, most=most, own=own_most
    )
    return table.write(change)


def _digest(secret: str, what: str) -> str:
    return hmac.digest(secret.encode(), what.encode("utf-8", "replace"), "sha256").hex()


def used_once(table: Table, channel: str, account_id: str, once: str, browser: str, now: Millis) -> bool:
    """Note that a browser used a signed identity. False where another one has: it was copied, and opens nothing."""
    key = visit_keys.used_identity(table.brand, channel, account_id, once)
    item = {"v": items.VERSION, "browser": browser, "ttl": int(now // 1000) + _KEPT_S}
    return table.write(writes.put(key, item, f"{writes.NEW} OR #browser = :browser", browser=browser))


def later(table: Table, address: Address, after: str, before: str = "") -> Page:
    """
    Return what this address may read after a cursor, or before one; the newest page where there is neither.

    A conversation may hold other addresses of the same person, and a merge may have joined people: each message is
    shown to the address alone that said it, or that it was said to. Eventually consistent, as who reads asks again.
    """
    low, high = visit_keys.since(max(0, _time(after) - OVERLAP_MS)) if after else keys.MESSAGE_PREFIX, keys.MESSAGE_END
    if before:
        low, high = keys.MESSAGE_PREFIX, visit_keys.at_cursor(before)
    limit = PAGE * 5 if after else PAGE

    def read(conversation: str) -> list[tuple[str, items.Item]]:
        pk = keys.head(table.brand, ConversationId(conversation)).pk
        return table.query(pk, low, high, limit=limit, newest_first=not after, fresh=False)

    conversation = ConversationId(keys.new_ids(table.brand, address)[1])  # where an address's own words lie
    raw = read(conversation)
    if not raw:  # nothing was said lately; or it lies where the address points, should that ever be elsewhere
        found = table.get(keys.identity(table.brand, address), fresh=False)
        elsewhere = items.conversation_of(found) if found else conversation
        if elsewhere != conversation:
            conversation, raw = elsewhere, read(elsewhere)
    if not after:
        raw.reverse()
    shown = [_message(conversation, sk, item) for sk, item in raw if sk != visit_keys.at_cursor(before)]
    newest = visit_keys.cursor(raw[-1][0]) if raw and not before else after
    older = visit_keys.cursor(raw[0][0]) if len(raw) == PAGE and not after else ""
    return Page([each for each in shown if _may_see(each, address)], max(newest, after), older)


def _message(conversation: ConversationId, sk: str, item: items.Item) -> TimelineMessage:
    return items.message(item, keys.message_id_from_sk(conversation, sk))


def _may_see(message: TimelineMessage, address: Address) -> bool:
    if message.address != address or message.author not in _SHOWN or message.note or message.public:
        return False
    return message.kind != REACTION and (message.author == "customer" or message.state == "sent")


def _time(cursor: str) -> int:
    at = cursor.partition("#")[0]
    return int(at) if len(at) == 13 and at.isascii() and at.isdigit() else 0
