"""Hateful comments: kept as evidence outside the table, whose own copy of their words goes like any other."""

from __future__ import annotations

from ..conversation import TimelineMessage
from ..store import evidence, gathered
from ..store.blobs import DONE
from ..store.evidence import Evidence
from .change import KeepEvidence
from .change_set import ChangeSet


def keep(changes: ChangeSet, message: TimelineMessage, by: str) -> None:
    """Keep a comment's words, its writer and its post, before the decision is stored."""
    found = _of(message, by)
    changes.first.append(KeepEvidence(_key(changes, message, found), evidence.body_of(found)))


def let_go(changes: ChangeSet, message: TimelineMessage) -> None:
    """Empty what is kept of a comment that somebody shows again: it was no hate."""
    changes.first.append(KeepEvidence(_key(changes, message, _of(message, "")), DONE))


def _key(changes: ChangeSet, message: TimelineMessage, found: Evidence) -> str:
    return evidence.key_of(changes.loaded.brand, message.address, found)


def _of(message: TimelineMessage, by: str) -> Evidence:
    address = message.address
    return Evidence(
        channel=str(address.channel),
        account_id=str(address.account_id),
        person_id=str(address.person_id),
        name=message.display_name,
        text=message.text,
        post=gathered.post_of(message).link,
        sent_at=message.sent_at,
        event_id=message.event_id,
        by=by,
    )
