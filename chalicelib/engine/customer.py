"""
What a customer's event changes: message, button, edit, deletion, opt-out. Each is written into the change set.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ..conversation import PRESSED, Control, Conversation, Lookup, TimelineMessage
from ..decision import rollout
from ..decision.decide import decide
from ..decision.input import View
from ..decision.intent_resolution import in_playbook, questions
from ..model import (
    Address,
    AgentAction,
    AgentReply,
    BrandId,
    Consent,
    Decision,
    Deletion,
    Edit,
    LookupAnswered,
    Message,
    MessageId,
    Millis,
    OptOut,
    Postback,
    Ticket,
    TimerFired,
)
from ..playbook.hours import is_open
from ..playbook.schema import Playbook
from ..ports import Scorer
from ..store import keys
from ..store.items import VERSION
from . import (
    agent_replies,
    attachments,
    clarification,
    counts,
    customer_facts,
    handover,
    welcome_and_opt_out,
)
from .apply_decision import WINDOWS_KEPT, apply, put_back
from .change_set import Draft
from .loaded import together
from .ticket_edits import amend

EARLY_DAYS = 3
_GET_STARTED = re.compile(r"get_?started(?:_payload)?", re.IGNORECASE)


def wrote(draft: Draft, event: Message | Postback) -> None:
    """Handle a message or a pressed button: store it, join it with what is unanswered, decide."""
    message = _message(draft, event)
    early_at = early_key(draft.loaded.brand, event.address, event.event_id)
    early = draft.loaded.item(early_at)
    if early is None and draft.loaded.identity is not None:
        draft.absent.append(early_at)  # nothing else would tell that it was written meanwhile (`_keep_early`)
    if early:
        draft.used.append((early_at, int(early["edition"])))
        message = replace(
            message,
            text="" if early.get("deleted") else early.get("text", message.text),
            edited_at=Millis(early.get("edited_at", 0)),
            deleted=bool(early.get("deleted")),
        )
    if isinstance(event, Message):
        message = attachments.ask(draft, message, event.attachments)
    draft.messages.append(message)
    draft.name = message.display_name
    if not message.display_name:
        customer_facts.ask_name(draft, message.address)
    _count(draft, message)
    handover.customer_wrote(draft)
    draft.set(message_count=draft.after.message_count + 1, last_customer=_windows(draft, message, event.sent_at))
    join(draft, message)


def join(draft: Draft, message: TimelineMessage) -> None:
    """Decide on a new message together with the unanswered ones; an unsent automatic answer is cancelled."""
    overtaken = _overtaken(draft)
    pending = [*draft.loaded.uncovered, *overtaken] + ([] if message.deleted else [message])
    reconsider(draft, pending)


def reconsider(draft: Draft, pending: list[TimelineMessage], *, timer_fired: bool = False) -> None:
    """Classify all uncovered messages and decide on them."""
    ordered = tuple(sorted(pending, key=lambda m: m.message_id))
    if not ordered:
        draft.set(uncovered_from="", hold_until=Millis(0))
        return
    before, new = clarification.split(draft, ordered, draft.loaded.playbook())
    if not new:
        draft.set(uncovered_from="", hold_until=Millis(0))
        return
    ordered = tuple(new)
    view = replace(build_view(draft, ordered, timer_fired=timer_fired), before=before)
    view = clarification.placed(rollout.placed(view, draft.free_place), draft.free_place)
    draft.change(ordered[-1].message_id, classification=_noted(view))
    view, decision = _decided(draft, view)
    draft.noted = counts.noted(view, decision)
    for name in counts.of_decision(view, decision):
        draft.count(name, channel=view.channel)
    draft.rehearsed = counts.rehearsed(view, decision)
    if draft.rehearsed is not None:
        draft.count(draft.rehearsed.figure, channel=view.channel)
    draft.metric("decision_" + type(decision).__name__.lower(), channel=view.channel)
    apply(draft, *clarification.taken_in(draft, view, decision))
    agent_replies.customer_wrote(draft, view, decision)
    if draft.noted is not None and draft.noted.what == "refused":
        head = draft.after
        draft.extras.append(
            counts.refusal_item(draft.loaded.brand, draft.noted, head.conversation_id, head.ticket_id, draft.now)
        )
    rest = [message for message in ordered if message.message_id not in decision.covers]
    if isinstance(decision, Consent) and rest:  # what was written beside STOP is decided as if after it
        reconsider(draft, rest)


def _decided(draft: Draft, view: View) -> tuple[View, Decision]:
    """Return the decision with its view. The team's answer times are read only if the decision is to name them."""
    decision = decide(view)
    if not isinstance(decision, Ticket) or not decision.acknowledge:
        return view, decision
    asked = {decision.priority, *([view.ticket.priority] if view.ticket else [])}
    found = {priority: draft.assume(partial(draft.loaded.kept, priority)) for priority in sorted(asked)}
    kept = {priority: minutes for priority, minutes in found.items() if minutes is not None}
    view = replace(view, kept=kept)
    return view, decide(view) if kept else decision


