"""
One brand's part of the table: one method an access pattern.

Built for one brand, so no method can cross brands (multi-tenancy). Every read that a decision rests on is consistent.
Writes that move an outbox row live in `rows`; the commit of a decision in `commit`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..conversation import Control, Conversation, Scope, TicketRecord, TimelineMessage
from ..errors import Conflict
from ..model import Address, BrandId, ContactId, ConversationId, MessageId, Millis, OutboxRow, RowId
from . import items, keys, open_index, wire, writes
from .items import Item
from .keys import Key
from .writes import LOST, Beside, Lost

MARKER_DAYS = 45
DAY_MS = 86_400_000
BATCH = 100  # items that one request reads
PUSHED = "push"  # what a version is that a whole file made


class Table(writes.Writer):
    """The items of one brand."""

    def __init__(self, client: Any, name: str, brand: BrandId) -> None:
        super().__init__(client, name)
        self.brand = brand

    # --- single items -------------------------------------------------------------------------

    def get(self, key: Key, *, fresh: bool = True) -> Item | None:
        """
        Return one item, or None. `fresh`: consistent; else eventually consistent (about a second), for half the price.

        Raises Newer, as every read here does, for an item of a later version.
        """
        answer = self.client.get_item(TableName=self.name, Key=writes.place(key), ConsistentRead=fresh)
        return items.readable(wire.from_avs(answer["Item"])) if "Item" in answer else None

    def get_all(self, wanted: Sequence[Key]) -> list[Item]:
        """Return those of these items that there are, in this order, eventually consistent; a request a hundred."""
        found: dict[Key, Item] = {}
        for start in range(0, len(wanted), BATCH):
            asked: Any = {self.name: {"Keys": [writes.place(key) for key in wanted[start : start + BATCH]]}}
            while asked:  # AWS may leave some for another request: 16 MB, or a table that is throttled
                answer = self.client.batch_get_item(RequestItems=asked)
                for item in map(wire.from_avs, answer["Responses"].get(self.name, ())):
                    found[Key(item["pk"], item["sk"])] = items.readable(item)
                asked = answer.get("UnprocessedKeys")
        return [found[key] for key in wanted if key in found]

    def put(self, key: Key, item: Item) -> None:
        """Write one whole item."""
        self.write(writes.put(key, item))

    def query(
        self, pk: str, low: str, high: str, *, limit: int = 100, newest_first: bool = False, fresh: bool = True
    ) -> list[tuple[str, Item]]:
        """Return at most `limit` items of a partition with low <= sk <= high, as (sk, item); `fresh` as in `get`."""
        found: list[tuple[str, Item]] = []
        start: Mapping[str, Any] | None = None
        while len(found) < limit:
            answer = self.client.query(
                TableName=self.name,
                KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
                ExpressionAttributeValues=wire.to_avs({":pk": pk, ":low": low, ":high": high}),
                ConsistentRead=fresh,
                Limit=limit - len(found),
                ScanIndexForward=not newest_first,
                **({"ExclusiveStartKey": start} if start else {}),
            )
            found += [(item["sk"], item) for item in map(items.readable, map(wire.from_avs, answer["Items"]))]
            start = answer.get("LastEvaluatedKey")
            if not start:
                break
        return found

    def under(self, pk: str, prefix: str, *, limit: int = 100, newest_first: bool = False) -> list[tuple[str, Item]]:
        """Return at most `limit` items of a partition whose sk begins with a prefix, as `query` does."""
        return self.query(pk, prefix, prefix + "~", limit=limit, newest_first=newest_first)

    # --- people and conversations -------------------------------------------------------------

    def identity(self, address: Address) -> tuple[ContactId, ConversationId] | None:
        """Return contact and conversation of an address, or None when it was never seen."""
        item = self.identity_item(address)
        return (ContactId(item["contact_id"]), ConversationId(item["conversation_id"])) if item else None

    def identity_item(self, address: Address) -> Item | None:
        """Return what is stored of an address: its home, and perhaps a hint where that was merged to (`roots`)."""
        return self.get(keys.identity(self.brand, address))

    def contact(self, contact_id: str) -> Item | None:
        """Return a contact's item: conversation_id, name, language."""
        return self.get(keys.contact(self.brand, contact_id))

    def memberships(self, contact_id: str) -> list[Item]:
        """Return the addresses of a contact."""
        pk = keys.contact(self.brand, contact_id).pk
        return [item for _, item in self.under(pk, keys.MEMBERSHIP_PREFIX)]

    def head(self, conversation_id: ConversationId) -> Conversation | None:
        """Return the head of a conversation, or None."""
        item = self.get(keys.head(self.brand, conversation_id))
        return items.conversation(item) if item else None

    def messages_from(self, conversation_id: ConversationId, sk: str, limit: int = 40) -> list[TimelineMessage]:
        """Return messages from a sort key on, oldest first."""
        pk = keys.head(self.brand, conversation_id).pk
        return [self._message(conversation_id, s, i) for s, i in self.query(pk, sk, keys.MESSAGE_END, limit=limit)]

    def latest(self, conversation_id: ConversationId, limit: int = 20) -> list[TimelineMessage]:
        """Return the newest messages, oldest first."""
        pk = keys.head(self.brand, conversation_id).pk
        found = self.query(pk, keys.MESSAGE_PREFIX, keys.MESSAGE_END, limit=limit, newest_first=True)
        return [self._message(conversation_id, sk, item) for sk, item in reversed(found)]

    def timeline(self, conversation_id: ConversationId) -> Iterator[TimelineMessage]:
        """Yield the whole timeline, oldest first, page by page."""
        low = keys.MESSAGE_PREFIX
        while True:
            page = self.messages_from(conversation_id, low, limit=200)
            yield from page
            if len(page) < 200:
                return
            low = keys.message(self.brand, page[-1].message_id).sk + "!"

    def _message(self, conversation_id: str, sk: str, item: Item) -> TimelineMessage:
        return items.message(item, keys.message_id_from_sk(conversation_id, sk))

    def message(self, message_id: MessageId | str) -> TimelineMessage | None:
        """Return one message by its id. Raises ValueError when that is no message id."""
        item = self.get(keys.message(self.brand, message_id))
        return items.message(item, MessageId(str(message_id))) if item else None

    def marker(self, channel: str, account_id: str, event_id: str) -> Item | None:
        """Return what an event became: conversation_id, message_id, rows, hold."""
        return self.get(keys.marker(self.brand, channel, account_id, event_id))

    # --- tickets ------------------------------------------------------------------------------

    def ticket(self, ticket_id: str) -> TicketRecord | None:
        """Return one ticket, or None."""
        item = self.get(keys.ticket(self.brand, ticket_id))
        return items.ticket(item) if item else None

    def ticket_of_thread(self, desk_account: str, thread_ts: str) -> str | None:
        """Return the ticket of this thread at a desk, or None."""
        item = self.get(keys.thread(self.brand, desk_account, thread_ts))
        return item["ticket_id"] if item else None

    def claim_ticket(self, ticket_id: str, agent_id: str) -> TicketRecord | None:
        """
        Give a ticket to an agent unless somebody has it: one conditional write. Returns the ticket as it now is.

        Compare its `assignee` with the agent to know who won. None when there is no such ticket. If a read shows that
        nothing would change, nothing is written: even a refused write is billed. A held answer stays held: a dialog
        that is submitted again, since the first went unheard, is no new act, and nothing holds it anew.
        """
        stored = self.ticket(ticket_id)
        if stored is None or stored.assignee not in ("", agent_id):
            return stored
        if stored.assignee == agent_id and stored.state in ("claimed", "held"):
            return stored
        # A closed ticket that is claimed is open again.
        change = "SET assignee = :agent, #state = :claimed, open_shard = :shard ADD rev :one"
        free = f"{writes.THERE} AND (attribute_not_exists(assignee) OR assignee = :agent)"
        key = keys.ticket(self.brand, ticket_id)
        values = {"agent": agent_id, "claimed": "claimed", "one": 1, "shard": open_index.shard(self.brand, ticket_id)}
        item = self.written(writes.update(key, change, free, **values))
        return self.ticket(ticket_id) if item is None else items.ticket(item)

    def take_over(self, ticket_id: str, agent_id: str, beside: Beside | None = None) -> bool:
        """
        Give a ticket to an agent, whoever has it. False when there is no such ticket.

        `beside` is told who had it, and who has it now.
        """
        key, change = keys.ticket(self.brand, ticket_id), "SET assignee = :agent ADD rev :one"

        def attempt() -> bool | Lost:
            stored = self.ticket(ticket_id)
            if stored is None or stored.assignee == agent_id:
                return stored is not None
            made = writes.update(key, change, "rev = :rev", agent=agent_id, one=1, rev=stored.rev)
            return self.with_beside(made, beside, stored.assignee, agent_id) or LOST

        return writes.until_done(attempt, "The ticket is being changed by somebody else; try again.")

    # --- the brand ----------------------------------------------------------------------------

    def control(self, *, fresh: bool = True) -> Control:
        """Read the brand's kill switch. `fresh` False: eventually consistent, for callers that check again."""
        return items.control(self.get(keys.control(self.brand), fresh=fresh))

    def switch(
        self,
        scope: str,
        *,
        stopped: bool,
        since: Millis = Millis(0),
        by: str = "",
        refusals: tuple[int, int] = (0, 0),
        at_epoch: int | None = None,
        beside: Beside | None = None,
    ) -> Control:
        """
        Stop or start the bot in a scope ("all", "channel:x", "intent:y"). A stop raises the brand epoch.

        `since`, `by` and `refusals` (how many of how many answers) are stored with it (`Scope`). `at_epoch`: nothing is
        changed when the scope was stopped after that epoch. `beside` is told "stopped" (with these numbers) or
        "speaks", before and after.
        """

        def turn(before: Control) -> Control | None:
            kept = before.scopes[scope].epoch if scope in before.scopes else 0
            if at_epoch not in (None, kept):
                return None
            epoch = before.epoch + 1 if stopped else before.epoch
            turned = Scope(stopped, epoch if stopped else kept, since, by, *refusals)
            return replace(before, epoch=epoch, scopes={**before.scopes, scope: turned})

        def told(control: Control) -> str:
            stop = control.stops.get(scope)
            counts = f" ({stop.refused} of {stop.answers})" if stop and stop.answers else ""
            return f"stopped{counts}" if stop else "speaks"

        return self._turned(turn, told, beside)

    def block_lookups(self, until: Millis, now: Millis, beside: Beside | None = None) -> Control:
        """Block all look-ups of order numbers until then; nothing changes if they are blocked as long already."""

        def turn(before: Control) -> Control | None:
            return None if before.guessed_until > now else replace(before, guessed_until=until)

        return self._turned(turn, lambda each: "blocked" if each.guessed_until > now else "asked", beside)

    def _turned(
        self, turn: Callable[[Control], Control | None], told: Callable[[Control], str], beside: Beside | None
    ) -> Control:
        """Apply `turn` to the kill switch as last written, and return the result; None changes nothing."""
        key = keys.control(self.brand)

        def attempt() -> Control | Lost:
            item = self.get(key)
            before, number = items.control(item), int(item["number"]) if item else 0
            after = turn(before)
            if after is None:
                return before
            made = writes.put_numbered(key, items.control_item(after), number)
            return after if self.with_beside(made, beside, told(before), told(after)) else LOST

        return writes.until_done(attempt, "The switch is being changed by somebody else; try again.")

    def playbook(self, *, fresh: bool = True) -> str | None:
        """Return the brand's current playbook as compact JSON, or None. `fresh` False: eventually consistent."""
        item = self.get(keys.playbook(self.brand), fresh=fresh)
        return items.unpacked(str(item["json"])) if item else None

    def put_playbook(
        self,
        compact_json: str,
        now: Millis,
        *,
        by: str = "",
        what: str = PUSHED,
        based_on: int | None = None,
        beside: Beside | None = None,
    ) -> int:
        """
        Make this the current playbook and keep it as a version, in one transaction. Returns its number.

        `by`, `what`: who changed what (`versions.Version`). `based_on`: the number of the version that it was made
        from. Raises Conflict where another is current. `beside` is told the numbers before and after.
        """
        key, busy = keys.playbook(self.brand), "The playbook was changed by somebody else meanwhile; try again."

        def attempt() -> int | Lost:
            item = self.get(key) or {}
            before = int(item.get("number", 0))
            if based_on not in (None, before):
                raise Conflict(busy)
            pushed = before + 1 if what == PUSHED else int(item.get("pushed", before))
            body: Item = {"v": items.VERSION, "json": items.packed(compact_json), "number": before + 1, "at": int(now)}
            body |= {"by": by, "what": what, "pushed": pushed}
            version = writes.put(keys.playbook(self.brand, before + 1), body)
            noted = [beside(f"version {before}", f"version {before + 1}")] if beside else []
            return before + 1 if self.together([writes.put_numbered(key, body, before), version, *noted]) else LOST

        return writes.until_done(attempt, busy)

    # --- unfinished rows ----------------------------------------------------------------------

    def open_rows(self, recipient_key: str, limit: int = 25) -> Sequence[OutboxRow]:
        """Return the recipient's unfinished rows, oldest first."""
        pk = keys.queue_of(self.brand, recipient_key)
        return [items.row(item) for _, item in self.under(pk, keys.ROW_PREFIX, limit=limit)]

    def open_row(self, row_id: RowId | str) -> OutboxRow | None:
        """Return an unfinished row by its id, or None when it is finished or never was."""
        item = self.get(keys.open_row(self.brand, row_id))
        return items.row(item) if item else None

    def open_row_at(self, key: Key) -> OutboxRow | None:
        """Return an unfinished row by its key, or None."""
        item = self.get(key)
        return items.row(item) if item else None

    def finished_row(self, row_id: RowId | str) -> TimelineMessage | None:
        """Return what a finished row became, or None."""
        return self.message(keys.finished_row(row_id))
