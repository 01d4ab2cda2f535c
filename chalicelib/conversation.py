"""
The state that decisions are made on: conversation head, timeline messages, tickets, the brand's kill switch.

A conversation's fencing token (`fence`) rises when a person speaks, the switch's `epoch` when the bot is stopped.
Frozen values, standard library only; `store.items` writes them, `decision.decide` reads them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from .contact_card import Offer
from .model import (
    AccountId,
    Address,
    Author,
    ChannelName,
    ContactId,
    ConversationId,
    Decided,
    MessageId,
    Millis,
    PersonId,
    Spoken,
    TicketId,
    Why,
)
from .model.outgoing import NOT_DECIDED

Mode = Literal["bot", "human"]

SAID_KEPT = 16  # automatic answers and questions that a conversation remembers...
SAID_MS = Millis(86_400_000)  # ... and for how long, in ms
OPTED_OUT_KEPT = 12
CHOSEN_KEPT = 3
SPOKEN_KEPT = 20  # automatic messages that a head counts against loops (`decision.loop_signs`)
# Kinds of a customer's messages that are no written words: a pressed Get started, a reaction to a message of ours.
PRESSED, REACTION = "start", "reaction"
# Beside a message of ours: what a button brings back, a blank, its words; and the text above them.
OFFERED, ABOVE = "offered", "above"
# Beside a sentence that had words made from the stage's secret: of what they are made again (`stages.secret_words`).
MADE_OF = "made_of"


class PastAnswer(NamedTuple):
    """
    One automatic answer, or (`asked`) a question back: on which intent, about what, and when.

    `about`: the fields that the customer gave, as "name=value", sorted ("order_number=ML204518"). `home`: the
    conversation of the merged person who was answered; "" for the head's own.
    """

    intent: str
    at: int
    about: tuple[str, ...] = ()
    asked: bool = False
    home: str = ""


class Lookup(NamedTuple):
    """
    What the brand's system was last asked for a conversation: `subject` "" where nothing was.

    `key`: `order_numbers.key_of`. `answer`: its fields (`order_numbers.fact_fields`), None while there is none, empty
    where the look-up failed.
    """

    subject: str = ""
    key: str = ""
    answer: Mapping[str, str] | None = None


class HeadBefore(NamedTuple):
    """The values of a head that an automatic answer changes, as they were before the answer."""

    said: tuple[PastAnswer, ...]
    auto_day: str
    auto_count: int
    disclosed_at: Millis
    disclosed_to: str
    asked_intent: str
    asked_wants: str
    asked_with: tuple[str, ...]
    fact: Lookup
    greeted_at: Millis
    menu: tuple[str, ...]
    beside_count: int
    clarified_at: Millis
    clarified: tuple[str, ...]
    heard: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """
    The head of one conversation: at most 4 KB, no list that grows without bound.

    `rev` is the revision that every commit conditions on (optimistic locking). `fence` is a fencing token: it rises
    with each message of a person, and a bot row committed under an older one is never sent. `uncovered_from` is the
    sort key of the oldest message that no decision covers ("" = none).

    Of several merged people one head, the root, speaks for all. `uncovered_in`: the conversations in which unanswered
    messages lie ((): this one). `tree`: a number that every split beneath the root changes. `root_fence`: of a merged
    head, the fence of the one that it was merged into, at that moment.
    """

    conversation_id: ConversationId
    contact_id: ContactId
    rev: int = 0
    mode: Mode = "bot"
    fence: int = 0
    language: str = ""
    ticket_id: str = ""
    uncovered_from: str = ""
    hold_until: Millis = Millis(0)
    hold_gen: int = 0
    held_row: str = ""  # a bot reply still waiting for a second message
    held_before: HeadBefore | None = None  # put back if that reply is cancelled
    held_note: str = ""  # row of the note at the desk about that reply, where it is sent beside a ticket
    asked_intent: str = ""
    asked_wants: str = ""
    asked_with: tuple[str, ...] = ()  # the numbers that a second key is asked for
    looked_up: tuple[str, ...] = ()  # different numbers that were looked up on looked_day
    looked_day: str = ""  # UTC day
    name: str = field(default="", repr=False)  # as the platform told it, where its messages carry none
    name_asked_at: Millis = Millis(0)
    fact: Lookup = field(default_factory=Lookup)
    said: tuple[PastAnswer, ...] = ()  # newest last, at most SAID_KEPT; forgotten when a ticket ends
    wrote_at: Millis = Millis(0)  # when the customer or a person last wrote
    beside_count: int = 0  # automatic messages said beside the open ticket
    auto_day: str = ""  # UTC day that auto_count counts
    auto_count: int = 0
    spoken: tuple[Spoken, ...] = ()  # every automatic message of a day, newest last, at most SPOKEN_KEPT
    disclosed_at: Millis = Millis(0)  # when a message last said in full that an AI assistant sends them
    disclosed_to: str = ""  # the recipient who read it; "" once a person spoke since
    opted_out: tuple[str, ...] = ()  # accounts (`account_of`) that say nothing automatic, at most OPTED_OUT_KEPT
    greeted_at: Millis = Millis(0)  # when a welcome was last said
    heard: tuple[str, ...] = ()  # exceptions whose words were read here, "<millis> <id>", newest last
    menu: tuple[str, ...] = ()  # choices of the last welcome or question, in order, until another message is sent
    clarified_at: Millis = Millis(0)  # when it was last asked which subject the customer means
    clarified: tuple[str, ...] = ()  # the messages that this was asked about, until a person has them
    chosen: tuple[Address, ...] = ()  # where the customer chose to go on, newest last, at most CHOSEN_KEPT
    last_order: int = 0
    last_customer: Mapping[str, int] = field(default_factory=dict)  # recipient key -> platform ms; 6 newest
    message_count: int = 0
    merged_into: str = ""
    uncovered_in: tuple[str, ...] = ()
    tree: int = 0
    root_fence: int = 0
    changed_at: Millis = Millis(0)  # when the last commit was made
    # "<until> <mark>", "" for none: the move that this person was just asked about (`store.moves`), until
    # something else is said, as a bare yes may be to that; and the code that they were asked for (`store.order_codes`).
    moving: str = ""
    code: str = ""

    @property
    def is_new(self) -> bool:
        """Whether nothing was committed yet."""
        return self.rev == 0

    def remembered(self, now: int) -> tuple[PastAnswer, ...]:
        """The automatic answers of the last 24 hours, oldest first."""
        return tuple(said for said in self.said if now - said.at < SAID_MS)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineMessage:
    """One message of a conversation, whoever wrote it. `covered` is the reason of the decision that took it."""

    message_id: MessageId
    author: Author
    address: Address
    text: str = field(repr=False)
    sent_at: Millis
    received_at: Millis
    event_id: str = ""
    public: bool = False
    anchor: str = field(default="", repr=False)  # of an `Answerable`; of a row: what it hung on
    display_name: str = field(default="", repr=False)
    attachments: tuple[str, ...] = ()
    # What became of the attachments that are fetched, by their number (`engine.attachments`).
    media: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    quoting: str = ""  # the message that it answers
    beside: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # (kind, words): product, ad, item, file
    covered: str = ""
    classification: Mapping[str, Any] = field(default_factory=dict)  # of the decision, for `explain`
    state: str = ""  # outbound: sent, failed, unknown, cancelled
    row_id: str = ""
    platform_ids: tuple[str, ...] = ()
    why: Why | None = None
    attempts: int = 0
    error_code: str = ""
    edited_at: Millis = Millis(0)
    deleted: bool = False
    note: bool = False
    kind: str = ""  # outbound: the row's kind; a customer's: PRESSED, REACTION or ""
    covers: tuple[MessageId, ...] = ()
    ticket_id: str = ""
    ttl: int = 0  # when the table lets it go, in seconds since 1970: a comment that asks for nothing; 0: never
    judged: str = ""  # an automatic answer that a judge found not right: the verdict (`quality.precision_proof`)

    @property
    def own_anchor(self) -> str:
        """The anchor, if its channel made one for it; "" where it is only an event's id, and of a reaction."""
        return "" if self.anchor == self.event_id or self.kind == REACTION else self.anchor

    @property
    def decided(self) -> Decided:
        """The decision that made it; one without a reason where no decision did."""
        return self.why if isinstance(self.why, Decided) else NOT_DECIDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """
    What a ticket shows of one message.

    `state`: "" or "edited", "deleted" (its text is gone), "unknown" (whether it arrived). `here_only`: the ticket's own
    message is the only place at its desk where this text of the customer is. `quoting`: the message that it answers,
    `answers` the beginning of its text. `channel`: of merged people alone, whose messages come on several.
    """

    text: str = field(repr=False)
    at: Millis
    by: str
    message_id: str = ""  # "" in tickets of an earlier version
    attachments: tuple[str, ...] = ()  # kinds
    state: str = ""
    here_only: bool = False
    public: bool = False
    quoting: str = ""
    answers: str = field(default="", repr=False)
    beside: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # (kind, words): product, ad, item, file
    channel: str = ""


