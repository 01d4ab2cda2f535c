"""
A customer's reaction to a message of ours: a thumb down on an automatic answer refuses it, all else is at most a line.

Hearts and thumbs up never come here (`intake`). What a reaction is to is looked for among the newest messages.
"""

from __future__ import annotations

from ..conversation import REACTION, TimelineMessage
from ..model import Millis, Reaction
from . import moment
from .customer import join
from .deps import Deps
from .draft import Draft

LOOKED_AT = 60  # newest messages among which the one reacted to is looked for


def reacted(draft: Draft, event: Reaction, received_at: Millis, deps: Deps) -> bool:
    """Takes a reaction in; False where it changes nothing: it is to no message of ours, or to a person's answer."""
    head = draft.after
    newest = draft.state.table.latest(head.conversation_id, LOOKED_AT) if not head.is_new else []
    target = next((each for each in newest if event.target_id in each.platform_ids), None)
    if target is None or target.author == "customer":
        return False
    if not head.ticket_id and (target.author != "bot" or target.kind not in ("reply", "ask")):
        return False
    written = [each for each in newest if each.author == "customer" and not each.kind]
    sent_at = moment.said_at(event, received_at, deps.traits(event.address.channel).clock_ms)
    message = TimelineMessage(
        message_id=moment.message_id(head.conversation_id, event, sent_at, received_at),
        author="customer",
        address=event.address,
        text=event.emoji,
        sent_at=sent_at,
        received_at=received_at,
        event_id=event.event_id,
        anchor=written[-1].anchor if written else "",
        display_name=written[-1].display_name if written else "",
        kind=REACTION,
    )
    draft.messages.append(message)
    join(draft, message, deps)
    return True
