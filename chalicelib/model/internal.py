"""
Internal events: what Guichet's own workers tell process, through the same queue as a customer's events.

`SUBJECT` is the name on the wire (`chalicelib.internal_events`); event ids are made from it, so that the same result
reported twice is one event. `Event` is the union of everything that process may be given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Literal

from .addresses import Address, MessageId, Millis
from .content import BlobRef
from .incoming import EventBase, Incoming


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired(EventBase):
    """The wait of a conversation is over. `generation`: of its hold; an older one is out of date."""

    SUBJECT: ClassVar[str] = "timer"
    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupAnswered(EventBase):
    """
    The brand's system answered what a conversation waits for, or did not (`failed`).

    `subject` and `key` say what was asked (`order_numbers.key_of`); `answer` is its fields, as
    `order_numbers.fact_fields` names them.
    """

    subject: str
    key: str
    answer: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLookupAnswered(EventBase):
    """The brand's system answered what ticket `target_id` asks about `key`, or did not (`failed`)."""

    SUBJECT: ClassVar[str] = "looked_up"
    key: str
    answer: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRow:
    """The outbox row that a report is about. `covers`: the customer's messages that it answers; "": no ticket."""

    row_id: str
    kind: str = ""
    covers: tuple[MessageId, ...] = ()
    ticket_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderDue(EventBase):
    """A reminder of ticket `target_id` is due. `reminder`: which one (`engine.reminders`)."""

    SUBJECT: ClassVar[str] = "clock_due"
    row: ReportedRow
    reminder: str


DeliveryStatus = Literal["failed", "unknown", "silenced", "done"]
# status -> the name on the wire, which is also the metric's
DELIVERY: Mapping[DeliveryStatus, str] = MappingProxyType(
    {"failed": "row_failed", "unknown": "row_unknown", "silenced": "row_silenced", "done": "row_done"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport(EventBase):
    """
    A row was not delivered ("failed"), perhaps not ("unknown"), or not sent ("silenced"). `code`: why, or "".

    "done" is told of rows alone that only then change something here (`RowTraits.confirmed`).
    """

    row: ReportedRow
    status: DeliveryStatus
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPaused(EventBase):
    """The credentials of an account no longer work: a platform refused `row` with `code`."""

    SUBJECT: ClassVar[str] = "account_paused"
    row: ReportedRow
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFetched(EventBase):
    """File `number` (from 0) of the message that `row` covers is in the bucket; `file` None: it is not (`why`)."""

    SUBJECT: ClassVar[str] = "media"
    row: ReportedRow
    number: int
    file: BlobRef | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileFetched(EventBase):
    """A platform told a customer's name."""

    SUBJECT: ClassVar[str] = "profile"
    conversation_id: str
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerJudged(EventBase):
    """
    A judge found a sent answer not right.

    `row_id` is the answer's row, `intent`, `place`, `language` and `line_id` name the judged line
    (`store.judged_answers`), `judge` is the judge's digest in that line.
    """

    SUBJECT: ClassVar[str] = "sent_judged"
    row_id: str
    intent: str
    place: str
    language: str
    line_id: str
    judge: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRequested(EventBase):
    """The quality monitor wants an intent stopped. `epoch`: of its switch; `by`: MONITOR or JUDGES."""

    SUBJECT: ClassVar[str] = "intent_refused"
    intent: str
    epoch: int
    by: str


ShiftKind = Literal["language", "probability", "state", "precision"]


@dataclass(frozen=True, slots=True)
class Shift:
    """
    One shift. Shares are per cent.

    "language": all messages in it, against the model card; "probability": the share of an intent's messages that are
    very sure; "state": the share of an intent's messages in this state; "precision": what judges found right, against
    the promise.
    """

    what: ShiftKind
    language: str = ""
    intent: str = ""
    state: str = ""
    before: int = 0
    now: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesShifted(EventBase):
    """Messages, or what judges say of answers, have changed since the model was measured."""

    SUBJECT: ClassVar[str] = "messages_shifted"
    shift: Shift


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersGuessed(EventBase):
    """Of `asked` order numbers of an hour the shop did not know `missed`: look-ups are to be blocked until `until`."""

    SUBJECT: ClassVar[str] = "numbers_guessed"
    until: Millis
    missed: int
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveArrived(EventBase):
    """Somebody came by a link that was given at this address, where it is asked who. `mark`: the token's."""

    SUBJECT: ClassVar[str] = "move_arrived"
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveConfirmed(EventBase):
    """Whoever came to this address by a link is the person who was given it: they said so. `mark`: the token's."""

    SUBJECT: ClassVar[str] = "move_confirmed"
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFound(EventBase):
    """
    The brand's system knows the order that a code was asked for at this address, and where its customer is reached.

    `mark`: of the code. `to`: the address that gets it.
    """

    SUBJECT: ClassVar[str] = "code_found"
    mark: str
    to: Address = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadFound(EventBase):
    """The platform brought a private answer to a comment to its writer at `to`: the same person, in private."""

    SUBJECT: ClassVar[str] = "thread_found"
    LINKS: ClassVar[str] = "private answer to a comment"
    to: Address = field(repr=False)


Internal = (
    TimerFired
    | LookupAnswered
    | TicketLookupAnswered
    | ReminderDue
    | DeliveryReport
    | AccountPaused
    | MediaFetched
    | ProfileFetched
    | AnswerJudged
    | StopRequested
    | MessagesShifted
    | NumbersGuessed
    | MoveArrived
    | MoveConfirmed
    | CodeFound
    | ThreadFound
)
Event = Incoming | Internal
