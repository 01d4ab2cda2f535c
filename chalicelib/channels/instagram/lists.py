"""
Reads the account's list of conversations: what customers wrote and no webhook brought is found there.

Each page holds the newest messages of its conversations, the conversation with the newest message first. A listed
message has its webhook's id, and is read as its webhook would be. Comments have no such list of their own.

Source: Meta, "Instagram Platform: conversations API".
"""

from __future__ import annotations

from urllib.parse import quote

from ...errors import Unconfirmed
from ...model import AccountId, Event, Message, Millis
from ...ports import HttpAnswer, Listed
from .. import _meta
from .._json_values import Object, child, millis, objects, string
from .errors import ERRORS
from .messages import read as read_item

_CONVERSATIONS, _MESSAGES = 20, 20  # of a page; Instagram gives no more messages of a conversation
_OF_MESSAGE = "id,created_time,from,to,message,attachments,story,shares,is_unsupported"


def path_of(page: str) -> str:
    """Return the request for a page, "" for the first."""
    fields = quote(f"updated_time,messages.limit({_MESSAGES}){{{_OF_MESSAGE}}}", safe=",")
    after = f"&after={quote(page, safe='')}" if page else ""
    return f"conversations?platform=instagram&limit={_CONVERSATIONS}&fields={fields}{after}"


def read(account_id: AccountId, since: Millis, answer: HttpAnswer) -> Listed:
    """Return a page's messages of customers, the newest first. Raises SendError for what is no list."""
    body = _meta.accepted(answer, ERRORS)
    if type(body.get("data")) is not list:
        raise Unconfirmed("no_list")
    conversations = objects(body["data"])
    events = [
        event
        for conversation in conversations
        for one in objects(child(conversation, "messages").get("data"))
        if isinstance(event := read_item(account_id, _as_sent(account_id, one)), Message)
    ]
    events.sort(key=lambda event: event.sent_at or 0, reverse=True)
    oldest = millis(conversations[-1].get("updated_time")) if conversations else None
    more = oldest is None or oldest >= since
    after = string(child(child(body, "paging"), "cursors").get("after"))
    has_next = bool(string(child(body, "paging").get("next")))
    found: list[Event] = list(events)
    return Listed(found, after if conversations and more and has_next else "")


def _as_sent(account_id: AccountId, one: Object) -> Object:
    """Return a listed message in the shape of its webhook."""
    sender = string(child(one, "from").get("id"))
    message: Object = {"mid": one.get("id"), "text": string(one.get("message"))}
    if attachments := _attachments(one):
        message["attachments"] = attachments
    story = child(one, "story")
    if "reply_to" in story:
        message["reply_to"] = {"story": child(story, "reply_to")}
    if one.get("is_unsupported") is True:
        message["is_unsupported"] = True
    if sender == account_id:
        message["is_echo"] = True
    to = next(iter(objects(child(one, "to").get("data"))), {})
    return {
        "sender": {"id": sender},
        "recipient": {"id": string(to.get("id"))},
        "timestamp": one.get("created_time"),
        "message": message,
    }


def _attachments(one: Object) -> list[Object]:
    """Files, shared posts and a story's mention, as a webhook names them."""
    found: list[Object] = []
    for each in objects(child(one, "attachments").get("data")):
        kind = next((name for name in ("image", "video", "audio") if f"{name}_data" in each), "file")
        url = string(child(each, f"{kind}_data").get("url")) or string(each.get("file_url"))
        found.append({"type": kind, "payload": {"url": url}})
    found += [{"type": "share", "payload": {}} for _ in objects(child(one, "shares").get("data"))]
    if "mention" in child(one, "story"):
        found.append({"type": "story_mention", "payload": {}})
    return found
