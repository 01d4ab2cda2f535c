"""
Downloads a customer's file from the platform into the bucket. The result goes back to process as a Fact.

Safe to repeat: the same file has the same key, and the same Fact is one event.
"""

from __future__ import annotations

import json
from typing import Any

from ..conversation import TimelineMessage
from ..errors import Refused
from ..media_types import EXTENSIONS, MOST_BYTES, sniff
from ..model import Attachment, BlobRef, ConversationId, OutboxRow
from ..ports import Channel
from ..store import keys
from ..store.blobs import folder
from ..store.items import compact
from ..store.table import Table
from .deps import Deps

TRIES = 6  # over about four minutes: WhatsApp's links live five


def fetch(table: Table, row: OutboxRow, message: TimelineMessage, channel: Channel, deps: Deps) -> str:
    """Download one file and store it; return what process is told. Raises SendError when that fails."""
    asked: dict[str, Any] = json.loads(row.body)
    data = channel.fetch(Attachment(asked["kind"], asked["url"], asked["id"]))
    media_type = sniff(data)
    if len(data) > MOST_BYTES:
        raise Refused("too_large")
    if not media_type:
        raise Refused("type")
    head = table.head(ConversationId(keys.conversation_of(message.message_id)))
    if head is None:
        raise Refused("gone")
    number = int(asked["n"])
    name = f"{media_type.partition('/')[0]}-{number + 1}.{EXTENSIONS[media_type]}"
    key = folder(table.brand, head.contact_id) + keys.digest(message.message_id, str(number))
    kept = BlobRef(key=key, media_type=media_type, size=len(data), name=name)
    deps.blobs.keep(kept.key, data, kept.media_type)
    return compact({"n": number, "key": kept.key, "type": kept.media_type, "size": kept.size, "name": kept.name})


def drop(row: OutboxRow, deps: Deps) -> None:
    """Empty the stored file of a deleted message, if the row names one; the bucket's rule removes the key."""
    key = json.loads(row.body).get("drop")
    if key:
        deps.blobs.keep(key, b"", "application/octet-stream")


def failed(row: OutboxRow, code: str) -> str:
    """Return what process is told of a file that could not be downloaded."""
    return compact({"n": int(json.loads(row.body)["n"]), "why": code or "unknown"})
