"""
Fetches a customer's name where a channel's messages carry none: asked of the platform once, and stored.

No answer waits for it: it is sent without a name. A platform that does not tell a name is asked again a day later.
"""

from __future__ import annotations

from dataclasses import replace

from ..conversation import ENDED, Conversation
from ..model import Address, BrandId, ProfileFetched
from ..model.queued import ProfileLookup
from .change_set import Draft
from .ticket_thread import desk_row

AGAIN_MS = 86_400_000
NAME_MOST = 100


def ask(draft: Draft, address: Address) -> None:
    """Note that the platform is to be asked for the name, unless it is known or was just asked."""
    head = draft.after
    if head.name or not draft.environment.traits(address.channel).profiles or draft.now - head.name_asked_at < AGAIN_MS:
        return
    draft.set(name_asked_at=draft.now)
    draft.asks_name = True


def asked(brand: BrandId, head: Conversation, address: Address) -> ProfileLookup:
    """Return the notification that asks for it."""
    return ProfileLookup(
        brand=brand, address=address, conversation_id=head.conversation_id, since=int(head.name_asked_at)
    )


def came(draft: Draft, event: ProfileFetched) -> bool:
    """Store the name that the platform told, and show it on the open ticket."""
    name = event.name
    if not name or draft.after.name:
        return False
    draft.set(name=name)
    draft.learned_name = name
    ticket = draft.stored
    if ticket is not None and ticket.state not in ENDED and not ticket.name:
        named = replace(ticket, name=name)
        draft.set_ticket(named)
        desk_row(draft, named, "ticket_update")
    return True
