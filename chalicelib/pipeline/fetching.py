"""
Fetching what a customer sent: from the platform into the bucket. What came of it goes back as a fact.

Everything in it may be done twice: the same file has the same key, and the same fact is one event.
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
    """Fetches one file and keeps it; gives what process is told. Raises SendError where that did not work."""
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
    """Empties a file whose message was taken back, where the row names one: its key stays until the bucket's rule."""
    key = json.loads(row.body).get("drop")
    if key:
        deps.blobs.keep(key, b"", "application/octet-stream")


def failed(row: OutboxRow, code: str) -> str:
    """What process is told of a file that could not be fetched."""
    return compact({"n": int(json.loads(row.body)["n"]), "why": code or "unknown"})
