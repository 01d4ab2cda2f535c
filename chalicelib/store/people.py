"""
People: a contact and each identity (address) of theirs, merged with another or split off again.

For commands; no handler calls this.

A merge moves addresses, never messages. The merged conversation's head says where it went; every worker follows it
(`stages.load_conversation`) or finds that `rev` has changed and reads again. So no message that races a merge is lost.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ..conversation import OPTED_OUT_KEPT, SAID_KEPT, Conversation, PastAnswer, TimelineMessage, address_of
from ..errors import UsageError
from ..model import Address, ContactId, ConversationId, Millis
from . import items, keys, wire, writes
from .items import Item
from .keys import Key
from .table import Table
from .writes import LOST, THERE, Beside, Lost, Write

MOST_ADDRESSES = 30  # a merge is one transaction: three writes an address, 100 in all
WINDOWS_KEPT = 6
_BUSY = "Somebody is writing to these people at this moment; try again."
_LATER = ("wrote_at", "beside_count", "greeted_at", "clarified_at", "last_order", "changed_at")
_MEMBERSHIP = ("channel", "account", "person", "why")
_INTO = {"into": "merged_into"}
Spent = Callable[[float], None]  # told of the read units that something took; it may wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """
    A contact as stored. `merged` are the contacts that were merged into it and not split off again.

    `memberships`: one item an address; the one that lies in the contact's own item has no `sk`.
    """

    contact_id: ContactId
    conversation_id: ConversationId
    name: str
    since: Millis
    addresses: tuple[Address, ...]
    memberships: tuple[Item, ...]
    merged_into: str = ""
    merged: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """What a merge or a split did. `left_behind`: messages that came while merged, which stay with the winner."""

    winner: ContactId
    loser: ContactId
    conversation_id: ConversationId
    addresses: tuple[Address, ...]
    left_behind: int = 0


def person(table: Table, contact_id: str) -> Person | None:
    """Read a contact; None when this brand has none of that id."""
    item = table.contact(contact_id)
    if item is None:
        return None
    memberships = [*_own_membership(item), *table.memberships(contact_id)]
    pk = keys.contact(table.brand, contact_id).pk
    merges = table.under(pk, keys.MERGE_PREFIX)
    return Person(
        contact_id=ContactId(contact_id),
        conversation_id=items.conversation_of(item),
        name=str(item.get("name", "")),
        since=Millis(int(item.get("since", 0))),
        addresses=tuple(address_in(each) for each in memberships),
        memberships=tuple(memberships),
        merged_into=str(item.get("merged_into", "")),
        merged=tuple(each for _, each in merges),
    )


def _own_membership(contact: Item) -> Iterator[Item]:
    """Return a contact's first address, which is stored in the contact's own item until a merge moves it."""
    if "person" in contact:
        yield {name: contact[name] for name in ("v", *_MEMBERSHIP)}


def address_in(item: Item) -> Address:
    """Return the address that an item names."""
    return address_of(item["channel"], item["account"], item["person"])


def conversations(table: Table, who: Person) -> list[ConversationId]:
    """Return the conversation of a person, and those of everybody merged into them."""
    found = [who.conversation_id]
    for record in who.merged:
        merged = person(table, record["contact_id"])
        if merged is not None:
            found += conversations(table, merged)
    return found


def timeline(table: Table, who: Person) -> Iterator[TimelineMessage]:
    """Return everything said with this person, merged conversations included, oldest first."""
    pages = [table.timeline(each) for each in conversations(table, who)]
    yield from heapq.merge(*pages, key=lambda message: message.message_id.split(".")[1:])


def sent_as(table: Table, platform_id: str, spent: Spent) -> str | None:
    """Return the message id of what a platform gave this id to; reads the whole table, as `every_item` does."""
    for key, item in every_item(table, spent):
        if key.sk.startswith(keys.MESSAGE_PREFIX) and platform_id in item.get("platform_ids", ()):
            return keys.message_id_from_sk(key.pk.rsplit("#", 1)[1], key.sk)
    return None


def every_item(table: Table, spent: Spent) -> Iterator[tuple[Key, Item]]:
    """
    Yield every item of this brand, eventually consistent: what was written in the last second may be missed.

    For commands alone, which say the price first: it reads the whole table, all brands of it, half a unit for each
    4 KB. `spent` is told each page's units, and waits so that whoever else reads there is not held up.
    """
    for answer in writes.pages(
        table.client.scan,
        TableName=table.name,
        FilterExpression="begins_with(pk, :brand)",
        ExpressionAttributeValues=wire.to_avs({":brand": keys.brand_prefix(table.brand)}),
        ReturnConsumedCapacity="TOTAL",
    ):
        spent(float(answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0)))
        for item in map(items.readable, map(wire.from_avs, answer["Items"])):
            yield Key(item["pk"], item["sk"]), item


# --- merge ------------------------------------------------------------------------------------


def merge(table: Table, winner_id: str, loser_id: str, reason: str, now: Millis, beside: Beside | None = None) -> Merge:
    """
    Give the loser's addresses to the winner, in one transaction; `split` undoes it.

    Raises UsageError when they cannot be merged, Conflict when workers keep writing to them.
    """

    def attempt() -> Merge | Lost:
        winner, loser = _two(table, winner_id, loser_id)
        before, absorbed = _settled_head(table, winner), _settled_head(table, loser)
        if before.ticket_id and absorbed.ticket_id:
            raise UsageError("Both have an open ticket; close one of the two at the desk, then merge them.")
        together = absorb(before, absorbed)
        made = [
            _head(table, before, together),
            _head(table, absorbed, replace(absorbed, merged_into=str(winner.conversation_id))),
            _gone_into(table, loser, winner_id),
            writes.put_new(keys.merge(table.brand, winner_id, loser_id), _record(before, loser, reason, now)),
        ]
        for address, item in zip(loser.addresses, loser.memberships, strict=True):
            made += _move(table, address, loser, winner, item | {"why": reason})
        made += [beside("", f"merged into {winner_id}")] if beside else []
        done = Merge(
            winner=winner.contact_id,
            loser=loser.contact_id,
            conversation_id=winner.conversation_id,
            addresses=loser.addresses,
        )
        return done if table.together(made) else LOST

    return writes.until_done(attempt, _BUSY)


def absorb(winner: Conversation, loser: Conversation) -> Conversation:
    """Return the winner's head for both: where the two differ, the more careful value."""
    windows = {**loser.last_customer}
    for key, at in winner.last_customer.items():
        windows[key] = max(at, windows.get(key, 0))
    same_day = winner.auto_day == loser.auto_day
    latest = max((winner, loser), key=lambda head: int(head.auto_day or 0))
    return replace(
        winner,
        mode="human" if "human" in (winner.mode, loser.mode) else "bot",
        ticket_id=winner.ticket_id or loser.ticket_id,
        language=winner.language or loser.language,
        said=merged_answers(winner, loser),
        **{name: max(getattr(winner, name), getattr(loser, name)) for name in _LATER},
        auto_day=latest.auto_day,
        auto_count=winner.auto_count + loser.auto_count if same_day else latest.auto_count,
        disclosed_at=min(winner.disclosed_at, loser.disclosed_at),
        disclosed_to="",  # one of the two was told at most: the next message says it in full
        opted_out=opted_out_of(winner, loser),
        menu=(),
        clarified=(),
        hold_gen=max(winner.hold_gen, loser.hold_gen) + 1,
        last_customer=dict(sorted(windows.items(), key=lambda entry: entry[1])[-WINDOWS_KEPT:]),
        message_count=winner.message_count + loser.message_count,
    )


