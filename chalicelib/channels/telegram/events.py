"""
Reads Telegram's updates: messages (`messages`), pressed buttons, reactions, who blocked the bot. Pure and total.

An update names no bot: it is of the account whose webhook it came to. `update_id` may begin anew at any number and
orders nothing. Source: Telegram, "Bot API: Update, CallbackQuery, MessageReactionUpdated, ChatMemberUpdated".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ...model import (
    AccountNotice,
    Address,
    Deletion,
    Event,
    EventId,
    Ignored,
    MalformedBody,
    Millis,
    OptOut,
    Postback,
    Reaction,
)
from .._json_values import (
    Object,
    address,
    child,
    event_id,
    events_of,
    fingerprint,
    load,
    malformed,
    millis,
    objects,
    string,
)
from .messages import NAME, PRIVATE, edited, id_of, new, place_in

PRESSED = "callback:"  # before the id of a press, in its event's id


def read(body: bytes) -> Sequence[Event]:
    """Return the events of one update."""
    root = load(body)
    if type(root) is not dict or type(root.get("update_id")) is not int:
        return malformed(NAME, body, "not an update")
    events: list[Event] = []
    for key, value in root.items():
        if type(value) is dict:
            reader = _READERS.get(key)
            events += reader(value) if reader else [_ignored(value, address(NAME), None, _UNHEARD.get(key, "unknown"))]
    return events_of(NAME, root, events)


def _ignored(item: Object, at: Address, sent_at: Millis | None, reason: str) -> Event:
    return Ignored(event_id=fingerprint(item), address=at, sent_at=sent_at, reason=reason)


def _pressed(item: Object) -> list[Event]:
    """A button of ours. Its message is there, with all of its buttons; of an old one only its chat and number."""
    message, query = child(item, "message"), string(item.get("id"))
    chat = child(message, "chat")
    number, connection = string(chat.get("id")), string(message.get("business_connection_id"))
    private = not chat or chat.get("type") == PRIVATE or "direct_messages_topic" in message
    person = string(child(item, "from").get("id")) or (number if private else "")
    at, own_id = address(NAME, "", person), event_id(PRESSED + query if query else "", item)
    if not person:
        return [MalformedBody(event_id=fingerprint(item), address=at, sent_at=None, reason="names no customer")]
    if "data" not in item:  # the button of a game
        return [Ignored(event_id=own_id, address=at, sent_at=None, reason="game")]
    payload, shown = string(item.get("data")), string(message.get("message_id"))
    direct = child(message, "direct_messages_topic")
    place = place_in(message, direct, connection, number, shown, private=private)
    return [
        Postback(
            event_id=own_id,
            address=at,
            sent_at=None,  # no time of its own: the message's is when we sent it
            public=not private,
            target_id=id_of(connection, number, shown) if shown and number else "",
            payload=payload,
            title=_title(message, payload),
            reply_anchor=place.anchor,
        )
    ]


def _title(message: Object, payload: str) -> str:
    """The words on the button that was pressed."""
    rows = child(message, "reply_markup").get("inline_keyboard")
    buttons = (one for row in rows for one in objects(row)) if type(rows) is list else ()
    return next((string(one.get("text")) for one in buttons if one.get("callback_data") == payload), "")


def _reacted(item: Object) -> list[Event]:
    chat, sent_at = child(item, "chat"), millis(item.get("date"))
    number, message = string(chat.get("id")), string(item.get("message_id"))
    private = chat.get("type") == PRIVATE
    person = number if private else string(child(item, "user").get("id"))
    at = address(NAME, "", person)
    if not (person and number and message):
        return [_ignored(item, at, sent_at, "reaction")]
    emoji = next((string(one.get("emoji")) for one in objects(item.get("new_reaction")) if "emoji" in one), "")
    return [
        Reaction(
            event_id=fingerprint(item),
            address=at,
            sent_at=sent_at,
            public=not private,
            target_id=id_of("", number, message),
            emoji=emoji,
        )
    ]


def _member(item: Object) -> list[Event]:
    """A customer blocked the bot, or took it back; in a group the bot only came or went."""
    chat, sent_at = child(item, "chat"), millis(item.get("date"))
    number, status = string(chat.get("id")), string(child(item, "new_chat_member").get("status"))
    at = address(NAME, "", number if chat.get("type") == PRIVATE else "")
    if not at.person_id or status not in ("kicked", "member"):
        return [_ignored(item, at, sent_at, "membership")]
    own_id = event_id(f"member:{number}:{string(item.get('date'))}:{status}", item)
    return [OptOut(event_id=own_id, address=at, sent_at=sent_at, undone=status == "member")]


def _connection(item: Object) -> list[Event]:
    """
    A business let the bot into its account, or took that back. It is one of several: the bot's account is not paused.

    What is still sent through it is refused by Telegram, and a person is told.
    """
    may = child(item, "rights").get("can_reply") is True or item.get("can_reply") is True
    works = item.get("is_enabled") is True
    notice = "business_disabled" if not works else "business_enabled" if may else "business_cannot_reply"
    return [
        AccountNotice(
            event_id=fingerprint(item), address=address(NAME), sent_at=millis(item.get("date")), notice=notice
        )
    ]


def _deleted(item: Object) -> list[Event]:
    connection, number = string(item.get("business_connection_id")), string(child(item, "chat").get("id"))
    listed = item.get("message_ids")
    at = address(NAME, "", number)
    ids = [string(one) for one in listed if string(one)] if type(listed) is list else []
    if not (number and connection and ids):
        return [MalformedBody(event_id=fingerprint(item), address=at, sent_at=None, reason="names no message")]
    return [_deletion(id_of(connection, number, one), at) for one in ids]


def _deletion(target: EventId, at: Address) -> Event:
    own_id = event_id(f"deleted:{target}", ["deleted", target])
    return Deletion(event_id=own_id, address=at, sent_at=None, target_id=target)


_READERS: Mapping[str, Callable[[Object], list[Event]]] = {
    "message": new,
    "edited_message": edited,
    "business_message": new,
    "edited_business_message": edited,
    "deleted_business_messages": _deleted,
    "business_connection": _connection,
    "callback_query": _pressed,
    "message_reaction": _reacted,
    "my_chat_member": _member,
}
# Understood, and nothing to do about. None of them comes by itself: they are not in the list that Telegram is given.
_UNHEARD: Mapping[str, str] = {
    **dict.fromkeys(("channel_post", "edited_channel_post"), "channel_post"),
    **dict.fromkeys(("inline_query", "chosen_inline_result"), "inline"),
    **dict.fromkeys(("shipping_query", "pre_checkout_query", "purchased_paid_media"), "payment"),
    **dict.fromkeys(("poll", "poll_answer"), "poll"),
    **dict.fromkeys(("chat_member", "chat_join_request"), "membership"),
    **dict.fromkeys(("chat_boost", "removed_chat_boost"), "boost"),
    "message_reaction_count": "reaction",
    "guest_message": "guest",  # can be answered at once only, by another call than a message
    "managed_bot": "managed_bot",
}
