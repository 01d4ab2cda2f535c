"""Finding a person of a brand: by contact, conversation or address, as it is typed."""

from __future__ import annotations

import re

from ..conversation import address_of
from ..errors import UsageError
from ..model import Address, ConversationId
from ..store.people import Person, person
from ..store.table import Table
from .explain import lineage
from .permissions import needs

_PHONE = re.compile(r"(?:\+|00)?\s?\d(?:[\s().\-/]{0,3}\d){5,17}")


def identity_parts(text: str) -> tuple[str, str, str]:
    """Split CHANNEL:ACCOUNT:PERSON; the person's id may itself hold colons."""
    channel, account, who = text.split(":", 2)
    return channel, account, who


def ways_to_write(who: str) -> tuple[str, ...]:
    """
    Return the ids that somebody may mean: as typed, and a telephone number as platforms write it.

    "+33 6 15 62 38 00", "0033 6…" and "+33 (0)6…" are all 33615623800.
    """
    plain = who.strip()
    if not _PHONE.fullmatch(plain):
        return (plain,)
    digits = re.sub(r"\D", "", plain.replace("(0)", ""))
    international = digits.removeprefix("00")
    return tuple(dict.fromkeys((plain, international, f"+{international}")))


@needs("contact.read")
def by_identity(table: Table, identity: str) -> Person:
    """Find who is behind CHANNEL:ACCOUNT:PERSON. Raises UsageError when the brand never heard from there."""
    channel, account, who = identity_parts(identity)
    for written in ways_to_write(who):
        if found := table.identity(address_of(channel, account, written)):
            return by_id(table, found[0])
    raise UsageError(f"Nobody ever wrote to {table.brand} from {identity}.")


@needs("contact.read")
def by_id(table: Table, contact_id: str) -> Person:
    """Find a contact. Raises UsageError when the brand has none of that id."""
    found = person(table, contact_id) if "#" not in contact_id else None
    if found is None:
        raise UsageError(f"{table.brand} has no contact '{contact_id}'.")
    return found


@needs("contact.read")
def by_conversation(table: Table, conversation_id: str) -> Person:
    """Find whose conversation this is; one that was merged gives the person it was merged into."""
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
