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
from ..decision import crowds, loop_signs, menu, rollout
from ..decision.decide import decide
from ..decision.input import DecisionInput
from ..decision.intent_resolution import in_playbook, questions
from ..model import (
    ANSWERS_US,
    CAUTION,
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
from ..store import head_memory, keys
from ..store.items import VERSION
from . import (
    agent_replies,
    attachments,
    choices,
    clarification,
    comments,
    counts,
    customer_facts,
    handover,
    moving,
    order_codes,
    welcome_and_opt_out,
)
from .apply_decision import apply, put_back
from .change_set import ChangeSet
from .loaded import together
from .ticket_edits import update_tickets

EARLY_DAYS = 3
_GET_STARTED = re.compile(r"get_?started(?:_payload)?", re.IGNORECASE)


def on_message(changes: ChangeSet, event: Message | Postback) -> None:
    """Handle a message or a pressed button: store it, join it with what is unanswered, decide."""
    message = _message(changes, event)
    early_at = early_key(changes.loaded.brand, event.address, event.event_id)
    early = changes.loaded.item(early_at)
    if early is None and changes.loaded.identity is not None:
        changes.absent.append(early_at)  # nothing else would tell that it was written meanwhile (`_keep_early`)
    if early:
        changes.used.append((early_at, int(early["edition"])))
        message = replace(
            message,
            text="" if early.get("deleted") else early.get("text", message.text),
            edited_at=Millis(early.get("edited_at", 0)),
            deleted=bool(early.get("deleted")),
        )
    if isinstance(event, Message):
        message = attachments.ask(changes, message, event.attachments)
    changes.messages.append(message)
    changes.name = message.display_name
    if not message.display_name:
        customer_facts.ask_name(changes, message.address)
    _count(changes, message)
    handover.customer_wrote(changes)
    changes.set(spoken=loop_signs.heard(changes.after, message))
    changes.set(message_count=changes.after.message_count + 1, last_customer=_windows(changes, message, event.sent_at))
    if not (moving.heard(changes, message) or order_codes.heard(changes, message)):
        join(changes, message)


def join(changes: ChangeSet, message: TimelineMessage) -> None:
    """Decide on a new message together with the unanswered ones; an unsent automatic answer is cancelled."""
    overtaken = _overtaken(changes)
    pending = [*changes.loaded.uncovered, *overtaken] + ([] if message.deleted else [message])
    reconsider(changes, pending)


def reconsider(changes: ChangeSet, pending: list[TimelineMessage], *, timer_fired: bool = False) -> None:
    """Classify all uncovered messages and decide on them."""
    ordered = tuple(sorted(pending, key=lambda m: keys.order_of(m.message_id)))
    if not ordered:
        changes.set(uncovered_from="", hold_until=Millis(0))
        return
    before, new = clarification.split(changes, ordered, changes.loaded.playbook())
    if not new:
        changes.set(uncovered_from="", hold_until=Millis(0))
        return
    ordered = tuple(new)
    inputs = replace(build_input(changes, ordered, timer_fired=timer_fired), before=before)
    inputs = clarification.with_slot(rollout.with_slot(inputs, changes.free_slot), changes.free_slot)
    inputs = crowds.with_place(inputs, changes.free_slot)
    changes.change(ordered[-1].message_id, classification=_classification_fields(inputs))
    inputs, decision = moving.offered(changes, *_decided(changes, inputs))
    changes.decision_count = counts.decision_count(inputs, decision)
    for name in counts.of_decision(inputs, decision):
        changes.count(name, channel=inputs.channel)
    changes.rehearsed = counts.rehearsed(inputs, decision)
    if changes.rehearsed is not None:
        changes.count(changes.rehearsed.figure, channel=inputs.channel)
    changes.metric("decision_" + type(decision).__name__.lower(), channel=inputs.channel)
    apply(changes, *clarification.taken_in(changes, inputs, decision))
    order_codes.offered(changes, inputs, decision)
    agent_replies.customer_wrote(changes, inputs, decision)
    if changes.decision_count is not None and changes.decision_count.what == "refused":
        head = changes.after
        changes.extras.append(
            counts.refusal_item(
                changes.loaded.brand, changes.decision_count, head.conversation_id, head.ticket_id, changes.now
            )
        )
    rest = [message for message in ordered if message.message_id not in decision.covers]
    if isinstance(decision, Consent) and rest:  # messages beside a STOP are decided on as if they came after it
        reconsider(changes, rest)


def _decided(changes: ChangeSet, inputs: DecisionInput) -> tuple[DecisionInput, Decision]:
    """Return the decision with its input. The team's answer times are read only if the decision is to name them."""
    decision = decide(inputs)
    if not isinstance(decision, Ticket) or not decision.acknowledge:
        return inputs, decision
    asked = {decision.priority, *([inputs.ticket.priority] if inputs.ticket else [])}
    found = {priority: changes.assume(partial(changes.loaded.kept, priority)) for priority in sorted(asked)}
    kept = {priority: minutes for priority, minutes in found.items() if minutes is not None}
    inputs = replace(inputs, kept=kept)
    return inputs, decide(inputs) if kept else decision


def build_input(
    changes: ChangeSet, pending: tuple[TimelineMessage, ...], *, timer_fired: bool = False
) -> DecisionInput:
    """Return everything that `decide` may know about these messages."""
    loaded = changes.loaded
    together(lambda: loaded.control(fresh=False), loaded.scorer, loaded.playbook)
    control = loaded.control(fresh=False)  # deliver reads it again; an old epoch makes it more careful
    changes.bot_epoch = control.epoch
    inputs = input_of(
        changes.after, pending, loaded.scorer(), loaded.playbook(), control, changes.now, timer_fired=timer_fired
    )
    return replace(
        inputs,
        ticket=handover.open_ticket(changes),
        acting=isinstance(changes.event, AgentAction | AgentReply),
        surface=changes.environment.surface(pending[-1].address, public=pending[-1].public),
    )


def input_of(
    conversation: Conversation,
    pending: tuple[TimelineMessage, ...],
    scorer: Scorer,
    playbook: Playbook,
    control: Control,
    now: Millis,
    *,
    timer_fired: bool = False,
) -> DecisionInput:
    """Classify these messages, alone and together, and return them with all else that `decide` may know."""
    singles = [in_playbook(scorer.classify(message.text, playbook.serves), playbook) for message in pending]
    asked = questions(pending)
    if len(asked) == 1:
        whole = singles[pending.index(asked[0])]
    else:
        text = "\n".join(each.text for each in asked if each.text)
        whole = in_playbook(scorer.classify(text, playbook.serves), playbook)
    return DecisionInput(
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


def on_edit(changes: ChangeSet, event: Edit) -> None:
    """Handle an edit: the newest edit wins; undecided messages are decided on again."""
    stored, known = _target(changes, event.target_id)
    at = min(event.sent_at or changes.now, changes.now)  # one that is dated later would outweigh all that follow
    if stored is None:
        if not known:
            _keep_early(changes, event.target_id, {"text": event.text, "edited_at": int(at)})
        return
    if stored.deleted or stored.edited_at > at:
        return
    changes.change(stored.message_id, text=event.text, edited_at=int(at))
    undecided = _undecided_with(changes, stored.message_id)
    if undecided is not None:
        now = replace(stored, text=event.text, edited_at=at)
        pending = [replace(m, text=now.text, edited_at=at) if m.message_id == now.message_id else m for m in undecided]
        reconsider(changes, pending)
    elif comments.is_gathered(stored) and event.text != stored.text:  # it may ask for something now, or no more
        reconsider(changes, [replace(stored, text=event.text, edited_at=at, covered="")])
    if event.text != stored.text:
        update_tickets(changes, replace(stored, text=event.text, edited_at=at))


def on_deletion(changes: ChangeSet, event: Deletion) -> None:
    """Handle a deletion: the message's text is removed, whatever was decided on it."""
    stored, known = _target(changes, event.target_id)
    if stored is None:
        if not known:
            _keep_early(changes, event.target_id, {"deleted": True})
        return
    if stored.deleted:
        return
    changes.change(stored.message_id, text="", deleted=True, beside=())
    attachments.forget(changes, stored)
    changes.unsent = stored.message_id
    comments.update(changes, stored, state="gone")
    undecided = _undecided_with(changes, stored.message_id)
    if undecided is not None:
        reconsider(changes, [m for m in undecided if m.message_id != stored.message_id])
    update_tickets(changes, replace(stored, text="", deleted=True))


def on_opt_out(changes: ChangeSet, event: OptOut) -> None:
    """Handle the platform's own opt-out: no automatic message on this channel any more, or again when it is undone."""
    changes.set(**welcome_and_opt_out.consent(changes.after, event.address, undone=event.undone))
    welcome_and_opt_out.note_consent(changes, (), undone=event.undone)


def on_lookup_answered(changes: ChangeSet, event: LookupAnswered) -> None:
    """Handle the result of a look-up: decide again."""
    subject, key, answer = changes.after.fact
    if (subject, key) != (event.subject, event.key) or answer is not None:
        return
    changes.set(fact=Lookup(subject, key, {} if event.failed else dict(event.answer)))
    reconsider(changes, list(changes.loaded.uncovered), timer_fired=event.failed)


def on_timer_fired(changes: ChangeSet, event: TimerFired) -> bool:
    """
    Handle a hold's timer: decide with what is there. False: the timer is out of date.

    A message came since, or this timer was handled already and its worker died.
    """
    if event.generation != changes.after.hold_gen or not changes.after.hold_until:
        return False
    reconsider(changes, list(changes.loaded.uncovered), timer_fired=True)
    return True


def _message(changes: ChangeSet, event: Message | Postback) -> TimelineMessage:
    address = event.address
    sent_at = changes.environment.said_at(event)
    said = _message_fields(changes, event)
    surface = changes.environment.surface(address, public=event.public)
    people = surface is not None and surface.people_answer_replies and not menu.welcomed(changes.after, changes.now)
    if event.target_id and people:  # what answers a welcome is a first question
        said["beside"] = (*event.beside, (CAUTION, ANSWERS_US))
    return TimelineMessage(
        message_id=changes.environment.message_id(changes.loaded.home.conversation_id, event),
        author="customer",
        address=address,
        sent_at=sent_at,
        received_at=changes.environment.received_at,
        event_id=event.event_id,
        public=event.public,
        **said | {"display_name": said.get("display_name") or changes.after.name},
    )


def _message_fields(changes: ChangeSet, event: Message | Postback) -> dict[str, Any]:
    """Return the fields that differ between a written message and a pressed button."""
    if isinstance(event, Postback):
        text, beside = choices.said_by(changes.after, event, changes.now)
        pressed = {"kind": PRESSED} if _GET_STARTED.fullmatch(event.payload.strip()) else {}
        return {"text": text, "anchor": event.anchor, "beside": beside, **pressed}
    return {
        "text": event.text,
        "anchor": event.anchor,
        "beside": event.beside,
        "display_name": event.display_name,
        "attachments": tuple(attachment.kind for attachment in event.attachments),
        "quoting": event.target_id,
    }


def _count(changes: ChangeSet, message: TimelineMessage) -> None:
    """Count a message, and a contact if it is the address's first message of the local day."""
    channel, at = message.address.channel, message.sent_at
    changes.count("message", channel=channel, at=at)
    before = changes.after.last_customer.get(keys.recipient(message.address), 0)
    if changes.day(Millis(before)) < changes.day(at):
        changes.count("contact", channel=channel, at=at)


def _windows(changes: ChangeSet, message: TimelineMessage, sent_at: Millis | None) -> dict[str, int]:
    """Return when each address last wrote, by its platform's clock: the newest six."""
    key = keys.recipient(message.address)
    heard = min(message.sent_at, message.sent_at if sent_at is None else sent_at)
    windows = {**changes.after.last_customer, key: max(int(heard), changes.after.last_customer.get(key, 0))}
    return head_memory.newest(windows)


def _overtaken(changes: ChangeSet) -> list[TimelineMessage]:
    """Cancel an automatic answer that was not sent yet; return its messages, which are decided on again."""
    row = changes.held_reply()
    if row is not None:
        together(changes.held_note, lambda: changes.loaded.messages(row.covers))
    changes.cancel_held_reply()
    if row is None:
        changes.set(held_row="", held_before=None, held_note="")
        return []
    put_back(changes, row)
    return reopened(changes, row.covers)


def _undecided_with(changes: ChangeSet, message_id: MessageId) -> list[TimelineMessage] | None:
    """Return the undecided messages if this is one of them; its unsent automatic answer is cancelled. Else None."""
    undecided = list(changes.loaded.uncovered)
    if message_id in {message.message_id for message in undecided}:
        return undecided
    row = changes.held_reply()
    if row is None or message_id not in row.covers:
        return None
    return [*undecided, *_overtaken(changes)]


def reopened(changes: ChangeSet, covers: Sequence[MessageId]) -> list[TimelineMessage]:
    """Mark covered messages as undecided, in the table too (the next decision may be to wait); return them."""
    open_again = [replace(message, covered="") for message in changes.own(changes.loaded.messages(covers))]
    changes.cover([message.message_id for message in open_again], "")
    return open_again


def _target(changes: ChangeSet, event_id: str) -> tuple[TimelineMessage | None, bool]:
    """Return the message that an event is about, and whether it was ever stored (an erased one was)."""
    address = changes.event.address
    marker = changes.loaded.marker(address, event_id)
    stored = changes.loaded.message(marker["message_id"]) if marker and "message_id" in marker else None
    return stored, marker is not None


def early_key(brand: BrandId, address: Address, event_id: str) -> keys.Key:
    """Return the key of an edit or a deletion that comes before its message."""
    return keys.early_edit(brand, address.channel, address.account_id, event_id)


def _keep_early(changes: ChangeSet, event_id: str, said: dict[str, object]) -> None:
    """
    Store an edit or deletion that came before its message; a deletion wins over any edit.

    The address may belong to nobody yet, so this creates no contact.
    """
    key, now = early_key(changes.loaded.brand, changes.event.address, event_id), int(changes.now)
    before = changes.loaded.item(key) or {}
    if before.get("deleted") or before.get("edited_at", 0) > said.get("edited_at", now):
        return
    item: dict[str, object] = {"v": VERSION, **said, "conversation_id": changes.loaded.home.conversation_id, "at": now}
    edition = int(before.get("edition", 0)) + 1  # of two that come at once, one is decided again
    changes.extras.append((key, item | {"edition": edition, "ttl": now // 1000 + EARLY_DAYS * 86_400}))
    if changes.loaded.identity is not None:
        changes.aside = True
        changes.absent.append(keys.identity(changes.loaded.brand, changes.loaded.identity))


def _classification_fields(inputs: DecisionInput) -> Mapping[str, object]:
    whole = inputs.whole
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
