"""
Turns a decision into changes: outbox rows, tickets, covered messages, holds.

`decide` has chosen; nothing here chooses again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, assert_never

from ..conversation import ENDED, SAID_KEPT, HeldBefore, Lookup, Said, TicketRecord
from ..decision import acknowledgement, active_bulletins
from ..decision.answer_text import day_of
from ..decision.answered_before import about
from ..decision.danger import PRIORITIES, graver, speaks_of_danger
from ..decision.input import View
from ..decision.order_numbers import MISSED, asked_today, split_key
from ..decision.reply_language import is_sentence
from ..decision.suggestion import likelihood, named_later
from ..model import Ask, Consent, Decided, Decision, Greet, Hold, Ignore, Millis, Reply, Shown, Ticket, TicketId
from ..ports import DESK_CHANNEL
from ..store import keys
from . import attachments, clarification, reminders, ticket_lookup, welcome_and_opt_out
from .change_set import Draft
from .handover import customer_thanked, is_grave
from .quoted import files_of, here_only, opening, unseen
from .ticket_quotes import QUOTES_SHOWN, quotes_of
from .ticket_thread import desk_row, kept_whole, note_words

WINDOWS_KEPT = 6
BESIDE_NOTE_MS = 500  # after the words that it tells of


def apply(draft: Draft, view: View, decision: Decision) -> None:
    """Add what the decision asks for to the change set."""
    if not isinstance(decision, Hold):
        draft.cover(decision.covers, decision.reason)
        draft.set(uncovered_from="", hold_until=Millis(0))
    match decision:
        case Reply() | Ask():
            _speak(draft, view, decision)
        case Ticket():
            _ticket(draft, view, decision)
        case Hold():
            _hold(draft, view, decision)
        case Greet():
            welcome_and_opt_out.greet(draft, view, decision, held_before=_snapshot(draft) if decision.wait_ms else None)
        case Consent():
            welcome_and_opt_out.heed(draft, view, decision)
        case Ignore():
            _nothing_said(draft, view, decision)
        case _:
            assert_never(decision)
    if not isinstance(decision, Hold):
        draft.set(fact=Lookup())  # the next question is looked up again: an order moves on


_LINES = {"thanks": "customer_closes", "nothing_asked": "customer_closes", "reaction": "reaction"}


def _nothing_said(draft: Draft, view: View, decision: Ignore) -> None:
    """Add a note to an open ticket's thread for a message that asks nothing; thanks close an answered ticket."""
    ticket = draft.stored
    if ticket is not None and ticket.state not in ENDED and decision.reason in _LINES:
        note_words(draft, ticket, view, _LINES[decision.reason])
        if decision.reason == "thanks" and ticket.state == "answered":
            reminders.settle(draft, ticket)
    if decision.reason == "thanks":
        customer_thanked(draft)


def explanation(view: View, reason: str, place: str = "", told: tuple[str, ...] = ()) -> Decided:
    """
    Return why a row is made.

    `place`: the slot of a daily cap that the answer takes. `told`: ids of the exceptions whose words stand before it.
    """
    whole = view.whole
    intent = view.topic or whole.intent or whole.guess
    fence = view.conversation.fence or None
    return Decided(reason=reason, intent=intent, fence=fence, place=place, told=told)


