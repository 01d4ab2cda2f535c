"""
Handles a delivery report: a row failed, may have been sent, or was silenced. The messages it covers go to a person.
"""

from __future__ import annotations

from dataclasses import replace

from ..conversation import TicketRecord
from ..errors import WindowClosed
from ..model import (
    NOTICES,
    AccountNotice,
    AccountPaused,
    DeliveryReport,
    MessageId,
    Millis,
    ReportedRow,
    Ticket,
    at_desk,
)
from ..store import keys
from . import agent_files, agent_replies, clarification, comment_answers, reminders, unsending
from .apply_decision import more_for_ticket, new_ticket
from .change_set import ChangeSet
from .customer import build_input, reconsider, reopened
from .ticket_thread import desk_row, note_words

UNREPORTED = ("greeting", "consent")  # of which nobody is told where they do not arrive
BOT_KINDS = (*UNREPORTED, "reply", "ask", "acknowledgement")


def on_delivery_report(changes: ChangeSet, event: DeliveryReport) -> None:
    """Handle the report that a row was not delivered, perhaps not, or not sent."""
    row = event.row
    if row.kind in BOT_KINDS:
        clarification.unasked(changes, row.covers)
        changes.set(
            disclosed_at=Millis(0), disclosed_to=""
        )  # it may have been the first: the next message has the full AI notice
    if row.kind == "unsend" or comment_answers.is_about_one(row) or (row.kind == "move" and row.ticket_id):
        _act_failed(changes, event)
    elif row.kind in UNREPORTED:
        if event.status != "unknown":
            changes.set(greeted_at=Millis(0), menu=())  # nobody was welcomed: the next greeting is
    elif event.status == "silenced":
        if row.kind == "acknowledgement":  # its messages are a ticket already
            _unpromised(changes, row)
        else:
            _silenced(changes, row.covers)
    elif row.kind == "agent_reply":
        _show_lost_answer(changes, event)
    elif row.kind in ("reply", "ask", "move"):
        _to_human(changes, event)
    elif row.kind == "acknowledgement":
        _unacknowledged(changes, event)


def _link_lost(changes: ChangeSet, event: DeliveryReport) -> None:
    """Say in the thread that a link, or a copy of an answer, which an agent sent did not arrive, or may not have."""
    ticket = _ticket_of(changes, event.row)
    if ticket is not None:
        fields = {"reason": _code(event)}
        kind = "move_lost" if event.address == ticket.address else "copy_lost"  # a link is given where the ticket is
        note = changes.desk.note(ticket, changes.loaded.playbook(), kind, fields)
        desk_row(changes, ticket, "thread_note", note)


def _act_failed(changes: ChangeSet, event: DeliveryReport) -> None:
    """Handle the report of a row that does something to what was said, is about a comment, or is an agent's link."""
    if event.row.kind == "move":
        _link_lost(changes, event)
    elif event.row.kind == "unsend":
        unsending.on_report(changes, event, _ticket_of(changes, event.row))
    else:
        comment_answers.lost(changes, event)


def _code(event: DeliveryReport) -> str:
    """Return why it failed, for agents: deliver's code, else the error's kind."""
    return event.code or ("Refused" if event.status == "failed" else "Unconfirmed")


def _silenced(changes: ChangeSet, covers: tuple[MessageId, ...]) -> None:
    """Decide again on the messages of a silenced answer, unless a person saw them."""
    if changes.after.mode == "human" and _answered_natively(changes, covers):
        return
    again = reopened(changes, covers)
    known = {message.message_id for message in again}
    reconsider(changes, again + [m for m in changes.loaded.uncovered if m.message_id not in known])


def _answered_natively(changes: ChangeSet, covers: tuple[MessageId, ...]) -> bool:
    """Return whether somebody answered in the platform's own app, where all messages are seen."""
    if not covers:
        return False
    low = min(keys.message(changes.loaded.brand, each).sk for each in covers)
    homes = dict.fromkeys(keys.conversation_of(each) for each in covers)
    later = [message for home in homes for message in changes.loaded.messages_from(home, low)]
    return any(message.author == "native" for message in later)


