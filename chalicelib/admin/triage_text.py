"""
One text through the worker's own code: classifier, view, `decide`. Nothing is implemented twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..conversation import Control, Conversation, Lookup, TimelineMessage
from ..decision.decide import decide
from ..decision.input import DecisionInput
from ..decision.order_numbers import fact_fields, key_of, split_key
from ..decision.rollout import without_rollout
from ..decision.would_say import by_status
from ..engine.customer import input_of
from ..errors import SendError
from ..masking import mask_secrets
from ..model import (
    AccountId,
    Address,
    Ask,
    Autonomy,
    ChannelName,
    Classification,
    Consent,
    ContactId,
    ConversationId,
    Decision,
    Greet,
    Hold,
    Ignore,
    Millis,
    PersonId,
    Reply,
    Ticket,
)
from ..playbook.schema import Playbook, effective_autonomy
from ..ports import Scorer
from ..store import keys
from .explanations import proof_words, reason_of

# Subject and number (with its second key) -> what the shop says of it, as `Shops.look_up`; raises SendError.
Shop = Callable[[str, str], Mapping[str, str]]
_NOBODY = Conversation(conversation_id=ConversationId("triage"), contact_id=ContactId("triage"))
_KINDS: dict[type, str] = {
    Reply: "reply",
    Ask: "ask",
    Ticket: "ticket",
    Greet: "reply",
    Consent: "reply",
    Hold: "hold",
    Ignore: "ignore",
}


def triage(
    text: str,
    scorer: Scorer,
    playbook: Playbook,
    *,
    channel: str,
    public: bool,
    now: Millis,
    shop: Shop | None = None,
) -> dict[str, Any]:
    """
    Return what a new customer's first message `text` would lead to, as JSON values; share, cap and hours aside.

    `missing`: why nothing is sent automatically, in words; null where it is. `then`: what a hold becomes when its wait
    ends without another message (null for a look-up: that depends on its answer). `looked_up`: what is asked for, and
    what would be said to each answer the shop may give (an invented carrier and date); null where a person answers. A
    `shop` is asked: then `looked_up` holds its answer too, and `reply`, `missing` and `then` are what follows from it.
    """
    playbook = without_rollout(playbook)
    view = input_of(_NOBODY, (_message(text, channel, now, public=public),), scorer, playbook, Control(), now)
    decision = decide(view)
    whole = view.whole
    intent = None if whole.out_of_scope else whole.intent
    looked_up, last = _looked_up(view, decision, shop)
    spoken = last.text if isinstance(last, Reply | Ask | Greet | Consent) else ""
    return {
        "text": text,
        "language": whole.language,
        "intent": intent,
        "probability": round(whole.probability, 6),
        "out_of_scope": whole.out_of_scope,
        "urgency": whole.urgency,
        "sentiment": whole.sentiment,
        "autonomy": effective_autonomy(playbook, intent, channel, public, view.language) if intent else Autonomy.OFF,
        "decision": _KINDS[type(decision)],
        "reason": decision.reason,
        "missing": None if spoken else _missing(last, whole),
        "reply": spoken or None,
        "model": whole.model,
        "guess": whole.guess,
        "bound": whole.bound,
        "proof": proof_words(whole.guess, whole.proof),
        "priority": decision.priority if isinstance(decision, Ticket) else None,
        "suggestion": (decision.suggestion or None) if isinstance(decision, Ticket) else None,
        "acknowledge": (decision.acknowledge or None) if isinstance(decision, Ticket) else None,
        "then": _then(view, decision) if last is decision else _KINDS[type(last)],
        "looked_up": looked_up,
    }


def _message(text: str, channel: str, now: Millis, *, public: bool) -> TimelineMessage:
    """The text as the worker would hold it: secrets masked as intake masks them."""
    return TimelineMessage(
        message_id=keys.message_id(_NOBODY.conversation_id, now, "triage"),
        author="customer",
        address=Address(ChannelName(channel), AccountId("triage"), PersonId("triage")),
        text=mask_secrets(text),
        sent_at=now,
        received_at=now,
        public=public,
    )


def _then(view: DecisionInput, decision: Decision) -> str | None:
    if not isinstance(decision, Hold) or decision.subject:
        return None
    later = replace(view, timer_fired=True, now=Millis(decision.until + 1))
    return _KINDS[type(decide(later))]


def _looked_up(view: DecisionInput, decision: Decision, shop: Shop | None) -> tuple[dict[str, Any] | None, Decision]:
    """What the shop would be asked and what its answers would lead to; and what is decided once it has answered."""
    replies = by_status(view, decision)
    if replies is None or not isinstance(decision, Hold):
        return None, decision
    found: dict[str, Any] = {"subject": decision.subject, "key": decision.key, "replies": dict(replies)}
    if shop is None:
        return found, decision
    numbers, second = split_key(decision.key)
    try:
        answer = fact_fields([shop(decision.subject, key_of([number], second)) for number in numbers])
    except SendError:
        return found | {"answer": None}, decision
    fact = Lookup(decision.subject, decision.key, answer)
    return found | {"answer": answer}, decide(replace(view, conversation=replace(view.conversation, fact=fact)))


def _missing(decision: Decision, whole: Classification) -> str:
    """Why nothing is said by itself: the reason's sentence, with the numbers where they are the reason."""
    known = reason_of(decision.reason)
    words = known.words if known else decision.reason
    numbers = {
        "unsure": f"{whole.probability:.4f} < {whole.bound:.4f}, {whole.proof}",
        "careful": f"{whole.probability:.4f} >= {whole.bound:.4f}",
        "unproved": whole.proof,
    }
    return f"{words} ({numbers[decision.reason]})" if decision.reason in numbers else words
