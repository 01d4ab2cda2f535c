"""
What counts as what: the names of a brand's daily figures, and what each row that is said adds to them. Pure.

A row counts on the local day on which it was committed, when it is committed; one that ends otherwise than sent is
taken off again by what ends it. docs/figures.md says what each name means.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..conversation import TimelineMessage
from ..model import MessageId, Millis, OutboxRow
from ..store import keys
from ..store.counters import Count

SAID = ("reply", "ask", "acknowledgement", "agent_reply")  # kinds of rows that reach a customer
ANSWER_S = (10, 30, 60, 300, 900, 3_600, 14_400, 86_400)  # upper ends of the classes of time to an answer, in seconds
LONGER = "more"

Day = Callable[[Millis], str]  # the brand's local day of an instant


@dataclass(frozen=True, slots=True)
class _Said:
    """A row, open or finished, as far as figures look at it. `until`: to when its customer waited."""

    kind: str
    channel: str
    made_at: Millis
    until: Millis
    covers: Sequence[MessageId]
    why: str


def of_row(row: OutboxRow, day: Day, *, times: int = 1) -> list[Count]:
    """What a row adds when it is committed; `times` -1: what is taken off when it was not said."""
    said = _Said(row.kind, row.address.channel, row.created_at, row.created_at, row.covers, row.why)
    return _counts(said, day, times)


def of_finished(row: TimelineMessage, day: Day, *, times: int = 1) -> list[Count]:
    """What a finished row stands for while it counts as sent."""
    said = _Said(row.kind, row.address.channel, row.received_at, row.sent_at, row.covers, row.why)
    return _counts(said, day, times)


def _counts(said: _Said, day: Day, times: int) -> list[Count]:
    if said.kind not in SAID:
        return []
    names = [said.kind]
    if said.kind == "reply":
        names.append(f"auto:{_waited(said.covers, said.made_at, said.until)}")
        intent = json.loads(said.why or "{}").get("intent", "")
        names += [f"subject:{intent}"] if intent else []
    return [(day(said.made_at), said.channel, name, times) for name in names]


def slower(row: OutboxRow, sent_at: Millis, day: Day) -> list[Count]:
    """What moves when an automatic answer left in another class of time than the one it was committed in."""
    if row.kind != "reply":
        return []
    then, now = (_waited(row.covers, row.created_at, until) for until in (row.created_at, sent_at))
    if then == now:
        return []
    where = (day(row.created_at), row.address.channel)
    return [(*where, f"auto:{then}", -1), (*where, f"auto:{now}", 1)]


def answer_class(seconds: float) -> str:
    """The class of a time to an answer: its upper end in seconds, or `LONGER`."""
    return next((str(end) for end in ANSWER_S if seconds <= end), LONGER)


def _waited(covers: Sequence[MessageId], made_at: Millis, until: Millis) -> str:
    """How long the first of these messages waited, as the platform dates it."""
    asked = min((keys.written_at(each) for each in covers), default=made_at)
    return answer_class((until - asked) / 1000)
