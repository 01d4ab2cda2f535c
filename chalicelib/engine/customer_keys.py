"""
What a customer is known by beside the address: an order number, an e-mail or a telephone number that they typed.

These lead to a suggestion for the agent at most, never to another person's words (`store.person_keys`, `store.links`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..masking import emails_in
from ..model import Address, ContactId, Event, Message, Millis
from ..phone_numbers import maybe_in
from ..playbook.fields import find_fields
from ..playbook.schema import Playbook
from ..ports import Traits
from ..store.person_keys import Kind
from .change import NoteKeys


def known_by(
    contact_id: ContactId, event: Event, playbook: Callable[[], Playbook], own: str, name: str
) -> NoteKeys | None:
    """
    Return what is to be kept of a message's words, of a new address and a new name; None for nearly every event.

    `own`: the telephone number that the address is (`own_phone`), `name`: what they are called, where these are new.
    """
    if not isinstance(event, Message):
        return NoteKeys(contact_id, (), name=name) if name else None
    said = tuple(_typed(event.text, playbook())) if any(sign in event.text for sign in "@0123456789") else ()
    if not (said or own or name or event.described):
        return None
    at = event.sent_at or Millis(0)
    return NoteKeys(contact_id, said, own, name, event.described, at)


def own_phone(address: Address | None, traits: Callable[[str], Traits]) -> str:
    """Return the telephone number that an address is; "" for any other."""
    return str(address.person_id) if address is not None and traits(address.channel).phones else ""


def _typed(text: str, playbook: Playbook) -> Iterator[tuple[Kind, str]]:
    yield from (("mail", each) for each in emails_in(text))
    yield from (("phone", each) for each in maybe_in(text))
    for name in dict.fromkeys(intent.asks for intent in playbook.intents.values() if intent.asks):
        yield from (("order", each) for each in find_fields(playbook, name, text))