def _speak(draft: Draft, view: View, decision: Reply | Ask) -> None:
    before = draft.after
    asking = isinstance(decision, Ask)
    today = day_of(draft.now)
    address, public = view.last.address, view.last.public
    row_id = draft.add_row(
        "ask" if asking else "reply",
        "bot",
        address,
        draft.environment.split_for(address, decision.text, public=public),
        wait_ms=decision.wait_ms,
        public=public,
        anchor=view.last.anchor,
        covers=decision.covers,
        why=explanation(view, decision.reason, view.place.name if view.place else "", decision.told),
        bot_epoch=draft.bot_epoch,
        window_until=draft.environment.window_end(draft.after, address, public=public, human=False),
    )
    draft.places += [view.place] if view.place else []
    which = clarification.asked(view, decision) if isinstance(decision, Ask) and decision.menu else {}
    said = () if which else (_said(draft, view, decision),)
    draft.set(
        heard=active_bulletins.remembered(before, decision.told, draft.now),
        said=(*before.remembered(draft.now), *said)[-SAID_KEPT:],
        auto_day=today,
        auto_count=(before.auto_count if before.auto_day == today else 0) + 1,
        **disclosed(draft, view),
        **which,
        asked_intent=decision.intent if asking else "",
        asked_wants=decision.wants if isinstance(decision, Ask) else "",
        asked_with=decision.given if isinstance(decision, Ask) else (),
        language=decision.language,
        held_row=row_id if decision.wait_ms else "",
        held_before=_snapshot(draft) if decision.wait_ms else None,
    )
    if view.standing == "beside" and view.ticket is not None:
        draft.set(beside_count=before.beside_count + 1)
        note = _said_beside(draft, view, view.ticket, decision)
        draft.set(held_note=note if decision.wait_ms else "")


def _said_beside(draft: Draft, view: View, ticket: TicketRecord, decision: Reply | Ask) -> str:
    """
    Add a note to the open ticket's thread: the bot answered a different question. Returns its row id, "" without Slack.

    The note is sent after the answer, and not sent if the answer is cancelled.
    """
    intent = view.playbook.intents[decision.intent]
    title = intent.title.get(view.playbook.languages[0], intent.name)
    fields = {"text": next(iter(draft.desk.pieces(view.text)), ""), "files": files_of(view.pending), "reason": title}
    told = Shown(note="beside", shows=decision.covers, code=title)
    body = draft.desk.note(ticket, view.playbook, "beside", fields)
    return desk_row(draft, ticket, "thread_note", body, wait_ms=decision.wait_ms + BESIDE_NOTE_MS, why=told)


def disclosed(draft: Draft, view: View) -> dict[str, Any]:
    """Return what the head keeps of a full AI notice; nothing for a short one or a public message."""
    if view.public or view.ai_line == "short":
        return {}
    return {"disclosed_at": draft.now, "disclosed_to": keys.recipient(view.last.address)}


def _said(draft: Draft, view: View, decision: Reply | Ask) -> Said:
    """Return what the head remembers of an automatic answer or question."""
    missed = (MISSED,) if isinstance(decision, Reply) and decision.missed else ()
    return Said(decision.intent, int(draft.now), about(view, decision.intent) + missed, isinstance(decision, Ask))


def _snapshot(draft: Draft) -> HeldBefore:
    """Return the values of the head that an automatic answer changes, as they were before it."""
    return HeldBefore(*(getattr(draft.after, name) for name in HeldBefore._fields))


def put_back(draft: Draft) -> None:
    """Undo what a cancelled reply had changed in the head."""
    before, taken = draft.after.held_before, draft.after
    if before is None:
        raise ValueError(taken.held_row)  # a row is held with what it changed
    draft.unsaid = next((each.intent for each in taken.said if each not in before.said and not each.asked), "")
    draft.set(**before._asdict(), held_row="", held_before=None, held_note="")
    clarification.reopened(draft, taken)


def _hold(draft: Draft, view: View, decision: Hold) -> None:
    first = min(view.pending, key=lambda message: message.message_id)
    draft.set(
        uncovered_from=keys.message(draft.loaded.brand, first.message_id).sk,
        hold_until=decision.until,
        hold_gen=draft.after.hold_gen + 1,
    )
    draft.hold = (draft.after.hold_gen, decision.until)
    draft.typing = decision.show_typing
    if decision.subject:
        today = day_of(draft.now)
        asked = dict.fromkeys((*asked_today(draft.after, today), *split_key(decision.key)[0]))
        draft.set(fact=Lookup(decision.subject, decision.key), looked_up=tuple(asked), looked_day=today)
        draft.asks = True


