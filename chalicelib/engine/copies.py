"""
The last answer once more on another channel of the same person, because they ask for it there.

Only to an address that is proved to be theirs and that they have written from, and only where there is one of that
channel: nobody is asked which, and nothing is guessed. It goes once, with the message that asks for it.
"""

from __future__ import annotations

from ..conversation import TimelineMessage, account_of
from ..model import Address, Content, ConversationId, Decided, Move
from ..playbook.render import CannotSay, render_phrase
from ..store import keys
from .change_set import ChangeSet

_FRESH_MS = 24 * 3_600_000  # an older answer is not what is meant
_LATEST = 20
_ANSWERS = ("reply", "agent_reply")


def sent(changes: ChangeSet, asking: TimelineMessage, decision: Move) -> bool:
    """Send the last answer to where its customer asks for it; False where there is none, or no such address."""
    where, answer = _address(changes, decision.channel), _answer(changes, asking)
    if where is None or answer is None:
        return False
    playbook = changes.loaded.playbook()
    try:
        text = render_phrase(playbook, "copy_words", decision.language, {"answer": answer.text}, notice="brand")
    except CannotSay:
        return False
    changes.bot_epoch = changes.bot_epoch or changes.loaded.control(fresh=False).epoch
    changes.add_row(
        "move",
        "bot",
        where,
        changes.environment.parts_for(where, Content(text=text), public=False),
        covers=decision.covers,
        why=Decided(reason=decision.reason, fence=changes.after.fence or None),
        bot_epoch=changes.bot_epoch,
        window_until=changes.environment.window_end(changes.after, where, public=False, human=False),
    )
    changes.count("move:sent", channel=where.channel)
    return True


def _answer(changes: ChangeSet, asking: TimelineMessage) -> TimelineMessage | None:
    """Return the newest answer that this address was given in private today; None where there is none."""
    home = ConversationId(keys.conversation_of(asking.message_id))
    said = [each for each in changes.loaded.latest(home, _LATEST) if each.kind in _ANSWERS and not each.public]
    here = [each for each in said if each.address == asking.address and each.state == "sent" and not each.deleted]
    last = here[-1] if here else None
    fresh = last is not None and changes.now - last.sent_at < _FRESH_MS
    return last if fresh and last is not None and last.text and not last.attachments else None


def _address(changes: ChangeSet, channel: str) -> Address | None:
    """Return the one address of this person on a channel, if it takes messages now."""
    if not changes.after.tree and not changes.after.chosen:  # nobody was ever merged with them
        return None
    found = [each for each, _ in changes.loaded.addresses(changes.after.contact_id) if each.channel == channel]
    where = found[0] if len(found) == 1 else None
    if where is None or account_of(where) in changes.after.opted_out:
        return None
    until = changes.environment.window_end(changes.after, where, public=False, human=False)
    return where if not until or changes.now <= until else None
