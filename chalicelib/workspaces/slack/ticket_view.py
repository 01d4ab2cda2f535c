"""
A ticket as it is shown: one frozen value with everything that blocks and dialogs need.

`DeskWords.view` builds it from a stored ticket; `blocks` and `modals` only read it. Texts were masked by intake.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Literal

from ...contact_card import Offer as SamePerson
from ...model import AccountId, BrandId, Millis, TicketId
from ...ports import LimitUnit
from ...template_offers import Offer

_NEVER = Millis(0)

TicketState = Literal["open", "claimed", "sending", "answered", "failed", "held", "returned", "closed", "settled"]
TicketPriority = Literal["normal", "high", "urgent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """
    One message of the conversation; `by` is who said it.

    `attachments` are the kinds of its files. `state`: "edited", "deleted" (its text is gone) or "unknown" (whether it
    arrived). `answers`: the beginning of the message that it quotes. `beside`: what else came with it, as (kind,
    words): a product, an ad, items of a basket, a file's name. `channel`: its title, where others are shown too.
    """

    text: str = field(repr=False)
    at: Millis
    by: Literal["customer", "bot", "agent"] = "customer"
    attachments: tuple[str, ...] = ()
    state: Literal["", "edited", "deleted", "unknown"] = ""
    answers: str = field(default="", repr=False)
    beside: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    public: bool = False
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the brand's own system said of the order that the customer named; `status` "" when it did not answer."""

    number: str
    status: str = ""
    carrier: str = ""
    expected_on: str = ""  # ISO date


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketView:
    """
    A ticket as an agent sees it.

    `language` is the team's (the brand's first), `customer_language` the customer's. `reason` is a decision's word
    (docs/triage.md), put into plain words by `wording`; `detail` says more of it. `rev` is the ticket's revision that
    this view shows (it rises with every change), `seen` how many of the customer's messages it shows: both come back
    with every click. `assignee` and `ended_by` are Slack user ids. `time_zone` is the brand's: every time on a ticket
    is in it. `row_id` and `undo_until` are set in state "sending"; `row_id` and `failure` in state "failed", `failure`
    also in "open" and "claimed" when an automatic answer did not arrive. `limit` is how long one answer may be here, in
    `unit` (0: unknown), `answer_by` when the channel's window closes (0: never), `due_at` by when the unanswered
    messages must be answered (0: none wait) and `due_by` what sets that, the brand's target or the window.
    `window_closed`: the channel takes no answer until the customer writes. `snoozed_until`: its agent is reminded then
    (0: not). `draft` is what an agent wrote and did not
    send. `likely`: the guess is more than a doubt; `proved`: the bot would have been allowed to send the suggestion.
    """

    ticket_id: TicketId
    brand: BrandId
    account_id: AccountId
    state: TicketState
    priority: TicketPriority
    language: str
    rev: int
    seen: int
    channel_title: str
    customer_language: str
    quotes: tuple[Quote, ...]
    reason: str
    opened_at: Millis
    customer_name: str = field(default="", repr=False)
    public: bool = False
    time_zone: str = "UTC"
    register: str = ""  # "vous" or "tu", how the brand speaks to its customers in this language
    detail: str = ""
    intent_title: str = ""  # the guess, in the desk's language
    probability: float | None = None
    likely: bool = True
    suggestion: str = field(default="", repr=False)
    suggestion_title: str = ""  # what the suggestion is about, where that is not what the ticket is about
    proved: bool = False
    orders: tuple[Order, ...] = ()
    done: tuple[tuple[Millis, str], ...] = ()  # automatic answers given before: when, and about what
    promised_until: Millis = _NEVER  # what the customer was told about when somebody answers
    assignee: str = ""
    ended_by: str = ""
    answer: str = field(default="", repr=False)  # what was, or is being, sent
    failure: str = ""  # the platform's error code, or a word of ours
    row_id: str = ""
    undo_until: Millis = _NEVER
    due_at: Millis = _NEVER
    due_by: Literal["", "target", "window"] = ""
    answer_by: Millis = _NEVER
    window_closed: bool = False
    snoozed_until: Millis = _NEVER
    draft: str = field(default="", repr=False)
    limit: int = 0
    unit: LimitUnit = "chars"
    file_limit: int = 0  # bytes of one file beside an answer, 0 where none goes with it
    newer: int = 0  # messages that came after the suggestion was written
    sent_row: str = ""  # of the last answer, once it has left
    unsend_ms: int = 0  # how long after that the channel deletes it for everybody; 0: never
    corrects: bool = False  # it is there to correct an automatic answer
    offers: tuple[SamePerson, ...] = ()  # who may be the customer, too
    ways: tuple[tuple[str, str], ...] = ()  # where the customer can be led (`continuing.ways_of`)
    template: Offer | None = None  # how a held answer may go all the same


def suggestion_mark(text: str) -> str:
    """Return 10 hex characters that tell one suggestion from another: a click names the text that it saw."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:10] if text else ""
