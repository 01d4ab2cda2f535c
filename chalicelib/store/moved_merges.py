"""
Merges of releases before 0.3: they moved the loser's addresses to the winner. Here they are undone, and made no more.
"""

from __future__ import annotations

from dataclasses import replace

from ..errors import UsageError
from ..model import Address
from . import items, keys, writes
from .head_memory import apart
from .items import Item
from .merging import Merge, head_of, head_write
from .people import MEMBERSHIP, Person, address_in
from .table import Table
from .writes import LOST, THERE, Beside, Lost, Write

_INTO = {"into": "merged_into"}


def split(table: Table, winner: Person, loser: Person, record: Item, beside: Beside | None) -> Merge | Lost:
    """
    Give the addresses back, in one transaction. Messages that came while merged stay with the winner.

    Raises UsageError where the winner was merged into another since, or an answer to it is on its way.
    """
    if winner.merged_into:
        raise UsageError(f"{winner.contact_id} is itself merged into {winner.merged_into}; split that first.")
    now, kept = head_of(table, winner), head_of(table, loser)
    moved = tuple(address_in(each) for each in record["memberships"])
    recipients = {keys.recipient(address) for address in moved}
    if now.uncovered_from or any(row.by_bot for each in recipients for row in table.open_rows(each)):
        raise UsageError(f"An answer to {winner.contact_id} is on its way at this moment; try again in half a minute.")
    before = items.conversation_of_text(record["before"])
    mine, theirs = apart(now, kept, before, {str(kept.conversation_id)}, recipients)
    if kept.ticket_id and now.ticket_id == kept.ticket_id:
        mine = replace(mine, ticket_id="", mode=before.mode)
        theirs = replace(theirs, ticket_id=kept.ticket_id, mode="human")
    made = [
        head_write(table, now, mine),
        head_write(table, kept, theirs),
        _come_back(table, loser, next((each for each in record["memberships"] if "sk" not in each), {})),
        writes.delete(keys.merge(table.brand, winner.contact_id, loser.contact_id), THERE),
    ]
    for address, item in zip(moved, record["memberships"], strict=True):
        made += _give_back(table, address, winner, loser, item)
    made += [beside(f"merged into {winner.contact_id}", "")] if beside else []
    done = Merge(
        winner=winner.contact_id, loser=loser.contact_id, conversation_id=loser.conversation_id, addresses=moved
    )
    return done if table.together(made) else LOST


def _come_back(table: Table, loser: Person, own: Item) -> Write:
    """Return the write that unmarks a merged contact; the address of its own item ({}: it had none) is put back."""
    change = "REMOVE #into" + (" SET " + ", ".join(f"#{name} = :{name}" for name in MEMBERSHIP) if own else "")
    values = {name: own[name] for name in MEMBERSHIP} if own else {}
    there = "attribute_exists(#into)"
    return writes.update(keys.contact(table.brand, loser.contact_id), change, there, _INTO, **values)


def _give_back(table: Table, address: Address, giver: Person, taker: Person, membership: Item) -> list[Write]:
    """Return the writes that give an address back: its identity, and its membership where that was an item."""
    change = "SET contact_id = :contact, conversation_id = :conversation REMOVE near, near_tree"
    values = {"contact": taker.contact_id, "conversation": taker.conversation_id, "was": giver.conversation_id}
    back = [writes.update(keys.identity(table.brand, address), change, "conversation_id = :was", **values)]
    if "sk" in membership:
        kept = {name: value for name, value in membership.items() if name not in ("pk", "sk")}
        back.append(writes.put_new(keys.membership(table.brand, taker.contact_id, address), kept))
    return [*back, writes.delete(keys.membership(table.brand, giver.contact_id, address), THERE)]
