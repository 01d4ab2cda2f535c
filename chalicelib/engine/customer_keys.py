"""
What a customer is known by beside the address: an order number, an e-mail or a telephone number that they typed.

These lead to a suggestion for the agent at most, never to another person's words (`store.person_keys`, `store.links`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..masking import emails_in
from ..model import CAUTION, Answerable, ContactId, Event, Message, Millis
from ..phone_numbers import maybe_in
from ..playbook.fields import find_fields
from ..playbook.schema import Playbook
from ..ports import Traits
from ..store.person_keys import KINDS, Kind
from .change import NoteKeys, Proven


def known_by(
    contact_id: ContactId,
    event: Event,
    playbook: Callable[[], Playbook],
    traits: Callable[[str], Traits],
    name: str,
    *,
    new: bool,
) -> NoteKeys | None:
    """
    Return what is to be kept of a message's words, of a `new` address and a new name; None for nearly every event.

    What is proved of an address that was there is kept before its message is decided (`stages.identified`). `name`:
    what they are called, where that is new.
    """
    if not isinstance(event, Answerable):
        return NoteKeys(contact_id, (), name=name) if name else None
    own_traits = traits(event.address.channel)
    proved = proved_by(event, own_traits) if new else ()
    own = str(event.address.person_id) if new and own_traits.phones and isinstance(event, Message) else ""
    words = event.text if isinstance(event, Message) else ""
    said = tuple(_typed(words, playbook())) if any(sign in words for sign in "@0123456789") else ()
    described = event.described if isinstance(event, Message) else ()
    if not (said or own or name or proved or described):
        return None
    at = event.sent_at or Millis(0)
    return NoteKeys(contact_id, said, own, name, described, at, event.address, proved)


def proved_by(event: Answerable, traits: Traits) -> tuple[Proven, ...]:
    """
    Return what an event proves of who writes: what a brand signed, a mail's aligned sender, WhatsApp's own number.

    A mail with a caution proves nobody: it may be forged, forwarded, copied, or written by a form.
    """
    found = [Proven(kind, value, "signed") for kind, value in event.known_as if kind in KINDS]
    person = str(event.address.person_id)
    sure = isinstance(event, Message) and not any(kind == CAUTION for kind, _ in event.beside) and not event.public
    if person and sure and traits.proves == "mail":
        found.append(Proven("mail", person, "mail"))
    elif person.isdecimal() and sure and traits.proves == "phone":
        found.append(Proven("phone", f"+{person}", "platform"))
    return tuple(found)


def _typed(text: str, playbook: Playbook) -> Iterator[tuple[Kind, str]]:
    yield from (("mail", each) for each in emails_in(text))
    yield from (("phone", each) for each in maybe_in(text))
    for name in dict.fromkeys(intent.asks for intent in playbook.intents.values() if intent.asks):
        yield from (("order", each) for each in find_fields(playbook, name, text))
