"""
Events from outside: what a webhook says, normalised; one class a kind, closed as the union `Incoming`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from .addresses import Address, EventId, Millis

# Characters kept of one message: the longest platform gives half of that, an item takes 400 KB.
TEXT_MOST = 20_000
# A kind of `Message.beside`: why a person alone may answer (a word of ours: "spam", "forged", "third_party" …).
CAUTION = "caution"
SPAM = "spam"  # the platform takes it for that
ANSWERS_US = "answers_us"  # it answers a message of ours, where people take that
# What a caution may be, the gravest first: of several, an agent is shown that one as the reason.
GRAVITY = (
    SPAM,
    "forged",
    "third_party",
    "form",
    "staff",
    "several_senders",
    "list",
    "automatic",
    "no_reply",
    "forwarded",
    "quoted",
    "copied",
    "unproved",
    ANSWERS_US,
)


def gravest_first(cautions: Iterable[str]) -> tuple[str, ...]:
    """Return each caution once, the gravest first; a word that is not known yet before the mildest alone."""
    places = {word: place for place, word in enumerate(GRAVITY)}
    return tuple(sorted(set(cautions), key=lambda word: (places.get(word, len(GRAVITY) - 1.5), word)))


# The post that a comment stands under, as its link: kinds of what comes beside a message (`Surface.comments`).
UNDER, UNDER_AD = "under", "under_ad"
# The customer comes by a link that leads a conversation on: the token's mark (`move_tokens`). A press that says no more
# has it as its payload.
MOVED = "moved"
# The customer names the account in a story of their own, without a word: it is as a thanks.
SHOWN = "story_mention"
TOLD = frozenset({"comments_unreadable", "template_category", "template_category_soon", "token_ends"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file, place or card sent along. `url` may expire: fetch soon or not at all."""

    kind: str
    url: str = field(default="", repr=False)
    platform_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBase:
    """
    What all events share.

    `event_id` is stable over redeliveries and unique per (channel, account). `address.person_id` is always
    the customer, wherever the body names them ("" where it names nobody). `sent_at` is the platform's own
    time, None where it gives none. `target_id` is what the event answers or speaks about (post, message, ticket).
    `alias` is another id of the same person on the same account, where the body names two.
    """

    LINKS: ClassVar[str] = "same message"  # why two addresses that it names are one person's

    event_id: EventId
    address: Address
    sent_at: Millis | None
    public: bool = False
    target_id: str = ""
    alias: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerable(EventBase):
    """
    An event that is answered. `reply_anchor`: what its channel needs to answer it, beside the address.

    A post's id, a reply address, a connection: the channel that made it alone reads it. It comes back with each answer
    (`OutboundPart.anchor`); where the channel made none, the event's id does.
    """

    reply_anchor: str = field(default="", repr=False)
    # What is verified about who writes, as (`person_keys.Kind`, value): a web chat's signed identity.
    known_as: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def anchor(self) -> str:
        """Return what comes back with an answer."""
        return self.reply_anchor or self.event_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Answerable):
    """A customer wrote."""

    text: str = field(repr=False)
    attachments: tuple[Attachment, ...] = ()
    display_name: str = field(default="", repr=False)
    beside: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # (kind, words): ad, product, item, file, post
    described: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # attributes that the brand's server signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo(EventBase):
    """The account itself wrote: ours when `row_id` is set, or `own_app` (found by its words), else a person."""

    text: str = field(repr=False)
    row_id: str = ""
    own_app: bool = False


ReceiptStatus = Literal["sent", "delivered", "read", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(EventBase):
    """The platform's report on a message of ours: named by `row_id`, by `platform_id`, or all up to `watermark`."""

    status: ReceiptStatus
    row_id: str = ""
    platform_id: str = ""
    watermark: Millis | None = None
    error_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit(EventBase):
    """The customer changed message `target_id`."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion(EventBase):
    """The customer took message `target_id` back: its text must be removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction(EventBase):
    """An emoji on message `target_id`; "" takes it away."""

    emoji: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postback(Answerable):
    """The customer pressed a button of ours; `payload` is what we put into it."""

    payload: str = ""
    title: str = field(default="", repr=False)
    beside: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # as of a Message


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut(EventBase):
    """The customer wants no more messages (STOP), or wants them again (`undone`)."""

    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChange(EventBase):
    """The customer is reached at `alias` from now on: a new telephone number."""

    LINKS: ClassVar[str] = "changed number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover(EventBase):
    """Another app took or gave the thread."""

    to_us: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNotice(EventBase):
    """
    A notice of the platform about the account itself (token revoked, policy, quality).

    Of those in TOLD the team is told, once for each event id; others are only counted. After a colon may stand what it
    is about, each with a colon before it.
    """

    notice: str = ""

    @property
    def told(self) -> bool:
        """Whether the team is told of it."""
        return self.notice.partition(":")[0] in TOLD


AgentVerb = Literal[
    "reply", "send_close", "hold", "undo", "retry", "claim", "take_over", "note", "close", "give_back",
    "stop_brand", "start_brand", "start_intent", "hide", "unhide", "send_template", "unsend",
    "answer_comment", "write_privately", "like", "answer_equal", "link", "refuse_link", "unlink", "merge",
    "continue_on",
]  # fmt: skip
# Of these `target_id` is a comment's message. `text`: why it is hidden; or the words, "" for one of the playbook's
# wordings, of which `row_id` is then the mark. Of "answer_equal" `target_id` is the place of a digest, `text` the
# subject and language of its equal questions.
ABOUT_A_COMMENT: tuple[AgentVerb, ...] = ("hide", "unhide", "answer_comment", "write_privately", "like")
ABOUT_COMMENTS: tuple[AgentVerb, ...] = (*ABOUT_A_COMMENT, "answer_equal")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFile:
    """A file that an agent put beside an answer, as the workspace has it: `size` and `name` are its word for them."""

    platform_id: str
    url: str = field(repr=False)
    name: str = field(repr=False)
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentAction(EventBase):
    """
    An agent acted on ticket `target_id` (buttons, modals, commands). `text` for reply, note and take_over (why).

    Of send_template `text` is the mark of the offer that was seen, of continue_on where to. `files`: what is to be sent
    with a reply. Who is one with whom was decided at once (`store.same_person`): of link, refuse_link, unlink and merge
    the ticket says so.
    """

    verb: AgentVerb
    agent_id: str
    text: str = field(default="", repr=False)
    row_id: str = ""
    seen_rev: int = 0  # what the agent had before their eyes when they wrote
    files: tuple[AgentFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentReply(EventBase):
    """An agent typed in a ticket's thread: a note, never sent. `thread_id` is the thread, `target_id` the message."""

    text: str = field(repr=False)
    agent_id: str
    thread_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake(EventBase):
    """A platform checks that the URL is ours (challenge in the body)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored(EventBase):
    """
    An event that changes nothing here; `reason` is a word of ours (never content).

    STANDBY: another app of the brand holds this conversation, and answers there.
    """

    STANDBY: ClassVar[str] = "standby"

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MalformedBody(EventBase):
    """A body that is no event at all."""

    reason: str = ""


Incoming = (
    Message
    | Echo
    | Receipt
    | Edit
    | Deletion
    | Reaction
    | Postback
    | OptOut
    | AddressChange
    | Handover
    | AccountNotice
    | AgentAction
    | AgentReply
    | Handshake
    | Ignored
    | MalformedBody
)