def opted_out_of(one: Conversation, other: Conversation) -> tuple[str, ...]:
    """Return the accounts on which either wants no automatic messages."""
    return tuple(dict.fromkeys((*one.opted_out, *other.opted_out)))[-OPTED_OUT_KEPT:]


def merged_answers(one: Conversation, other: Conversation) -> tuple[PastAnswer, ...]:
    """Return the automatic answers that two conversations remember together, newest last."""
    return tuple(sorted({*one.said, *other.said}, key=lambda said: said.at)[-SAID_KEPT:])


def _record(before: Conversation, loser: Person, reason: str, now: Millis) -> Item:
    return {
        "v": items.VERSION,
        "contact_id": loser.contact_id,
        "conversation_id": loser.conversation_id,
        "reason": reason,
        "at": int(now),
        "before": items.conversation_text(before),
        "memberships": [{key: value for key, value in each.items() if key != "pk"} for each in loser.memberships],
    }


# --- split ------------------------------------------------------------------------------------


def split(table: Table, winner_id: str, loser_id: str, beside: Beside | None = None) -> Merge:
    """
    Undo a merge, in one transaction. If nothing has happened since, both contacts are as before.

    Messages that came while merged stay with the winner. Raises UsageError or Conflict as `merge` does.
    """

    def attempt() -> Merge | Lost:
        winner, loser, record = _merged(table, winner_id, loser_id)
        now, kept = _settled_head(table, winner), _head_of(table, loser)
        moved = tuple(address_in(each) for each in record["memberships"])
        mine, theirs = apart(now, kept, items.conversation_of_text(record["before"]), moved)
        made = [
            _head(table, now, mine),
            _head(table, kept, theirs, merged_into=kept.merged_into),
            _come_back(table, loser_id, next((each for each in record["memberships"] if "sk" not in each), {})),
            writes.delete(keys.merge(table.brand, winner_id, loser_id), THERE),
        ]
        for address, item in zip(moved, record["memberships"], strict=True):
            made += _move(table, address, winner, loser, item, back=True)
        made += [beside(f"merged into {winner_id}", "")] if beside else []
        if not table.together(made):
            return LOST
        recipients = {keys.recipient(address) for address in moved}
        return Merge(
            winner=winner.contact_id,
            loser=loser.contact_id,
            conversation_id=loser.conversation_id,
            addresses=moved,
            left_behind=sum(keys.recipient(m.address) in recipients for m in table.timeline(winner.conversation_id)),
        )

    return writes.until_done(attempt, _BUSY)


