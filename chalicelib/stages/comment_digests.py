"""What an hour's digest of a post's comments shows, read when it is sent: counts of all, words of those that wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice

from ..report import CommentDigest, CommentLine
from ..store import gathered
from ..store.gathered import Gathered
from ..store.table import Table

SHOWN = 40  # comments whose words one digest shows
WORDS = 300  # characters of each
WAITING = ("question", "read", "manager", "hide")


def of_place(table: Table, place: str) -> CommentDigest:
    """Return the digest that an address names (`gathered.place_of`)."""
    post, hour = gathered.read_place(place)
    found = gathered.of_hour(table, post, hour)
    there = [each for each in found if each.state != "gone"]
    hidden = sum(each.state == "hidden" for each in there)
    counts = Counter[str](each.kind for each in there if each.kind != "hide" or each.state != "hidden")
    counts += Counter(hidden=hidden, all=len(there))
    first = found[0] if found else None
    return CommentDigest(
        channel=first.channel if first else "",
        link=next((each.link for each in found if each.link), ""),
        ad=any(each.ad for each in found),
        post=post,
        hour=hour,
        counts=counts,
        lines=_lines(table, there),
    )


def _lines(table: Table, there: Sequence[Gathered]) -> tuple[CommentLine, ...]:
    """Return the first SHOWN comments that somebody must look at, by kind and age, with their words as they are now."""
    waiting = [each for each in there if (each.kind in WAITING or each.hide) and each.by != "native"]
    ordered = sorted(waiting, key=lambda one: (WAITING.index(one.kind) if one.kind in WAITING else 9, one.at))
    return tuple(islice((line for each in ordered if (line := _line(table, each)) is not None), SHOWN))


def _line(table: Table, each: Gathered) -> CommentLine | None:
    """Return one comment with its words; None where its writer, or the time that they are kept, took them."""
    message = table.message(each.message_id)
    if message is None or message.deleted:
        return None
    return CommentLine(
        message_id=each.message_id,
        sort=each.kind,
        text=message.text[:WORDS],
        name=message.display_name,
        intent=each.intent,
        reason=each.hide,
        state=each.state,
    )
