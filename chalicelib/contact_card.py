"""
What an agent is shown of a person: the card, and whom they may be one with. Values only.

Nothing of it is stored: it is read when somebody looks. The bot never reads one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .model import ContactId, Millis

Tie = Literal["own", "linked", "suggested"]
Kept = Literal["kept", "missed", "waits", "unanswered"]  # "unanswered": the ticket ended without an answer


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two may be one: a kind of evidence (`store.links.Kind`), and since when."""

    kind: str
    at: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """
    Somebody who may be the same person, as a ticket's line shows it: where they write, and why; no name.

    `mark` names it when a button comes back; other evidence gives another one.
    """

    mark: str
    channels: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """
    One contact on a card: a name, and the channels that it is of.

    `tie`: whether it is the person's own (the first one, or merged with it), linked for agents, or suggested. Of the
    last two `mark` and `reasons` are an Offer's; `by`, `at`: who linked them, and when.
    """

    name: str = field(repr=False)
    channels: tuple[str, ...]
    tie: Tie = "own"
    mark: str = ""
    reasons: tuple[Reason, ...] = ()
    by: str = ""
    at: Millis = Millis(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket:
    """An open ticket of the person, or of who is linked with them."""

    intent: str
    state: str
    assignee: str
    desk_account: str
    desk_ts: str
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """By when the customer was last told that a person answers, and whether that was so."""

    until: Millis
    kept: Kept


@dataclass(frozen=True, slots=True)
class CardOrder:
    """An order that the person named; `status` "" where it was not looked up or nothing is known."""

    number: str = field(repr=False)
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAttribute:
    """What the brand lets be known of the person: as agents call it, its value, what for, and until when it is kept."""

    title: str
    value: str = field(repr=False)
    purpose: str
    until: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCard:
    """One person as an agent sees them. `contact_id`: who they are now. `writes`: their language, "" not known."""

    contact_id: ContactId
    language: str  # the desk's
    time_zone: str
    now: Millis
    writes: str = ""
    faces: tuple[Face, ...] = ()
    tickets: tuple[OpenTicket, ...] = ()
    promise: Promise | None = None
    orders: tuple[CardOrder, ...] = ()
    attributes: tuple[CardAttribute, ...] = ()
    more: bool = False  # there is more of the person than is shown