TicketState = Literal["open", "claimed", "sending", "answered", "failed", "held", "returned", "closed", "settled"]
ENDED = ("returned", "closed", "settled")


class Looked(NamedTuple):
    """One look-up for a ticket, asked at `at`; `answer`: as of a `Lookup`."""

    subject: str
    key: str
    at: int
    answer: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRecord:
    """
    A ticket as stored. `address` is where an answer is sent; `desk_ts` is its message at its desk once it is posted.

    `intent` is what the ticket is about, `suggested_intent` what its suggestion is about; `proved`: the bot might have
    sent it by itself. A suggestion that waits for a look-up has an intent and no text yet. `orders`: what is looked up
    for the agent. `done`: "<millis> <intent>" of automatic answers given before.
    """

    ticket_id: TicketId
    conversation_id: ConversationId
    address: Address
    state: TicketState
    priority: str
    reason: str
    intent: str
    language: str
    created_at: Millis
    public: bool = False
    anchor: str = field(default="", repr=False)  # of the last message
    name: str = field(default="", repr=False)
    quotes: tuple[Quoted, ...] = field(default=(), repr=False)  # newest last, at most 8
    suggestion: str = field(default="", repr=False)
    suggested: int = 0  # `messages` when the suggestion was written
    suggested_intent: str = ""
    proved: bool = False
    detail: str = ""  # of the reason
    grave: bool = False  # nothing automatic is said beside it
    orders: tuple[Looked, ...] = field(default=(), repr=False)
    done: tuple[str, ...] = ()
    promised_until: Millis = Millis(0)  # by when the customer was told that a person answers; 0: they were not
    promised_loosely: bool = False  # only a day or its morning was named
    apologised: bool = False  # for a promise that was not kept
    emergencies: tuple[str, ...] = ()  # kinds that the customer reported: each is answered once with whom to call
    ended_by: str = ""  # who closed it, or gave it back
    probability: int = 0  # per mille
    assignee: str = ""
    first_answer_at: Millis = Millis(0)
    failure: str = ""
    answer: str = field(default="", repr=False)  # what was, or is being, sent
    row_id: str = ""  # the row that carries it
    undo_until: Millis = Millis(0)
    answer_by: Millis = Millis(0)  # when the channel's window closes for a human answer; 0: never
    messages: int = 0  # customer messages shown so far: the stale-reply guard compares it
    waits_since: Millis = Millis(0)  # since when the customer's words wait for a person; 0: nothing waits
    told: int = 0  # reminders of this wait: 1 soon late, 2 late
    rung_at: Millis = Millis(0)  # when somebody was last called because the customer wrote, or will be
    called: int = 0  # how many of those who must hear of a danger were called
    answered_at: Millis = Millis(0)  # when the newest answer of a person was out
    answer_covers: int = 0  # `messages` when `answer` was written
    draft: str = field(default="", repr=False)  # an agent's own words that did not leave
    close_after: bool = False  # to be closed once the answer is out
    window_closed: bool = False  # the channel takes no answer until the customer writes
    snoozed_until: Millis = Millis(0)  # when its agent wants to be reminded: until then it is in no list; 0: now
    corrects: str = ""  # an automatic answer was judged not right, and so: the ticket is there to correct it
    desk_account: str = ""  # "<team>/<channel>"
    desk_ts: str = ""
    joined: str = ""  # the ticket that shows its messages since two people were merged
    asks_same: bool = False  # somebody may be its customer, too: `offers` are read where it is shown
    offers: tuple[Offer, ...] = ()  # not stored
    rev: int = 0

    @property
    def known_order(self) -> dict[str, str]:
        """What the brand's system says of the order that the customer named last; empty where nothing is known."""
        answers = [each.answer for each in self.orders if each.answer is not None]
        return dict(answers[-1]) if answers else {}


