"""
A merge is undone: who was merged is their own again, with all that was written at their addresses.

No message moves: each lies under its own address's conversation (`roots`). What the root's head remembers of those who
go is given back (`head_memory.apart`); if nothing has happened since the merge, both heads are as they were.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from ..conversation import ENDED, Conversation, TicketRecord
from ..errors import UsageError
from ..model import Millis, OutboxRow
from . import items, keys, moved_merges, people, roots, writes
from .commit import new_row
from .head_memory import absorb, apart
from .items import Item
from .merging import BUSY, Merge, come_back, head_of, head_write, reminder
from .people import Person
from .table import Table
from .writes import LOST, THERE, Beside, Lost


def split(table: Table, winner_id: str, loser_id: str, now: Millis, beside: Beside | None = None) -> Merge:
    """
    Undo the merge of one contact into another, also where that one was merged into others since.

    Raises UsageError where there was none, or while an answer to both sides is being sent; Conflict when workers keep
    writing to them.
    """

    def attempt() -> Merge | Lost:
        winner, loser, record = _merged(table, winner_id, loser_id)
        if record.get("memberships"):
            return moved_merges.split(table, winner, loser, record, beside)
        return _split(table, winner, loser, record, now, beside)

    return writes.until_done(attempt, BUSY)


def _merged(table: Table, winner_id: str, loser_id: str) -> tuple[Person, Person, Item]:
    winner, loser = people.person(table, winner_id), people.person(table, loser_id)
    record = table.get(keys.merge(table.brand, winner_id, loser_id))
    if winner is None or loser is None or record is None:
        raise UsageError(f"{loser_id} is not merged into {winner_id}; `guichet contact show {winner_id}` lists who is.")
    return winner, loser, record


def _split(
    table: Table, winner: Person, loser: Person, record: Item, now: Millis, beside: Beside | None
) -> Merge | Lost:
    gone, above = head_of(table, loser), roots.path(table, winner.conversation_id)
    if not above or gone.merged_into != winner.conversation_id or above[-1].merged_into:
        return LOST
    for head in above[:-1]:  # hints that name a head on the way are out of date before anybody is split off
        if not table.write(head_write(table, head, replace(head, tree=_number(head, now)))):
            return LOST
    root, them = above[-1], list(people.everyone(table, loser))
    homes = {str(each.conversation_id) for each in them}
    _wait_for_answers_to_both(table, root, homes)
    recipients = {keys.recipient(address) for each in them for address in each.addresses}
    before = items.conversation_of_text(record["before"])
    mine, theirs = _heads(table, root, gone, before, homes, recipients)
    mine, theirs, rows = _tickets(table, root, gone, before, mine, theirs, homes, now)
    made = [
        head_write(table, root, replace(mine, tree=_number(root, now))),
        head_write(table, gone, theirs),
        come_back(table, loser),
        writes.delete(keys.merge(table.brand, winner.contact_id, loser.contact_id), THERE),
        *[new_row(table, row) for row in rows],
    ]
    made += [beside(f"merged into {winner.contact_id}", "")] if beside else []
    if not table.together(made):
        return LOST
    return Merge(
        winner=winner.contact_id,
        loser=loser.contact_id,
        conversation_id=loser.conversation_id,
        addresses=tuple(address for each in them for address in each.addresses),
        rows=rows,
        waits=tuple(each for each in (mine, theirs) if each.hold_until),
    )


def _number(head: Conversation, now: Millis) -> int:
    return max(int(now), head.tree + 1)


def _wait_for_answers_to_both(table: Table, root: Conversation, homes: Collection[str]) -> None:
    """Raise UsageError while an answer of the bot to messages of both sides is unfinished: it belongs to neither."""
    who = people.person(table, root.contact_id)
    for address in people.addresses(table, who) if who is not None else ():
        for row in table.open_rows(keys.recipient(address)):
            sides = {str(keys.conversation_of(each)) in homes for each in row.covers}
            if row.by_bot and len(sides) > 1:
                raise UsageError("An answer to both of them is on its way at this moment; try again in half a minute.")


def _heads(
    table: Table,
    root: Conversation,
    gone: Conversation,
    before: Conversation,
    homes: Collection[str],
    recipients: Collection[str],
) -> tuple[Conversation, Conversation]:
    """Return both heads; as they were before the merge, where nothing has happened since."""
    alone = replace(gone, merged_into="", root_fence=0)
    if root == replace(absorb(before, alone), rev=root.rev, tree=root.tree):
        return replace(before, rev=root.rev), alone
    return apart(_without_held(table, root), gone, before, homes, recipients)


def _without_held(table: Table, head: Conversation) -> Conversation:
    """Return the head as before an answer that waits for a second message: a split has it decided again."""
    row = table.open_row(head.held_row) if head.held_row else None
    if row is None or row.state != "pending" or head.held_before is None:
        return head
    return replace(head, **head.held_before._asdict())


def _tickets(
    table: Table,
    root: Conversation,
    gone: Conversation,
    before: Conversation,
    mine: Conversation,
    theirs: Conversation,
    homes: Collection[str],
    now: Millis,
) -> tuple[Conversation, Conversation, tuple[OutboxRow, ...]]:
    """
    Return both heads with their tickets, and the reminders that tell the desk (`engine.ticket_merges`).

    Who had a ticket of their own has it back. Any other goes to the side that its answer would be sent to.
    """
    ticket = table.ticket(root.ticket_id) if root.ticket_id else None
    own = table.ticket(gone.ticket_id) if gone.ticket_id and gone.ticket_id != root.ticket_id else None
    back = own is not None and (own.state not in ENDED or own.joined == root.ticket_id != "")
    takes = ticket is not None and not back and str(ticket.conversation_id) in homes
    if own is not None and back:
        theirs = replace(theirs, ticket_id=own.ticket_id, mode=gone.mode)
    elif takes:
        theirs = replace(theirs, ticket_id=root.ticket_id, mode=root.mode)
        mine = replace(mine, ticket_id="", mode=before.mode)
    else:
        theirs = replace(theirs, ticket_id="")
    told: Sequence[TicketRecord] = [own] if own is not None and back else []
    if ticket is not None and not told and len(_sides_of(ticket, homes)) > 1:
        told = [ticket]
    return mine, theirs, tuple(reminder(each, "parted", now) for each in told)


def _sides_of(ticket: TicketRecord, homes: Collection[str]) -> set[bool]:
    """Return on which sides the messages lie that a ticket shows."""
    return {str(keys.conversation_of(each.message_id)) in homes for each in ticket.quotes if each.message_id}
