"""
Downloads a customer's file from the platform into the bucket. The result goes back to process as a MediaFetched.

Safe to repeat: the same file has the same key, and the same report is one event.
"""

from __future__ import annotations

import json
from typing import Any

from ..conversation import TimelineMessage
from ..errors import Refused
from ..masking import mask_secrets
from ..media_types import EXTENSIONS, MOST_BYTES, WORDS, sniff
from ..model import TEXT_MOST, Attachment, BlobRef, ConversationId, MediaFetched, OutboxRow
from ..ports import Sender
from ..services import Services
from ..store import keys
from ..store.blobs import folder
from ..store.table import Table
from ..stored_ports import OpensStored
from .mark_sent import about

TRIES = 6  # over about four minutes: WhatsApp's links live five


def fetch(table: Table, row: OutboxRow, message: TimelineMessage, channel: Sender, services: Services) -> MediaFetched:
    """Download one file and store it; return the report of it. Raises SendError when that fails."""
    asked: dict[str, Any] = json.loads(row.body)
    wanted = Attachment(asked["kind"], asked["url"], asked["id"])
    if isinstance(channel, OpensStored):
        data = channel.file_in(services.blobs.read(wanted.url), wanted)
    else:
        data = channel.fetch(wanted)
    media_type = sniff(data)
    if wanted.kind in WORDS:
        data, media_type = _words(data), "text/plain"
    if len(data) > MOST_BYTES:
        raise Refused("too_large")
    if not media_type:
        raise Refused("type")
    head = table.head(ConversationId(keys.conversation_of(message.message_id)))
    if head is None:
        raise Refused("gone")
    number = number_of(row)
    name = f"{media_type.partition('/')[0]}-{number + 1}.{EXTENSIONS[media_type]}"
    key = folder(table.brand, head.contact_id) + keys.digest(message.message_id, str(number))
    kept = BlobRef(key=key, media_type=media_type, size=len(data), name=name)
    services.blobs.keep(kept.key, data, kept.media_type)
    return MediaFetched(**about(row, MediaFetched.SUBJECT, message.address), number=number, file=kept)


def _words(data: bytes) -> bytes:
    """Return words as any message's are kept: card numbers and IBANs masked, and no longer. Refused where none are."""
    words = mask_secrets(data.decode("utf-8", "replace"))[:TEXT_MOST].strip()
    if not words:
        raise Refused("empty")
    return words.encode()


def drop(row: OutboxRow, services: Services) -> None:
    """Empty the stored file of a deleted message, if the row names one; the bucket's rule removes the key."""
    key = json.loads(row.body).get("drop")
    if key:
        services.blobs.keep(key, b"", "application/octet-stream")


def failed(row: OutboxRow, message: TimelineMessage, code: str) -> MediaFetched:
    """Return the report that a message's file could not be downloaded, or shown."""
    base = about(row, MediaFetched.SUBJECT, message.address)
    return MediaFetched(**base, number=number_of(row), why=code or "unknown")


def number_of(row: OutboxRow) -> int:
    """Return which of its message's files a row fetches or shows, from 0."""
    return int(json.loads(row.body)["n"])
