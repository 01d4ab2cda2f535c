"""
A customer's emoji on a message of ours: a thumb down rejects an automatic answer; anything else is at most a note.

Hearts and thumbs up never come here (`intake` counts them). The message is looked for among the newest ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ..conversation import REACTION, TimelineMessage
from ..model import OutboxRow, Reaction
from ..store import keys
from .change_set import ChangeSet
from .customer import join

LOOKED_AT = 60  # newest messages among which the one reacted to is looked for


def on_reaction(changes: ChangeSet, event: Reaction) -> bool:
    """Handle a reaction; False where it changes nothing: it is not on a message of ours, or on a person's answer."""
    head = changes.after
    home = changes.loaded.home.conversation_id
    newest = changes.loaded.latest(home, LOOKED_AT) if not head.is_new else []
    answered = _said_by(changes, event, newest)
    if not answered or (answered != "answer" and not head.ticket_id):
        return False
    written = [each for each in newest if each.author == "customer" and not each.kind]
    sent_at = changes.environment.said_at(event)
    message = TimelineMessage(
        message_id=changes.environment.message_id(home, event),
        author="customer",
        address=event.address,
        text=event.emoji,
        sent_at=sent_at,
        received_at=changes.environment.received_at,
        event_id=event.event_id,
        anchor=written[-1].anchor if written else "",
        display_name=written[-1].display_name if written else "",
        kind=REACTION,
    )
    changes.messages.append(message)
    join(changes, message)
    return True


def _said_by(changes: ChangeSet, event: Reaction, newest: Sequence[TimelineMessage]) -> Literal["", "answer", "other"]:
    """
    Return who wrote the message that the reaction is about: the bot's answer, other messages of ours, or "".

    A message that was sent by a worker that then died is still an open row without an id.
    """
    target = event.target_id
    kinds = {each.kind for each in newest if target in each.platform_ids}
    if not kinds and not any(each.event_id == target for each in newest):
        rows = changes.loaded.open_rows(keys.recipient(event.address))
        kinds = {row.kind for row in rows if row.state == "claimed" and _may_be(row, target)}
    if not kinds:
        return ""
    return "answer" if {"reply", "ask"} & kinds else "other"


def _may_be(row: OutboxRow, target: str) -> bool:
    return any(part.platform_id in ("", target) for part in row.parts)