def apart(
    now: Conversation, loser: Conversation, before: Conversation, moved: Sequence[Address]
) -> tuple[Conversation, Conversation]:
    """Return the two heads after a split: as before the merge, unless something happened while merged."""
    alone = replace(loser, merged_into="")
    if now == replace(absorb(before, alone), rev=now.rev):
        return replace(before, rev=now.rev), alone
    back = {keys.recipient(address) for address in moved}
    heard = {key: at for key, at in now.last_customer.items() if key in back}
    takes_ticket = bool(loser.ticket_id) and now.ticket_id == loser.ticket_id
    mine = replace(
        now,
        ticket_id="" if takes_ticket else now.ticket_id,
        mode=before.mode if takes_ticket else now.mode,
        last_customer={key: at for key, at in now.last_customer.items() if key not in back},
        message_count=max(0, now.message_count - loser.message_count),
    )
    theirs = replace(
        alone,
        ticket_id=loser.ticket_id if takes_ticket else "",
        mode="human" if takes_ticket else ("bot" if loser.ticket_id else loser.mode),
        said=merged_answers(loser, now),
        opted_out=opted_out_of(loser, now),
        last_customer={**loser.last_customer, **heard},
        hold_gen=now.hold_gen + 1,
        last_order=max(now.last_order, loser.last_order),
    )
    return mine, theirs


# --- what both need ---------------------------------------------------------------------------


def _two(table: Table, winner_id: str, loser_id: str) -> tuple[Person, Person]:
    if winner_id == loser_id:
        raise UsageError("A contact cannot be merged with itself; give two contact ids.")
    found = []
    for contact_id in (winner_id, loser_id):
        who = person(table, contact_id)
        if who is None:
            raise UsageError(f"{table.brand} has no contact '{contact_id}'; `guichet contact show` finds one.")
        if who.merged_into:
            raise UsageError(f"{contact_id} is already merged into {who.merged_into}; split that first.")
        found.append(who)
    if len(found[1].addresses) > MOST_ADDRESSES:
        raise UsageError(f"{loser_id} has more than {MOST_ADDRESSES} addresses; merge the other into it instead.")
    return found[0], found[1]


