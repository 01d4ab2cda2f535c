"""Views for `decide`: a sure question about opening hours on a private channel, and what may be different about it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from chalicelib.channels import REGISTRY
from chalicelib.channels._fitted import parts_of
from chalicelib.conversation import Control, Conversation, TicketRecord, TimelineMessage, address_of
from chalicelib.decision.input import DecisionInput
from chalicelib.engine.environment import Environment
from chalicelib.model import Classification, ContactId, ConversationId, MessageId, Millis, Sentiment, TicketId, Urgency
from chalicelib.playbook.yaml_file import load
from chalicelib.ports import Traits
from chalicelib.store import keys
from chalicelib.workspaces.slack.desk_words import DeskWords

NOW = Millis(1_795_597_200_000)
DEMO = load((Path(__file__).parents[3] / "playbooks" / "maison-lune.yaml").read_text(encoding="utf-8"))
# The demo's words, with no language held back.
PLAYBOOK = replace(DEMO, intents={name: replace(each, language_autonomy={}) for name, each in DEMO.intents.items()})
HEAD = Conversation(conversation_id=ConversationId("c1"), contact_id=ContactId("p1"), rev=1, language="fr")
QUESTION = "Quels sont vos horaires d'ouverture le samedi ?"

TOLD = keys.recipient(address_of("messenger", "a", "p"))


def classified(intent: str | None = "opening_hours", **more: Any) -> Classification:
    """Sure of `intent`; None: out of scope."""
    given: dict[str, Any] = {
        "language": "fr",
        "intent": intent,
        "guess": intent or "return",
        "probability": 0.99 if intent else 0.3,
        "bound": 0.95,
        "energy": 0.0,
        "danger": 0.0,
        "out_of_scope": intent is None,
        "sure": intent is not None,
        "several": False,
        "urgency": Urgency.NORMAL,
        "sentiment": Sentiment.NEUTRAL,
        "wants_human": False,
        "proof": "proved",
        "model": "test@000000000000",
    }
    given |= more
    return Classification(**({"subject_probability": given["probability"]} | given))


def message(text: str = QUESTION, number: int = 0, *, channel: str = "messenger", **more: Any) -> TimelineMessage:
    at = Millis(NOW - 1_000 + number)
    given: dict[str, Any] = {
        "message_id": MessageId(f"c1.{at:013d}.{number:016x}"),
        "author": "customer",
        "address": address_of(channel, "a", "p"),
        "text": text,
        "sent_at": at,
        "received_at": at,
        "anchor": f"m{number}",
    }
    return TimelineMessage(**(given | more))


def ticket(**more: Any) -> TicketRecord:
    """An open ticket that nobody has, about a change of address."""
    given: dict[str, Any] = {
        "ticket_id": TicketId("t1"),
        "conversation_id": HEAD.conversation_id,
        "address": address_of("messenger", "a", "p"),
        "state": "open",
        "priority": "normal",
        "reason": "not_in_playbook",
        "intent": "change_address",
        "language": "fr",
        "created_at": Millis(NOW - 600_000),
        "messages": 1,
        "desk_account": "T0GUICHET/C0MAISON",
    }
    return TicketRecord(**(given | more))


def view(whole: Classification | None = None, *texts: str, **more: Any) -> DecisionInput:
    """
    One view. `head`: changes of the conversation; `public`, `channel`: of every message; `waited_ms`: how long ago
    they came.
    """
    whole = whole or classified()
    made = {
        name: more.pop(name)
        for name in ("public", "channel", "attachments", "display_name", "kind", "beside")
        if name in more
    }
    came = more.get("now", NOW) - more.pop("waited_ms", 1_000)
    times = [Millis(came + number) for number in range(len(texts) or 1)]
    pending = tuple(
        replace(message(text, number, **made), sent_at=at, received_at=at)
        for number, (text, at) in enumerate(zip(texts or (QUESTION,), times, strict=True))
    )
    given: dict[str, Any] = {
        "conversation": replace(HEAD, **more.pop("head", {})),
        "pending": pending,
        "whole": whole,
        "singles": [whole] * len(pending),
        "playbook": PLAYBOOK,
        "control": Control(),
        "now": NOW,
    }
    return DecisionInput(**(given | more))


def environment(now: Millis = NOW) -> Environment:
    """The real platforms and the real workspace at this moment."""

    def traits(name: str) -> Traits:
        return REGISTRY[name].traits

    return Environment(now=now, received_at=now, traits=traits, desk=DeskWords(traits), split=parts_of)
