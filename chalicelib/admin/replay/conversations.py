"""
A brand's own stored messages as past messages: first messages of customers in the last thirty days.

A message is a first one if nothing was said in its conversation for a day before it. Messages that follow it at once
belong to it, as for the bot. Reads the whole table once; nothing is written or printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...conversation import REACTION, TimelineMessage
from ...decision.greeting import GREETED_MS
from ...model import Millis
from ...store import items, keys
from ...store.table import DAY_MS, Table
from ...store.whole_brand import Spent, every_item
from ..permissions import needs
from .past import JOIN_MS, Past

LAST_DAYS = 30


@needs("conversation.read")
def first_messages(table: Table, now: Millis, spent: Spent) -> list[Past]:
    """Each person's earliest first message of the last thirty days, oldest first. Reads the whole table once."""
    contacts: dict[str, str] = {}
    said: dict[str, list[TimelineMessage]] = {}
    for key, item in every_item(table, spent):
        if key.sk == keys.HEAD:
            contacts[item["conversation_id"]] = item["contact_id"]
        elif key.sk.startswith(keys.MESSAGE_PREFIX) and not item.get("note"):
            conversation = keys.conversation_of_key(key.pk)
            message = items.message(item, keys.message_id_from_sk(conversation, key.sk))
            said.setdefault(str(conversation), []).append(message)
    found: dict[str, Past] = {}
    for name, messages in said.items():
        person = contacts.get(name, "")
        for past in _openings(name, person, sorted(messages, key=lambda each: each.message_id)):
            known = found.get(person)
            if past.at >= now - LAST_DAYS * DAY_MS and (known is None or past.at < known.at):
                found[person] = past
    return sorted((past for person, past in found.items() if person), key=lambda past: past.at)


def _openings(conversation: str, person: str, messages: Sequence[TimelineMessage]) -> Iterator[Past]:
    quiet_since = Millis(0)
    for at, message in enumerate(messages):
        began = keys.written_at(message.message_id)
        if _asked(message) and began - quiet_since >= GREETED_MS:
            yield Past(
                text="\n".join(_lines(messages[at:])),
                conversation=conversation,
                at=began,
                person=person,
                channel=message.address.channel,
                public=message.public,
            )
        quiet_since = began


def _lines(messages: Sequence[TimelineMessage]) -> Iterator[str]:
    """Return the first message and what the same person wrote within seconds, before anything was answered."""
    last = keys.written_at(messages[0].message_id)
    for message in messages:
        began = keys.written_at(message.message_id)
        if not _asked(message) or began - last > JOIN_MS:
            return
        yield message.text
        last = began


def _asked(message: TimelineMessage) -> bool:
    written = message.author == "customer" and message.kind != REACTION
    return written and bool(message.text.strip()) and not message.deleted and not message.attachments
