"""
Who is called to a ticket, and the note in its thread that mentions them.

The note says where something is to be done and by when, with no name or word of the customer, because phones show it on
the locked screen. Only the ticket's agent is called, or the people on call where it has none.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..conversation import TicketRecord
from ..model import Millis
from ..playbook.hours import moment_text
from ..playbook.schema import Playbook
from .change_set import ChangeSet
from .ticket_thread import desk_row


def whom(ticket: TicketRecord, playbook: Playbook) -> Sequence[str]:
    """Return whom to call: the ticket's agent, else the group on call, else nobody ("")."""
    return (ticket.assignee or playbook.routing.on_call,)


def call_order(playbook: Playbook) -> Sequence[str]:
    """Return whom to call for a danger, one after the other: the playbook's safety contacts, then the group on call."""
    return [*playbook.routing.safety_contacts, *filter(None, [playbook.routing.on_call])]


def call(
    changes: ChangeSet, ticket: TicketRecord, kind: str, people: Sequence[str], *, moment: Millis = Millis(0)
) -> None:
    """
    Add a note to the ticket's thread that mentions these members or groups.

    If nobody has the ticket the note is shown in the channel too.
    """
    playbook = changes.loaded.playbook()
    when = moment_text(playbook.hours, playbook.languages[0], moment, changes.now) if moment else ""
    broadcast = "" if ticket.assignee else "1"
    fields = {"to": " ".join(dict.fromkeys(filter(None, people))), "when": when, "broadcast": broadcast}
    desk_row(changes, ticket, "thread_note", changes.desk.note(ticket, playbook, kind, fields))
