"""
"Same person?": what an agent is offered about two contacts, and what they decide. At once, by one conditional write.

The second of two agents changes nothing and is told so. A press names what it saw by a mark: where the evidence has
grown since, nothing is decided. The bot never reads a link.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..contact_card import Offer, Reason
from ..conversation import ENDED, TicketRecord
from ..errors import Conflict, UsageError
from ..model import ContactId, Millis, OutboxRow, TicketId
from . import audit, keys, links, people
from .audit import Author
from .commit import new_row
from .links import Link, State
from .merging import Proof, merge, reminder
from .people import Person
from .roots import Roots
from .table import Table

LINE = "same"  # the reminder that draws a ticket anew (`keys.REMINDERS`)
READ_MOST = 20  # contacts of one person that are looked at
Decision = Literal["accept", "refuse", "unlink"]
# "done": as asked. "before": somebody had decided so already. "other": somebody decided otherwise. "changed": it is not
# what was shown any more. "gone": one of them is gone.
Outcome = Literal["done", "before", "other", "changed", "gone"]
_BEFORE: dict[Decision, State] = {"accept": "suggested", "refuse": "suggested", "unlink": "linked"}
_AFTER: dict[Decision, State] = {"accept": "linked", "refuse": "refused", "unlink": "refused"}


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a decision: `by` whom it stands so, and the open `tickets` of both that are to say it."""

    outcome: Outcome
    by: str = ""
    tickets: tuple[TicketId, ...] = ()


@dataclass(frozen=True, slots=True)
class Tied:
    """One link of a person: which of their contacts has it, who the other is now, and the link itself."""

    own: ContactId
    other: Person
    link: Link

    @property
    def mark(self) -> str:
        """What names this link, with this evidence, in a button."""
        evidence = (part for each in self.link.evidence for part in (each.kind, each.mark))
        return keys.digest("same person", self.own, self.link.other, *evidence, length=20)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why they may be one, each kind once."""
        found = {each.kind: Reason(each.kind, each.at) for each in reversed(self.link.evidence)}
        return tuple(reversed(found.values()))


def ties(table: Table, who: Person) -> Iterator[Tied]:
    """Yield the links of a person with others, those that are refused included; none with who is one with them."""
    them = list(people.everyone(table, who))[:READ_MOST]
    own, seen = {each.contact_id for each in them}, set[tuple[str, str]]()
    for one in them:
        for each in links.of_contact(table, one.contact_id):
            if each.other in own or people.person(table, each.other) is None:
                continue
            other = people.root_of(table, each.other)
            if other.contact_id != who.contact_id and (each.state, other.contact_id) not in seen:
                seen.add((each.state, other.contact_id))
                yield Tied(one.contact_id, other, each)


def channels(table: Table, who: Person) -> tuple[str, ...]:
    """Return where a person writes, each channel once."""
    return tuple(dict.fromkeys(address.channel for address in people.addresses(table, who)))


def offers(table: Table, ticket: TicketRecord) -> tuple[Offer, ...]:
    """Return who may be the customer of a ticket too, undecided yet: as the ticket shows it, without a name."""
    who = of_ticket(table, ticket)
    found: Sequence[Tied] = [each for each in ties(table, who) if each.link.state == "suggested"] if who else ()
    return tuple(Offer(mark=each.mark, channels=channels(table, each.other), reasons=each.reasons) for each in found)


def with_offers(table: Table, ticket: TicketRecord) -> TicketRecord:
    """Return a ticket with who may be its customer, too, as that stands now; nothing is read of most tickets."""
    if not ticket.asks_same or ticket.state in ENDED:
        return ticket
    return replace(ticket, offers=offers(table, ticket))


def of_ticket(table: Table, ticket: TicketRecord) -> Person | None:
    """Return whose ticket it is now, after all merges; None while they are being erased."""
    head = Roots(table).of(ticket.conversation_id)
    return people.person(table, head.contact_id) if head is not None else None


def draw_line(table: Table, contact_id: str, at: Millis, *, new: bool = True) -> OutboxRow | None:
    """
    Have a contact's open ticket drawn with who may be its customer too, by a reminder; return that, to be notified for.

    None where nothing is open. `new`: offers may have changed since the ticket showed them; else one that shows them is
    left alone. Safe to run again; the sweep finds a reminder that nobody was notified of.
    """
    who = people.person(table, contact_id)
    head = Roots(table).of(who.conversation_id) if who is not None else None
    ticket = table.ticket(head.ticket_id) if head is not None and head.ticket_id else None
    return draw_line_of(table, ticket, at) if ticket is not None and (new or not ticket.asks_same) else None


def draw_line_of(table: Table, ticket: TicketRecord, at: Millis) -> OutboxRow | None:
    """Do so for a ticket, while it is open."""
    if ticket.state in ENDED:
        return None
    row = reminder(ticket, LINE, at)
    table.write(new_row(table, row))
    return row


def decide(table: Table, who: Person, mark: str, decision: Decision, author: Author) -> Decided:
    """Decide on one link of a person as an agent does, with a line in the audit log. Safe to press again."""
    tied = by_mark(table, who, mark)
    if tied is None:
        return Decided("changed")
    wanted = _BEFORE[decision]
    if tied.link.state == wanted:
        noted = audit.beside(table.brand, author, "contact.link", str(tied.link.other))
        act = links.accept if decision == "accept" else links.refuse
        try:
            done = act(table, tied.own, tied.link.other, author.by, author.at, noted, wanted)
        except Conflict:
            return Decided("changed")
        if done is not None:
            return Decided("done", author.by, open_tickets(table, who, tied.other))
    stands = links.between(table, tied.own, tied.link.other)
    if stands is None:
        return Decided("gone")
    if stands.state != _AFTER[decision]:
        return Decided("other", stands.by)
    return Decided("before", stands.by, open_tickets(table, who, tied.other))


def by_mark(table: Table, who: Person, mark: str) -> Tied | None:
    """Return the link of a person that a mark names; None where it is gone, or stands on other evidence by now."""
    return next((each for each in ties(table, who) if each.mark == mark), None)


def unite(table: Table, who: Person, mark: str, reason: str, author: Author) -> tuple[TicketId, ...] | None:
    """
    Make a person one with who is linked with them, as an agent attests for a reason that is kept.

    Returns the tickets that were open; None where nothing was changed, as somebody decided otherwise meanwhile.
    """
    tied = by_mark(table, who, mark)
    if tied is None or tied.link.state != "linked":
        return None
    tickets = open_tickets(table, who, tied.other)
    noted = audit.beside(table.brand, author, "contact.merge", str(tied.other.contact_id))
    proof = Proof(evidence="agent", reason=reason, by=author.by, at=author.at)
    try:
        merge(table, who.contact_id, tied.other.contact_id, proof, noted)
    except (Conflict, UsageError):  # somebody keeps writing to them, or one is being erased
        return None
    return tickets


def open_tickets(table: Table, *them: Person) -> tuple[TicketId, ...]:
    """Return the open tickets of these people, each once."""
    heads = [table.head(each.conversation_id) for each in them]
    return tuple(dict.fromkeys(TicketId(head.ticket_id) for head in heads if head is not None and head.ticket_id))