def _ticket(draft: Draft, view: View, decision: Ticket) -> None:
    if view.unwritten:
        draft.count(f"gap:{view.unwritten}", channel=view.channel)
    stored = draft.stored
    if stored is not None and stored.state not in ENDED:
        more_for_ticket(draft, stored, view, decision)
        _acknowledged(draft, view, decision, stored.ticket_id)
        return
    ticket = new_ticket(draft, view, decision)
    _acknowledged(draft, view, decision, ticket.ticket_id)


def _acknowledged(draft: Draft, view: View, decision: Ticket, ticket_id: TicketId) -> None:
    """Add the acknowledgement's row. It has no intent, so stopping an intent stops only its answers."""
    if decision.acknowledge:
        address = view.last.address
        draft.add_row(
            "acknowledgement",
            "bot",
            address,
            draft.environment.split_for(address, decision.acknowledge, public=False),
            covers=decision.covers,
            why=Decided(reason=decision.reason, fence=view.conversation.fence or None, told=decision.told),
            bot_epoch=draft.bot_epoch,
            window_until=draft.environment.window_end(draft.after, address, public=False, human=False),
            ticket_id=ticket_id,
        )
        draft.set(disclosed_at=draft.now, disclosed_to=keys.recipient(address))
        draft.set(heard=active_bulletins.remembered(draft.after, decision.told, draft.now))


def new_ticket(
    draft: Draft, view: View, decision: Ticket, *, failure: str = "", in_thread: bool = False
) -> TicketRecord:
    """
    Open a ticket for the view's messages and post it in Slack.

    `in_thread`: the caller writes these messages into the ticket's thread.
    """
    last = view.last
    order = max(draft.now * 100, draft.after.last_order + 1)
    ticket = TicketRecord(
        ticket_id=TicketId("t" + keys.digest(draft.after.conversation_id, str(order), length=16)),
        conversation_id=draft.after.conversation_id,
        address=last.address,
        state="open",
        priority=decision.priority,
        reason=decision.reason,
        intent=decision.intent or "",
        language=decision.language,
        created_at=draft.now,
        public=last.public,
        anchor=last.anchor,
        name=last.display_name,
        quotes=quotes_of(draft, view.pending),
        **_proposed(decision, len(view.pending)),
        detail=decision.detail,
        grave=is_grave(view, decision.reason, decision.intent),
        done=tuple(f"{said.at} {said.intent}" for said in view.said if not said.asked),
        promised_until=decision.promised_until,
        promised_loosely=decision.promised_loosely,
        emergencies=acknowledgement.emergencies_told(view),
        answer_by=draft.environment.window_end(draft.after, last.address, public=last.public, human=True),
        probability=likelihood(view, decision),
        failure=failure,
        messages=len(view.pending),
        desk_account=view.playbook.routing.desk(decision.priority),
    )
    draft.count("ticket", channel=last.address.channel)
    if ticket.intent:
        draft.count(f"subject:{ticket.intent}", channel=last.address.channel)
    draft.set(ticket_id=ticket.ticket_id, beside_count=0, language=decision.language)
    draft.set(asked_intent="", asked_wants="")
    ticket = ticket_lookup.wanted(draft, ticket, view)
    return _posted(draft, ticket, view, decision, in_thread=in_thread)


def _proposed(decision: Ticket, messages: int) -> dict[str, Any]:
    """Return the ticket's fields of a suggestion; `messages`: how many customer messages it was made from."""
    return {
        "suggestion": decision.suggestion,
        "suggested": messages,
        "suggested_intent": decision.suggested_intent,
        "proved": decision.proved,
    }


