"""
Turns a decision into changes: outbox rows, tickets, covered messages, holds.

`decide` has chosen; nothing here chooses again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, assert_never

from ..conversation import ENDED, SAID_KEPT, HeadBefore, Lookup, PastAnswer, TicketRecord, TimelineMessage
from ..decision import acknowledgement, active_bulletins, loop_signs
from ..decision.answer_text import day_of
from ..decision.answered_before import about
from ..decision.danger import PRIORITIES, graver, speaks_of_danger
from ..decision.hiding import reason_of
from ..decision.input import DecisionInput
from ..decision.order_numbers import MISSED, asked_today, split_key
from ..decision.reply_language import is_sentence
from ..decision.suggestion import likelihood, named_later
from ..model import (
    Ask,
    Consent,
    Decided,
    Decision,
    Gather,
    Greet,
    Hold,
    Ignore,
    Millis,
    Move,
    OutboxRow,
    Reply,
    ThreadCopy,
    Ticket,
    TicketId,
)
from ..store import keys
from . import attachments, choices, clarification, comments, reminders, ticket_lookup, welcome_and_opt_out
from .change_set import ChangeSet
from .handover import customer_thanked, is_grave
from .quoted import files_of, here_only, opening, unseen
from .ticket_counts import moved
from .ticket_quotes import QUOTES_SHOWN, quotes_of
from .ticket_thread import desk_row, kept_whole, note_words

BESIDE_NOTE_MS = 500  # after the words that it tells of


def apply(changes: ChangeSet, inputs: DecisionInput, decision: Decision) -> None:
    """Add what the decision asks for to the change set."""
    if not isinstance(decision, Hold):
        changes.cover(decision.covers, decision.reason)
        changes.set(uncovered_from="", hold_until=Millis(0))
    match decision:
        case Reply() | Ask():
            _speak(changes, inputs, decision)
        case Ticket():
            _ticket(changes, inputs, decision)
            comments.noted_case(changes, inputs, reason_of(inputs))
        case Hold():
            _hold(changes, inputs, decision)
        case Greet():
            welcome_and_opt_out.greet(
                changes, inputs, decision, held_before=_snapshot(changes) if decision.wait_ms else None
            )
        case Consent():
            welcome_and_opt_out.apply_consent(changes, inputs, decision)
        case Ignore() | Move():
            _note_ignored(changes, inputs, decision)
        case Gather():
            comments.gather(changes, inputs, decision)
        case _:
            assert_never(decision)
    if not isinstance(decision, Hold):
        changes.set(fact=Lookup())  # the next question is looked up again: an order moves on


_LINES = {"thanks": "customer_closes", "nothing_asked": "customer_closes", "reaction": "reaction"}


def _note_ignored(changes: ChangeSet, inputs: DecisionInput, decision: Ignore | Move) -> None:
    """Add a note to an open ticket's thread for a message that asks nothing; thanks close an answered ticket."""
    ticket = changes.stored
    if ticket is not None and ticket.state not in ENDED and decision.reason in _LINES:
        note_words(changes, ticket, inputs, _LINES[decision.reason])
        if decision.reason == "thanks" and ticket.state == "answered":
            reminders.close_answered(changes, ticket)
    if decision.reason == "thanks":
        customer_thanked(changes)


def explanation(inputs: DecisionInput, reason: str, slot: str = "", exception_ids: tuple[str, ...] = ()) -> Decided:
    """
    Return why a row is made.

    `slot`: the slot of a daily cap that the answer takes. `exception_ids`: the exceptions that the answer begins with.
    """
    whole = inputs.whole
    intent = inputs.intent or whole.intent or whole.guess
    fence = inputs.conversation.fence or None
    return Decided(reason=reason, intent=intent, fence=fence, slot=slot, exception_ids=exception_ids)