def _to_human(changes: ChangeSet, event: DeliveryReport) -> None:
    """Open or extend a ticket: an automatic answer did not arrive, or may not have arrived. Nothing is sent again."""
    pending = tuple(changes.own(changes.loaded.messages(event.row.covers)))
    if not pending:
        return
    note, code = "auto_failed" if event.status == "failed" else "auto_unknown", _code(event)
    reason = "delivery_failed" if event.status == "failed" else "delivery_unknown"
    inputs = build_input(changes, pending)
    decision = Ticket(
        covers=inputs.covers, reason=reason, priority="high", intent=inputs.guess or None, language=inputs.language
    )
    stored = changes.stored
    if stored is not None and stored.state != "closed":
        more_for_ticket(changes, stored, inputs, decision, note=note, failure=code)
        return
    ticket = new_ticket(changes, inputs, decision, failure=code, in_thread=True)
    note_words(changes, ticket, inputs, note, reason=code)


def _unacknowledged(changes: ChangeSet, event: DeliveryReport) -> None:
    """Show on the ticket that the acknowledgement did not arrive, while nobody has answered."""
    ticket = _ticket_of(changes, event.row) if event.row.ticket_id else changes.stored
    if ticket is None:
        return
    playbook, code = changes.loaded.playbook(), _code(event)
    kind = "acknowledgement_failed" if event.status == "failed" else "acknowledgement_unknown"
    desk_row(changes, ticket, "thread_note", changes.desk.note(ticket, playbook, kind, {"reason": code}))
    if ticket.state in ("open", "claimed") and not ticket.first_answer_at:
        told = replace(ticket, failure=ticket.failure or code)  # an answer that did not arrive weighs more
        if event.status == "failed":
            told = replace(told, promised_until=Millis(0))
        changes.set_ticket(told)
        desk_row(changes, told, "ticket_update")


def _unpromised(changes: ChangeSet, row: ReportedRow) -> None:
    """Remove the promised time from the ticket: the acknowledgement with it was not sent."""
    ticket = _ticket_of(changes, row)
    if ticket is not None and ticket.promised_until:
        changes.set_ticket(replace(ticket, promised_until=Millis(0)))
        desk_row(changes, changes.ticket or ticket, "ticket_update")


def _show_lost_answer(changes: ChangeSet, event: DeliveryReport) -> None:
    """Show in the thread and on the ticket that an agent's answer failed or may be lost."""
    ticket = _ticket_of(changes, event.row)
    if ticket is None:
        return
    code = _code(event)
    playbook = changes.loaded.playbook()
    if event.status == "failed" and ticket.window_closed and ticket.row_id == event.row.row_id:  # it was a template
        agent_replies.template_failed(changes, ticket, code)
        return
    late = event.status == "failed" and code.startswith(WindowClosed.__name__)
    if late and ticket.row_id == event.row.row_id and agent_replies.refused(changes, ticket):
        return
    draft = agent_files.words(ticket.answer)
    failed = reminders.unanswered(changes, replace(ticket, state="failed", failure=code, draft=draft), playbook)
    failed = replace(failed, window_closed=code.startswith(WindowClosed.__name__))
    changes.set_ticket(failed)
    if failed.window_closed and not ticket.window_closed:
        changes.count("window_missed")
    kind = "failed" if event.status == "failed" else "unknown"
    told = {"reason": failed.failure, "to": failed.assignee}
    desk_row(changes, failed, "thread_note", changes.desk.note(failed, playbook, kind, told))
    if draft != ticket.answer:
        agent_files.left_out(changes, failed, failed.assignee)
    desk_row(changes, failed, "ticket_update")


def on_account_paused(changes: ChangeSet, event: AccountPaused) -> None:
    """Tell the brand's desk that an account's credentials no longer work, and what to do."""
    playbook = changes.loaded.playbook()
    _tell_the_team(changes, changes.desk.account_paused(playbook, event.address.channel, event.code))


def on_account_notice(changes: ChangeSet, event: AccountNotice) -> None:
    """Tell the brand's desk what a platform lets us not do with an account, and what to do."""
    playbook = changes.loaded.playbook()
    _tell_the_team(changes, changes.desk.account_notice(playbook, event.address.channel, event.notice))


def _tell_the_team(changes: ChangeSet, body: str) -> None:
    account = changes.loaded.playbook().routing.account
    if account:
        changes.add_row("notice", "system", at_desk(changes.desk.name, account, NOTICES), body=body)


def _ticket_of(changes: ChangeSet, row: ReportedRow) -> TicketRecord | None:
    """Return the ticket that a report is about, loaded as the event's own."""
    ticket = changes.stored
    if ticket is None or ticket.ticket_id != row.ticket_id:
        ticket = changes.loaded.other_ticket(row.ticket_id)
        changes.stored = ticket
    return ticket
