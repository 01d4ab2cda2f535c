"""
Erases a person (erasure, right to be forgotten, GDPR): contact, addresses and messages. No event may bring them back.

The order matters. First, one transaction removes addresses, contact and head together: a message that comes at this
moment is either stored before (and erased with the rest) or creates a new, empty contact. The rest follows, and again
after a crash (`keys.erasure` remembers what is left). Events keep a marker without any pointer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..conversation import TicketRecord, TimelineMessage, address_of
from ..errors import Conflict, UsageError
from ..model import Address, ConversationId, MessageId, Millis, OutboxRow, at_desk
from ..store import audit, contact_facts, evidence, items, keys, people, rows, whole_brand, writes
from ..store.blobs import Blobs
from ..store.items import Item
from ..store.keys import Key
from ..store.table import MARKER_DAYS, Table
from ..store.writes import LOST, Lost, Write
from ..workspaces import WORKSPACE
from . import comment_copies, desk_copies
from .desk_copies import Desk
from .naming_items import any_in, newer, strings

AT_ONCE = 100  # writes of one transaction
PAGE = 200
SKEW_MS = 60_000  # how far this machine's clock and a worker's may be apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """
    What is being erased: ids and addresses of one person, and everything committed until `until`.

    `until` is computed from stored times only: comparing with this machine's clock could miss what another worker
    wrote.
    """

    contact_id: str
    conversations: tuple[ConversationId, ...]
    contacts: tuple[str, ...]  # this one, and all that were merged into it
    addresses: tuple[Address, ...]
    tickets: tuple[str, ...]
    until: Millis
    workspace: str = WORKSPACE.name  # where the copies for agents are; not stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """
    What was erased, by kind. `desk`: how far the deletion of copies at desks is, if there are any.

    `scanned` items of the brand were read afterwards; `left` are those that still named the person (none, if all is
    well).
    """

    counts: Mapping[str, int]
    desk: Desk | None
    scanned: int
    left: tuple[Key, ...]


def erase(
    table: Table,
    contact_id: str,
    now: Millis,
    blobs: Blobs | None = None,
    spent: Callable[[float], None] = lambda _: None,
    workspace: str = WORKSPACE.name,
) -> Receipt:
    """
    Erase a contact and everything of theirs. Safe to run again after a crash, also by somebody else.

    `spent` is told of the read units of the final check, page by page; it may wait. `workspace`: where agents work.

    Raises UsageError when there is no such contact (or it is merged into another). Raises Conflict while a worker is
    sending something to them: run it again, and the erasure continues.
    """
    kept = table.get(keys.erasure(table.brand, contact_id))
    erasing = _read(kept) if kept else _begin(table, contact_id)
    _cleared(table, erasing)
    if blobs is not None:  # outside the table: a restored one must be told again
        for each in erasing.contacts:
            blobs.note_erased(table.brand, each)
    counts = dict.fromkeys(("addresses", "contacts", "messages", "rows", "tickets", "markers", "others", "bodies"), 0)
    counts["addresses"], counts["contacts"] = len(erasing.addresses), len(erasing.contacts)
    erasing = replace(erasing, tickets=tuple(sorted(_tickets(table, erasing))), workspace=workspace)
    table.put(keys.erasure(table.brand, contact_id), _write(erasing))
    tickets = {each: ticket for each in erasing.tickets if (ticket := table.ticket(each)) is not None}
    _rows(table, erasing, tickets, now, counts)
    # Read again: a worker that was sending has stored a message since, and where it posted the ticket.
    tickets = {each: ticket for each in erasing.tickets if (ticket := table.ticket(each)) is not None}
    old = [message for each in erasing.conversations for message in _old_messages(table, erasing, each)]
    copies, typed = desk_copies.of_messages(old, tickets, workspace)
    desk_copies.note(table, contact_id, copies, typed, erasing.until, now)  # while the messages still name them
    _messages(table, erasing, old, now, counts)
    for ticket in tickets.values():
        _drop(table, keys.ticket(table.brand, ticket.ticket_id))
        if ticket.desk_ts:
            _drop(table, keys.thread(table.brand, ticket.desk_account, ticket.desk_ts))
    counts["tickets"] = len(tickets)
    _merged(table, erasing, now)
    if blobs is not None:
        counts |= _bodies(table, erasing, blobs)
    scanned, left = _verify(table, erasing, now, counts, spent)
    if not left:
        _drop(table, keys.erasure(table.brand, contact_id))
    return Receipt(
        counts=counts, desk=desk_copies.look(table, contact_id, workspace), scanned=scanned, left=tuple(left)
    )


def _bodies(table: Table, erasing: Erasure, blobs: Blobs) -> dict[str, int]:
    """Delete what the bucket has of them: files, bodies, mails. What is kept as evidence stays, and is counted."""
    people_ids = {str(address.person_id) for address in erasing.addresses}
    groups = [address.group for address in erasing.addresses]
    gone = blobs.forget(table.brand, erasing.contacts, people_ids, groups)
    stays = sum(1 for group in groups for _ in evidence.listed(blobs, table.brand, group))
    return {"bodies": gone} | ({"evidence": stays} if stays else {})


# --- the transaction --------------------------------------------------------------------------


def _begin(table: Table, contact_id: str) -> Erasure:
    def attempt() -> Erasure | Lost:
        who = people.person(table, contact_id)
        if who is None:
            raise UsageError(f"{table.brand} has no contact '{contact_id}'; `guichet contact show` finds one.")
        if who.merged_into:
            raise UsageError(f"{contact_id} is merged into {who.merged_into}: erase that, or split them first.")
        head = table.head(who.conversation_id)
        if head is None:
            raise Conflict(f"The conversation of {contact_id} is being erased by somebody else; try again.")
        them = list(people.everyone(table, who))
        erasing = Erasure(
            contact_id=contact_id,
            conversations=tuple(each.conversation_id for each in them),
            contacts=tuple(str(each.contact_id) for each in them),
            addresses=tuple(address for each in them for address in each.addresses),
            tickets=(head.ticket_id,) if head.ticket_id else (),
            until=_until(table, who),
        )
        return erasing if _taken_away(table, erasing, them, head.rev) else LOST

    return writes.until_done(attempt, "Somebody is writing to this person at this moment; try again.")


def _until(table: Table, who: people.Person) -> Millis:
    """Return when the last change of this person's conversations was committed."""
    heads = [head for each in people.conversations(table, who) if (head := table.head(each)) is not None]
    return Millis(max(max(head.changed_at, head.last_order // 100) for head in heads))


def _committed(table: Table, message: TimelineMessage) -> int:
    """Return when a message was stored, which may be long after it was received. A row is received when made."""
    if not message.event_id:
        return message.received_at
    marker = table.marker(message.address.channel, message.address.account_id, message.event_id) or {}
    return max(int(message.received_at), int(marker.get("at", 0)))


def _taken_away(table: Table, erasing: Erasure, them: Sequence[people.Person], rev: int) -> bool:
    """
    Remove heads, contacts and addresses, by which events find a person, and store what is left to erase.

    False when another worker committed meanwhile: nothing was written. Of very many addresses the transaction takes
    what fits, and `_cleared` the rest: until then a message from there finds no head, and waits in its queue.
    """
    brand, unchanged = table.brand, "rev = :rev AND attribute_not_exists(merged_into)"
    gone = [
        writes.delete(keys.head(brand, erasing.conversations[0]), unchanged, rev=rev),
        writes.delete(keys.contact(brand, erasing.contact_id)),
        writes.put(keys.erasure(brand, erasing.contact_id), _write(erasing)),
    ]
    for who in them:
        if who.contact_id != erasing.contact_id:
            gone += _part_of(table, who.contact_id, who.conversation_id)
        for address in who.addresses:
            known = "attribute_not_exists(pk) OR conversation_id = :conversation"
            gone += [
                writes.delete(keys.identity(brand, address), known, conversation=who.conversation_id),
                writes.delete(keys.membership(brand, who.contact_id, address)),
            ]
    return table.together(gone[:AT_ONCE])


def _part_of(table: Table, contact_id: str, conversation_id: str) -> list[Write]:
    """Return the removal of a contact that was merged into the erased one; one that wrote again since is another."""
    merged = "attribute_not_exists(pk) OR attribute_exists(merged_into)"
    return [
        writes.delete(keys.head(table.brand, conversation_id), merged),
        writes.delete(keys.contact(table.brand, contact_id), merged),
    ]


def _cleared(table: Table, erasing: Erasure) -> None:
    """Remove what the transaction had no place for. Safe to run again."""
    for address in erasing.addresses:
        item = table.identity_item(address)
        if item is None or item["conversation_id"] not in erasing.conversations:
            continue
        old = "conversation_id = :conversation AND since <= :until"
        values = {"conversation": item["conversation_id"], "until": int(erasing.until)}
        table.write(writes.delete(keys.identity(table.brand, address), old, **values))
    for contact_id, conversation_id in zip(erasing.contacts[1:], erasing.conversations[1:], strict=True):
        for removal in _part_of(table, contact_id, conversation_id):
            table.write(removal)
        for item in table.memberships(contact_id) if table.contact(contact_id) is None else ():
            _drop(table, Key(item["pk"], item["sk"]))


def _write(erasing: Erasure) -> Item:
    return {
        "v": items.VERSION,
        "contact_id": erasing.contact_id,
        "conversations": list(erasing.conversations),
        "contacts": list(erasing.contacts),
        "addresses": [[each.channel, each.account_id, each.person_id] for each in erasing.addresses],
        "tickets": list(erasing.tickets),
        "until": int(erasing.until),
    }


def _read(item: Item) -> Erasure:
    return Erasure(
        contact_id=item["contact_id"],
        conversations=tuple(ConversationId(each) for each in item["conversations"]),
        contacts=tuple(item["contacts"]),
        addresses=tuple(address_of(*each) for each in item["addresses"]),
        tickets=tuple(item["tickets"]),
        until=Millis(int(item["until"])),
    )


# --- the rest ---------------------------------------------------------------------------------


def _old_messages(table: Table, erasing: Erasure, conversation_id: ConversationId) -> Iterator[TimelineMessage]:
    for message in table.timeline(conversation_id):
        if _committed(table, message) <= erasing.until:
            yield message


def _tickets(table: Table, erasing: Erasure) -> set[str]:
    found = set(erasing.tickets)
    for conversation_id in erasing.conversations:
        found |= {m.ticket_id for m in _old_messages(table, erasing, conversation_id) if m.ticket_id}
    for address in erasing.addresses:
        found |= {row.ticket_id for row in _open_rows(table, erasing, address) if row.ticket_id}
    return found


def _open_rows(table: Table, erasing: Erasure, address: Address) -> list[OutboxRow]:
    found = table.open_rows(keys.recipient(address), limit=10_000)
    return [row for row in found if row.created_at <= erasing.until]


def _rows(
    table: Table, erasing: Erasure, tickets: Mapping[str, TicketRecord], now: Millis, counts: dict[str, int]
) -> None:
    """
    Remove unfinished rows to the person, and to their tickets at desks.

    A worker that sends one writes its message before it removes the row (`rows.finish_own`), under a lease; so no row
    is removed before its lease ends.
    """
    reached = [*erasing.addresses]
    reached += [at_desk(erasing.workspace, each.desk_account, each.ticket_id) for each in tickets.values()]
    reached += [keys.reminder(ticket_id, what) for ticket_id in tickets for what in keys.REMINDERS]
    for address in reached:
        for row in _open_rows(table, erasing, address):
            copies = desk_copies.of_row(row, tickets)
            desk_copies.note(table, erasing.contact_id, copies, set(), erasing.until, now)
            if not rows.withdraw(table, row, Millis(now - SKEW_MS)):
                raise Conflict("Something is being sent to this person at this moment; run it again in two minutes.")
            counts["rows"] += 1


def _messages(
    table: Table, erasing: Erasure, old: Sequence[TimelineMessage], now: Millis, counts: dict[str, int]
) -> None:
    comment_copies.redraw(table, old, erasing.workspace, now)
    for message in old:
        for event_id in {message.event_id, *message.platform_ids} - {""}:
            where = (message.address.channel, message.address.account_id, event_id)
            _blank(table, keys.marker(table.brand, *where), erasing.until, now)
            _drop(table, keys.early_edit(table.brand, *where))
            counts["markers"] += 1
        _drop(table, keys.message(table.brand, MessageId(message.message_id)))
        counts["messages"] += 1


def _merged(table: Table, erasing: Erasure, now: Millis) -> None:
    """Erase what is left of everybody who was merged into this person."""
    for contact_id in erasing.contacts:
        contact_facts.forget(table, contact_id, now)
        pk = keys.contact(table.brand, contact_id).pk
        for sk, _ in table.under(pk, keys.MERGE_PREFIX, limit=1_000):
            _drop(table, Key(pk, sk))


# --- the proof --------------------------------------------------------------------------------


def _verify(
    table: Table, erasing: Erasure, now: Millis, counts: dict[str, int], spent: Callable[[float], None]
) -> tuple[int, list[Key]]:
    """
    Read every item of the brand, eventually consistent at half the price; reread consistently what names the person.

    Items that belong to the person alone and were not known are removed too. Markers that still point to the person
    lose their pointer. Items that merely contain the same platform id are returned, not removed; an erasure that has
    begun, of this person or of another with the same telephone number, is removed at its own end.
    """
    ids = {*erasing.conversations, *erasing.contacts, *map(keys.recipient, erasing.addresses)}
    ids |= {keys.refusal(table.brand, "", each).sk for each in erasing.conversations}
    people_ids = {str(address.person_id) for address in erasing.addresses}
    scanned, left = 0, []

    def names_them(key: Key, item: Item) -> bool:
        held = [key.pk, key.sk, *strings(item)]
        return any_in(erasing.tickets, held) or any_in(ids, held) or any(each in people_ids for each in held)

    for key, seen in whole_brand.every_item(table, spent):
        scanned += 1
        item = table.get(key) if key.sk != keys.ERASING and names_them(key, seen) else None
        if item is None or not names_them(key, item):
            continue
        held = [key.pk, key.sk, *strings(item)]
        of_ticket = any_in(erasing.tickets, held)
        if not of_ticket and newer(key, item, erasing.until) and _is_back(table, erasing):
            continue
        known = of_ticket or any_in(ids, held) or key.sk == keys.MARKER
        if not (known and _stray(table, erasing, key, item, now, counts)):
            left.append(key)
    return scanned, left


def _stray(table: Table, erasing: Erasure, key: Key, item: Item, now: Millis, counts: dict[str, int]) -> bool:
    """Remove one item that no earlier step found; False while a worker holds a lease on it."""
    if key.sk == keys.MARKER:
        _blank(table, key, erasing.until, now)
        counts["markers"] += 1
        return True
    if key.sk.startswith(keys.AUDIT_PREFIX):  # what was done stays, and whom it was done to goes
        audit.forget(table, key)
        counts["others"] += 1
        return True
    row = table.open_row_at(key) if key.sk.startswith(keys.ROW_PREFIX) else None
    copies = desk_copies.of_row(row, {}) if row is not None else set()
    if key.sk.startswith(keys.MESSAGE_PREFIX):  # a notice that names a ticket of theirs among others
        message = items.message(item, keys.message_id_from_sk(keys.conversation_of_key(key.pk), key.sk))
        copies, _ = desk_copies.of_messages([message], {}, erasing.workspace)
    desk_copies.note(table, erasing.contact_id, copies, set(), erasing.until, now)
    if row is not None and not rows.withdraw(table, row, Millis(now - SKEW_MS)):
        return False
    _drop(table, key)
    counts["rows" if row is not None else "others"] += 1
    return True


def _is_back(table: Table, erasing: Erasure) -> bool:
    """Return whether the person has written again since and has a new contact. Read just before the answer is used."""
    return any(table.identity(address) is not None for address in erasing.addresses)


# --- writes -----------------------------------------------------------------------------------


def _drop(table: Table, key: Key) -> None:
    table.write(writes.delete(key))


def _blank(table: Table, key: Key, at: Millis, now: Millis) -> None:
    """Keep only that an event was handled: without its marker, a redelivery would store the message again."""
    table.put(key, {"v": items.VERSION, "at": int(at), "erased": True, "ttl": items.ttl(now, MARKER_DAYS)})
