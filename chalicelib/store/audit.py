"""
The audit log of a brand: a line for each change that a person made, or that stopped something by itself. Kept a year.

Lines are only added. One says who (an agent's or administrator's id, or a rule of ours), when, what, about what, and
what was there before and after, by numbers, states and ids of ours: no name, no number and no words of a customer, no
secret. A change that is one write or transaction has its line in it. Of a longer one the line is written first: who
dies in between leaves a line that says what was attempted. The one line that changes later is about a person who was
erased since: it forgets whom.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..conversation import JUDGES, MONITOR
from ..model import BrandId, Millis
from . import items, keys, writes
from .items import Item
from .keys import Key
from .table import Table
from .writes import Beside, Write

KEPT_DAYS = 365
PAGE = 100
_END = 10**13 - 1  # ms, after every time that a key can hold
# What a person may change, as it is written; `admin.permissions` says what each allows.
What = Literal[
    "account.connect",
    "account.disconnect",
    "answer.change",
    "autonomy.change",
    "bot.start",
    "bot.stop",
    "classifier.change",
    "classifier.push",
    "contact.attribute",
    "contact.erase",
    "contact.find",
    "contact.link",
    "contact.merge",
    "contact.split",
    "evidence.read",
    "exception.change",
    "judging.change",
    "playbook.change",
    "queue.redrive",
    "ticket.take_over",
    "unparsed.drop",
    "unparsed.replay",
]
# What is written: the first two happen by themselves alone; a rule hides a comment, or whoever works at a desk.
Commented = Literal["comment.hide", "comment.show", "comment.like", "comment.read"]
Told = What | Commented | Literal["account.pause", "look_up.block"]
RULES = {MONITOR: "rule:refused", JUDGES: "rule:judged"}  # who stops an intent by itself; no person has such an id
GUESSED, TOKEN, COMMENT = "rule:guessed", "rule:token", "rule:comment"  # of look-ups, an account, a comment


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One change. `about`: what was changed (an intent, a scope, an id); "" where nothing more is to be said."""

    at: Millis
    by: str
    what: str
    about: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a change, and when: an AWS identity, a user of this machine, an agent's id, or a rule of ours."""

    by: str
    at: Millis


def beside(brand: BrandId, author: Author, what: Told, about: str = "") -> Beside:
    """Return what writes a change's line in the change's own transaction."""
    return lambda before, after: _line(brand, author, what, about, before, after)[1]


def note(table: Table, author: Author, what: Told, about: str = "", *, before: str = "", after: str = "") -> Key:
    """Write the line of a change that no one transaction can hold, before it; return its key."""
    key, write = _line(table.brand, author, what, about, before, after)
    table.write(write)
    return key


def _line(brand: BrandId, author: Author, what: Told, about: str, before: str, after: str) -> tuple[Key, Write]:
    """Return the line's key, made from the line itself, so that it may be written again, and its write."""
    key, item = entry(brand, author, what, about, before, after)
    return key, writes.put(key, item)


def entry(
    brand: BrandId, author: Author, what: Told, about: str, before: str = "", after: str = ""
) -> tuple[Key, Item]:
    """Return the key and the item of a line, for a transaction that writes items whole."""
    mark = keys.digest(author.by, what, about, before, after, length=16)
    item: Item = {"v": items.VERSION, "at": int(author.at), "by": author.by, "what": what}
    item |= {name: value for name, value in (("about", about), ("before", before), ("after", after)) if value}
    item["ttl"] = items.ttl(author.at, KEPT_DAYS)
    return keys.audit_line(brand, author.at, mark), item


def forget(table: Table, key: Key, after: str = "") -> None:
    """Take from a line whom it was about, since that person was erased. `after`: what the erasure came to."""
    change = "SET #after = :after REMOVE about, #before" if after else "REMOVE about, #before, #after"
    table.write(writes.update(key, change, writes.THERE, **({"after": after} if after else {})))


def lines(table: Table, since: Millis) -> Iterator[Line]:
    """Yield what was changed from `since` on, the newest first: a query for each page, when it is asked for."""
    pk = keys.audit_line(table.brand, since, "").pk
    low, high = keys.audit_line(table.brand, since, "").sk, keys.audit_line(table.brand, Millis(_END), "~").sk
    while True:
        page = table.query(pk, low, high, limit=PAGE, newest_first=True)
        yield from (_read(item) for sk, item in page if sk != high)
        if len(page) < PAGE:
            return
        high = page[-1][0]  # was told: the next page begins with it


def _read(item: Item) -> Line:
    told = {name: str(item.get(name, "")) for name in ("by", "what", "about", "before", "after")}
    return Line(at=Millis(int(item["at"])), **told)
