"""
Adds messages that answer no question to the change set: a welcome, and the confirmation of a STOP.

They are rows of the bot like its answers (a person's message silences them), but nobody is told when one does not
arrive.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..conversation import OPTED_OUT_KEPT, Conversation, HeadBefore, TimelineMessage, account_of
from ..decision.input import DecisionInput
from ..model import Address, Consent, Content, Decided, Greet
from ..store import keys
from . import choices
from .change_set import ChangeSet
from .ticket_thread import post_messages


def greet(changes: ChangeSet, inputs: DecisionInput, decision: Greet, *, held_before: HeadBefore | None) -> None:
    """Add a welcome, held until nothing more is typed."""
    content = choices.content_of(decision, changes.now)
    row_id = _add_message(changes, inputs, "greeting", content, decision, wait_ms=decision.wait_ms)
    changes.slots += [inputs.place] if inputs.place else []
    changes.set(
        greeted_at=changes.now,
        menu=decision.menu,
        language=decision.language,
        disclosed_at=changes.now,
        disclosed_to=keys.recipient(inputs.last.address),
        held_row=row_id if decision.wait_ms else "",
        held_before=held_before if decision.wait_ms else None,
    )
    changes.typing = changes.typing or decision.show_typing


def apply_consent(changes: ChangeSet, inputs: DecisionInput, decision: Consent) -> None:
    """Switch automatic messages off or on for this customer: they are told, and an open ticket says so."""
    address = inputs.last.address
    changes.set(menu=(), **consent(changes.after, address, undone=decision.undone))
    changes.set(language=changes.after.language or decision.language)  # a bare START later tells none
    messages = [message for message in inputs.pending if message.message_id in decision.covers]
    note_consent(changes, messages, undone=decision.undone)
    if decision.text:
        _add_message(changes, inputs, "consent", Content(text=decision.text), decision, wait_ms=0)


def consent(head: Conversation, address: Address, *, undone: bool) -> dict[str, Any]:
    """Return what the head keeps: accounts without automatic messages. Rows older than a STOP are not sent."""
    own = account_of(address)
    others = tuple(each for each in head.opted_out if each != own)
    if undone:
        return {"opted_out": others}
    return {"opted_out": (*others, own)[-OPTED_OUT_KEPT:], "fence": head.fence + 1}


def note_consent(changes: ChangeSet, messages: Sequence[TimelineMessage], *, undone: bool) -> None:
    """Add a note to the open ticket's thread with what the customer wants; the ticket stays open."""
    ticket = changes.ticket or changes.stored
    if ticket is None or ticket.ticket_id != changes.after.ticket_id:
        return
    playbook = changes.loaded.playbook()
    post_messages(changes, ticket, messages, playbook, "opted_in" if undone else "opted_out")


def _add_message(
    changes: ChangeSet, inputs: DecisionInput, kind: Any, content: Content, decision: Greet | Consent, *, wait_ms: int
) -> str:
    address = inputs.last.address
    return changes.add_row(
        kind,
        "bot",
        address,
        changes.environment.parts_for(address, content, public=False),
        wait_ms=wait_ms,
        anchor=inputs.last.anchor,
        covers=decision.covers,
        why=Decided(reason=decision.reason, fence=changes.after.fence),
        bot_epoch=changes.bot_epoch,
        window_until=changes.environment.window_end(changes.after, address, public=False, human=False),
    )