MONITOR = "watch"  # who stopped an intent, as stored: the quality monitor, by the refusals it counts...
JUDGES = "judges"  # ... or by the verdicts of judges


@dataclass(frozen=True, slots=True)
class Scope:
    """
    One kill switch. `epoch` is the brand epoch at its last stop; `since`, `by`: when and by whom it was last turned.

    `by` is MONITOR, JUDGES, an agent's id or "command" (a start: who said so). `refused` of `answers`: why the bot
    stopped itself, as many refused, or judged not right.
    """

    stopped: bool
    epoch: int
    since: Millis = Millis(0)
    by: str = ""
    refused: int = 0
    answers: int = 0


def stop_detail(name: str, scope: Scope) -> str:
    """A stop as a ticket keeps it: the detail of the reason "stopped"."""
    return json.dumps([name, scope.epoch, scope.since, scope.by, scope.refused, scope.answers], separators=(",", ":"))


def stop_of_detail(detail: str) -> tuple[str, Scope] | None:
    """The stop that `stop_detail` wrote; None for anything else (a ticket of an earlier version)."""
    if not detail.startswith("["):
        return None
    name, epoch, since, by, refused, answers = json.loads(detail)
    return name, Scope(True, epoch, since, by, refused, answers)  # noqa: FBT003 - it was stopped then


