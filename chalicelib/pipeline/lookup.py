"""
Look-ups for a conversation that waits: the brand's own system is asked, and its answer goes back as an event.

What is asked is stored in the conversation's head, with its hold; there is no row for it. Decides nothing.
"""

from __future__ import annotations

from ..conversation import Conversation, Lookup
from ..errors import SendError
from ..model import Address, BrandId, EventId, LookupAnswered
from ..model.queued import ConversationLookup
from ..store import keys
from . import guesses
from .deps import Deps
from .numbers import fact_fields, key_of, split_key


def asked(head: Conversation) -> ConversationLookup | None:
    """Return the look-up that a conversation waits for; None when it waits for none."""
    subject, key, answer = head.fact
    if not subject or answer is not None or not head.hold_until:
        return None
    return ConversationLookup(
        conversation_id=head.conversation_id,
        subject=subject,
        key=key,
        generation=head.hold_gen,
        until=head.hold_until,
    )


def look_up(brand: BrandId, wanted: ConversationLookup, address: Address, deps: Deps) -> None:
    """
    Ask the brand's system, unless the conversation no longer waits. A repeated notification gives the same event.

    If the worker dies here, the conversation's own timer or the sweep ends the wait, and a person answers.
    """
    subject, key = wanted.subject, wanted.key
    head = deps.table(brand).head(wanted.conversation_id)
    if head is None or head.fact != Lookup(subject, key) or not head.hold_until:
        return
    failed, found = False, {}
    numbers, second = split_key(key)
    try:
        answers = [deps.look_up(brand, subject, key_of([number], second)) for number in numbers]
        found = fact_fields(answers)
        guesses.noted(brand, answers, address, deps)
    except SendError:
        deps.counter("look_up_failed")
        failed = True
    parts = (head.conversation_id, subject, key, str(wanted.generation), str(wanted.until))
    answered = LookupAnswered(
        event_id=EventId(keys.digest("look_up", *parts)),
        address=address,
        sent_at=None,
        subject=subject,
        key=key,
        answer=tuple(found.items()),
        failed=failed,
    )
    deps.queues.inbox(brand, [answered], deps.clock())
