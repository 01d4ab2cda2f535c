"""Two people become one: what was said to one of them was not said to the other."""

from __future__ import annotations

from chalicelib.conversation import Conversation
from chalicelib.model import ContactId, ConversationId, Millis
from chalicelib.store.head_memory import absorb


def head(name: str, at: int, to: str) -> Conversation:
    return Conversation(
        conversation_id=ConversationId(name), contact_id=ContactId(name), disclosed_at=Millis(at), disclosed_to=to
    )


def test_who_is_merged_is_told_in_full_again_that_an_ai_assistant_answers() -> None:
    together = absorb(head("c1", 1_000, "whatsapp"), head("c2", 0, ""))

    assert (together.disclosed_at, together.disclosed_to) == (0, "")
    assert absorb(head("c1", 1_000, "a"), head("c2", 2_000, "b")).disclosed_to == ""
