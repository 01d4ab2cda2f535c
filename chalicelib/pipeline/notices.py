"""Rows that belong to no conversation: what the desk is told of itself (figures, a rehearsal, a digest of tickets)."""

from __future__ import annotations

from typing import Literal

from ..model import Address, Millis, OutboxRow, Part
from ..store import keys


def system_row(kind: Literal["notice", "digest"], about: str, where: Address, body: str, now: Millis) -> OutboxRow:
    """A row to be sent at once; `about` stands where a conversation's id stands in other rows."""
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
