"""
Who is called to a ticket, and the line in its thread that calls them.

Such a line says where something is to be done and by when, never a word or a name of the customer: it is what a
telephone shows on its locked screen. Only the one who has the ticket is called, or those on call where nobody has it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..conversation import TicketRecord
from ..model import Millis
from ..playbook.hours import moment_text
from ..playbook.schema import Playbook
from .deps import Deps
from .draft import Draft
from .thread import desk_row


def whom(ticket: TicketRecord, playbook: Playbook) -> Sequence[str]:
    """Whose ticket it is: its agent, else the group on call, else nobody in particular ("")."""
    return (ticket.assignee or playbook.routing.on_call,)


def in_turn(playbook: Playbook) -> Sequence[str]:
    """Who is called at a danger, one after the other: the contacts of the playbook, then the group on call."""
    return [*playbook.routing.safety_contacts, *filter(None, [playbook.routing.on_call])]


def call(
    draft: Draft,
    ticket: TicketRecord,
    kind: str,
    people: Sequence[str],
    deps: Deps,
    *,
    moment: Millis = Millis(0),
) -> None:
    """
    A line in the ticket's thread that mentions these members or groups.

    Where nobody has the ticket it is shown in the channel too: who is not mentioned reads it there.
    """
    playbook = deps.playbook(draft.state.table.brand)
    when = moment_text(playbook.hours, playbook.languages[0], moment, draft.now) if moment else ""
    broadcast = "" if ticket.assignee else "1"
    fields = {"to": " ".join(dict.fromkeys(filter(None, people))), "when": when, "broadcast": broadcast}
    desk_row(draft, ticket, "thread_note", deps.desk.note(ticket, playbook, kind, fields))
