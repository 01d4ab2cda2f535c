"""
What the engine knows of one event's conversation: its head, ticket and unanswered messages, and every read since.

Each read has a key: what is read, and of what.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..conversation import Control, Conversation, TicketRecord, TimelineMessage
from ..model import Address, BrandId, ConversationId, Millis, OutboxRow
from ..playbook.schema import Playbook
from ..ports import Scorer
from ..store.items import Item
from ..store.keys import Key
from ..store.proofs import Line
from .watch import Day


class Read(NamedTuple):
    """The key of a read: its name (`reading`) and what it is asked for."""

    name: str
    of: tuple[Hashable, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """
    One conversation as read at one moment; `uncovered` are the customer's messages that no decision covers.

    `identity`: an address to be created with it; `links`: more of them. `made`: all further reads, in their order.
    """

    brand: BrandId
    conversation: Conversation
    ticket: TicketRecord | None
    uncovered: tuple[TimelineMessage, ...]
    identity: Address | None = None
    links: tuple[Address, ...] = ()
    read: Callable[[Read], Any] = field(default=lambda _: None, compare=False)
    made: list[tuple[Read, Any]] = field(default_factory=list)

    def _of(self, name: str, *of: Hashable) -> Any:
        key = Read(name, of)
        found = self.read(key)
        self.made.append((key, found))
        return found

    # --- messages -----------------------------------------------------------------------------

    def message(self, message_id: str) -> TimelineMessage | None:
        """Return a stored message."""
        found: TimelineMessage | None = self._of("message", message_id)
        return found

    def marker(self, address: Address, event_id: str) -> Item | None:
        """Return what an event of this account became."""
        found: Item | None = self._of("marker", address.channel, address.account_id, event_id)
        return found

    def item(self, key: Key) -> Item | None:
        """Return one item as stored."""
        found: Item | None = self._of("item", key)
        return found

    def latest(self, conversation_id: ConversationId, limit: int) -> list[TimelineMessage]:
        """Return a conversation's newest messages, oldest first."""
        found: list[TimelineMessage] = self._of("latest", conversation_id, limit)
        return found

    def messages_from(self, conversation_id: ConversationId, sk: str, limit: int = 40) -> list[TimelineMessage]:
        """Return a conversation's messages from a sort key on, oldest first."""
        found: list[TimelineMessage] = self._of("messages_from", conversation_id, sk, limit)
        return found

    # --- tickets and rows ---------------------------------------------------------------------

    def other_ticket(self, ticket_id: str) -> TicketRecord | None:
        """Return a ticket that is not the conversation's open one."""
        found: TicketRecord | None = self._of("ticket", ticket_id)
        return found

    def open_row(self, row_id: str) -> OutboxRow | None:
        """Return an unfinished row; None when it is finished or never was."""
        found: OutboxRow | None = self._of("open_row", row_id)
        return found

    def open_rows(self, recipient: str) -> list[OutboxRow]:
        """Return a recipient's unfinished rows, oldest first."""
        found: list[OutboxRow] = self._of("open_rows", recipient)
        return found

    def finished_row(self, row_id: str) -> TimelineMessage | None:
        """Return what a finished row became."""
        found: TimelineMessage | None = self._of("finished_row", row_id)
        return found

    # --- the brand ----------------------------------------------------------------------------

    def playbook(self) -> Playbook:
        """Return the brand's texts and rules."""
        found: Playbook = self._of("playbook")
        return found

    def scorer(self) -> Scorer:
        """Return the brand's classifier, which is pure."""
        found: Scorer = self._of("scorer")
        return found

    def control(self, *, fresh: bool = True) -> Control:
        """Return the brand's kill switch; `fresh` as in `Table.control`."""
        found: Control = self._of("control", fresh)
        return found

    def kept(self, priority: str) -> int | None:
        """Return within how many opening minutes nine of ten tickets of this priority were answered lately."""
        found: int | None = self._of("kept", priority)
        return found

    def cap(self, subject: str, day: str) -> dict[int, int]:
        """Return the slots that are taken under a daily cap, by shard."""
        found: dict[int, int] = self._of("cap", subject, day)
        return found

    # --- how an intent is doing ---------------------------------------------------------------

    def refusals(self, intent: str, epoch: int, now: Millis) -> list[Item]:
        """Return who refused an intent's answers since it was last started, oldest first."""
        found: list[Item] = self._of("refusals", intent, epoch, now)
        return found

    def days(self, intent: str, epoch: int, now: Millis) -> list[Day]:
        """Return an intent's answers and refusals since it was last started, by day."""
        found: list[Day] = self._of("days", intent, epoch, now)
        return found

    def judged(self, intent: str, since: Millis) -> list[Line]:
        """Return the judged answers of an intent since then, oldest first."""
        found: list[Line] = self._of("judged", intent, since)
        return found

    # --- writes whose result is decided on: made once, as a read is ---------------------------

    def with_verdict(self, line: Key, judge: str, verdict: str) -> Line | None:
        """Return a judged line, with this judge's verdict stored; None: there is no such line."""
        found: Line | None = self._of("with_verdict", line, judge, verdict)
        return found

    def stopped(self, scope: str, since: Millis, by: str, refusals: tuple[int, int], epoch: int) -> Control:
        """Return the kill switch, with this scope stopped unless that was done after `epoch` (`Table.switch`)."""
        found: Control = self._of("stopped", scope, since, by, refusals, epoch)
        return found

    def braked(self, until: Millis, now: Millis) -> Control:
        """Return the kill switch, with look-ups blocked until then unless they are blocked now."""
        found: Control = self._of("braked", until, now)
        return found
