"""
Unsend: an agent deletes an answer that has left; the platform deletes it where it can, and then nothing of it stays.

The text goes from the timeline, the tickets and the bucket once the platform has deleted it, not before: what the
customer still reads, the team must be able to read. Where a platform cannot, the thread says that the customer keeps
it.
"""

from __future__ import annotations

from dataclasses import replace

from ..conversation import TicketRecord, TimelineMessage
from ..model import AgentAction, DeliveryReport
from ..store.items import compact
from . import attachments, reminders
from .change_set import NO_WORDS, ChangeSet
from .ticket_edits import update_tickets
from .ticket_thread import desk_row


def asked(changes: ChangeSet, ticket: TicketRecord, event: AgentAction) -> None:
    """Have the platform delete the answer that the agent saw; or say why nothing is deleted."""
    said = changes.loaded.finished_row(event.row_id) if event.row_id else None
    if said is None or not _is_out(said, ticket):
        _note(changes, ticket, "unsend_nothing", agent=event.agent_id)
        return
    surface = changes.environment.surface(said.address, public=said.public)
    if surface is None or changes.now > said.sent_at + surface.unsend_ms or not surface.unsend_ms:
        _note(changes, ticket, "unsend_kept", agent=event.agent_id)
        return
    changes.add_row(
        "unsend",
        "system",
        said.address,
        NO_WORDS * len(said.platform_ids),
        public=said.public,
        anchor=said.anchor,
        body=compact({"ids": list(said.platform_ids)}),
        covers=(said.message_id,),
        ticket_id=ticket.ticket_id,
    )
    _note(changes, ticket, "unsend_asked", agent=event.agent_id)


def _is_out(said: TimelineMessage, ticket: TicketRecord) -> bool:
    """Return whether this is an answer of this ticket that the customer can read now."""
    by_agent = said.author == "agent" and said.ticket_id == ticket.ticket_id
    return by_agent and said.state == "sent" and not said.deleted and bool(said.platform_ids)


def on_report(changes: ChangeSet, event: DeliveryReport, ticket: TicketRecord | None) -> None:
    """Forget the answer that its platform has deleted; or say in the thread that it was not."""
    said = next(iter(changes.loaded.messages(event.row.covers)), None)
    if said is None or said.deleted:  # erased meanwhile, or deleted by a press before
        return
    if event.status != "done":
        if ticket is not None:
            _note(changes, ticket, "unsend_failed", reason=event.code or "Unconfirmed")
        return
    changes.change(said.message_id, text="", deleted=True)
    attachments.forget(changes, said)
    if ticket is not None:
        _taken_off(changes, ticket, said)
    update_tickets(changes, replace(said, text="", deleted=True), gone="")


def _taken_off(changes: ChangeSet, ticket: TicketRecord, said: TimelineMessage) -> None:
    """Take the answer off its ticket, whose customer waits again; one that has ended stays ended."""
    _note(changes, ticket, "unsent")
    if ticket.row_id != said.row_id:  # it has another answer by now
        return
    after = replace(ticket, answer="", row_id="")
    if ticket.state == "answered":
        after = reminders.unanswered(changes, replace(after, state="claimed"), changes.loaded.playbook())
    changes.set_ticket(after)
    desk_row(changes, after, "ticket_update")


def _note(changes: ChangeSet, ticket: TicketRecord, kind: str, **fields: str) -> None:
    desk_row(changes, ticket, "thread_note", changes.desk.note(ticket, changes.loaded.playbook(), kind, fields))
