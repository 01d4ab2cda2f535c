"""Rows that belong to no conversation: messages to the team (figures, rehearsal, digest)."""

from __future__ import annotations

from typing import Literal

from ..model import Address, Millis, OutboxRow, Part
from ..store import keys


def system_row(kind: Literal["notice", "digest"], about: str, where: Address, body: str, now: Millis) -> OutboxRow:
    """Return a row to be sent at once; `about` takes the place of a conversation's id."""
    return OutboxRow(
        row_id=keys.row_id(about, now * 100, where),
        kind=kind,
        author="system",
        address=where,
        conversation_id=keys.conversation_of(about),
        state="pending",
        created_at=now,
        not_before=now,
        parts=(Part(text=""),),
        body=body,
    )