def build_view(draft: Draft, pending: tuple[TimelineMessage, ...], *, timer_fired: bool = False) -> View:
    """Return everything that `decide` may know about these messages."""
    loaded = draft.loaded
    together(lambda: loaded.control(fresh=False), loaded.scorer, loaded.playbook)
    control = loaded.control(fresh=False)  # deliver reads it again; an old epoch makes it more careful
    draft.bot_epoch = control.epoch
    view = view_of(
        draft.after, pending, loaded.scorer(), loaded.playbook(), control, draft.now, timer_fired=timer_fired
    )
    return replace(
        view,
        ticket=handover.open_ticket(draft),
        acting=isinstance(draft.event, AgentAction | AgentReply),
    )


def view_of(
    conversation: Conversation,
    pending: tuple[TimelineMessage, ...],
    scorer: Scorer,
    playbook: Playbook,
    control: Control,
    now: Millis,
    *,
    timer_fired: bool = False,
) -> View:
    """Classify these messages, alone and together, and return the view with all else that `decide` may know."""
    singles = [in_playbook(scorer.classify(message.text, playbook.serves), playbook) for message in pending]
    asked = questions(pending)
    if len(asked) == 1:
        whole = singles[pending.index(asked[0])]
    else:
        text = "\n".join(each.text for each in asked if each.text)
        whole = in_playbook(scorer.classify(text, playbook.serves), playbook)
    return View(
        conversation=conversation,
        pending=pending,
        whole=whole,
        singles=singles,
        playbook=playbook,
        control=control,
        now=now,
        staffed=is_open(playbook.hours, now),
        timer_fired=timer_fired,
    )


def edited(draft: Draft, event: Edit) -> None:
    """Handle an edit: the newest edit wins; undecided messages are decided on again."""
    stored, known = _target(draft, event.target_id)
    at = min(event.sent_at or draft.now, draft.now)  # one that is dated later would outweigh all that follow
    if stored is None:
        if not known:
            _keep_early(draft, event.target_id, {"text": event.text, "edited_at": int(at)})
        return
    if stored.deleted or stored.edited_at > at:
        return
    draft.change(stored.message_id, text=event.text, edited_at=int(at))
    undecided = _undecided_with(draft, stored.message_id)
    if undecided is not None:
        now = replace(stored, text=event.text, edited_at=at)
        pending = [replace(m, text=now.text, edited_at=at) if m.message_id == now.message_id else m for m in undecided]
        reconsider(draft, pending)
    if event.text != stored.text:
        amend(draft, replace(stored, text=event.text, edited_at=at))


def took_back(draft: Draft, event: Deletion) -> None:
    """Handle a deletion: the message's text is removed, whatever was decided on it."""
    stored, known = _target(draft, event.target_id)
    if stored is None:
        if not known:
            _keep_early(draft, event.target_id, {"deleted": True})
        return
    if stored.deleted:
        return
    draft.change(stored.message_id, text="", deleted=True, beside=())
    attachments.forget(draft, stored)
    undecided = _undecided_with(draft, stored.message_id)
    if undecided is not None:
        reconsider(draft, [m for m in undecided if m.message_id != stored.message_id])
    amend(draft, replace(stored, text="", deleted=True))


def opted_out(draft: Draft, event: OptOut) -> None:
    """Handle the platform's own opt-out: no automatic message on this channel any more, or again when it is undone."""
    draft.set(**welcome_and_opt_out.consent(draft.after, event.address, undone=event.undone))
    welcome_and_opt_out.tell_desk(draft, (), undone=event.undone)


def looked_up(draft: Draft, event: LookupAnswered) -> None:
    """Handle the result of a look-up: decide again."""
    subject, key, answer = draft.after.fact
    if (subject, key) != (event.subject, event.key) or answer is not None:
        return
    draft.set(fact=Lookup(subject, key, {} if event.failed else dict(event.answer)))
    reconsider(draft, list(draft.loaded.uncovered), timer_fired=event.failed)


def wait_over(draft: Draft, event: TimerFired) -> bool:
    """
    Handle a hold's timer: decide with what is there. False: the timer is out of date.

    Something happened since, or this very timer was taken in and its worker died.
    """
    if event.generation != draft.after.hold_gen or not draft.after.hold_until:
        return False
    reconsider(draft, list(draft.loaded.uncovered), timer_fired=True)
    return True


def _message(draft: Draft, event: Message | Postback) -> TimelineMessage:
    address = event.address
    sent_at = draft.environment.said_at(event)
    said = _said(event)
    return TimelineMessage(
        message_id=draft.environment.message_id(draft.after.conversation_id, event),
        author="customer",
        address=address,
        sent_at=sent_at,
        received_at=draft.environment.received_at,
        event_id=event.event_id,
        public=event.public,
        **said | {"display_name": said.get("display_name") or draft.after.name},
    )


