"""Outbox rows: what is sent, what proves that it was sent, and the accounts it is sent through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from .addresses import AccountId, AccountKey, Address, BrandId, ChannelName, ConversationId, MessageId, Millis, RowId
from .content import Content
from .row_traits import ROW_TRAITS, RowKind, RowTraits

RowState = Literal["pending", "claimed", "sent", "failed", "unknown", "cancelled"]
QueueRank = Literal["", "first", "last"]  # a row's rank in its paced queue: "last" may be grouped into a digest
Author = Literal["customer", "bot", "agent", "native", "system"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Content):
    """One platform call's worth of a row. `platform_id` is set once it is known to be sent."""

    platform_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """
    Why a row was made: for `guichet explain`, and for the checks at its claim. It holds no text.

    `fence`: the head's fencing token then. `slot`: of a daily cap, that it takes. `exception_ids`: the exceptions whose
    words stand before it. `agent`: who wrote it. The classification stands on the messages that the row covers.
    """

    reason: str
    intent: str = ""
    fence: int | None = None
    slot: str = ""
    exception_ids: tuple[str, ...] = ()
    agent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadCopy:
    """The customer's messages that a row repeats in a ticket's thread: as a note of a kind (with `code`), or a file."""

    shows: tuple[MessageId, ...]
    note: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopNotice:
    """An intent that was stopped automatically: since when, by MONITOR or JUDGES, and the tickets that led to it."""

    intent: str
    since: Millis
    refused: int
    answers: int
    by: str
    tickets: tuple[str, ...]


Why = Decided | ThreadCopy | StopNotice
NOT_DECIDED = Decided(reason="")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """
    One thing to be sent or done outside. Its text never changes; only its state, attempt and parts do.

    `kind` "reply", "ask" and "acknowledgement" are the bot's: cancelled by any message of a person. `body` is JSON for
    rows that are not plain text (a desk's, files, deletions). A row of kind "clock" is a ticket's reminder: it is sent
    to nobody, and reported to process at `not_before` (docs/delivery.md).
    """

    row_id: RowId
    kind: RowKind
    author: Author
    address: Address
    conversation_id: ConversationId
    state: RowState
    created_at: Millis
    not_before: Millis
    parts: tuple[Part, ...]
    public: bool = False
    anchor: str = field(default="", repr=False)  # of an `Answerable`, read by its channel alone; a message at a desk
    body: str = field(default="", repr=False)
    covers: tuple[MessageId, ...] = ()
    why: Why | None = None
    bot_epoch: int = 0
    attempt: int = 0
    lease_until: Millis = Millis(0)
    tries: int = 0
    error_code: str = ""
    ticket_id: str = ""
    window_until: Millis = Millis(0)  # 0: no window
    stands: QueueRank = ""

    @property
    def traits(self) -> RowTraits:
        """What is different about rows of its kind."""
        return ROW_TRAITS[self.kind]

    @property
    def recipient(self) -> str:
        """The recipient key of its address (`store.keys.recipient`), which is part of its id."""
        return self.row_id.rpartition(".")[2]

    @property
    def decided(self) -> Decided:
        """The decision that made it; one without a reason where no decision did."""
        return self.why if isinstance(self.why, Decided) else NOT_DECIDED

    @property
    def by_bot(self) -> bool:
        """Whether the bot wrote this row: a message of a person then silences it."""
        return self.author == "bot"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundPart(Content):
    """One request to a platform: everything `Channel.send` needs, and nothing it may decide about."""

    row_id: RowId
    index: int
    attempt: int
    address: Address
    kind: RowKind
    public: bool = False
    anchor: str = field(default="", repr=False)
    body: str = field(default="", repr=False)
    known: tuple[str, ...] = ()  # what the platform called the parts before this one
    data: bytes = field(default=b"", repr=False)  # of a file, where this part is its content
    contents: tuple[bytes, ...] = field(default=(), repr=False)  # of its `files`, in their order
    target: str = ""  # of what only deletes: the platform's id of the message
    uploaded: str = ""  # what the platform called its file, where that was uploaded before
    by_human: bool = False
    beyond_window: bool = False  # the ordinary answer window is closed; only the longer one for people is open


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform has it. `platform_id` is its id there ("" where the platform gives none)."""

    platform_id: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """The platform does not have the part: it may be sent again."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """It is unknown whether the platform has it: it is not sent again automatically, and an agent is told."""


Proof = Sent | NotSent | CannotTell


class Spoken(NamedTuple):
    """
    One automatic message, for the loop guard: when it was due, to which recipient, its words and what it answered.

    `to` (behind `loop_signs.STEP` where it is a step of a move), `said`, `heard` are digests.
    `quick`: it was answered faster than a person reads and types.
    """

    at: int
    to: str
    said: str
    heard: str = ""
    quick: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One connected account of a brand. `app_key` names the platform app whose secret signs its webhooks."""

    key: AccountKey
    brand: BrandId
    channel: ChannelName
    account_id: AccountId
    app_key: str
    name: str = ""
    paused: str = ""  # why nothing is sent ("token_expired", …); "" = working
    connected_at: Millis = Millis(0)  # credentials read before this are out of date
    line_until: Millis = Millis(0)  # of a desk: until when its line is shut (`stages.paced_queue`)


@dataclass(frozen=True, slots=True)
class Activity:
    """
    An account's activity, in hours since 1970: bit n of `hours` is the hour `newest` - n; `since` is the first.

    `last`: when the last event came, in milliseconds (to half an hour).
    """

    last: Millis
    newest: int = 0
    since: int = 0
    hours: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRead:
    """
    How far an account's list at its platform was read: what came before `since` is known. Times in milliseconds.

    `account`: the account's key; connected anew it has another. A reading that one run did not end goes on at `page`
    and reads what came before `until`. `found`: how many events no webhook had brought, `found_at`: when last.
    `unplaced`: how many could not be taken, as nothing says whose they are; `lagged`: how many of those found the list
    showed too late for the reading before; `cut`: of how many conversations it showed less than was asked about, where
    webhooks were lost; `told_at`: when the last of these. `handed`: digests of the events found
    last, which may still wait in the inbox. `error`: why the list could not be read.
    """

    account: AccountKey
    since: Millis = Millis(0)
    page: str = ""
    until: Millis = Millis(0)
    found: int = 0
    found_at: Millis = Millis(0)
    unplaced: int = 0
    lagged: int = 0
    cut: int = 0
    told_at: Millis = Millis(0)
    handed: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLife:
    """
    How long an account's token lives, where tokens end. Times in milliseconds, 0 where they are not known.

    It is about the connection of `connected_at`; another one has another token. `tried_at`: when a new one was asked
    for last, `error`: why none was given.
    """

    connected_at: Millis
    ends_at: Millis = Millis(0)
    tried_at: Millis = Millis(0)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """
    Secrets of one account: `app_secrets` verify webhooks (current first, then previous), `token` sends.

    `app_id` is the platform's id of our own app, where echoes name it. `webhook_url` is no secret: where the account's
    platform reaches us, "" where that is not known.
    """

    app_secrets: tuple[str, ...] = field(default=(), repr=False)
    verify_token: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    app_id: str = ""
    extra: Mapping[str, str] = field(default_factory=dict, repr=False)
    webhook_url: str = field(default="", repr=False)