def _posted(
    draft: Draft, ticket: TicketRecord, view: View, decision: Ticket, *, in_thread: bool = False
) -> TicketRecord:
    """Post a ticket in Slack. Without a Slack channel it is counted, and an alarm rings."""
    if not ticket.desk_account:
        draft.metric("ticket_without_desk", channel=DESK_CHANNEL)
    desk_row(draft, ticket, "ticket", opening(ticket), why=explanation(view, decision.reason))
    if len(view.pending) > QUOTES_SHOWN:
        note_words(draft, ticket, view, "customer_wrote")
    elif not in_thread:
        ticket = replace(ticket, quotes=here_only(ticket.quotes, view.covers))
    ticket = attachments.show_all(draft, ticket, view.pending)
    ticket = kept_whole(draft, ticket, ticket.quotes, view.playbook)
    if ticket.desk_account:
        ticket = reminders.opened(draft, ticket, view.playbook, danger=speaks_of_danger(view))
    draft.set_ticket(ticket)
    return ticket


def _written(view: View, stored: TicketRecord) -> str:
    """Return the language that the ticket names as the customer's: that of the last whole sentence."""
    return view.foreign or (view.language if is_sentence(view.text) else stored.language)


def _promised_anew(decision: Ticket) -> dict[str, Any]:
    """Return the ticket's fields of an apology."""
    if not decision.apology:
        return {}
    kept = {"promised_until": decision.promised_until, "promised_loosely": decision.promised_loosely}
    return kept | {"apologised": True}


def more_for_ticket(
    draft: Draft,
    stored: TicketRecord,
    view: View,
    decision: Ticket,
    *,
    note: str = "customer_wrote",
    failure: str = "",
) -> None:
    """
    Add new messages to an open ticket, raise its priority if needed, and show both in Slack.

    `note`: the kind of note in the thread; `failure`: why an automatic answer to these messages did not arrive.
    """
    messages = stored.messages + unseen(view.pending, stored.quotes)
    ticket = replace(
        stored,
        priority=max(stored.priority, decision.priority, key=PRIORITIES.index),
        **(named_later(stored, view, decision) | graver(stored, view, decision)),
        state="claimed" if stored.assignee else "open",
        address=view.last.address,
        public=view.last.public,
        anchor=view.last.anchor,
        quotes=quotes_of(draft, view.pending, stored.quotes),
        **(_proposed(decision, messages) if decision.suggested_intent else {}),
        answer_by=draft.environment.window_end(draft.after, view.last.address, public=view.last.public, human=True),
        messages=messages,
        grave=stored.grave or is_grave(view, decision.reason, decision.intent),
        failure=failure or stored.failure,
        language=_written(view, stored),
        emergencies=acknowledgement.emergencies_told(view, stored.emergencies),
        **_promised_anew(decision),
        desk_account=stored.desk_account or view.playbook.routing.desk(decision.priority),
    )
    ticket = ticket_lookup.wanted(draft, _moved(draft, stored, ticket), view)
    if not stored.desk_account:  # opened while the brand had no desk: nobody has seen it yet
        _posted(draft, ticket, view, decision)
        return
    ticket = kept_whole(draft, ticket, stored.quotes, view.playbook)
    note_words(draft, ticket, view, note, reason=failure)
    ticket = attachments.show_all(draft, ticket, view.pending)
    ticket = reminders.wrote_again(draft, ticket, stored, view.playbook, danger=speaks_of_danger(view))
    draft.set_ticket(ticket)
    desk_row(draft, ticket, "ticket_update")


def _moved(draft: Draft, stored: TicketRecord, ticket: TicketRecord) -> TicketRecord:
    """Move a ticket's count to its new intent, on the day on which it was opened; return the ticket."""
    moved = ((stored.intent, -1), (ticket.intent, 1)) if ticket.intent != stored.intent else ()
    for intent, times in moved:
        if intent:
            draft.count(f"subject:{intent}", times, channel=ticket.address.channel, at=stored.created_at)
    return ticket
