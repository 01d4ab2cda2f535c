"""
What one event leads to, as values: what is done before its transaction, the transaction, and what is done after it.

`effects` carries them out. All can be done again: a worker that dies in between leaves them to the next delivery.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..conversation import Conversation, TicketRecord
from ..model import Address, AgentAction, ContactId, ConversationId, MessageId, Millis, OutboxRow
from ..store.commit import Commit
from ..store.merging import Evidence
from ..store.person_keys import Kind
from .counts import DecisionCount, Rehearsed

# --- before the transaction: a redelivery finds the marker and does none of these ---------------


@dataclass(frozen=True, slots=True)
class ProvePart:
    """The platform has this part of a row, whose response was lost. Its recipient's next row may be sent."""

    row: OutboxRow
    part: int
    platform_id: str


@dataclass(frozen=True, slots=True)
class JudgeAnew:
    """The next answers of a restarted intent are given to the judges like its first ones."""

    intent: str


@dataclass(frozen=True, slots=True)
class LookAtIntent:
    """Refusals or verdicts may stop this intent."""

    intent: str


@dataclass(frozen=True, slots=True)
class AnswerEach:
    """Each of the equal questions that an agent's press is about gets an event of its own."""

    press: AgentAction


@dataclass(frozen=True, slots=True)
class KeepEvidence:
    """A hateful comment is kept under this key, for a complaint; emptied where it was no hate after all."""

    key: str
    body: bytes


# --- after it -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NotifyRows:
    """The recipients of new rows are notified, at once or when the rows are due."""

    rows: Sequence[OutboxRow]


@dataclass(frozen=True, slots=True)
class StartTimer:
    """A conversation waits until then; `generation` tells this wait from others."""

    conversation_id: ConversationId
    generation: int
    until: Millis


@dataclass(frozen=True, slots=True)
class LookUpOrders:
    """The brand's system is asked for the orders that a ticket names."""

    ticket: TicketRecord


@dataclass(frozen=True, slots=True)
class AskName:
    """The platform is asked for the customer's name."""

    head: Conversation


@dataclass(frozen=True, slots=True)
class ShowTyping:
    """The customer is shown that an answer is coming; `head`: the conversation whose look-up is made meanwhile."""

    head: Conversation | None = None


@dataclass(frozen=True, slots=True)
class TakeBack:
    """An answer of this intent was counted and cancelled before it was sent."""

    intent: str


@dataclass(frozen=True, slots=True)
class Proven:
    """A key that is verified, as it was written, and by what."""

    kind: Kind
    value: str = field(repr=False)
    evidence: Evidence = "agent"


@dataclass(frozen=True, slots=True)
class NoteKeys:
    """
    A contact is known by these from now on, as (kind, as it was written): typed (`said`), or the address itself.

    `name`: the name that they are found by from now on; "" where it is no new one. `described`: what the brand's server
    signed of them, as of `at`.
    """

    contact_id: ContactId
    said: Sequence[tuple[Kind, str]]
    own: str = ""  # the telephone number that a new address is
    name: str = field(default="", repr=False)
    described: Sequence[tuple[str, str]] = field(default=(), repr=False)
    at: Millis = Millis(0)
    address: Address | None = None
    proved: Sequence[Proven] = ()  # of a new address


@dataclass(frozen=True, slots=True)
class AskWhoElse:
    """A ticket was opened: it shows who else may be its customer, where somebody is suggested."""

    ticket: TicketRecord
    contacts: Sequence[ContactId]


@dataclass(frozen=True, slots=True)
class ForgetUnsent:
    """
    A customer took this message back: no judge is to read it any more.

    Before the transaction, for a worker that dies after it; and after it, for a judge who was asked meanwhile.
    """

    contact_id: ContactId
    message_id: MessageId


@dataclass(frozen=True, slots=True)
class Follow:
    """A move or a code goes on: `what` says which, "<move | code> <mark>"."""

    what: str


@dataclass(frozen=True, slots=True)
class ProveCode:
    """Whoever wrote typed back what was sent to this address of their order: it is theirs."""

    contact_id: ContactId
    kind: Kind
    value: str = field(repr=False)


First = ProvePart | JudgeAnew | LookAtIntent | AnswerEach | KeepEvidence | ForgetUnsent
Then = (
    NotifyRows
    | StartTimer
    | LookUpOrders
    | AskName
    | ShowTyping
    | TakeBack
    | ForgetUnsent
    | NoteKeys
    | AskWhoElse
    | Follow
    | ProveCode
    | DecisionCount
    | Rehearsed
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`commit` None: the event changes nothing here. `counters`: (name, channel) of the metrics that count this try."""

    counters: Sequence[tuple[str, str]] = ()
    first: Sequence[First] = ()
    commit: Commit | None = None
    then: Sequence[Then] = ()
