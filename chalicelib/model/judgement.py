"""What is concluded about a message: its classification (intent, state, signals), the decision, and autonomy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from .addresses import MessageId, Millis


class Urgency(StrEnum):
    """How soon a human should look; critical: threats, safety, legal, fraud, a vulnerable person."""

    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class Sentiment(StrEnum):
    """The tone of one message."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Autonomy(StrEnum):
    """How far the bot may go for an intent."""

    OFF = "off"
    SHADOW = "shadow"
    SUGGEST = "suggest"
    AUTO = "auto"


class State(StrEnum):
    """The state of a customer's case: which ones a standard answer is right for, and which need a person."""

    FIRST_QUESTION = "first_question"
    ALREADY_TRIED = "already_tried"  # what the answer would say was done, without success
    OVERDUE = "overdue"  # later than was promised
    FOLLOW_UP = "follow_up"  # on something that is open already
    DISPUTED = "disputed"  # a sum or a fact
    PART = "part"  # only a part of it came, was refunded, is meant
    ACCOUNT_BLOCKED = "account_blocked"  # or taken over
    STATEMENT = "statement"  # tells, and asks for nothing
    THANKS_OR_CLOSING = "thanks_or_closing"
    ANSWERS_QUESTION = "answers_question"  # that somebody else asked
    DECLARATION = "declaration"  # has legal effect: withdrawal, formal notice, warranty claim, own data
    BEREAVEMENT = "bereavement"


class Signal(StrEnum):
    """What a text says beside its subject, each detected by itself; the first four are urgent."""

    DANGER = "danger"  # to people
    LAW = "law"  # or an authority
    FRAUD = "fraud"  # or an account taken over
    VULNERABLE = "vulnerable"
    LEAVING = "leaving"  # threatens to leave, or to tell in public
    ANGER = "anger"
    WANTS_HUMAN = "wants_human"
    SEVERAL = "several"  # questions


# The states that each intent's answer is good for; one that is not named serves a first question alone.
Serves = Mapping[str, frozenset[State]]
FIRST_ONLY = frozenset({State.FIRST_QUESTION})
SERVES_FIRST: Serves = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """
    What the model reads in one text. `intent` is None where out of scope.

    `guess` is the likeliest intent whatever the threshold, for agents. `sure` is the model's own verdict: probability
    >= `bound`, energy >= floor, language known. `proof` says on what data the threshold rests. `state` is the likeliest
    state of the case (None: not told), a hint for an agent; `signals` those heads that are over their thresholds.
    """

    language: str  # ISO 639-1, or "unknown"
    intent: str | None
    guess: str
    probability: float  # that an answer to `guess` would be right: subject and state together
    subject_probability: float  # that `guess` is the subject, in whatever state the case is
    bound: float
    energy: float
    danger: float  # 0 to 1: how much it reads like a complaint, a critical moment or a wish for a person
    out_of_scope: bool
    sure: bool
    several: bool  # more than one question in the text
    urgency: Urgency
    sentiment: Sentiment
    wants_human: bool
    proof: str  # "proved" or "not yet: 92 of 114"
    model: str  # "<name>@<first 12 hex of the bundle's checksum>"
    beside: str = ""  # why the text is not sure: "settled", "partial", "upset", "long"
    unwritten: str = ""  # the intent, if the brand's playbook has no text for it
    state: State | None = None
    state_probability: float = 0.0
    signals: frozenset[Signal] = frozenset()
    choices: tuple[str, ...] = ()  # intents among which the right one is, as far as that is proved; () where it is not


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionBase:
    """
    What every decision carries: its reason (a word from docs/triage.md) and the messages it covers.

    `exception_ids`: the exceptions (`playbook.bulletin`) whose text the message begins with.
    """

    covers: tuple[MessageId, ...]
    reason: str
    exception_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(DecisionBase):
    """Answer at once with the playbook's words; `wait_ms` leaves room for a second message."""

    intent: str
    language: str
    text: str = field(repr=False)
    wait_ms: int = 0
    missed: bool = False  # it says that the brand's system knows no such number


@dataclass(frozen=True, slots=True)
class Buttons:
    """A menu's choices as buttons: the text above them, and the title of each."""

    text: str = field(repr=False)
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(DecisionBase):
    """
    A guided step: ask for `wants` (for example an order number) and wait for it.

    `given`: the values that are known already, where a second key is asked for. `menu`: the choices, where the question
    is which subject is meant; then there is no `intent` yet and nothing else is wanted. `buttons`: how they are said
    where a channel shows them.
    """

    intent: str
    language: str
    wants: str
    text: str = field(repr=False)
    wait_ms: int = 0
    given: tuple[str, ...] = ()
    menu: tuple[str, ...] = ()
    buttons: Buttons | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket(DecisionBase):
    """
    Work for a human. `suggestion` is ready to send; `acknowledge` is the text that the customer gets, "" for none.

    `detail` says more of the reason. `suggested_intent`: what the suggestion is about; `proved`: the model was sure
    enough of it for an automatic answer. `promised_until`: by when that text promises an answer of a person (0: it
    promises none), `promised_loosely`: it names only a day or its morning. `apology`: an earlier promise was not kept.
    """

    priority: Literal["normal", "high", "urgent"]
    intent: str | None
    language: str
    detail: str = ""
    suggestion: str = field(default="", repr=False)
    suggested_intent: str = ""
    proved: bool = False
    acknowledge: str = field(default="", repr=False)
    promised_until: Millis = Millis(0)
    promised_loosely: bool = False
    apology: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Greet(DecisionBase):
    """A welcome that names some choices (`menu`: intents, the last a person), held for `wait_ms`."""

    language: str
    menu: tuple[str, ...]
    text: str = field(repr=False)
    buttons: Buttons | None = None  # how the choices are said where a channel shows them
    wait_ms: int = 0
    show_typing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent(DecisionBase):
    """The customer wants no automatic words here any more, or wants them again (`undone`); `text` confirms it."""

    language: str
    undone: bool
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(DecisionBase):
    """Nothing yet: wait until `until` for more text, or for a look-up (`subject`, `key`) to be answered."""

    until: Millis
    subject: str = ""
    key: str = ""
    show_typing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore(DecisionBase):
    """No answer: the covered messages need none (thanks, a reaction, a conversation that a person has)."""


# What a public comment is (`decision.comments`): "case" is a ticket, the others are not.
CommentKind = Literal["nothing", "question", "case", "read", "manager", "hide"]
# Why a comment may be hidden. A closed list: criticism and sarcasm are no value of it.
HideReason = Literal["spam", "phishing", "false_service", "hate", "personal_data"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gather(DecisionBase):
    """
    No ticket and no answer: a public comment, which its post's digest counts, or shows to whoever looks after it.

    `intent`: what a question asks about, where the playbook has words for it. `hide`: why it may be hidden.
    """

    kind: CommentKind
    intent: str = ""
    hide: HideReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(DecisionBase):
    """The customer wants to go on elsewhere: they are given a link that leads to this channel of the brand."""

    language: str
    channel: str


Decision = Reply | Ask | Ticket | Greet | Consent | Hold | Ignore | Gather | Move
