"""
Bodies of our queues: what `model.queued` names, as JSON with ASCII only, and back. One reader a queue.

Reading what was written gives the same message; a body without what its message needs raises Malformed. An attribute
that is not known is left out: a later version of Guichet may have added it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, assert_never

from .. import events
from ..conversation import address_of
from ..errors import Malformed
from ..json_types import number_of, text_of
from ..model import AccountId, Address, BrandId, ChannelName, ConversationId, Event, Millis
from ..model.queued import (
    Arrived,
    ConversationLookup,
    CustomerWaits,
    DeskMessage,
    HoldOver,
    OutboxMessage,
    PassDue,
    ProfileLookup,
    RowsDue,
    TicketLookup,
    TimerMessage,
)

VERSION = 1  # of a body that is written
NEWEST = 1  # of one that is read: raised a release before VERSION (docs/compatibility.md)

_Body = Mapping[str, Any]
T = TypeVar("T")
_Message = OutboxMessage | DeskMessage | TimerMessage

# --- written ----------------------------------------------------------------------------------


def arrived(brand: BrandId, event: Event, received_at: Millis) -> str:
    """Return the body of one event."""
    told = events.encode(event)
    return f'{{"v":{VERSION},"brand":{json.dumps(brand)},"received_at":{int(received_at)},"event":{told}}}'


def write(message: _Message) -> str:
    """Return the body of a notification or timer."""
    return json.dumps({"v": VERSION, "brand": message.brand} | _written(message))


def _written(message: _Message) -> dict[str, object]:
    match message:
        case RowsDue():
            return {"recipient": message.recipient} | ({"also": list(message.also)} if message.also else {})
        case CustomerWaits():
            told: dict[str, object] = {"recipient": message.recipient, "typing": _where(message.address)}
            wanted = message.look_up
            return told | {"anchor": message.anchor} | ({"look_up": _wanted(wanted)} if wanted else {})
        case TicketLookup():
            asked = {"subject": message.subject, "key": message.key, "since": message.since}
            return {"look_up": {"ticket": message.ticket_id} | asked}
        case ProfileLookup():
            profile: dict[str, object] = {"profile": _where(message.address)}
            return {"look_up": profile | {"conversation": message.conversation_id, "since": int(message.since)}}
        case PassDue():
            told = {"turn_of": [message.channel, message.account_id], "until": message.until, "due": message.due}
            told |= {} if message.next_at is None else {"next": message.next_at}
            return told | ({"last": True} if message.last else {})
        case HoldOver():
            told = {"hold": message.generation, "until": message.until, "address": _where(message.address)}
            return told | ({"conversation": message.conversation_id} if message.conversation_id is not None else {})
        case _:
            assert_never(message)


def _where(address: Address) -> list[str]:
    return [address.channel, address.account_id, address.person_id]


def _wanted(look_up: ConversationLookup) -> dict[str, object]:
    return {
        "conversation": look_up.conversation_id,
        "subject": look_up.subject,
        "key": look_up.key,
        "since": [look_up.generation, look_up.until],
    }


# --- read -------------------------------------------------------------------------------------


def inbox(body: _Body) -> Arrived:
    """Read what process is given."""
    return _complete(_arrived, body)


def receipts(body: _Body) -> tuple[Arrived, ...]:
    """Read what receipts are given, ten events a message."""
    return _complete(lambda plain: tuple(_arrived(each) for each in plain["batch"]), body)


def outbox(body: _Body) -> OutboxMessage:
    """Read what deliver is given for customers."""
    return _complete(_outbox, body)


def desk(body: _Body) -> DeskMessage:
    """Read what deliver is given for desks."""
    return _complete(lambda plain: _pass(plain) if "turn_of" in plain else _rows(plain), body)


def timers(body: _Body) -> TimerMessage:
    """Read a timer."""
    return _complete(lambda plain: _hold(plain) if "hold" in plain else desk(plain), body)


def _complete(read: Callable[[_Body], T], body: _Body) -> T:
    try:
        return read(body)
    except (LookupError, TypeError, ValueError, AttributeError):
        raise Malformed("not a message of this queue") from None


def _brand(body: _Body) -> BrandId:
    return BrandId(text_of(body["brand"]))


def _address(value: Sequence[object]) -> Address:
    channel, account_id, person_id = map(text_of, value)
    return address_of(channel, account_id, person_id)


def _conversation(body: _Body) -> ConversationId:
    return ConversationId(text_of(body["conversation"]))


def _arrived(body: _Body) -> Arrived:
    received_at = Millis(number_of(body["received_at"]))
    return Arrived(brand=_brand(body), event=events.from_plain(body["event"]), received_at=received_at)


def _outbox(body: _Body) -> OutboxMessage:
    if "typing" in body:
        return _waits(body)
    if "look_up" not in body:
        return _rows(body)
    brand, wanted = _brand(body), body["look_up"]
    since = number_of(wanted["since"])
    if "profile" in wanted:
        address = _address(wanted["profile"])
        return ProfileLookup(brand=brand, address=address, conversation_id=_conversation(wanted), since=since)
    ticket_id, subject, key = (text_of(wanted[name]) for name in ("ticket", "subject", "key"))
    return TicketLookup(brand=brand, ticket_id=ticket_id, subject=subject, key=key, since=since)


def _rows(body: _Body) -> RowsDue:
    also = tuple(text_of(each) for each in body.get("also", ()))
    return RowsDue(brand=_brand(body), recipient=text_of(body["recipient"]), also=also)


def _waits(body: _Body) -> CustomerWaits:
    wanted, look_up = body.get("look_up"), None
    if wanted:
        generation, until = map(number_of, wanted["since"])
        look_up = ConversationLookup(
            conversation_id=_conversation(wanted),
            subject=text_of(wanted["subject"]),
            key=text_of(wanted["key"]),
            generation=generation,
            until=until,
        )
    return CustomerWaits(
        brand=_brand(body),
        recipient=text_of(body["recipient"]),
        address=_address(body["typing"]),
        anchor=text_of(body.get("anchor", "")),
        look_up=look_up,
    )


def _pass(body: _Body) -> PassDue:
    channel, account_id = map(text_of, body["turn_of"])
    return PassDue(
        brand=_brand(body),
        channel=ChannelName(channel),
        account_id=AccountId(account_id),
        until=Millis(number_of(body["until"])),
        due=Millis(number_of(body["due"])),
        next_at=Millis(number_of(body["next"])) if "next" in body else None,
        last=bool(body.get("last")),
    )


def _hold(body: _Body) -> HoldOver:
    return HoldOver(
        brand=_brand(body),
        generation=number_of(body["hold"]),
        until=number_of(body["until"]),
        address=_address(body["address"]),
        conversation_id=_conversation(body) if "conversation" in body else None,
    )
