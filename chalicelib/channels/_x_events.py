"""
Reads X's webhooks: the Account Activity payloads and the X Activity envelope that replaces them.

Source: docs.x.com, "Account Activity data objects" and "X Activity API event payloads". A post has the same id in
both, so a post that arrives by both is one event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..model import (
    AccountNotice,
    Address,
    Attachment,
    Deletion,
    Echo,
    Event,
    EventId,
    Ignored,
    MalformedBody,
    Message,
    Millis,
    Postback,
    Receipt,
)
from ._json_values import Object, address, child, event_id, fingerprint, millis, objects, string

NAME = "x"
_SNOWFLAKE_EPOCH = 1_288_834_974_657
_FIRST_SNOWFLAKE = 2**42  # smaller ids are older than the scheme, or invented
_UNSUPPORTED = (Attachment("unsupported"),)  # a person must look at it on X


def read_account_activity(root: Object) -> list[Event] | None:
    """Return the events of an Account Activity body, None if it is none."""
    revoked = child(child(root, "user_event"), "revoke") if "user_event" in root else None
    if revoked:
        at = address(NAME, string(child(revoked, "source").get("user_id")))
        sent_at = millis(revoked.get("date_time"))
        return [AccountNotice(event_id=fingerprint(root), address=at, sent_at=sent_at, notice="revoked")]
    me = string(root.get("for_user_id"))
    if not me:
        return None
    events: list[Event] = []
    for key, value in root.items():
        if key in _HEARD:
            read = _HEARD[key]
            events += [read(me, item, root) for item in objects(value)]
        elif key.endswith("_events"):
            reason = _UNHEARD.get(key, "unknown")
            events += [_ignored(me, item, reason) for item in objects(value)]
    return events or [_ignored(me, root, "empty")]


def read_listed_post(me: str, post: Object) -> Event:
    """Return the event of a post that a list shows."""
    return _post(me, post, {})


def read_listed_message(me: str, item: Object) -> Event:
    """Return the event of a direct message that a list shows."""
    return _direct(me, item, {})


_UNHEARD: Mapping[str, str] = {
    "favorite_events": "favorite",
    "follow_events": "follow",
    "unfollow_events": "follow",
    "block_events": "block",
    "unblock_events": "block",
    "mute_events": "mute",
    "unmute_events": "mute",
    "direct_message_indicate_typing_events": "typing",
}


def read_activity(item: Object) -> list[Event] | None:
    """Return the events of one X Activity envelope (the object under `data`), None if it is none."""
    kind, payload = string(item.get("event_type")), child(item, "payload")
    if not kind or "payload" not in item:
        return None
    me = string(child(item, "filter").get("user_id"))
    if kind == "oauth.revoke":
        at = address(NAME, string(payload.get("user_id")) or me)
        sent_at = millis(payload.get("date_time"))
        return [AccountNotice(event_id=fingerprint(payload), address=at, sent_at=sent_at, notice="revoked")]
    if kind in {"post.create", "post.mention.create", "post.reply.create", "post.quote.create"}:
        return [_post(me, payload, child(item, "includes"))]
    if kind == "post.delete":
        return [_post_deleted(me, payload)]
    if kind in {"dm.received", "dm.sent"}:
        direct = objects(payload.get("direct_message_events")) or [payload]
        return [_direct(me, one, payload) for one in direct]
    if kind == "dm.read":
        seen = objects(payload.get("direct_message_mark_read_events")) or [payload]
        return [_seen(me, one, payload) for one in seen]
    if kind == "chat.received":
        return [_sealed(me, payload)]
    return [_ignored(me, {"payload": payload, "type": kind}, _ACTIVITY_UNHEARD.get(kind.partition(".")[0], "unknown"))]


_ACTIVITY_UNHEARD: Mapping[str, str] = {
    "like": "favorite",
    "follow": "follow",
    "block": "block",
    "mute": "mute",
    "profile": "profile",
    "news": "news",
    "spaces": "spaces",
    "dm": "typing",
    "chat": "chat",
}


def _ignored(me: str, item: Object, reason: str) -> Event:
    at = address(NAME, me)
    own_id = event_id("", item)
    return Ignored(event_id=own_id, address=at, sent_at=millis(item.get("created_timestamp")), reason=reason)


def _unreadable(item: Object, at: Address, reason: str) -> Event:
    return MalformedBody(event_id=fingerprint(item), address=at, sent_at=None, reason=reason)


def _plain(text: str) -> str:
    """The text without X's three escapes (&amp; &lt; &gt;)."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") if "&" in text else text


