"""
Fetches a customer's name where a channel's messages carry none: asked of the platform once, and stored.

No answer waits for it: it is sent without a name. A platform that does not tell a name is asked again a day later.
"""

from __future__ import annotations

from dataclasses import replace

from ..conversation import ENDED, Conversation
from ..errors import SendError
from ..masking import mask_secrets
from ..model import Address, BrandId, EventId, ProfileFetched
from ..model.queued import ProfileLookup
from ..ports import KnowsNames
from ..store import keys
from .deps import Deps
from .draft import Draft
from .thread import desk_row

AGAIN_MS = 86_400_000
NAME_MOST = 100


def ask(draft: Draft, address: Address, deps: Deps) -> None:
    """Note that the platform is to be asked for the name, unless it is known or was just asked."""
    head = draft.after
    if head.name or not deps.traits(address.channel).profiles or draft.now - head.name_asked_at < AGAIN_MS:
        return
    draft.set(name_asked_at=draft.now)
    draft.asks_name = True


def asked(brand: BrandId, head: Conversation, address: Address) -> ProfileLookup:
    """Return the notification that asks for it."""
    return ProfileLookup(
        brand=brand, address=address, conversation_id=head.conversation_id, since=int(head.name_asked_at)
    )


def fetch(wanted: ProfileLookup, deps: Deps) -> None:
    """Ask the platform; a repeated notification gives the same event. A failure is only counted."""
    brand, address = wanted.brand, wanted.address
    head = deps.table(brand).head(wanted.conversation_id)
    if head is None or head.name or head.name_asked_at != wanted.since:
        return
    account = deps.directory.by_id(address.channel, address.account_id)
    if account is None or account.paused or account.brand != brand:
        return
    try:
        channel = deps.channel(account)
        name = channel.name_of(address) if isinstance(channel, KnowsNames) else ""
    except SendError:
        deps.counter("profile_failed", channel=address.channel)
        return
    if not name:
        return
    told = ProfileFetched(
        event_id=EventId(keys.digest(ProfileFetched.SUBJECT, head.conversation_id, str(head.name_asked_at))),
        address=address,
        sent_at=None,
        conversation_id=head.conversation_id,
        name=mask_secrets(name[: 2 * NAME_MOST])[:NAME_MOST],
    )
    deps.queues.inbox(brand, [told], deps.clock())


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
