"""Ids (of a brand, a contact, an account …), addresses and raw HTTP: what every other type is made of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NewType

BrandId = NewType("BrandId", str)
ChannelName = NewType("ChannelName", str)
AccountId = NewType("AccountId", str)  # the platform's id of a brand's account (page, phone number, user)
AccountKey = NewType("AccountKey", str)  # opaque key in the webhook URL
PersonId = NewType("PersonId", str)  # the platform's account-scoped id of a customer
ContactId = NewType("ContactId", str)
ConversationId = NewType("ConversationId", str)
EventId = NewType("EventId", str)  # unique per (channel, account)
MessageId = NewType("MessageId", str)  # "<conversation id>.<sent ms, 13 digits>.<16 hex>": finds its own item
RowId = NewType("RowId", str)  # "<conversation id>.<order>.<recipient key>": finds its own item
TicketId = NewType("TicketId", str)
Millis = NewType("Millis", int)

# Partitions of the table that belong to no brand begin with these words: no brand may be called so (`store.keys`).
RESERVED_BRANDS = frozenset({"acct", "brands"})


@dataclass(frozen=True, slots=True)
class Address:
    """
    Where one person is reached: a channel, the brand's account on it, the person there.

    `desk`: agents read what is sent there. It has queues of its own (`store.row_queues`).
    """

    channel: ChannelName
    account_id: AccountId
    person_id: PersonId = field(repr=False)  # may be a phone number
    desk: bool = False

    @property
    def group(self) -> str:
        """SQS message group and recipient key: 64 hex characters, never the raw ids."""
        raw = f"{self.channel}\0{self.account_id}\0{self.person_id}"
        return hashlib.sha256(raw.encode()).hexdigest()


NOTICES = "notices"  # what is told to a whole team, about no ticket


def at_desk(workspace: str, account: str, place: str) -> Address:
    """Return the address of a ticket (`place`: its id), or of NOTICES, at a desk (`account`) of a workspace."""
    return Address(ChannelName(workspace), AccountId(account), PersonId(place), desk=True)


@dataclass(frozen=True, slots=True)
class Request:
    """
    An HTTP request as received. Header names are lower case; repeated headers keep every value.

    `urls`: the addresses that it can have been sent to, without query: the stage's own public addresses (never the
    Host header, which the sender writes) with the path. Empty where the stage knows none. `address`: the IP address
    that asks, as API Gateway saw it; "" where nobody does.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, tuple[str, ...]]
    body: bytes = field(repr=False)
    urls: tuple[str, ...] = ()
    address: str = field(default="", repr=False)


def posted(body: bytes, path: str = "/") -> Request:
    """Return a POST of which only the body is known: one that was parked, or that lies in a file."""
    return Request("POST", path, {}, {}, body)


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer; the body is text (plain or JSON), or a file's bytes (`content`)."""

    status: int
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = field(default=b"", repr=False)

    @property
    def said(self) -> str | bytes:
        """Return the file's bytes, else the text."""
        return self.content or self.body