def _merged(table: Table, winner_id: str, loser_id: str) -> tuple[Person, Person, Item]:
    winner, loser = person(table, winner_id), person(table, loser_id)
    record = table.get(keys.merge(table.brand, winner_id, loser_id))
    if winner is None or loser is None or record is None:
        raise UsageError(f"{loser_id} is not merged into {winner_id}; `guichet contact show {winner_id}` lists who is.")
    if winner.merged_into:
        raise UsageError(f"{winner_id} is itself merged into {winner.merged_into}; split that first.")
    return winner, loser, record


def _head_of(table: Table, who: Person) -> Conversation:
    head = table.head(who.conversation_id)
    if head is None:
        raise UsageError(f"{who.contact_id} has no conversation; it is being erased.")
    return head


def _settled_head(table: Table, who: Person) -> Conversation:
    """
    Return the head of a conversation with no work under way.

    Raises UsageError while a message waits for an answer, or a row of the bot is unfinished.
    """
    head = _head_of(table, who)
    rows = [row for address in who.addresses for row in table.open_rows(keys.recipient(address))]
    if head.uncovered_from or any(row.by_bot for row in rows):
        raise UsageError(f"An answer to {who.contact_id} is on its way at this moment; try again in half a minute.")
    return head


def _head(table: Table, before: Conversation, after: Conversation, *, merged_into: str = "") -> Write:
    """Return the write of the head's next version, under the `rev` it was read with."""
    key = keys.head(table.brand, before.conversation_id)
    item = items.conversation_item(replace(after, rev=before.rev + 1))
    if merged_into:
        return writes.put(key, item, "rev = :rev AND merged_into = :into", rev=before.rev, into=merged_into)
    return writes.put(key, item, "rev = :rev AND attribute_not_exists(merged_into)", rev=before.rev)


def _gone_into(table: Table, loser: Person, winner_id: str) -> Write:
    """Return the write that marks a contact as merged, and removes the address that lies in its own item."""
    change = "SET #into = :into REMOVE " + ", ".join(f"#{name}" for name in _MEMBERSHIP)
    free = f"{THERE} AND attribute_not_exists(#into)"
    return writes.update(keys.contact(table.brand, loser.contact_id), change, free, _INTO, into=winner_id)


def _come_back(table: Table, loser_id: str, own: Item) -> Write:
    """Return the write that unmarks a merged contact; the address of its own item ({}: it had none) is put back."""
    change = "REMOVE #into" + (" SET " + ", ".join(f"#{name} = :{name}" for name in _MEMBERSHIP) if own else "")
    values = {name: own[name] for name in _MEMBERSHIP} if own else {}
    return writes.update(keys.contact(table.brand, loser_id), change, "attribute_exists(#into)", _INTO, **values)


def _move(
    table: Table, address: Address, giver: Person, taker: Person, membership: Item, *, back: bool = False
) -> list[Write]:
    """
    Return the writes that give an address to another contact: its identity and its membership.

    `back`: where it was before, which may be the contact's own item (`_come_back`).
    """
    change = "SET contact_id = :contact, conversation_id = :conversation"
    values = {"contact": taker.contact_id, "conversation": taker.conversation_id, "was": giver.conversation_id}
    moved = [writes.update(keys.identity(table.brand, address), change, "conversation_id = :was", **values)]
    if not back or "sk" in membership:
        kept = {name: value for name, value in membership.items() if name not in ("pk", "sk")}
        moved.append(writes.put_new(keys.membership(table.brand, taker.contact_id, address), kept))
    if any("sk" not in each and address_in(each) == address for each in giver.memberships):
        return moved  # it lies in the contact's own item (`_gone_into`)
    return [*moved, writes.delete(keys.membership(table.brand, giver.contact_id, address), THERE)]
