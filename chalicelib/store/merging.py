"""
Two people are one: a pointer from one head to the other, and a record of why. `splitting` undoes it.

Nothing is moved, so a merge is the same few writes whoever is merged: both heads, the pointer of the contact, the
record. Every worker follows the pointers (`roots`) or finds that `rev` has changed and reads again, so no message that
races a merge is lost. An answer on its way is sent as it was decided, unless a person speaks first (`rows.claim`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from ..conversation import ENDED, Conversation, TicketRecord
from ..errors import UsageError
from ..model import Address, ContactId, ConversationId, Millis, OutboxRow
from . import items, keys, links, people, quality_counters, writes
from .commit import new_row
from .head_memory import absorb
from .people import Person
from .table import Table
from .writes import LOST, THERE, Beside, Lost, Write

# What proves that two are one person; a closed list (docs/people.md). A person who attests it says so with a reason.
Evidence = Literal["platform", "mail", "code", "link", "signed", "agent"]
EVIDENCE: tuple[Evidence, ...] = get_args(Evidence)
BUSY = "Somebody is writing to these people at this moment; try again."
MERGED = "people:proved"  # the subject of the counts by evidence
_INTO = {"into": "merged_into"}


class KeptApart(UsageError):
    """A person found that these two are two: no proof of a machine's makes them one again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Why two people are one: `evidence`, in words, who says so (an id, never a name), and when."""

    evidence: Evidence
    reason: str
    by: str
    at: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """
    What a merge or a split did. `rows`: reminders that it made, whose recipients are to be notified.

    `waits`: heads that wait for a timer, which the caller may send at once; the sweep finds them otherwise.
    """

    winner: ContactId
    loser: ContactId
    conversation_id: ConversationId
    addresses: tuple[Address, ...]
    rows: tuple[OutboxRow, ...] = ()
    waits: tuple[Conversation, ...] = ()


def join(table: Table, one: str, other: str, proof: Proof, beside: Beside | None = None) -> Merge | None:
    """
    Merge whoever these two contacts are by now; None where they are one person already. Safe to run again.

    The door for whatever proves two identities equal. Raises UsageError for an unknown contact, KeptApart where a
    person split them, Conflict when workers keep writing to them: then it is tried again.
    """

    def attempt() -> Merge | Lost | None:
        winner, loser = people.root_of(table, one), people.root_of(table, other)
        if winner.contact_id == loser.contact_id:
            return None
        if links.are_apart(table, people.contacts(table, winner), people.contacts(table, loser)):
            raise KeptApart(f"{winner.contact_id} and {loser.contact_id} were split by a person; only one merges them.")
        return _merged(table, winner, loser, proof, beside, (one, other))

    return writes.until_done(attempt, BUSY)


def merge(table: Table, winner_id: str, loser_id: str, proof: Proof, beside: Beside | None = None) -> Merge:
    """
    Merge two contacts that are nobody else's part yet, as a command names them.

    Raises UsageError when they cannot be merged, Conflict when workers keep writing to them.
    """

    def attempt() -> Merge | Lost:
        if winner_id == loser_id:
            raise UsageError("A contact cannot be merged with itself; give two contact ids.")
        return _merged(table, _root(table, winner_id), _root(table, loser_id), proof, beside)

    return writes.until_done(attempt, BUSY)


def _root(table: Table, contact_id: str) -> Person:
    who = people.known(table, contact_id)
    if who.merged_into:
        raise UsageError(f"{contact_id} is already merged into {who.merged_into}; split that first.")
    return who


