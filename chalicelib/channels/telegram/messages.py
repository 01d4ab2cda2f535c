"""
Reads Telegram's messages: what a customer wrote or changed, and what a business wrote itself. Pure and total.

A message's number is unique in its chat alone, and a business's chat has numbers of its own: ids are "chat:message",
"connection:chat:message". Source: Telegram, "Bot API: Message, BusinessConnection, Migrating groups".
"""

from __future__ import annotations

import zlib

from ...model import (
    Address,
    AddressChange,
    Echo,
    Edit,
    Event,
    EventId,
    Ignored,
    MalformedBody,
    Message,
    Millis,
    Postback,
)
from .._json_values import NOTHING, Object, address, child, event_id, fingerprint, millis, objects, string
from .content import content, file_name, measured, said
from .places import NOWHERE, Place

NAME = "telegram"
PRIVATE = "private"
GET_STARTED = "get_started"  # what the button is called with which a chat begins


def id_of(connection: str, chat: str, message: str) -> EventId:
    """Return a message's id: unique for the bot."""
    return EventId(f"{connection}:{chat}:{message}" if connection else f"{chat}:{message}")


def new(item: Object) -> list[Event]:
    """Return what a new message says."""
    return [_message(item, edited=False)]


def edited(item: Object) -> list[Event]:
    """Return what a changed message says now."""
    return [_message(item, edited=True)]


def _message(item: Object, *, edited: bool) -> Event:
    chat, sent_at = child(item, "chat"), millis(item.get("date"))
    number, connection = string(chat.get("id")), string(item.get("business_connection_id"))
    direct = child(item, "direct_messages_topic")
    private = chat.get("type") == PRIVATE or bool(direct)
    person = _writer(item, direct, number, private=private)
    at = address(NAME, "", person)
    message = string(item.get("message_id"))
    own_id = event_id(id_of(connection, number, message) if message and number else "", item)
    if not person:
        return MalformedBody(event_id=fingerprint(item), address=at, sent_at=sent_at, reason="names no customer")
    for key in _MOVED:
        if key in item:
            return _moved(item, key, own_id, address(NAME, "", number), sent_at)
    own = _by_account(item, number, direct)
    if own:
        return _own(item, own, own_id, at, sent_at, edited=edited)
    reason = _nothing_said(item, private=private, edited=edited)
    if reason:
        return Ignored(event_id=own_id, address=at, sent_at=sent_at, public=not private, reason=reason)
    if edited:
        return _edit(item, own_id, at, public=not private)
    place = place_in(item, direct, connection, number, message, private=private)
    return _written(item, own_id, at, sent_at, place, public=not private)


def _writer(item: Object, direct: Object, chat: str, *, private: bool) -> str:
    """The customer: of a private chat its own id, whoever wrote; in a group who wrote, a person or a channel."""
    if direct:
        return string(child(direct, "user").get("id")) or string(child(item, "from").get("id"))
    if private:
        return chat
    return string(child(item, "sender_chat").get("id")) or string(child(item, "from").get("id"))


def _by_account(item: Object, chat: str, direct: Object) -> str:
    """Who wrote in the account's name: "bot" (we), "person", "automatic" (Telegram itself); "" for a customer."""
    if "sender_business_bot" in item:
        return "bot"
    writes = string(child(item, "from").get("id"))
    of_business = "business_connection_id" in item and writes not in ("", chat)
    if of_business or (direct and "sender_chat" in item):
        return "automatic" if item.get("is_from_offline") is True else "person"
    return ""


def _own(item: Object, own: str, own_id: EventId, at: Address, sent_at: Millis | None, *, edited: bool) -> Event:
    if edited or own == "automatic":
        reason = "own_edit" if edited else "automatic"
        mark = f"edited:{own_id}:{string(item.get('edit_date'))}" if edited else own_id
        return Ignored(event_id=event_id(mark, item), address=at, sent_at=sent_at, reason=reason)
    words, _ = content(item)
    return Echo(event_id=own_id, address=at, sent_at=sent_at, text=words, own_app=own == "bot")


def _moved(item: Object, key: str, own_id: EventId, at: Address, sent_at: Millis | None) -> Event:
    """A group has become a supergroup, under another id: told in both, read in the old one."""
    new = string(item.get(key))
    if key != "migrate_to_chat_id" or not new or not at.person_id:
        return Ignored(event_id=own_id, address=at, sent_at=sent_at, reason="migrated")
    return AddressChange(event_id=own_id, address=at, sent_at=sent_at, alias=new)


_MOVED = ("migrate_to_chat_id", "migrate_from_chat_id")


