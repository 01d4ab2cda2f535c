"""
Reads direct messages (`messaging[]`, `standby[]`): texts, stories, shared posts, buttons, reactions, what was unsent.

Source: Meta, "Instagram Platform: webhooks" and "Instagram Messaging: features". A message of the account's own comes
back as an echo, which names it by its id alone: no reference of ours.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...model import (
    SHOWN,
    Address,
    Attachment,
    Echo,
    Edit,
    Event,
    EventId,
    Ignored,
    MalformedBody,
    Message,
    Millis,
    Receipt,
)
from .. import _meta_items
from .._json_values import Object, child, event_id, fingerprint, millis, objects, string

NAME = "instagram"
HEART = "❤"
_HEARTS = frozenset({"like_heart", "animated_like_heart"})
# The platform's word left, ours right: a post came as `share` until April 2026, a reel has two words.
_KINDS = {"share": "post", "ig_post": "post", "ig_reel": "reel", "ig_story": "story"}
_SHOWN = frozenset({"story_mention"})
STORY = "story"
_BESIDES = frozenset({"attachments", "reply_to", "referral"})


def read(account_id: str, item: Object) -> Event:
    """Return the event of one item of `messaging[]`; pure and total."""
    at, own = _meta_items.between(NAME, account_id, item)
    sent_at = millis(item.get("timestamp"))
    message = item.get("message")
    if type(message) is dict and message.get("is_self") is True:
        return Ignored(event_id=fingerprint(item), address=at, sent_at=sent_at, reason="self")
    if not at.person_id:
        return MalformedBody(event_id=fingerprint(item), address=at, sent_at=sent_at, reason="names no customer")
    if type(message) is dict:
        return _echo(item, message, at, sent_at) if own else _message(item, message, at, sent_at)
    return _meta_items.by_key(item, at, sent_at, _READERS, _UNHEARD)


def _message(item: Object, message: Object, at: Address, sent_at: Millis | None) -> Event:
    mid = event_id(message.get("mid"), item)
    if other := _meta_items.unsent_or_pressed(mid, message, at, sent_at):
        return other
    text = string(message.get("text"))
    sent = objects(message.get("attachments"))
    if not text and sent and all(string(one.get("type")) in _HEARTS for one in sent):
        text, sent = HEART, []  # a heart is what it says: it makes no more work than one that is typed
    shown = [one for one in sent if string(one.get("type")) in _SHOWN]
    attachments = tuple(_attachment(one) for one in sent if one not in shown)
    if message.get("is_unsupported") is True or not (text or attachments or shown):
        attachments = (*attachments, Attachment("unsupported"))
    return Message(
        event_id=mid,
        address=at,
        sent_at=sent_at,
        target_id=string(child(message, "reply_to").get("mid")),
        text=text,
        attachments=attachments,
        beside=_beside(item, message),
    )


def _attachment(one: Object) -> Attachment:
    """
    A file, or what is only named: the link of a story, a post or a reel is left out.

    So a story's picture is never fetched and cannot outlive the story; agents look at it in the app.
    """
    kind = string(one.get("type"))
    kind = _KINDS.get(kind, kind)
    payload = child(one, "payload")
    if kind in ("post", "reel", STORY, "ephemeral", "template"):
        return Attachment(kind, "", string(payload.get("ig_post_media_id")) or string(payload.get("reel_video_id")))
    return Attachment(kind or "unsupported", string(payload.get("url")) or string(one.get("url")))


def _beside(item: Object, message: Object) -> tuple[tuple[str, str], ...]:
    """
    What the agent should know of a message: that it answers a story, the advertisement, a shared post's words.

    Of a story nothing is kept but that there was one.
    """
    if not _BESIDES.intersection(message) and "referral" not in item:
        return ()
    story = ((STORY, ""),) if "story" in child(message, "reply_to") else ()
    sent = objects(message.get("attachments"))
    if any(string(one.get("type")) in _SHOWN for one in sent):
        story = (*story, (SHOWN, ""))
    shared = [child(one, "payload") for one in sent]
    titles = tuple(("post", title) for title in (string(payload.get("title")) for payload in shared) if title)
    return (
        *story,
        *(_meta_items.referred(message) or _meta_items.referred(item)),
        *titles,
        *_meta_items.products(message),
    )


def _echo(item: Object, message: Object, at: Address, sent_at: Millis | None) -> Event:
    """What the account said, from here or from the app; a story of its own that names a customer is no answer."""
    mid = event_id(message.get("mid"), item)
    kinds = {string(one.get("type")) for one in objects(message.get("attachments"))}
    gone = message.get("is_deleted") is True
    if gone or (kinds == _SHOWN and not string(message.get("text"))):
        reason = "own_deletion" if gone else "own_story"
        return Ignored(event_id=EventId(f"{reason}:{mid}"), address=at, sent_at=sent_at, reason=reason)
    return Echo(event_id=mid, address=at, sent_at=sent_at, text=string(message.get("text")))


def _seen(item: Object, found: Object, at: Address, sent_at: Millis | None) -> Event:
    """A read mark: it names the message that was read, and says nothing of those before."""
    mid = string(found.get("mid"))
    own_id = event_id(f"read:{at.person_id}:{mid}" if mid else "", item)
    return Receipt(event_id=own_id, address=at, sent_at=sent_at, status="read", platform_id=mid)


def _edit(item: Object, found: Object, at: Address, sent_at: Millis | None) -> Event:
    """An edit; one that does not say the new words changes nothing here."""
    edited = _meta_items.edit(item, found, at, sent_at)
    if isinstance(edited, Edit) and type(found.get("text")) is not str:
        return Ignored(event_id=edited.event_id, address=at, sent_at=sent_at, reason="edit_without_text")
    return edited


_READERS: Mapping[str, _meta_items.Reader] = {**_meta_items.READERS, "read": _seen, "message_edit": _edit}
# Understood, and nothing to do about: our reason is the platform's own key.
_UNHEARD = ("referral", "optin", "request_thread_control", "typing")