def _said(event: Message | Postback) -> dict[str, Any]:
    """Return the fields in which a written message and a pressed button differ."""
    if isinstance(event, Postback):
        pressed = {"kind": PRESSED} if _GET_STARTED.fullmatch(event.payload.strip()) else {}
        return {"text": event.title, "anchor": event.event_id, "beside": event.beside, **pressed}
    return {
        "text": event.text,
        "anchor": event.reply_anchor or event.event_id,
        "beside": event.beside,
        "display_name": event.display_name,
        "attachments": tuple(attachment.kind for attachment in event.attachments),
        "quoting": event.target_id,
    }


def _count(draft: Draft, message: TimelineMessage) -> None:
    """Count a message, and a contact if it is the address's first message of the local day."""
    channel, at = message.address.channel, message.sent_at
    draft.count("message", channel=channel, at=at)
    before = draft.after.last_customer.get(keys.recipient(message.address), 0)
    if draft.day(Millis(before)) < draft.day(at):
        draft.count("contact", channel=channel, at=at)


def _windows(draft: Draft, message: TimelineMessage, sent_at: Millis | None) -> dict[str, int]:
    """Return when each address last wrote, by its platform's clock: the newest six."""
    key = keys.recipient(message.address)
    heard = min(message.sent_at, message.sent_at if sent_at is None else sent_at)
    windows = {**draft.after.last_customer, key: max(int(heard), draft.after.last_customer.get(key, 0))}
    newest = sorted(windows.items(), key=lambda entry: entry[1])[-WINDOWS_KEPT:]
    return dict(newest)


def _overtaken(draft: Draft) -> list[TimelineMessage]:
    """Cancel an automatic answer that was not sent yet; return its messages, which are decided on again."""
    row = draft.held()
    if row is not None:
        together(draft.held_note, lambda: draft.loaded.messages(row.covers))
    draft.cancel_held()
    if row is None:
        draft.set(held_row="", held_before=None, held_note="")
        return []
    put_back(draft)
    return reopened(draft, row.covers)


def _undecided_with(draft: Draft, message_id: MessageId) -> list[TimelineMessage] | None:
    """Return the undecided messages if this is one of them; its unsent automatic answer is cancelled. Else None."""
    undecided = list(draft.loaded.uncovered)
    if message_id in {message.message_id for message in undecided}:
        return undecided
    row = draft.held()
    if row is None or message_id not in row.covers:
        return None
    return [*undecided, *_overtaken(draft)]


def reopened(draft: Draft, covers: Sequence[MessageId]) -> list[TimelineMessage]:
    """Mark covered messages as undecided, in the table too (the next decision may be to wait); return them."""
    open_again = [replace(message, covered="") for message in draft.loaded.messages(covers)]
    draft.cover([message.message_id for message in open_again], "")
    return open_again


def _target(draft: Draft, event_id: str) -> tuple[TimelineMessage | None, bool]:
    """Return the message that an event is about, and whether it was ever stored (an erased one was)."""
    address = draft.event.address
    marker = draft.loaded.marker(address, event_id)
    stored = draft.loaded.message(marker["message_id"]) if marker and "message_id" in marker else None
    return stored, marker is not None


def early_key(brand: BrandId, address: Address, event_id: str) -> keys.Key:
    """Return where an edit or a deletion waits that comes before its message."""
    return keys.early_edit(brand, address.channel, address.account_id, event_id)


def _keep_early(draft: Draft, event_id: str, said: dict[str, object]) -> None:
    """
    Store an edit or deletion that came before its message; a deletion wins over any edit.

    The address may belong to nobody yet, so this creates no contact.
    """
    key, now = early_key(draft.loaded.brand, draft.event.address, event_id), int(draft.now)
    before = draft.loaded.item(key) or {}
    if before.get("deleted") or before.get("edited_at", 0) > said.get("edited_at", now):
        return
    item: dict[str, object] = {"v": VERSION, **said, "conversation_id": draft.after.conversation_id, "at": now}
    edition = int(before.get("edition", 0)) + 1  # of two that come at once, one is decided again
    draft.extras.append((key, item | {"edition": edition, "ttl": now // 1000 + EARLY_DAYS * 86_400}))
    if draft.loaded.identity is not None:
        draft.aside = True
        draft.absent.append(keys.identity(draft.loaded.brand, draft.loaded.identity))


def _noted(view: View) -> Mapping[str, object]:
    whole = view.whole
    return {
        "intent": whole.intent or "",
        "guess": whole.guess,
        "language": whole.language,
        "probability": f"{whole.probability:.4f}",
        "bound": f"{whole.bound:.4f}",
        "sure": whole.sure,
        "out_of_scope": whole.out_of_scope,
        "urgency": whole.urgency,
        "sentiment": whole.sentiment,
        "proof": whole.proof,
        "model": whole.model,
        **({"state": whole.state} if whole.state else {}),
    }
