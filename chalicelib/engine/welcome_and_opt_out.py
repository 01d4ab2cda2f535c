"""
Adds messages that answer no question to the change set: a welcome, and the confirmation of a STOP.

They are rows of the bot like its answers (a person's message silences them), but nobody is told when one does not
arrive.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..conversation import OPTED_OUT_KEPT, Conversation, HeldBefore, TimelineMessage, account_of
from ..decision.input import View
from ..model import Address, Consent, Decided, Greet
from ..store import keys
from .change_set import Draft
from .ticket_thread import words_shown


def greet(draft: Draft, view: View, decision: Greet, *, held_before: HeldBefore | None) -> None:
    """Add a welcome, held until nothing more is typed."""
    row_id = _say(draft, view, "greeting", decision.text, decision, wait_ms=decision.wait_ms)
    draft.set(
        greeted_at=draft.now,
        menu=decision.menu,
        language=decision.language,
        disclosed_at=draft.now,
        disclosed_to=keys.recipient(view.last.address),
        held_row=row_id if decision.wait_ms else "",
        held_before=held_before if decision.wait_ms else None,
    )
    draft.typing = draft.typing or decision.show_typing


def heed(draft: Draft, view: View, decision: Consent) -> None:
    """Switch automatic messages off or on for this customer: they are told, and an open ticket says so."""
    address = view.last.address
    draft.set(menu=(), **consent(draft.after, address, undone=decision.undone))
    draft.set(language=draft.after.language or decision.language)  # a bare START later tells none
    said = [message for message in view.pending if message.message_id in decision.covers]
    tell_desk(draft, said, undone=decision.undone)
    if decision.text:
        _say(draft, view, "consent", decision.text, decision, wait_ms=0)


def consent(head: Conversation, address: Address, *, undone: bool) -> dict[str, Any]:
    """Return what the head keeps: accounts without automatic messages. Rows older than a STOP are not sent."""
    own = account_of(address)
    others = tuple(each for each in head.opted_out if each != own)
    if undone:
        return {"opted_out": others}
    return {"opted_out": (*others, own)[-OPTED_OUT_KEPT:], "fence": head.fence + 1}


def tell_desk(draft: Draft, said: Sequence[TimelineMessage], *, undone: bool) -> None:
    """Add a note to the open ticket's thread with what the customer wants; the ticket stays open."""
    ticket = draft.ticket or draft.stored
    if ticket is None or ticket.ticket_id != draft.after.ticket_id:
        return
    playbook = draft.loaded.playbook()
    words_shown(draft, ticket, said, playbook, "opted_in" if undone else "opted_out")


def _say(draft: Draft, view: View, kind: Any, text: str, decision: Greet | Consent, *, wait_ms: int) -> str:
    address = view.last.address
    return draft.add_row(
        kind,
        "bot",
        address,
        draft.environment.split_for(address, text, public=False),
        wait_ms=wait_ms,
        anchor=view.last.anchor,
        covers=decision.covers,
        why=Decided(reason=decision.reason, fence=draft.after.fence),
        bot_epoch=draft.bot_epoch,
        window_until=draft.environment.window_end(draft.after, address, public=False, human=False),
    )
