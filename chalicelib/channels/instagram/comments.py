"""
Reads comments, live comments and mentions, in both shapes: `field` and `value` on the entry itself, and `changes[]`.

Source: Meta, "Instagram Platform: webhooks". A mention elsewhere carries ids only: `words` asks for its text, where the
login may.
"""

from __future__ import annotations

from ...model import UNDER, UNDER_AD, Attachment, Echo, Event, EventId, Ignored, MalformedBody, Message, Millis
from .. import _meta_items
from .._json_values import Object, address, child, event_id, fingerprint, millis, objects, string
from . import anchors
from .messages import NAME, read

MENTION = "mention"
_ID_MOST = 100  # characters of a comment's or post's id; Instagram's have 17
_COMMENTS: dict[str, anchors.Kind] = {"comments": "comment", "live_comments": "live"}
_DIRECT = frozenset(
    {"messages", "messaging_postbacks", "messaging_referral", "message_reactions", "messaging_seen", "message_edit"}
)


def changes_of(entry: Object) -> list[Object]:
    """Return an entry's changes; one whose field stands on the entry itself is the entry."""
    return [*objects(entry.get("changes")), *([entry] if "field" in entry else [])]


def read_change(account_id: str, change: Object, at_entry: Millis | None) -> Event:
    """Return the event of one change; pure and total. `at_entry`: the entry's time, as comments have none."""
    field, value = string(change.get("field")), child(change, "value")
    sent_at = millis(value.get("timestamp")) or millis(value.get("created_time")) or at_entry
    if account_id == _meta_items.TEST_ENTRY:
        return _ignored(account_id, change, sent_at, "test")
    if field in _COMMENTS:
        return _comment(account_id, value, sent_at, _COMMENTS[field])
    if field == "mentions":
        return _mention(account_id, value, sent_at)
    if field in _DIRECT and value:
        return read(account_id, value)
    return _ignored(account_id, change, sent_at, field if field == "story_insights" else "unknown")


def _ignored(account_id: str, change: Object, sent_at: Millis | None, reason: str) -> Event:
    at = address(NAME, account_id)
    return Ignored(event_id=fingerprint(change), address=at, sent_at=sent_at, public=True, reason=reason)


def _id(value: object) -> str:
    own = string(value)
    return own if len(own) <= _ID_MOST and ":" not in own else ""


def _number(value: object) -> str:
    """An id that nobody reads over: what is no number is none, and may be anything."""
    own = _id(value)
    return own if own.isascii() and own.isdigit() else ""


def _comment(account_id: str, value: Object, sent_at: Millis | None, kind: anchors.Kind) -> Event:
    """
    A comment under something of the account's; under a boosted post it comes twice with one id.

    The media of a private account is not told, nor needed.
    """
    author, media = child(value, "from"), child(value, "media")
    own_id, parent = _id(value.get("id")), _id(value.get("parent_id"))
    person, text = string(author.get("id")), string(value.get("text"))
    if not own_id or not person:
        at = address(NAME, account_id, person)
        reason = "comment without id or author"
        return MalformedBody(event_id=fingerprint(value), address=at, sent_at=sent_at, reason=reason)
    if person == account_id or string(author.get("self_ig_scoped_id")):
        return _own(account_id, own_id, parent, text, sent_at)
    return Message(
        event_id=EventId(own_id),
        address=address(NAME, account_id, person),
        sent_at=sent_at,
        public=True,
        target_id=parent,
        text=text,
        attachments=() if text else (Attachment("unsupported"),),
        display_name=string(author.get("username")),
        reply_anchor=anchors.written(kind, own_id, parent or own_id),
        beside=_under(media),
    )


def _under(media: Object) -> tuple[tuple[str, str], ...]:
    """
    The post that a comment stands under, by its number (no webhook has its link), and the advertisement that it is.

    A boosted post is one post, whichever of its two media is named.
    """
    post = _number(media.get("original_media_id")) or _number(media.get("id"))
    kind = UNDER_AD if string(media.get("ad_id")) else UNDER
    pairs = ((kind, post), ("ad", string(media.get("ad_title"))))
    return tuple(pair for pair in pairs if pair[1])


def _own(account_id: str, own_id: str, parent: str, text: str, sent_at: Millis | None) -> Event:
    """What the account itself wrote, from here or from the app; at top level it answers nobody."""
    at = address(NAME, account_id)
    if not parent:
        return Ignored(event_id=EventId(own_id), address=at, sent_at=sent_at, public=True, reason="own_comment")
    return Echo(event_id=EventId(own_id), address=at, sent_at=sent_at, public=True, target_id=parent, text=text)


def _mention(account_id: str, value: Object, sent_at: Millis | None) -> Event:
    """
    Somebody names the account in a comment or a caption elsewhere: ids only, neither words nor author.

    Each is somebody of its own, named by what they wrote: a person must look, with the words once they are fetched.
    """
    comment, media = _id(value.get("comment_id")), _id(value.get("media_id"))
    named = comment or media
    if not named:
        at = address(NAME, account_id)
        return MalformedBody(event_id=fingerprint(value), address=at, sent_at=sent_at, reason="mention without id")
    return Message(
        event_id=event_id(f"mentioned:{named}", value),
        address=address(NAME, account_id, f"mention:{named}"),
        sent_at=sent_at,
        public=True,
        text="",
        attachments=(Attachment(MENTION, "", f"{account_id}:{comment}:{media}"),),
        reply_anchor=anchors.written("mention", comment, media),
    )