def _speak(changes: ChangeSet, inputs: DecisionInput, decision: Reply | Ask) -> None:
    before = changes.after
    asking = isinstance(decision, Ask)
    today = day_of(changes.now)
    address, public = inputs.last.address, inputs.last.public
    row_id = changes.add_row(
        "ask" if asking else "reply",
        "bot",
        address,
        changes.environment.parts_for(address, choices.content_of(decision, changes.now), public=public),
        wait_ms=decision.wait_ms,
        public=public,
        anchor=inputs.last.anchor,
        covers=decision.covers,
        why=explanation(inputs, decision.reason, inputs.slot.name if inputs.slot else "", decision.exception_ids),
        bot_epoch=changes.bot_epoch,
        window_until=changes.environment.window_end(changes.after, address, public=public, human=False),
    )
    changes.slots += [each for each in (inputs.slot, inputs.place) if each]
    which = clarification.question_state(inputs, decision) if isinstance(decision, Ask) and decision.menu else {}
    said = () if which else (_past_answer(changes, inputs, decision),)
    changes.set(
        heard=active_bulletins.remembered(before, decision.exception_ids, changes.now),
        said=(*before.remembered(changes.now), *said)[-SAID_KEPT:],
        auto_day=today,
        auto_count=(before.auto_count if before.auto_day == today else 0) + 1,
        **disclosed(changes, inputs),
        **which,
        asked_intent=decision.intent if asking else "",
        asked_wants=decision.wants if isinstance(decision, Ask) else "",
        asked_with=decision.given if isinstance(decision, Ask) else (),
        language=decision.language,
        held_row=row_id if decision.wait_ms else "",
        held_before=_snapshot(changes) if decision.wait_ms else None,
    )
    if inputs.standing == "beside" and inputs.ticket is not None:
        changes.set(beside_count=before.beside_count + 1)
        note = _note_answer_beside(changes, inputs, inputs.ticket, decision)
        changes.set(held_note=note if decision.wait_ms else "")


def _note_answer_beside(changes: ChangeSet, inputs: DecisionInput, ticket: TicketRecord, decision: Reply | Ask) -> str:
    """
    Add a note to the open ticket's thread: the bot answered a different question. Returns its row id, "" at no desk.

    The note is sent after the answer, and not sent if the answer is cancelled.
    """
    intent = inputs.playbook.intents[decision.intent]
    title = intent.title.get(inputs.playbook.languages[0], intent.name)
    fields = {
        "text": next(iter(changes.desk.pieces(inputs.text)), ""),
        "files": files_of(inputs.pending),
        "reason": title,
    }
    copy = ThreadCopy(note="beside", shows=decision.covers, code=title)
    body = changes.desk.note(ticket, inputs.playbook, "beside", fields)
    return desk_row(changes, ticket, "thread_note", body, wait_ms=decision.wait_ms + BESIDE_NOTE_MS, why=copy)


def disclosed(changes: ChangeSet, inputs: DecisionInput) -> dict[str, Any]:
    """Return what the head keeps of a full AI notice; nothing for a short one or a public message."""
    if inputs.public or inputs.ai_line == "short":
        return {}
    return {"disclosed_at": changes.now, "disclosed_to": keys.recipient(inputs.last.address)}


def _past_answer(changes: ChangeSet, inputs: DecisionInput, decision: Reply | Ask) -> PastAnswer:
    """Return what the head remembers of an automatic answer or question."""
    missed = (MISSED,) if isinstance(decision, Reply) and decision.missed else ()
    home = str(keys.conversation_of(inputs.last.message_id))
    return PastAnswer(
        decision.intent,
        int(changes.now),
        about(inputs, decision.intent) + missed,
        isinstance(decision, Ask),
        home if home != changes.after.conversation_id else "",
    )


def _snapshot(changes: ChangeSet) -> HeadBefore:
    """Return the values of the head that an automatic answer changes, as they were before it."""
    return HeadBefore(*(getattr(changes.after, name) for name in HeadBefore._fields))


def put_back(changes: ChangeSet, row: OutboxRow) -> None:
    """Give the head the values that it had before the cancelled reply, which is this row."""
    before, taken = changes.after.held_before, changes.after
    if before is None:
        raise ValueError(taken.held_row)  # a row is held with what it changed
    changes.unsaid = next((each.intent for each in taken.said if each not in before.said and not each.asked), "")
    changes.set(**before._asdict(), held_row="", held_before=None, held_note="")
    changes.set(spoken=loop_signs.unsaid(changes.after, row.not_before, row.address))
    clarification.reopened(changes, taken)