def _id_time(own_id: str) -> Millis | None:
    """The millisecond in which X made this id."""
    if not (own_id.isascii() and own_id.isdigit() and len(own_id) < 20):
        return None
    number = int(own_id)
    return Millis((number >> 22) + _SNOWFLAKE_EPOCH) if number >= _FIRST_SNOWFLAKE else None


# --- posts ------------------------------------------------------------------------------------


def _tweet(me: str, tweet: Object, _around: Object) -> Event:
    """One tweet object of v1.1."""
    own_id, user = _post_id(tweet.get("id_str")), child(tweet, "user")
    sent_at = millis(tweet.get("timestamp_ms")) or _id_time(own_id) or millis(tweet.get("created_at"))
    author = string(user.get("id_str"))
    at = address(NAME, me, author)
    if not own_id or not author:
        return _unreadable(tweet, at, "post without id or author")
    if "retweeted_status" in tweet:
        return Ignored(event_id=EventId(own_id), address=at, sent_at=sent_at, public=True, reason="retweet")
    long = child(tweet, "extended_tweet")
    text = _plain(string(long.get("full_text")) or string(tweet.get("full_text")) or string(tweet.get("text")))
    target = string(tweet.get("in_reply_to_status_id_str")) or string(tweet.get("quoted_status_id_str"))
    if author == me:
        return _own_post(own_id, me, string(tweet.get("in_reply_to_user_id_str")), sent_at, target, text)
    media = child(long, "extended_entities") or child(tweet, "extended_entities")
    attachments = tuple(_media(one) for one in objects(media.get("media"))) if media else ()
    return Message(
        event_id=EventId(own_id),
        address=at,
        sent_at=sent_at,
        public=True,
        target_id=target,
        text=text,
        attachments=attachments if text or attachments else _UNSUPPORTED,
        display_name=string(user.get("name")),
        reply_anchor=own_id,
    )


def _post(me: str, post: Object, includes: Object) -> Event:
    """One post object of v2."""
    own_id, author = _post_id(post.get("id")), string(post.get("author_id"))
    sent_at = millis(post.get("created_at")) or _id_time(own_id)
    at = address(NAME, me, author)
    if not own_id or not author:
        return _unreadable(post, at, "post without id or author")
    near = {string(one.get("type")): string(one.get("id")) for one in objects(post.get("referenced_tweets"))}
    if "retweeted" in near:
        return Ignored(event_id=EventId(own_id), address=at, sent_at=sent_at, public=True, reason="retweet")
    text = _plain(string(child(post, "note_tweet").get("text")) or string(post.get("text")))
    target = near.get("replied_to") or string(post.get("in_reply_to_tweet_id")) or near.get("quoted", "")
    if author == me:
        return _own_post(own_id, me, string(post.get("in_reply_to_user_id")), sent_at, target, text)
    names = {string(user.get("id")): string(user.get("name")) for user in objects(includes.get("users"))}
    attachments = _media_keys(post)
    return Message(
        event_id=EventId(own_id),
        address=at,
        sent_at=sent_at,
        public=True,
        target_id=target,
        text=text,
        attachments=attachments if text or attachments else _UNSUPPORTED,
        display_name=names.get(author, ""),
        reply_anchor=own_id,
    )


def _own_post(own_id: str, me: str, answered: str, sent_at: Millis | None, target: str, text: str) -> Event:
    at = address(NAME, me, "" if answered == me else answered)
    return Echo(event_id=EventId(own_id), address=at, sent_at=sent_at, public=True, target_id=target, text=text)


def _post_id(value: object) -> str:
    own_id = string(value)
    return own_id if len(own_id) < 64 else ""


def _media_keys(holder: Object) -> tuple[Attachment, ...]:
    """The media keys that v2 gives without a further request."""
    keys = child(holder, "attachments").get("media_keys")
    return tuple(Attachment("media", "", string(key)) for key in keys) if type(keys) is list else ()


def _media(one: Object) -> Attachment:
    kind = string(one.get("type"))
    url = string(one.get("media_url_https"))
    return Attachment("image" if kind == "photo" else kind or "media", url, string(one.get("id_str")))


def _tweet_deleted(me: str, item: Object, _around: Object) -> Event:
    status = child(item, "status")
    return _gone(me, string(status.get("user_id")), string(status.get("id")), item, millis(item.get("timestamp_ms")))


def _post_deleted(me: str, post: Object) -> Event:
    return _gone(me, string(post.get("author_id")), string(post.get("id")), post, None)