@dataclass(frozen=True, slots=True)
class Control:
    """
    The brand's kill switch. Scopes: "all", "channel:<name>", "intent:<name>", "channel:<name> intent:<name>".

    A bot row is silenced when a scope that matches it is stopped now, or was stopped after the row was committed.
    """

    epoch: int = 0
    scopes: Mapping[str, Scope] = field(default_factory=dict)
    guessed_until: Millis = Millis(0)  # until then no order number is looked up (`quality.number_guessing`)

    def _matching(self, channel: str, intent: str) -> list[tuple[str, Scope]]:
        names = ("all", f"channel:{channel}", f"intent:{intent}", f"channel:{channel} intent:{intent}")
        return [(name, self.scopes[name]) for name in names if name in self.scopes]

    def stop_of(self, channel: str, intent: str) -> tuple[str, Scope] | None:
        """Return the widest stop that silences the bot on this channel about this intent; None when it may speak."""
        return next(((name, scope) for name, scope in self._matching(channel, intent) if scope.stopped), None)

    @property
    def stops(self) -> Mapping[str, Scope]:
        """Everything that is stopped now, the whole brand first."""
        stopped = [name for name, scope in self.scopes.items() if scope.stopped]
        return {name: self.scopes[name] for name in sorted(stopped, key=lambda name: (name != "all", name))}

    def silences_now(self, channel: str, intent: str) -> bool:
        """Whether the bot may not speak on this channel about this intent at all."""
        return self.stop_of(channel, intent) is not None

    def silences_row(self, channel: str, intent: str, row_epoch: int) -> bool:
        """Whether a row committed at `row_epoch` may no longer be sent."""
        return any(scope.stopped or scope.epoch > row_epoch for _, scope in self._matching(channel, intent))


def address_of(channel: str, account_id: str, person_id: str) -> Address:
    """Builds an Address from stored strings."""
    return Address(ChannelName(channel), AccountId(account_id), PersonId(person_id))


def account_of(address: Address) -> str:
    """Return the account that an address writes to: a STOP counts for it, by whichever of the person's ids it came."""
    return f"{address.channel}#{address.account_id}"
