"""
What our queues carry between our own workers, one class a message: `store.bodies` writes and reads them.

A notification names whom or what it is about, never an order of what to send: the worker reads that from the table.
"""

from __future__ import annotations

from dataclasses import dataclass

from .addresses import AccountId, Address, BrandId, ChannelName, ConversationId, Millis
from .internal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """An event for process, or for receipts."""

    brand: BrandId
    event: Event
    received_at: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsDue:
    """Rows of `recipient` (`keys.recipient`) may be sent, and of those in `also`."""

    brand: BrandId
    recipient: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationLookup:
    """
    What the brand's system is to be asked for a conversation that waits.

    Its hold's `generation` and `until` tell this look-up from an earlier one: generations start again after an erasure,
    times do not.
    """

    conversation_id: ConversationId
    subject: str
    key: str
    generation: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerWaits:
    """Show a customer that an answer to `anchor` is being written, and look up what the conversation waits for."""

    brand: BrandId
    recipient: str
    address: Address
    anchor: str
    look_up: ConversationLookup | None = None


CODE_SUBJECT = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLookup:
    """
    Ask the brand's system what a ticket's agent needs to know; asked `since` then. No answer waits for it.

    Of the subject CODE_SUBJECT `ticket_id` is a code's mark: it is asked where that order's customer is reached.
    """

    brand: BrandId
    ticket_id: str
    subject: str
    key: str
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileLookup:
    """Ask the platform for a customer's name; asked `since` then. No answer waits for it."""

    brand: BrandId
    address: Address
    conversation_id: ConversationId
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PassDue:
    """
    The next pass over an account's paced queue is due (`stages.paced_queue`).

    `until`: the closing time that it belongs to. `next_at`: when the account may be asked again. `last`: one more look
    for rows that arrived while the queue closed.
    """

    brand: BrandId
    channel: ChannelName
    account_id: AccountId
    until: Millis
    due: Millis
    next_at: Millis | None = None
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOver:
    """A conversation has waited long enough. `conversation_id`: None where the sweep found it."""

    brand: BrandId
    generation: int
    until: int
    address: Address
    conversation_id: ConversationId | None = None


OutboxMessage = RowsDue | CustomerWaits | TicketLookup | ProfileLookup
DeskMessage = RowsDue | PassDue
TimerMessage = RowsDue | PassDue | HoldOver