def _hold(changes: ChangeSet, inputs: DecisionInput, decision: Hold) -> None:
    ordered = sorted(inputs.pending, key=lambda message: keys.order_of(message.message_id))
    homes = tuple(dict.fromkeys(str(keys.conversation_of(message.message_id)) for message in ordered))
    changes.set(
        uncovered_from=keys.message(changes.loaded.brand, ordered[0].message_id).sk,
        uncovered_in=() if homes == (changes.after.conversation_id,) else homes,
        hold_until=decision.until,
        hold_gen=changes.after.hold_gen + 1,
    )
    changes.hold = (changes.after.hold_gen, decision.until)
    changes.typing = decision.show_typing
    if decision.subject:
        today = day_of(changes.now)
        asked = dict.fromkeys((*asked_today(changes.after, today), *split_key(decision.key)[0]))
        changes.set(fact=Lookup(decision.subject, decision.key), looked_up=tuple(asked), looked_day=today)
        changes.asks = True


def _ticket(changes: ChangeSet, inputs: DecisionInput, decision: Ticket) -> None:
    if inputs.unwritten:
        changes.count(f"gap:{inputs.unwritten}", channel=inputs.channel)
    stored = changes.stored
    if stored is not None and stored.state not in ENDED:
        more_for_ticket(changes, stored, inputs, decision)
        ticket_id = stored.ticket_id
    else:
        ticket_id = new_ticket(changes, inputs, decision).ticket_id
    last = keys.conversation_of(inputs.last.message_id)
    for message_id in decision.covers:
        if keys.conversation_of(message_id) != last:  # rows of the ticket lie elsewhere: it is found by this
            changes.change(message_id, ticket_id=ticket_id)
    _acknowledged(changes, inputs, decision, ticket_id)


def _acknowledged(changes: ChangeSet, inputs: DecisionInput, decision: Ticket, ticket_id: TicketId) -> None:
    """Add the acknowledgement's row. It has no intent, so stopping an intent stops only its answers."""
    if decision.acknowledge:
        address = inputs.last.address
        changes.add_row(
            "acknowledgement",
            "bot",
            address,
            changes.environment.split_for(address, decision.acknowledge, public=False),
            anchor=inputs.last.own_anchor,
            covers=decision.covers,
            why=Decided(
                reason=decision.reason, fence=inputs.conversation.fence or None, exception_ids=decision.exception_ids
            ),
            bot_epoch=changes.bot_epoch,
            window_until=changes.environment.window_end(changes.after, address, public=False, human=False),
            ticket_id=ticket_id,
        )
        changes.slots += [inputs.place] if inputs.place else []
        changes.set(disclosed_at=changes.now, disclosed_to=keys.recipient(address))
        changes.set(heard=active_bulletins.remembered(changes.after, decision.exception_ids, changes.now))


def new_ticket(
    changes: ChangeSet, inputs: DecisionInput, decision: Ticket, *, failure: str = "", in_thread: bool = False
) -> TicketRecord:
    """
    Open a ticket for the undecided messages and post it at the desk.

    `in_thread`: the caller writes these messages into the ticket's thread.
    """
    last = inputs.last
    order = max(changes.now * 100, changes.after.last_order + 1)
    ticket = TicketRecord(
        ticket_id=TicketId("t" + keys.digest(changes.after.conversation_id, str(order), length=16)),
        conversation_id=keys.conversation_of(last.message_id),
        address=last.address,
        state="open",
        priority=decision.priority,
        reason=decision.reason,
        intent=decision.intent or "",
        language=decision.language,
        created_at=changes.now,
        public=last.public,
        anchor=last.anchor,
        name=last.display_name,
        quotes=quotes_of(changes, inputs.pending),
        **_proposed(decision, len(inputs.pending)),
        detail=decision.detail,
        grave=is_grave(inputs, decision.reason, decision.intent),
        done=tuple(f"{said.at} {said.intent}" for said in inputs.past_answers if not said.asked),
        promised_until=decision.promised_until,
        promised_loosely=decision.promised_loosely,
        emergencies=acknowledgement.reported_emergencies(inputs),
        answer_by=changes.environment.window_end(changes.after, last.address, public=last.public, human=True),
        probability=likelihood(inputs, decision),
        failure=failure,
        messages=len(inputs.pending),
        desk_account=inputs.playbook.routing.desk(decision.priority),
    )
    changes.count("ticket", channel=last.address.channel)
    if ticket.intent:
        changes.count(f"subject:{ticket.intent}", channel=last.address.channel)
    changes.set(ticket_id=ticket.ticket_id, beside_count=0, language=decision.language)
    changes.set(asked_intent="", asked_wants="")
    ticket = ticket_lookup.wanted(changes, ticket, inputs)
    return _posted(changes, ticket, inputs, decision, in_thread=in_thread)


