"""A person's conversation over all channels, as JSON values that scripts read."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Any

from ..conversation import Conversation, TicketRecord, TimelineMessage
from ..decision.progress import progress
from ..model import OutboxRow
from ..store import keys, people, values
from ..store.people import Person, conversations, timeline
from ..store.table import Table
from .links import linked_with
from .people import identity_words
from .permissions import needs
from .times import iso


@needs("conversation.read")
def shown(table: Table, who: Person, *, whole: bool, linked: bool = True) -> dict[str, Any]:
    """
    Return a person's conversation as JSON values; `whole` with the system's own rows.

    `linked`: with what those said who are linked for agents, in one order; each of their messages names its contact.
    """
    head = table.head(who.conversation_id)
    others = linked_with(table, who) if linked else []
    pages = [_said(table, each, "" if each is who else each.contact_id) for each in (who, *others)]
    said = [
        _message(message) | ({"contact_id": contact_id} if contact_id else {})
        for message, contact_id in heapq.merge(*pages, key=lambda each: keys.order_of(each[0].message_id))
        if whole or message.author != "system"
    ]
    rows = [row for row in _open_rows(table, who) if whole or row["author"] != "system"]
    return {
        "brand": table.brand,
        "conversation_id": who.conversation_id,
        "contact_id": who.contact_id,
        "conversations": conversations(table, who),
        "identities": [identity_words(address) for address in people.addresses(table, who)],
        "stands": progress(head, _last_ticket(table, head, said)) if head else None,
        "head": _head(head) if head else None,
        "messages": said,
        "open_rows": rows,
        "linked": [each.contact_id for each in others],
    }


def _last_ticket(table: Table, head: Conversation, said: list[dict[str, Any]]) -> TicketRecord | None:
    """Return the open ticket, else the one that an answer was written on last."""
    named = (str(each["ticket_id"]) for each in reversed(said) if each.get("ticket_id") and "contact_id" not in each)
    ticket_id = head.ticket_id or next(named, "")
    return table.ticket(ticket_id) if ticket_id else None


def _said(table: Table, who: Person, contact_id: str) -> Iterator[tuple[TimelineMessage, str]]:
    return ((message, contact_id) for message in timeline(table, who))


def _message(message: TimelineMessage) -> dict[str, Any]:
    """Return one message; empty values are left out, the first seven never."""
    always = {
        "id": message.message_id,
        "author": message.author,
        "channel": message.address.channel,
        "text": message.text,
        "sent_at": iso(message.sent_at),
        "state": message.state or ("received" if message.author == "customer" else ""),
        "public": message.public,
    }
    rest: dict[str, Any] = {
        "identity": identity_words(message.address),
        "received_at": iso(message.received_at),
        "covered": message.covered,
        "kind": message.kind,
        "row_id": message.row_id,
        "platform_ids": list(message.platform_ids or ((message.event_id,) if message.event_id else ())),
        "covers": list(message.covers),
        "why": values.why(message.why) if message.why else {},
        "attempts": message.attempts,
        "error_code": message.error_code,
        "edited_at": iso(message.edited_at),
        "deleted": message.deleted,
        "note": message.note,
        "attachments": list(message.attachments),
        "ticket_id": message.ticket_id,
        "judged": message.judged,
    }
    return always | {name: value for name, value in rest.items() if value}


def _row(row: OutboxRow) -> dict[str, Any]:
    return {
        "row_id": row.row_id,
        "kind": row.kind,
        "author": row.author,
        "channel": row.address.channel,
        "text": "\n".join(part.text for part in row.parts),
        "state": row.state,
        "created_at": iso(row.created_at),
        "not_before": iso(row.not_before),
        "attempts": row.attempt,
        "error_code": row.error_code,
    }


def _head(head: Conversation) -> dict[str, Any]:
    """Return what the next decision rests on."""
    return {
        "mode": head.mode,
        "ticket_id": head.ticket_id or None,
        "language": head.language or None,
        "opted_out": bool(head.opted_out),
        "opted_out_on": list(head.opted_out),
        "waiting_until": iso(head.hold_until),
        "said": [
            {"intent": said.intent, "about": list(said.about), "asked": said.asked, "at": iso(said.at)}
            for said in head.said
        ],
        "messages": head.message_count,
        "rev": head.rev,
    }


def _open_rows(table: Table, who: Person) -> list[dict[str, Any]]:
    """Return everything to this person that is not finished."""
    reached = people.addresses(table, who)
    return [_row(row) for address in reached for row in table.open_rows(keys.recipient(address), limit=1_000)]
