"""Finding a person for a command, and a person's messages as JSON values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.errors import UsageError

from .. import times
from . import _brand

if TYPE_CHECKING:
    from chalicelib.conversation import Conversation, TimelineMessage
    from chalicelib.model import Address, OutboxRow
    from chalicelib.store.people import Person
    from chalicelib.store.table import Table


def by_identity(table: Table, identity: str) -> Person:
    """Find who is behind CHANNEL:ACCOUNT:PERSON. Raises UsageError when the brand never heard from there."""
    from chalicelib.conversation import address_of

    channel, account, person = _brand.identity_parts(identity)
    for written in _brand.ways_to_write(person):
        if found := table.identity(address_of(channel, account, written)):
            return by_id(table, found[0])
    raise UsageError(f"Nobody ever wrote to {table.brand} from {identity}.")


def by_id(table: Table, contact_id: str) -> Person:
    """Find a contact. Raises UsageError when the brand has none of that id."""
    from chalicelib.store.people import person

    found = person(table, contact_id) if "#" not in contact_id else None
    if found is None:
        raise UsageError(f"{table.brand} has no contact '{contact_id}'.")
    return found


def by_conversation(table: Table, conversation_id: str) -> Person:
    """Find whose conversation this is; one that was merged gives the person it was merged into."""
    from chalicelib.admin.explain import lineage
    from chalicelib.model import ConversationId

    head = table.head(ConversationId(conversation_id)) if "#" not in conversation_id else None
    if head is None:
        raise UsageError(f"{table.brand} has no conversation '{conversation_id}'.")
    last = table.head(lineage(table, head.conversation_id)[-1])
    return by_id(table, (last or head).contact_id)


def current(table: Table, who: Person) -> Person:
    """Follow merges to who this person is now."""
    while who.merged_into:
        who = by_id(table, who.merged_into)
    return who


def identity_words(address: Address) -> str:
    """Write an address as CHANNEL:ACCOUNT:PERSON."""
    return f"{address.channel}:{address.account_id}:{address.person_id}"


def shown_message(message: TimelineMessage) -> dict[str, Any]:
    """Give one message as COMMANDS promises it; empty values are left out, the first seven never."""
    from chalicelib.store import values

    always = {
        "id": message.message_id,
        "author": message.author,
        "channel": message.address.channel,
        "text": message.text,
        "sent_at": times.iso(message.sent_at),
        "state": message.state or ("received" if message.author == "customer" else ""),
        "public": message.public,
    }
    rest: dict[str, Any] = {
        "identity": identity_words(message.address),
        "received_at": times.iso(message.received_at),
        "covered": message.covered,
        "kind": message.kind,
        "row_id": message.row_id,
        "platform_ids": list(message.platform_ids or ((message.event_id,) if message.event_id else ())),
        "covers": list(message.covers),
        "why": values.why(message.why) if message.why else {},
        "attempts": message.attempts,
        "error_code": message.error_code,
        "edited_at": times.iso(message.edited_at),
        "deleted": message.deleted,
        "note": message.note,
        "attachments": list(message.attachments),
        "ticket_id": message.ticket_id,
        "judged": message.judged,
    }
    return always | {name: value for name, value in rest.items() if value}


def shown_row(row: OutboxRow) -> dict[str, Any]:
    """Give one unfinished row."""
    return {
        "row_id": row.row_id,
        "kind": row.kind,
        "author": row.author,
        "channel": row.address.channel,
        "text": "\n".join(part.text for part in row.parts),
        "state": row.state,
        "created_at": times.iso(row.created_at),
        "not_before": times.iso(row.not_before),
        "attempts": row.attempt,
        "error_code": row.error_code,
    }


def shown_head(head: Conversation) -> dict[str, Any]:
    """Give what the next decision rests on."""
    return {
        "mode": head.mode,
        "ticket_id": head.ticket_id or None,
        "language": head.language or None,
        "opted_out": bool(head.opted_out),
        "opted_out_on": list(head.opted_out),
        "waiting_until": times.iso(head.hold_until),
        "said": [
            {"intent": said.intent, "about": list(said.about), "asked": said.asked, "at": times.iso(said.at)}
            for said in head.said
        ],
        "messages": head.message_count,
        "rev": head.rev,
    }


def open_rows(table: Table, who: Person) -> list[dict[str, Any]]:
    """Everything to this person that is not finished."""
    from chalicelib.store import keys

    return [
        shown_row(row) for address in who.addresses for row in table.open_rows(keys.recipient(address), limit=1_000)
    ]
