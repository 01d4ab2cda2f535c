"""
Reply channel (omnichannel routing): where an agent's answer goes, if the channel last written on cannot carry it.

Only to where the customer chose to go on, by a link, a code or a press, and is proved to be the same person: nobody
else's screen may show it. Without such a choice the answer waits, and another channel of theirs says that it does,
without a word of it: once, by day, and not to who wants no messages there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from ..conversation import CHOSEN_KEPT, TicketRecord, account_of
from ..decision import loop_signs
from ..model import Address, Decided
from ..move_port import named
from ..playbook.quiet import loud_from
from ..playbook.render import CannotSay, render_phrase
from ..ports import Traits
from ..store import keys
from .change_set import ChangeSet
from .ticket_counts import moved
from .ticket_thread import desk_row

ELSEWHERE: Literal["elsewhere"] = "elsewhere"  # the kind of a row that says where an answer waits


def choose(changes: ChangeSet, address: Address) -> None:
    """Keep that the customer chose to go on at this address of theirs, which is proved."""
    others = tuple(each for each in changes.after.chosen if each != address)
    changes.set(chosen=(*others, address)[-CHOSEN_KEPT:])


def carries(changes: ChangeSet, address: Address, *, public: bool = False, files: int = 0) -> bool:
    """Return whether a person's answer can be sent there now: its window is open, and files go with it."""
    surface = changes.environment.surface(address, public=public)
    if surface is None or files > surface.files:
        return False
    until = changes.environment.window_end(changes.after, address, public=public, human=True)
    return not until or changes.now <= until


def routed(changes: ChangeSet, ticket: TicketRecord, *, files: int = 0) -> TicketRecord:
    """Return the ticket with the address that its answer goes to: its own, or the one chosen last that carries it."""
    if not changes.after.chosen or carries(changes, ticket.address, public=ticket.public, files=files):
        return ticket
    return _where_chosen(changes, ticket, files=files)


def refused(changes: ChangeSet, ticket: TicketRecord) -> TicketRecord:
    """
    Return the ticket with where its answer goes that a platform refused for its closed window; itself where nowhere.

    What refused is chosen no more, so an answer tries each channel once.
    """
    if ticket.address in changes.after.chosen:
        changes.set(chosen=tuple(each for each in changes.after.chosen if each != ticket.address))
    return _where_chosen(changes, ticket)


def _where_chosen(changes: ChangeSet, ticket: TicketRecord, *, files: int = 0) -> TicketRecord:
    """Return the ticket with the address that was chosen last and carries its answer; its thread says so."""
    if not changes.after.chosen:
        return ticket
    homes = dict(changes.loaded.addresses(changes.after.contact_id))  # of whoever is one person at this moment
    chosen = [each for each in reversed(changes.after.chosen) if each in homes and _welcome(changes, each)]
    where = next((each for each in chosen if carries(changes, each, files=files)), None)
    if where is None or where == ticket.address:
        return ticket
    until = changes.environment.window_end(changes.after, where, public=False, human=True)
    there = replace(ticket, address=where, public=False, anchor="", answer_by=until, conversation_id=homes[where])
    there = moved(changes, ticket, there)
    note = changes.desk.note(there, changes.loaded.playbook(), "goes_where_chosen", {})
    desk_row(changes, there, "thread_note", note)
    return there


def tell_elsewhere(changes: ChangeSet, ticket: TicketRecord) -> None:
    """Say on another channel of the customer's, if one is open, that an answer waits where they wrote."""
    where = _another(changes, ticket)
    if where is None or loop_signs.loop(changes.after, (), changes.now):
        return
    playbook = changes.loaded.playbook()
    language = ticket.language if ticket.language in playbook.languages else playbook.languages[0]
    there = changes.environment.traits(ticket.address.channel)
    try:
        text = render_phrase(
            playbook, "answer_waits", language, named(there.title, there.way_in, language), notice="brand"
        )
    except CannotSay:
        return
    changes.add_row(
        ELSEWHERE,
        "bot",
        where,
        changes.environment.split_for(where, text, public=False),
        wait_ms=loud_from(playbook.hours, changes.now) - changes.now,
        why=Decided(reason="elsewhere", fence=changes.after.fence or None),
        bot_epoch=changes.loaded.control(fresh=False).epoch,
        window_until=changes.environment.window_end(changes.after, where, public=False, human=False),
        ticket_id=ticket.ticket_id,
    )


def untold(changes: ChangeSet, ticket: TicketRecord) -> None:
    """Take back what has not been said elsewhere yet: the customer has written, and reads the answer now."""
    others = [each for each in _private(changes) if each != ticket.address]
    for rows in changes.loaded.waiting([keys.recipient(each) for each in others]):
        for row in rows:
            if row.kind == ELSEWHERE and row.state == "pending":
                changes.cancel(row)


def _another(changes: ChangeSet, ticket: TicketRecord) -> Address | None:
    """Return the address of theirs on which they wrote last, and can be written to now; None where there is none."""
    found = [each for each in _private(changes) if each != ticket.address and _welcome(changes, each)]
    open_ones = [each for each in found if _bot_may(changes, each)]
    heard = changes.after.last_customer
    return max(open_ones, key=lambda each: heard.get(keys.recipient(each), 0), default=None)


def _private(changes: ChangeSet) -> list[Address]:
    """
    Return the addresses of this person where something can be said in private, unasked.

    Not where comments stand: who has only commented can be written to once, as an answer to that.
    """
    if not changes.after.tree and not changes.after.chosen:  # nobody was ever merged with them
        return []
    found = [address for address, _ in changes.loaded.addresses(changes.after.contact_id)]
    return [each for each in found if _speaks_in_private(changes.environment.traits(each.channel))]


def _speaks_in_private(traits: Traits) -> bool:
    return traits.private is not None and not (traits.public is not None and traits.public.comments)


def _bot_may(changes: ChangeSet, address: Address) -> bool:
    until = changes.environment.window_end(changes.after, address, public=False, human=False)
    by_day = loud_from(changes.loaded.playbook().hours, changes.now)
    return not until or by_day <= until


def _welcome(changes: ChangeSet, address: Address) -> bool:
    """Return whether they did not write STOP there: it holds for one channel, and for all that is not asked there."""
    return account_of(address) not in changes.after.opted_out
