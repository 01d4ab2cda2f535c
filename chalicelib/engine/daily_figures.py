"""
The names of a brand's daily figures, and what rows, decisions and first answers add to them.

A row counts on the local day of its commit, when it is committed; if it is not sent in the end, its end subtracts it.
docs/figures.md says what each name means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..conversation import TicketRecord, TimelineMessage
from ..model import Decided, MessageId, Millis, OutboxRow
from ..playbook.hours import local_day, open_minutes
from ..playbook.schema import Hours
from ..store import keys
from ..store.daily_counters import Count

TO_COMMENTS = ("comment_reply", "private_reply")  # counted as what they are: a person's answers
# Kinds of rows that reach a customer.
SAID = ("reply", "ask", "greeting", "consent", "acknowledgement", "agent_reply", *TO_COMMENTS)
ANSWER_S = (10, 30, 60, 300, 900, 3_600, 14_400, 86_400)  # upper ends of the classes of time to an answer, in seconds
# Upper ends of the classes of opening minutes to a person's first answer.
OPEN_MINUTES = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 960, 1_440, 2_400)
LONGER = "more"

FIGURE = "would"  # and what follows it: what would have been said (`counts.Rehearsed.figure`)
WHICH = "which_subject"  # the reason of a clarifying question

Day = Callable[[Millis], str]  # the brand's local day of an instant


@dataclass(frozen=True, slots=True)
class _Said:
    """A row, open or finished, with the values that the figures need. `until`: when its customer stopped waiting."""

    kind: str
    channel: str
    made_at: Millis
    until: Millis
    covers: Sequence[MessageId]
    decided: Decided


def of_row(row: OutboxRow, day: Day, *, times: int = 1) -> list[Count]:
    """Return what a row adds when it is committed; `times` -1: what its end subtracts when it was not sent."""
    said = _Said(row.kind, row.address.channel, row.created_at, row.created_at, row.covers, row.decided)
    return _counts(said, day, times)


def of_finished(row: TimelineMessage, day: Day, *, times: int = 1) -> list[Count]:
    """Return what a finished row stands for while it counts as sent."""
    said = _Said(row.kind, row.address.channel, row.received_at, row.sent_at, row.covers, row.decided)
    return _counts(said, day, times)


def _counts(said: _Said, day: Day, times: int) -> list[Count]:
    if said.kind not in SAID:
        return []
    names = ["agent_reply" if said.kind in TO_COMMENTS else said.kind]
    if said.kind == "reply":
        names.append(f"auto:{_waited(said.covers, said.made_at, said.until)}")
        intent = said.decided.intent
        names += [f"subject:{intent}"] if intent else []
    if said.kind == "ask" and said.decided.reason == WHICH:
        names.append("clarify")
    return [(day(said.made_at), said.channel, name, times) for name in names]


def slower(row: OutboxRow, sent_at: Millis, day: Day) -> list[Count]:
    """Return the change when an automatic answer was sent in another class of time than it was committed in."""
    if row.kind != "reply":
        return []
    then, now = (_waited(row.covers, row.created_at, until) for until in (row.created_at, sent_at))
    if then == now:
        return []
    where = (day(row.created_at), row.address.channel)
    return [(*where, f"auto:{then}", -1), (*where, f"auto:{now}", 1)]


def first_answer(ticket: TicketRecord, at: Millis, hours: Hours) -> list[Count]:
    """Return what a person's first answer to a ticket adds: how long it took, and whether the promise was kept."""
    waited, worked = (at - ticket.created_at) / 1000, open_minutes(hours, ticket.created_at, at)
    names = ["answered", f"people:{answer_class(waited)}", f"open:{ticket.priority}:{_class(worked, OPEN_MINUTES)}"]
    if ticket.promised_until:
        in_time = at <= ticket.promised_until and not ticket.apologised  # an apology names a new time
        names.append("promise_kept" if in_time else "promise_missed")
    return [(local_day(hours, at), ticket.address.channel, name, 1) for name in names]


def answer_class(seconds: float) -> str:
    """Return the class of a time to an answer: its upper end in seconds, or `LONGER`."""
    return _class(seconds, ANSWER_S)


def _class(value: float, ends: Sequence[int]) -> str:
    return next((str(end) for end in ends if value <= end), LONGER)


def _waited(covers: Sequence[MessageId], made_at: Millis, until: Millis) -> str:
    """Return the class of time for which the first of these messages waited, by the platform's clock."""
    asked = min((keys.written_at(each) for each in covers), default=made_at)
    return answer_class((until - asked) / 1000)
