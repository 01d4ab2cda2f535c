"""
Reads a page's webhooks about its feed (object "page", `changes[]`): comments, visitors' posts, mentions.

Source: Meta, "Webhooks: Page, feed and mention fields". What is under `messaging` is Messenger's, another channel. Of
every comment the old and the new shape is read: `from` or `sender_id` and `sender_name`, `edited` or `edit`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence

from ...model import (
    UNDER,
    UNDER_AD,
    AccountNotice,
    Address,
    Attachment,
    Deletion,
    Echo,
    Edit,
    Event,
    EventId,
    Ignored,
    MalformedBody,
    Message,
    Millis,
    Request,
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
from .._meta_items import TEST_ENTRY
from .anchors import anchor_of

NAME = "facebook"
POSTS = frozenset({"status", "post", "photo", "video", "album", "share", "link", "note"})
UNREADABLE = "comments_unreadable"
_NOT_OURS = ("messaging", "standby")
_POST_ID = re.compile(r"[0-9]{1,40}(?:_[0-9]{1,40})?")  # it becomes a link that people click
_ID_MOST = 120  # characters of a comment's id; Meta's have 40


def read(request: Request) -> Sequence[Event]:
    """Return the body's events in its order; pure and total."""
    root = load(request.body)
    if type(root) is not dict or root.get("object") != "page" or type(root.get("entry")) is not list:
        return malformed(NAME, request.body, "not a page event")
    events = [event for entry in objects(root["entry"]) for event in _entry(entry)]
    return events_of(NAME, root, events)


def _entry(entry: Object) -> list[Event]:
    page = string(entry.get("id"))
    events = [read_change(page, change) for change in objects(entry.get("changes"))]
    return events or [
        Ignored(event_id=fingerprint(item), address=address(NAME, page), sent_at=None, reason="messaging")
        for name in _NOT_OURS
        for item in objects(entry.get(name))
    ]


def read_change(page: str, change: Object) -> Event:
    """Return the event of one change; pure and total."""
    field, value = string(change.get("field")), child(change, "value")
    sent_at = millis(value.get("created_time"))
    if page == TEST_ENTRY:
        return _ignored(change, page, sent_at, "test")
    if field == "mention":
        return _mention(page, change, value, sent_at)
    if field != "feed":
        return _ignored(change, page, sent_at, field if field in ("messages", "messaging_postbacks") else "unknown")
    item, verb = string(value.get("item")), string(value.get("verb"))
    if item == "comment":
        return _READERS.get(verb, _unheard)(page, change, value, sent_at)
    if item in POSTS:
        return _post(page, change, value, sent_at)
    return _ignored(change, page, sent_at, item if item in ("reaction", "like") else "unknown")


def _ignored(change: Object, page: str, sent_at: Millis | None, reason: str) -> Event:
    at = address(NAME, page)
    return Ignored(event_id=fingerprint(change), address=at, sent_at=sent_at, public=True, reason=reason)


def _author(value: Object) -> tuple[str, str]:
    """The writer's id and name: `from`, or the older `sender_id` (a number) and `sender_name`."""
    said = child(value, "from")
    return string(said.get("id")) or string(value.get("sender_id")), (
        string(said.get("name")) or string(value.get("sender_name"))
    )


def _unreadable(page: str, sent_at: Millis | None) -> Event:
    """
    The page's app may not see who wrote, or what: a person is told once, whatever number of comments comes so.

    One id for all, so that the second is a duplicate of the first.
    """
    at = address(NAME, page)
    own_id = EventId(f"notice:{UNREADABLE}")
    return AccountNotice(event_id=own_id, address=at, sent_at=sent_at, notice=UNREADABLE)


def _placed(value: Object) -> tuple[str, str]:
    """A comment's id, and the comment that it answers ("" at top level)."""
    own, parent = (string(value.get(name)) for name in ("comment_id", "parent_id"))
    own, parent = (each if len(each) <= _ID_MOST else "" for each in (own, parent))
    return own, "" if parent in (own, _post_id(value)) else parent


def _comment(page: str, change: Object, value: Object, sent_at: Millis | None) -> Event:
    own, parent = _placed(value)
    person, name = _author(value)
    if not own:
        return _bent(page, change, sent_at, "comment without id")
    if not person:
        return _unreadable(page, sent_at)
    text = string(value.get("message"))
    if person == page:
        return _own(page, change, own, parent, text, sent_at)
    return Message(
        event_id=EventId(own),
        address=address(NAME, page, person),
        sent_at=sent_at,
        public=True,
        target_id=parent,
        text=text,
        attachments=_files(value, text),
        display_name=name,
        reply_anchor=anchor_of(own, parent),
        beside=_under(value),
    )


def _own(page: str, change: Object, own: str, parent: str, text: str, sent_at: Millis | None) -> Event:
    """What the page itself wrote: an answer to somebody's comment, ours or a colleague's; else nobody's."""
    if not parent:
        return _ignored(change, page, sent_at, "own_comment")
    at = address(NAME, page)
    return Echo(event_id=EventId(own), address=at, sent_at=sent_at, public=True, target_id=parent, text=text)