def _gone(me: str, author: str, own_id: str, item: Object, sent_at: Millis | None) -> Event:
    at = address(NAME, me, "" if author == me else author)
    deleted = event_id(f"deleted:{own_id}" if own_id else "", item)
    if author == me or not author or not own_id:
        return Ignored(event_id=deleted, address=at, sent_at=sent_at, public=True, reason="own_deletion")
    return Deletion(event_id=deleted, address=at, sent_at=sent_at, public=True, target_id=own_id)


# --- direct messages --------------------------------------------------------------------------


def _direct(me: str, item: Object, around: Object) -> Event:
    """One direct message, as Account Activity nests it or as v2 lays it flat; `around` holds the users' names."""
    made = child(item, "message_create")
    inner = child(made, "message_data") or item
    sender = string(made.get("sender_id")) or string(item.get("sender_id"))
    own_id = string(item.get("id"))
    sent_at = millis(item.get("created_timestamp")) or millis(item.get("created_at")) or _id_time(own_id)
    kind = string(item.get("type")) or string(item.get("event_type"))
    if kind not in {"message_create", "MessageCreate", ""}:
        return Ignored(
            event_id=event_id("", item), address=address(NAME, me, sender), sent_at=sent_at, reason="dm_event"
        )
    own = sender == me
    person = _other(me, item, made) if own else sender
    at = address(NAME, me, person)
    if not person or not own_id:
        return _unreadable(item, at, "direct message without id or sender")
    text = _plain(string(inner.get("text")))
    if own:
        return Echo(event_id=event_id(own_id, item), address=at, sent_at=sent_at, text=text)
    pressed = child(inner, "quick_reply_response")
    if pressed:
        payload = string(pressed.get("metadata"))
        return Postback(event_id=event_id(own_id, item), address=at, sent_at=sent_at, payload=payload, title=text)
    attachments = _direct_media(inner)
    return Message(
        event_id=event_id(own_id, item),
        address=at,
        sent_at=sent_at,
        text=text,
        attachments=attachments if text or attachments else _UNSUPPORTED,
        display_name=_name(child(around, "users"), person),
    )


def _direct_media(inner: Object) -> tuple[Attachment, ...]:
    nested = child(child(inner, "attachment"), "media")
    if nested:
        return (_media(nested),)
    return _media_keys(inner)


def _other(me: str, item: Object, made: Object) -> str:
    """The customer of a message that the account wrote: its target, else the other half of the conversation's id."""
    target = string(child(made, "target").get("recipient_id"))
    if target:
        return target if target != me else ""
    halves = string(item.get("dm_conversation_id")).split("-")
    return next((half for half in halves if half != me), "") if len(halves) == 2 else ""


def _name(users: Object, person: str) -> str:
    user = child(users, person)
    return string(user.get("name")) or string(child(user, "data").get("name"))


def _seen(me: str, item: Object, _around: Object) -> Event:
    """A mark-read event; the account's own reading is ignored."""
    sender, last = string(item.get("sender_id")), string(item.get("last_read_event_id"))
    own = sender == me
    at = address(NAME, me, string(child(item, "target").get("recipient_id")) if own else sender)
    sent_at = millis(item.get("created_timestamp"))
    if own or not sender or not last:
        return Ignored(event_id=fingerprint(item), address=at, sent_at=sent_at, reason="own_read")
    watermark = _id_time(last) or sent_at
    own_id = event_id(f"read:{sender}:{last}", item)
    return Receipt(event_id=own_id, address=at, sent_at=sent_at, status="read", platform_id=last, watermark=watermark)


def _sealed(me: str, payload: Object) -> Event:
    """An encrypted chat message: nobody here can read it, so a person must open X."""
    direct = objects(payload.get("direct_message_events"))
    item = direct[0] if direct else payload
    sender, own_id = string(item.get("sender_id")), string(item.get("id"))
    at = address(NAME, me, sender)
    sent_at = millis(item.get("created_at_msec")) or millis(item.get("created_at")) or _id_time(own_id)
    if not sender or sender == me or not own_id:
        return Ignored(event_id=fingerprint(item), address=at, sent_at=sent_at, reason="chat")
    return Message(
        event_id=event_id(own_id, item), address=at, sent_at=sent_at, text="", attachments=(Attachment("encrypted"),)
    )


# Account Activity's arrays that say something; the others are in _UNHEARD.
_HEARD: Mapping[str, Callable[[str, Object, Object], Event]] = {
    "tweet_create_events": _tweet,
    "tweet_delete_events": _tweet_deleted,
    "direct_message_events": _direct,
    "direct_message_mark_read_events": _seen,
}
