"""
Handles deliver's reports: a row that failed, may have been sent, or was silenced. Its messages go to a person.
"""

from __future__ import annotations

from dataclasses import replace

from ..conversation import TicketRecord
from ..errors import WindowClosed
from ..model import AccountId, AccountPaused, Address, DeliveryReport, MessageId, Millis, PersonId, ReportedRow, Ticket
from ..ports import DESK_CHANNEL
from ..store import keys
from . import clarification, reminders
from .apply_decision import more_for_ticket, new_ticket
from .change_set import Draft
from .customer import build_view, reconsider, reopened
from .ticket_thread import desk_row, note_words

REMARKS = ("greeting", "consent")  # of which nobody is told where they do not arrive
BOT_KINDS = (*REMARKS, "reply", "ask", "acknowledgement")


def reported(draft: Draft, event: DeliveryReport) -> None:
    """Handle the report that a row was not delivered, perhaps not, or not sent."""
    row = event.row
    if row.kind in BOT_KINDS:
        clarification.unasked(draft, row.covers)
        draft.set(disclosed_at=Millis(0), disclosed_to="")  # perhaps its first word: the next one says it in full
    if row.kind in REMARKS:
        if event.status != "unknown":
            draft.set(greeted_at=Millis(0), menu=())  # nobody was welcomed: the next greeting is
    elif event.status == "silenced":
        if row.kind == "acknowledgement":  # its messages are a ticket already
            _unpromised(draft, row)
        else:
            _silenced(draft, row.covers)
    elif row.kind == "agent_reply":
        _agent_told(draft, event)
    elif row.kind in ("reply", "ask"):
        _to_human(draft, event)
    elif row.kind == "acknowledgement":
        _unacknowledged(draft, event)


def _code(event: DeliveryReport) -> str:
    """Return why it failed, for Slack: deliver's code, else the error's kind."""
    return event.code or ("Refused" if event.status == "failed" else "Unconfirmed")


def _silenced(draft: Draft, covers: tuple[MessageId, ...]) -> None:
    """Decide again on the messages of a silenced answer, unless a person saw them."""
    if draft.after.mode == "human" and _answered_natively(draft, covers):
        return
    again = reopened(draft, covers)
    known = {message.message_id for message in again}
    reconsider(draft, again + [m for m in draft.loaded.uncovered if m.message_id not in known])


def _answered_natively(draft: Draft, covers: tuple[MessageId, ...]) -> bool:
    """Return whether somebody answered in the platform's own app, where all messages are seen."""
    if not covers:
        return False
    low = keys.message(draft.loaded.brand, min(covers)).sk
    later = draft.loaded.messages_from(draft.after.conversation_id, low)
    return any(message.author == "native" for message in later)


def _to_human(draft: Draft, event: DeliveryReport) -> None:
    """Open or extend a ticket: an automatic answer did not arrive, or nobody can tell. Nothing is sent again."""
    pending = tuple(draft.loaded.messages(event.row.covers))
    if not pending:
        return
    note, code = "auto_failed" if event.status == "failed" else "auto_unknown", _code(event)
    reason = "delivery_failed" if event.status == "failed" else "delivery_unknown"
    view = build_view(draft, pending)
    decision = Ticket(
        covers=view.covers, reason=reason, priority="high", intent=view.guess or None, language=view.language
    )
    stored = draft.stored
    if stored is not None and stored.state != "closed":
        more_for_ticket(draft, stored, view, decision, note=note, failure=code)
        return
    ticket = new_ticket(draft, view, decision, failure=code, in_thread=True)
    note_words(draft, ticket, view, note, reason=code)


def _unacknowledged(draft: Draft, event: DeliveryReport) -> None:
    """Show on the ticket that the acknowledgement did not arrive, while nobody has answered."""
    ticket = _ticket_of(draft, event.row) if event.row.ticket_id else draft.stored
    if ticket is None:
        return
    playbook, code = draft.loaded.playbook(), _code(event)
    kind = "acknowledgement_failed" if event.status == "failed" else "acknowledgement_unknown"
    desk_row(draft, ticket, "thread_note", draft.desk.note(ticket, playbook, kind, {"reason": code}))
    if ticket.state in ("open", "claimed") and not ticket.first_answer_at:
        told = replace(ticket, failure=ticket.failure or code)  # an answer that did not arrive weighs more
        if event.status == "failed":
            told = replace(told, promised_until=Millis(0))
        draft.set_ticket(told)
        desk_row(draft, told, "ticket_update")


def _unpromised(draft: Draft, row: ReportedRow) -> None:
    """Remove the promised time from the ticket: the acknowledgement with it was not sent."""
    ticket = _ticket_of(draft, row)
    if ticket is not None and ticket.promised_until:
        draft.set_ticket(replace(ticket, promised_until=Millis(0)))
        desk_row(draft, draft.ticket or ticket, "ticket_update")


def _agent_told(draft: Draft, event: DeliveryReport) -> None:
    """Show in the thread and on the ticket that an agent's answer failed or may be lost."""
    ticket = _ticket_of(draft, event.row)
    if ticket is None:
        return
    code = _code(event)
    playbook = draft.loaded.playbook()
    failed = reminders.unanswered(draft, replace(ticket, state="failed", failure=code, draft=ticket.answer), playbook)
    failed = replace(failed, window_closed=code.startswith(WindowClosed.__name__))
    draft.set_ticket(failed)
    if failed.window_closed and not ticket.window_closed:
        draft.count("window_missed")
    kind = "failed" if event.status == "failed" else "unknown"
    told = {"reason": failed.failure, "to": failed.assignee}
    desk_row(draft, failed, "thread_note", draft.desk.note(failed, playbook, kind, told))
    desk_row(draft, failed, "ticket_update")


def account_paused(draft: Draft, event: AccountPaused) -> None:
    """Tell the brand's Slack channel that an account's credentials no longer work, and what to do."""
    playbook = draft.loaded.playbook()
    if not playbook.routing.slack:
        return
    body = draft.desk.account_paused(playbook, event.address.channel, event.code)
    where = Address(DESK_CHANNEL, AccountId(playbook.routing.slack), PersonId("notices"))
    draft.add_row("notice", "system", where, ("",), body=body)


def _ticket_of(draft: Draft, row: ReportedRow) -> TicketRecord | None:
    """Return the ticket that a report is about, loaded as the draft's own."""
    ticket = draft.stored
    if ticket is None or ticket.ticket_id != row.ticket_id:
        ticket = draft.loaded.other_ticket(row.ticket_id)
        draft.stored = ticket
    return ticket