def _edited(page: str, change: Object, value: Object, sent_at: Millis | None) -> Event:
    own, _ = _placed(value)
    person, _ = _author(value)
    if not own:
        return _bent(page, change, sent_at, "edit without id")
    if person == page:
        return _ignored(change, page, sent_at, "own_edit")
    text = string(value.get("message"))
    if not person and "message" not in value:
        return _unreadable(page, sent_at)
    mark = hashlib.sha256(text.encode()).hexdigest()[:16]
    at = address(NAME, page, person)
    # `created_time` is the comment's own: the time of the edit is that of its arrival.
    return Edit(
        event_id=EventId(f"edited:{own}:{mark}"), address=at, sent_at=None, public=True, target_id=own, text=text
    )


def _removed(page: str, change: Object, value: Object, sent_at: Millis | None) -> Event:
    own, _ = _placed(value)
    own = own or _post_id(value)
    person, _ = _author(value)
    if not own:
        return _bent(page, change, sent_at, "removal without id")
    if person == page:
        return _ignored(change, page, sent_at, "own_deletion")
    at = address(NAME, page, person)
    return Deletion(event_id=EventId(f"removed:{own}"), address=at, sent_at=sent_at, public=True, target_id=own)


def _hidden(page: str, change: Object, _value: Object, sent_at: Millis | None) -> Event:
    """Somebody of the page hid a comment, or showed it again: its words stay the customer's."""
    return _ignored(change, page, sent_at, "hidden")


def _unheard(page: str, change: Object, _value: Object, sent_at: Millis | None) -> Event:
    return _ignored(change, page, sent_at, "unknown")


_Reader = Callable[[str, Object, Object, Millis | None], Event]
_READERS: Mapping[str, _Reader] = {
    "add": _comment,
    "edited": _edited,
    "edit": _edited,
    "remove": _removed,
    "removed": _removed,
    "hide": _hidden,
    "unhide": _hidden,
}


# --- visitors' posts and mentions -------------------------------------------------------------


def _post_id(value: Object) -> str:
    own = string(value.get("post_id"))
    return own if _POST_ID.fullmatch(own) else ""


def _post(page: str, change: Object, value: Object, sent_at: Millis | None) -> Event:
    """A post on the page's wall: a visitor's is a message, the page's own changes nothing."""
    verb, own = string(value.get("verb")), _post_id(value)
    person, name = _author(value)
    if person == page or (not person and value.get("published") == 0):
        return _ignored(change, page, sent_at, "own_post")
    if verb in ("edited", "edit", "remove", "removed"):
        return _READERS[verb](page, change, {**value, "comment_id": own}, sent_at)
    if verb != "add":
        return _ignored(change, page, sent_at, "hidden" if verb in ("hide", "unhide") else "unknown")
    if not own:
        return _bent(page, change, sent_at, "post without id")
    if not person:
        return _unreadable(page, sent_at)
    text = string(value.get("message"))
    return Message(
        event_id=EventId(own),
        address=address(NAME, page, person),
        sent_at=sent_at,
        public=True,
        text=text,
        attachments=_files(value, text),
        display_name=name,
        reply_anchor=anchor_of(own, post=True),
        beside=_under(value),
    )


def _mention(page: str, change: Object, value: Object, sent_at: Millis | None) -> Event:
    """
    Somebody names the page elsewhere: ids only, no text, and mostly no right to answer there. A person must look.

    It hangs on what names the page; where that is a comment, its id is there as well.
    """
    own = string(value.get("comment_id")) or _post_id(value)
    person, name = _author(value)
    if string(value.get("verb")) not in ("add", ""):
        return _ignored(change, page, sent_at, "mention")
    if not own or not person or len(own) > _ID_MOST:
        return _bent(page, change, sent_at, "mention without id or sender")
    text = string(value.get("message"))
    return Message(
        event_id=event_id(f"mention:{own}", change),
        address=address(NAME, page, person),
        sent_at=sent_at,
        public=True,
        text=text,
        attachments=() if text else (Attachment("unsupported"),),
        display_name=name,
        reply_anchor=anchor_of(own, post=not string(value.get("comment_id"))),
    )


def _bent(page: str, change: Object, sent_at: Millis | None, reason: str) -> Event:
    at: Address = address(NAME, page)
    return MalformedBody(event_id=fingerprint(change), address=at, sent_at=sent_at, reason=reason)


def _files(value: Object, text: str) -> tuple[Attachment, ...]:
    """A comment's picture or film; a person must look at a comment that has neither words nor these."""
    found = [
        Attachment(kind, string(value.get(name)))
        for kind, name in (("image", "photo"), ("video", "video"))
        if string(value.get(name))
    ]
    photos = value.get("photos")
    listed = [Attachment("image", each) for each in photos if type(each) is str] if type(photos) is list else []
    files = tuple(found or listed)
    return files if files or text else (Attachment("unsupported"),)


def _under(value: Object) -> tuple[tuple[str, str], ...]:
    """The link to the post, and whether that is an advertisement: a team reads comments under those otherwise."""
    own = _post_id(value)
    promoted = string(child(value, "post").get("promotion_status")) == "active"
    return ((UNDER_AD if promoted else UNDER, f"https://www.facebook.com/{own}"),) if own else ()