def _proposed(decision: Ticket, messages: int) -> dict[str, Any]:
    """Return the ticket's fields of a suggestion; `messages`: how many customer messages it was made from."""
    return {
        "suggestion": decision.suggestion,
        "suggested": messages,
        "suggested_intent": decision.suggested_intent,
        "proved": decision.proved,
    }


def _posted(
    changes: ChangeSet, ticket: TicketRecord, inputs: DecisionInput, decision: Ticket, *, in_thread: bool = False
) -> TicketRecord:
    """Post a ticket at its desk. Without a desk it is counted, and an alarm rings."""
    if not ticket.desk_account:
        changes.metric("ticket_without_desk", channel=changes.desk.name)
    desk_row(changes, ticket, "ticket", opening(ticket), why=explanation(inputs, decision.reason))
    if len(inputs.pending) > QUOTES_SHOWN:
        note_words(changes, ticket, inputs, "customer_wrote")
    elif not in_thread:
        ticket = replace(ticket, quotes=here_only(ticket.quotes, inputs.covers))
    ticket = attachments.show_all(changes, ticket, inputs.pending)
    ticket = kept_whole(changes, ticket, ticket.quotes, inputs.playbook)
    if ticket.desk_account:
        ticket = reminders.opened(changes, ticket, inputs.playbook, danger=speaks_of_danger(inputs))
    changes.set_ticket(ticket)
    return ticket


def _written(inputs: DecisionInput, stored: TicketRecord) -> str:
    """Return the language that the ticket names as the customer's: that of the last whole sentence."""
    return inputs.foreign or (inputs.language if is_sentence(inputs.text) else stored.language)


def _promised_anew(decision: Ticket) -> dict[str, Any]:
    """Return the ticket's fields of an apology."""
    if not decision.apology:
        return {}
    kept = {"promised_until": decision.promised_until, "promised_loosely": decision.promised_loosely}
    return kept | {"apologised": True}


def _answered_to(last: TimelineMessage) -> dict[str, Any]:
    """Return the ticket's fields of where its answer goes: to whoever wrote last."""
    home = keys.conversation_of(last.message_id)
    return {"conversation_id": home, "address": last.address, "public": last.public, "anchor": last.anchor}


def more_for_ticket(
    changes: ChangeSet,
    stored: TicketRecord,
    inputs: DecisionInput,
    decision: Ticket,
    *,
    note: str = "customer_wrote",
    failure: str = "",
) -> None:
    """
    Add new messages to an open ticket, raise its priority if needed, and show both at the desk.

    `note`: the kind of note in the thread; `failure`: why an automatic answer to these messages did not arrive.
    """
    last = inputs.last
    messages = stored.messages + unseen(inputs.pending, stored.quotes)
    ticket = replace(
        stored,
        priority=max(stored.priority, decision.priority, key=PRIORITIES.index),
        **(named_later(stored, inputs, decision) | graver(stored, inputs, decision)),
        state="claimed" if stored.assignee else "open",
        **_answered_to(last),
        quotes=quotes_of(changes, inputs.pending, stored.quotes),
        **(_proposed(decision, messages) if decision.suggested_intent else {}),
        answer_by=changes.environment.window_end(changes.after, last.address, public=last.public, human=True),
        messages=messages,
        grave=stored.grave or is_grave(inputs, decision.reason, decision.intent),
        failure=failure or stored.failure,
        language=_written(inputs, stored),
        emergencies=acknowledgement.reported_emergencies(inputs, stored.emergencies),
        **_promised_anew(decision),
        desk_account=stored.desk_account or inputs.playbook.routing.desk(decision.priority),
    )
    ticket = ticket_lookup.wanted(changes, moved(changes, stored, ticket), inputs)
    if not stored.desk_account:  # opened while the brand had no desk: nobody has seen it yet
        _posted(changes, ticket, inputs, decision)
        return
    ticket = kept_whole(changes, ticket, stored.quotes, inputs.playbook)
    note_words(changes, ticket, inputs, note, reason=failure)
    ticket = attachments.show_all(changes, ticket, inputs.pending)
    ticket = reminders.wrote_again(changes, ticket, stored, inputs.playbook, danger=speaks_of_danger(inputs))
    changes.set_ticket(ticket)
    desk_row(changes, ticket, "ticket_update")
