"""
Reads what items of messaging[] and standby[] have in common on Meta's platforms: whose they are, buttons, reactions.

Source: Meta, "Messenger Platform: webhooks" and "Instagram Platform: webhooks".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..model import (
    MOVED,
    Address,
    Deletion,
    Edit,
    Event,
    EventId,
    Handover,
    Ignored,
    Message,
    Millis,
    Postback,
    Reaction,
)
from ..move_tokens import found_in
from ._json_values import Object, address, child, event_id, fingerprint, objects, string

Reader = Callable[[Object, Object, Address, Millis | None], Event]
TEST_ENTRY = "0"  # what the dashboard's Test button sends
_MOST_PRODUCTS = 20
# Where the emoji itself is left out.
_REACTIONS = {"like": "👍", "love": "❤", "dislike": "👎", "angry": "😡"}


def between(name: str, account_id: str, item: Object) -> tuple[Address, bool]:
    """Return the customer's address of an item, and whether the account itself wrote it."""
    sender, recipient = string(child(item, "sender").get("id")), string(child(item, "recipient").get("id"))
    message = item.get("message")
    own = (sender != "" and sender == account_id) or (type(message) is dict and message.get("is_echo") is True)
    account = account_id or (sender if own else recipient)
    return address(name, account, recipient if own else sender), own


def in_standby(event: Event) -> Event:
    """Another app holds the thread: the customer's messages are not ours to answer; echoes and receipts count."""
    if isinstance(event, Message | Postback):
        own_id = EventId(f"standby:{event.event_id}")
        return Ignored(event_id=own_id, address=event.address, sent_at=event.sent_at, reason=Ignored.STANDBY)
    return event


def referred(holder: Object) -> tuple[tuple[str, str], ...]:
    """Return the advertisement, the product or the link of ours that a customer comes from."""
    referral = child(holder, "referral")
    ad = string(child(referral, "ads_context_data").get("ad_title"))
    product = string(child(referral, "product").get("id"))
    led = found_in(string(referral.get("ref")))
    return tuple(pair for pair in (("ad", ad), ("product", product), (MOVED, led)) if pair[1])


def came(item: Object, _: Object, at: Address, sent_at: Millis | None) -> Event:
    """
    Read that somebody opened the conversation by a link: one of ours says that they go on here, any other nothing.

    https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/messaging_referrals
    """
    led = tuple(pair for pair in referred(item) if pair[0] == MOVED)
    if not led:
        return Ignored(event_id=fingerprint(item), address=at, sent_at=sent_at, reason="referral")
    return Postback(event_id=fingerprint(item), address=at, sent_at=sent_at, payload=MOVED, beside=led)


def products(message: Object) -> tuple[tuple[str, str], ...]:
    """Return the products of a template that the customer sends on, by their titles."""
    payloads = [child(one, "payload") for one in objects(message.get("attachments"))]
    shown = [each for payload in payloads for each in objects(child(payload, "product").get("elements"))]
    titles = [string(each.get("title")) or string(each.get("retailer_id")) for each in shown[:_MOST_PRODUCTS]]
    return tuple(("product", title) for title in titles if title)


def postback(item: Object, found: Object, at: Address, sent_at: Millis | None) -> Event:
    """Read a pressed button of a message or a menu."""
    payload, title = string(found.get("payload")), string(found.get("title"))
    return Postback(
        event_id=event_id(found.get("mid"), item),
        address=at,
        sent_at=sent_at,
        payload=payload,
        title=title,
        beside=referred(found),
    )


def reaction(item: Object, found: Object, at: Address, sent_at: Millis | None) -> Event:
    """Read an emoji on a message, or that it was taken away."""
    named = string(found.get("reaction"))
    emoji = string(found.get("emoji")) or _REACTIONS.get(named, named)
    emoji = "" if found.get("action") == "unreact" else emoji
    target = string(found.get("mid"))
    return Reaction(event_id=fingerprint(item), address=at, sent_at=sent_at, target_id=target, emoji=emoji)


def edit(item: Object, found: Object, at: Address, sent_at: Millis | None) -> Event:
    """Read the customer's new words of a message."""
    mid, count = string(found.get("mid")), string(found.get("num_edit"))
    own_id = event_id(f"edit:{mid}:{count}" if mid and count else "", item)
    return Edit(event_id=own_id, address=at, sent_at=sent_at, target_id=mid, text=string(found.get("text")))


def given(item: Object, _: Object, at: Address, sent_at: Millis | None) -> Event:
    """Read that another app gave us the thread."""
    return Handover(event_id=fingerprint(item), address=at, sent_at=sent_at, to_us=True)


def taken(item: Object, _: Object, at: Address, sent_at: Millis | None) -> Event:
    """Read that another app took the thread."""
    return Handover(event_id=fingerprint(item), address=at, sent_at=sent_at, to_us=False)


READERS: Mapping[str, Reader] = {
    "postback": postback,
    "reaction": reaction,
    "message_edit": edit,
    "pass_thread_control": given,
    "take_thread_control": taken,
    "referral": came,
}


def unsent_or_pressed(mid: EventId, message: Object, at: Address, sent_at: Millis | None) -> Event | None:
    """Read a message that was unsent, or that is a pressed quick reply; None for any other."""
    if message.get("is_deleted") is True:
        return Deletion(event_id=EventId(f"deleted:{mid}"), address=at, sent_at=sent_at, target_id=mid)
    pressed = message.get("quick_reply")
    if type(pressed) is not dict:
        return None
    payload, title = string(pressed.get("payload")), string(message.get("text"))
    return Postback(event_id=mid, address=at, sent_at=sent_at, payload=payload, title=title)


def by_key(
    item: Object, at: Address, sent_at: Millis | None, readers: Mapping[str, Reader], unheard: tuple[str, ...]
) -> Event:
    """Read an item that is no message by the first key that has a reader; else it is Ignored, by a key of `unheard`."""
    for key, reader in readers.items():
        found = item.get(key)
        if type(found) is dict:
            return reader(item, found, at, sent_at)
    reason = next((key for key in unheard if key in item), "unknown")
    return Ignored(event_id=fingerprint(item), address=at, sent_at=sent_at, reason=reason)