def _merged(
    table: Table,
    winner: Person,
    loser: Person,
    proof: Proof,
    beside: Beside | None,
    between: tuple[str, str] | None = None,
) -> Merge | Lost:
    before, gone = head_of(table, winner), head_of(table, loser)
    if before.merged_into or gone.merged_into:
        return LOST  # merged since the contact was read
    both = absorb(before, gone)
    after = replace(both, tree=before.tree or int(proof.at))
    record = _record(before, loser, proof, between)
    made = [
        head_write(table, before, after),
        head_write(table, gone, replace(gone, merged_into=str(winner.conversation_id), root_fence=after.fence)),
        _gone_into(table, loser, winner.contact_id),
        writes.put_new(keys.merge(table.brand, winner.contact_id, loser.contact_id), record),
    ]
    rows = _tickets_to_join(table, before, gone, proof.at)
    made += [new_row(table, row) for row in rows]
    made += [beside("", f"merged into {winner.contact_id}")] if beside else []
    if not table.together(made):
        return LOST
    quality_counters.add(table, MERGED, proof.evidence, proof.at)  # for a report: who dies before it is not counted
    return Merge(
        winner=winner.contact_id,
        loser=loser.contact_id,
        conversation_id=winner.conversation_id,
        addresses=people.addresses(table, loser),
        rows=rows,
        waits=(after,) if after.hold_until else (),
    )


def _record(before: Conversation, loser: Person, proof: Proof, between: tuple[str, str] | None) -> items.Item:
    """Return what a split needs; `between`: who was proved to be whom, where they had been merged into others."""
    return {
        "v": items.MERGED_VERSION,
        "contact_id": loser.contact_id,
        "conversation_id": loser.conversation_id,
        "evidence": proof.evidence,
        "reason": proof.reason,
        "by": proof.by,
        "at": int(proof.at),
        "before": items.conversation_text(before),
        **({"between": list(between)} if between else {}),
    }


def _tickets_to_join(table: Table, winner: Conversation, loser: Conversation, now: Millis) -> tuple[OutboxRow, ...]:
    """Return the reminder that makes two open tickets one (`engine.ticket_merges`); none where there are not two."""
    if not (winner.ticket_id and loser.ticket_id):
        return ()
    ticket = table.ticket(loser.ticket_id)
    return (reminder(ticket, "joined", now),) if ticket is not None and ticket.state not in ENDED else ()


def reminder(ticket: TicketRecord, what: str, now: Millis) -> OutboxRow:
    """Return a row that has the engine look at this ticket now, as a reminder of the kind `what`."""
    where = keys.reminder(ticket.ticket_id, what)
    return OutboxRow(
        row_id=keys.row_id(ticket.conversation_id, int(now) * 100, where),
        kind="clock",
        author="system",
        address=where,
        conversation_id=ticket.conversation_id,
        state="pending",
        created_at=now,
        not_before=now,
        parts=(),
        ticket_id=ticket.ticket_id,
    )


def head_of(table: Table, who: Person) -> Conversation:
    """Return a contact's head. Raises UsageError when it is being erased."""
    head = table.head(who.conversation_id)
    if head is None:
        raise UsageError(f"{who.contact_id} has no conversation; it is being erased.")
    return head


def head_write(table: Table, before: Conversation, after: Conversation) -> Write:
    """Return the write of a head's next version, under the `rev` and the pointer that it was read with."""
    key = keys.head(table.brand, before.conversation_id)
    item = items.conversation_item(replace(after, rev=before.rev + 1))
    if after.hold_until and not after.merged_into:  # it waits: the sweep is to find it, as after any commit
        item |= items.due(keys.due_shard(after.conversation_id), after.hold_until + keys.OVERDUE_MS)
    if before.merged_into:
        return writes.put(key, item, "rev = :rev AND merged_into = :into", rev=before.rev, into=before.merged_into)
    return writes.put(key, item, "rev = :rev AND attribute_not_exists(merged_into)", rev=before.rev)


def _gone_into(table: Table, loser: Person, winner_id: str) -> Write:
    """Return the write that marks a contact as merged. Its addresses stay with it."""
    free = f"{THERE} AND attribute_not_exists(#into)"
    return writes.update(keys.contact(table.brand, loser.contact_id), "SET #into = :into", free, _INTO, into=winner_id)


def come_back(table: Table, loser: Person) -> Write:
    """Return the write that unmarks a merged contact."""
    return writes.update(
        keys.contact(table.brand, loser.contact_id), "REMOVE #into", "#into = :into", _INTO, into=loser.merged_into
    )
