"""A channel on the local platform, and a row of its outbox."""

from __future__ import annotations

from chalicelib.channels import REGISTRY
from chalicelib.http import HttpClient
from chalicelib.model import ConversationId, Millis, OutboxRow, Part
from chalicelib.ports import Channel
from tests.contract.conftest import Platform
from tests.contract.samples import credentials, part


def build(name: str, platform: Platform) -> Channel:
    return REGISTRY[name](credentials(), HttpClient(platform.base))


def row(name: str, *parts: Part, public: bool = False) -> OutboxRow:
    one = part(name, public=public)
    return OutboxRow(
        row_id=one.row_id,
        kind="reply",
        author="bot",
        address=one.address,
        conversation_id=ConversationId("c"),
        state="claimed",
        created_at=Millis(1_763_801_402_000),
        not_before=Millis(0),
        parts=parts,
        public=public,
        anchor=one.anchor,
    )
