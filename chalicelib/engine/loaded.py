"""
The loaded state of one event's conversation: its head, ticket and unanswered messages, and all further reads.

Each read has a key. A read that was not made yet raises Missing: the engine's loop (`stages.process`) makes the read
and starts the decision again, so nothing in it waits, and a decision is a function of what is known.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..conversation import Control, Conversation, TicketRecord, TimelineMessage
from ..model import Address, BrandId, ContactId, ConversationId, Millis, OutboxRow
from ..playbook.schema import Playbook
from ..ports import Scorer
from ..store.items import Item
from ..store.judged_answers import JudgedAnswer
from ..store.keys import Key
from ..store.roots import Home


class Need(NamedTuple):
    """What is to be read, in this order, before the event can be decided on."""

    reads: Sequence[Read]


class Missing(Exception):
    """The decision needs these reads."""

    def __init__(self, keys: Sequence[Read]) -> None:
        super().__init__(keys)
        self.keys = tuple(keys)


class Read(NamedTuple):
    """The key of a read: its name (`stages.reads`) and its arguments."""

    name: str
    of: tuple[Hashable, ...] = ()


def together(*asked: Callable[[], object]) -> None:
    """Ask for several reads at once: they are made in one round where none needs another's answer."""
    missing: list[Read] = []
    for ask in asked:
        try:
            ask()
        except Missing as found:
            missing += found.keys
    if missing:
        raise Missing(missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """
    One conversation as read at one moment; `uncovered` are the customer's messages that no decision covers.

    `identity`: an address to be created with it; `links`: more of them. `merged_home`: the home of the event's address,
    which is another than the conversation's where somebody was merged. `found`: the results of all further reads.
    """

    brand: BrandId
    conversation: Conversation
    ticket: TicketRecord | None
    uncovered: tuple[TimelineMessage, ...]
    identity: Address | None = None
    links: tuple[Address, ...] = ()
    merged_home: Home | None = None
    found: Mapping[Read, Any] = field(default_factory=dict)

    def _of(self, name: str, *of: Hashable) -> Any:
        return self._all(Read(name, of))[0]

    def _all(self, *keys: Read) -> list[Any]:
        missing = [key for key in dict.fromkeys(keys) if key not in self.found]
        if missing:
            raise Missing(missing)
        return [self.found[key] for key in keys]

    @property
    def home(self) -> Home:
        """Return the contact and the conversation under which what this event brings is kept."""
        return self.merged_home or Home(self.conversation.contact_id, self.conversation.conversation_id)

    @property
    def contacts(self) -> tuple[ContactId, ...]:
        """Return the contact that speaks for the person, and that of the event's address where that is another."""
        return tuple(dict.fromkeys((self.conversation.contact_id, self.home.contact_id)))

    # --- messages -----------------------------------------------------------------------------

    def message(self, message_id: str) -> TimelineMessage | None:
        """Return a stored message."""
        found: TimelineMessage | None = self._of("message", message_id)
        return found

    def messages(self, message_ids: Sequence[str]) -> list[TimelineMessage]:
        """Return those of these messages that are stored and were not deleted."""
        found = self._all(*(Read("message", (message_id,)) for message_id in message_ids))
        return [message for message in found if message is not None and not message.deleted]

    def marker(self, address: Address, event_id: str) -> Item | None:
        """Return what an event of this account became."""
        found: Item | None = self._of("marker", address.channel, address.account_id, event_id)
        return found

    def item(self, key: Key) -> Item | None:
        """Return one item as stored."""
        found: Item | None = self._of("item", key)
        return found

    def counted(self, low: Key, most: int) -> int:
        """Return how many items there are whose keys begin like this one, `most` at most."""
        found: int = self._of("counted", low, most)
        return found

    def root_of(self, conversation_id: str) -> str:
        """Return the conversation whose head speaks for this one; "" where there is none any more."""
        found: str = self._of("root_of", conversation_id)
        return found

    def addresses(self, contact_id: str) -> tuple[tuple[Address, ConversationId], ...]:
        """Return the addresses of a person, of those merged into them too, each with its home conversation."""
        found: tuple[tuple[Address, ConversationId], ...] = self._of("addresses", contact_id)
        return found

    def latest(self, conversation_id: ConversationId, limit: int) -> list[TimelineMessage]:
        """Return a conversation's newest messages, oldest first."""
        found: list[TimelineMessage] = self._of("latest", conversation_id, limit)
        return found

    def messages_from(
        self, conversation_id: str, sk: str, limit: int = 40, *, after: str = ""
    ) -> list[TimelineMessage]:
        """Return a conversation's messages from a sort key on, oldest first. `after`: what is read before them."""
        found: list[TimelineMessage] = self._of("messages_from", conversation_id, sk, limit, after)
        return found

    # --- tickets and rows ---------------------------------------------------------------------

    def other_ticket(self, ticket_id: str) -> TicketRecord | None:
        """Return a ticket that is not the conversation's open one."""
        found: TicketRecord | None = self._of("ticket", ticket_id)
        return found

    def tickets(self, ticket_ids: Sequence[str]) -> dict[str, TicketRecord | None]:
        """Return these tickets by their ids."""
        return dict(zip(ticket_ids, self._all(*(Read("ticket", (each,)) for each in ticket_ids)), strict=True))

    def open_row(self, row_id: str) -> OutboxRow | None:
        """Return an unfinished row; None when it is finished or never was."""
        found: OutboxRow | None = self._of("open_row", row_id)
        return found

    def open_rows(self, recipient: str) -> list[OutboxRow]:
        """Return a recipient's unfinished rows, oldest first."""
        found: list[OutboxRow] = self._of("open_rows", recipient)
        return found

    def waiting(self, recipients: Sequence[str]) -> list[list[OutboxRow]]:
        """Return the unfinished rows of each of these recipients."""
        return self._all(*(Read("open_rows", (each,)) for each in recipients))

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

    def move_mark(self, seed: str, channel: str) -> str:
        """Return the mark of the token that is made of this; "" where the stage has no secret to make one."""
        found: str = self._of("move_mark", seed, channel)
        return found

    def code_is_right(self, mark: str, typed: str) -> bool:
        """Return whether this is the code."""
        found: bool = self._of("code_is_right", mark, typed)
        return found

    def keyed(self, kind: str, value: str) -> str:
        """Return the keyed digest of a value (`person_keys`); "" where the stage has no secret."""
        found: str = self._of("keyed", kind, value)
        return found

    # --- how an intent is doing ---------------------------------------------------------------

    def refusals(self, intent: str, epoch: int, now: Millis) -> list[Item]:
        """Return who refused an intent's answers since it was last started, oldest first."""
        found: list[Item] = self._of("refusals", intent, epoch, now)
        return found

    def answers(self, intent: str, epoch: int, now: Millis) -> dict[str, int]:
        """Return how often an intent was answered since it was last started, by day."""
        found: dict[str, int] = self._of("answers", intent, epoch, now)
        return found

    def judged(self, intent: str, since: Millis) -> list[JudgedAnswer]:
        """Return the judged answers of an intent since then, oldest first."""
        found: list[JudgedAnswer] = self._of("judged", intent, since)
        return found

    # --- writes whose result is decided on: made once, as a read is ---------------------------

    def with_verdict(self, line: Key, judge: str, verdict: str) -> JudgedAnswer | None:
        """Return a judged line, with this judge's verdict stored; None: there is no such line."""
        found: JudgedAnswer | None = self._of("with_verdict", line, judge, verdict)
        return found

    def stopped(self, scope: str, since: Millis, by: str, refusals: tuple[int, int], epoch: int) -> Control:
        """Return the kill switch, with this scope stopped unless that was done after `epoch` (`Table.switch`)."""
        found: Control = self._of("stopped", scope, since, by, refusals, epoch)
        return found

    def lookups_blocked(self, until: Millis, now: Millis) -> Control:
        """Return the kill switch, with look-ups blocked until then unless they are blocked now."""
        found: Control = self._of("braked", until, now)
        return found
