"""
Long conversations: old messages put straight into the table, so that only reading them is measured.
"""

from __future__ import annotations

from chalicelib.conversation import TimelineMessage
from chalicelib.model import Address, BrandId, ConversationId, Millis
from chalicelib.store import items, keys, wire

from .small_stack import BENCH, DEMO_BRAND, SmallStack

WORDS = "What are your opening hours?"


def seed_conversation(stack: SmallStack, conversation_id: str, address: Address, wanted: int) -> None:
    """Put `wanted` old messages into a conversation."""
    client, start = stack.cloud.client("dynamodb"), 1_600_000_000_000
    for first in range(0, wanted, 25):
        puts = []
        for number in range(first, min(first + 25, wanted)):
            at = Millis(start + number * 60_000)
            message_id = keys.message_id(ConversationId(conversation_id), at, str(number))
            message = TimelineMessage(
                message_id=message_id,
                author="customer",
                address=address,
                text=WORDS,
                sent_at=at,
                received_at=at,
                covered="sure",
            )
            key = keys.message(BrandId(DEMO_BRAND), message_id)
            puts.append(
                {"PutRequest": {"Item": wire.to_avs(items.message_item(message) | {"pk": key.pk, "sk": key.sk})}}
            )
        client.batch_write_item(RequestItems={BENCH.table: puts})
