"""
Look-ups for a conversation that waits: the brand's own system is asked, and its answer goes back as an event.

What is asked is stored in the conversation's head, with its hold; there is no row for it. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..conversation import Conversation, address_of
from ..errors import SendError
from ..model import BrandId, ConversationId, EventId, LookupAnswered
from ..store import keys
from . import guesses
from .deps import Deps
from .numbers import fact_fields, key_of, split_key


def asked(head: Conversation) -> dict[str, object] | None:
    """
    Return what a notification says of the look-up that a conversation waits for; None when it waits for none.

    `since` tells this look-up from an earlier one: generations start again after an erasure, times do not.
    """
    subject, key, answer = head.fact
    if not subject or answer or not head.hold_until:
        return None
    return {
        "conversation": head.conversation_id,
        "subject": subject,
        "key": key,
        "since": [head.hold_gen, head.hold_until],
    }


def look_up(brand: BrandId, body: Mapping[str, Any], deps: Deps) -> None:
    """
    Ask the brand's system, unless the conversation no longer waits. A repeated notification gives the same event.

    If the worker dies here, the conversation's own timer or the sweep ends the wait, and a person answers.
    """
    wanted, table = body["look_up"], deps.table(brand)
    subject, key = wanted["subject"], wanted["key"]
    head = table.head(ConversationId(wanted["conversation"]))
    if head is None or head.fact != (subject, key, "") or not head.hold_until:
        return
    failed, found = False, {}
    numbers, second = split_key(key)
    try:
        answers = [deps.look_up(brand, subject, key_of([number], second)) for number in numbers]
        found = fact_fields(answers)
        guesses.noted(brand, answers, address_of(*body["typing"]), deps)
    except SendError:
        deps.counter("look_up_failed")
        failed = True
    parts = (head.conversation_id, subject, key, *map(str, wanted["since"]))
    answered = LookupAnswered(
        event_id=EventId(keys.digest("look_up", *parts)),
        address=address_of(*body["typing"]),
        sent_at=None,
        subject=subject,
        key=key,
        answer=tuple(found.items()),
        failed=failed,
    )
    deps.queues.inbox(brand, [answered], deps.clock())
