"""What an hour's digest of a post's comments shows, read when it is sent: counts of all, words of those that wait."""

from __future__ import annotations

from collections import Counter

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


def _lines(table: Table, there: list[Gathered]) -> tuple[CommentLine, ...]:
    """Return the comments that somebody must look at, oldest first, with their words as they are now."""
    waiting = [each for each in there if (each.kind in WAITING or each.hide) and each.by != "native"]
    lines = []
    for each in sorted(waiting, key=lambda one: (WAITING.index(one.kind) if one.kind in WAITING else 9, one.at))[
        :SHOWN
    ]:
        message = table.message(each.message_id)
        if message is None or message.deleted:
            continue
        lines.append(
            CommentLine(
                message_id=each.message_id,
                sort=each.kind,
                text=message.text[:WORDS],
                name=message.display_name,
                intent=each.intent,
                reason=each.hide,
                state=each.state,
            )
        )
    return tuple(lines)