def _nothing_said(item: Object, *, private: bool, edited: bool) -> str:
    """Why a message is no customer's word to us; "" for one that is."""
    if item.get("is_automatic_forward") is True:
        return "channel_post"
    if child(item, "from").get("is_bot") is True and "sender_chat" not in item:
        return "bot"
    if not _SERVICE.isdisjoint(item):
        return "service"
    if edited and "location" in item:
        return "live_location"
    if not private and not _is_for_us(item):
        return "chatter"
    return ""


def _is_for_us(item: Object) -> bool:
    """
    Whether a message in a group names a bot, commands one or answers one.

    Telegram names our bot nowhere; with the privacy mode, which is usual, no other bot's messages are brought.
    """
    answered = child(item, "reply_to_message")
    if child(answered, "from").get("is_bot") is True and "forum_topic_created" not in answered:
        return True
    key = "entities" if "text" in item else "caption_entities"
    text = string(item.get("text")) or string(item.get("caption"))
    raw = measured(text)
    return any(_names_bot(raw, one) for one in objects(item.get(key)))


def _names_bot(raw: bytes, entity: Object) -> bool:
    kind = entity.get("type")
    if kind == "text_mention":
        return child(entity, "user").get("is_bot") is True
    if kind not in ("mention", "bot_command"):
        return False
    name = said(raw, entity).lower().partition("@")[2]
    return name.endswith("bot") or (kind == "bot_command" and not name)


def place_in(item: Object, topics: Object, connection: str, chat: str, message: str, *, private: bool) -> Place:
    """Where an answer to a message goes."""
    direct = string(topics.get("topic_id"))
    thread = string(item.get("message_thread_id")) if item.get("is_topic_message") is True else ""
    if private and not direct:
        return Place(connection, "", thread) if connection or thread else NOWHERE
    return Place(connection, chat, thread, direct, "" if direct else message)


def _written(
    item: Object, own_id: EventId, at: Address, sent_at: Millis | None, place: Place, *, public: bool
) -> Event:
    words, files = content(item)
    command = _command(item, words)
    if command == "/start" and not public:
        return Postback(
            event_id=own_id,
            address=at,
            sent_at=sent_at,
            payload=GET_STARTED,
            title=words,
            reply_anchor=place.anchor,
        )
    answered = child(item, "reply_to_message")
    target = string(answered.get("message_id")) if "forum_topic_created" not in answered else ""
    return Message(
        event_id=own_id,
        address=at,
        sent_at=sent_at,
        public=public,
        target_id=f"{own_id.rpartition(':')[0]}:{target}" if target else "",
        text=command.removeprefix("/") if command and command == words.partition("@")[0] else words,
        attachments=files,
        display_name=_name(item),
        reply_anchor=place.anchor,
        beside=file_name(item),
    )


def _command(item: Object, words: str) -> str:
    """The command that a text begins with, without the name of the bot that it is for."""
    if not words.startswith("/"):
        return ""
    first = next((one for one in objects(item.get("entities")) if one.get("type") == "bot_command"), NOTHING)
    return said(measured(words), first).partition("@")[0] if first.get("offset") == 0 else ""


def _name(item: Object) -> str:
    chat, person = child(item, "sender_chat"), child(item, "from")
    if chat:
        return string(chat.get("title")) or string(chat.get("first_name"))
    return " ".join(filter(None, (string(person.get("first_name")), string(person.get("last_name")))))


def _edit(item: Object, own_id: EventId, at: Address, *, public: bool) -> Event:
    """An edit of its own, though two come within a second: its words are in its id."""
    words, _ = content(item)
    at_second = item.get("edit_date")
    return Edit(
        event_id=event_id(f"edited:{own_id}:{string(at_second)}:{zlib.crc32(words.encode()):08x}", item),
        address=at,
        sent_at=millis(at_second),
        public=public,
        target_id=own_id,
        text=words,
    )


# What Telegram itself notes in a chat: nobody said it.
_SERVICE = frozenset(
    """
    new_chat_members left_chat_member new_chat_title new_chat_photo delete_chat_photo group_chat_created
    supergroup_chat_created channel_chat_created message_auto_delete_timer_changed pinned_message
    connected_website write_access_allowed proximity_alert_triggered boost_added chat_background_set
    forum_topic_created forum_topic_edited forum_topic_closed forum_topic_reopened general_forum_topic_hidden
    general_forum_topic_unhidden giveaway_created giveaway_completed video_chat_scheduled video_chat_started
    video_chat_ended video_chat_participants_invited direct_message_price_changed paid_message_price_changed
    chat_owner_changed chat_owner_left managed_bot_created checklist_tasks_done checklist_tasks_added
    poll_option_added poll_option_deleted
    suggested_post_approved suggested_post_approval_failed suggested_post_declined suggested_post_paid
    suggested_post_refunded gift_upgrade_sent
    """.split()  # noqa: SIM905 - words to read
)
