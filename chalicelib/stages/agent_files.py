"""
Brings the files that an agent sends from the workspace into the bucket, under the claim of their row.

Safe to repeat: a file has one key, and what lies there is not fetched again. Nothing of it is visible to the customer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..errors import RateLimited, Refused, Retryable, TokenExpired, Unconfirmed
from ..media_types import FROM_AGENTS, sniff
from ..model import Attachment, BlobRef, OutboxRow
from ..ports import Surface
from ..services import Services

Contents = Mapping[str, tuple[BlobRef, bytes]]  # key -> the file as its bytes say, and these


def brought(row: OutboxRow, surface: Surface, services: Services) -> Contents:
    """
    Return the files of a row's unsent parts that its surface can carry.

    Raises Retryable, or Refused where one cannot be sent.
    """
    unsent = [part for part in row.parts if not part.platform_id and not surface.lacks(part)]
    wanted = [file for part in unsent for file in part.files]
    if not wanted:
        return {}
    said: dict[str, Any] = json.loads(row.body or "{}")
    return {file.key: _one(file, said, services) for file in wanted}


def _one(file: BlobRef, said: Mapping[str, Any], services: Services) -> tuple[BlobRef, bytes]:
    data = _kept(file, services) or _fetched(file, said, services)
    return replace(file, media_type=file.media_type or _type_of(data), size=len(data)), data


def _kept(file: BlobRef, services: Services) -> bytes:
    try:
        return services.blobs.read(file.key)
    except Refused:
        return b""


def _fetched(file: BlobRef, said: Mapping[str, Any], services: Services) -> bytes:
    if file.key not in said.get("files", {}):
        raise Refused("no_longer_kept")
    own_id, link = said["files"][file.key]
    desk = services.directory.by_id(*said["desk"])
    if desk is None:
        raise Refused("no_desk")
    try:
        data = services.channel(desk).fetch(Attachment("file", link, own_id))
    except (RateLimited, Unconfirmed) as error:  # a read: it may be repeated
        raise Retryable(error.code) from None
    except TokenExpired as error:  # the workspace's token, not the customer's channel's
        raise Refused(f"workspace_{error.code}") from None
    services.blobs.keep(file.key, data, _type_of(data))
    return data


def _type_of(data: bytes) -> str:
    found = sniff(data)
    if found not in FROM_AGENTS:
        raise Refused("file_type")
    return found
