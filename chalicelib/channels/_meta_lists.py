"""
Reads the list of conversations that Messenger and Instagram have alike: what no webhook brought is found there.

Each page holds the newest messages of its conversations, the conversation with the newest message first. A listed
message has its webhook's id, and its channel reads it as its webhook would be. It is read without the advertisement,
the quoted message and the payload of a button, which no list has.

Source: Meta, "Conversations API for Messenger Platform", "Page Conversations", "Message".
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from ..errors import Unconfirmed
from ..model import Echo, Event, Ignored, MalformedBody, Message, Millis
from ..ports import HttpAnswer, Listed
from . import _meta
from ._json_values import Object, child, millis, objects, string

CONVERSATIONS = 20  # of a page
MESSAGES = 20  # of a conversation: Meta shows no more of one
TIMEOUT_S = 6.0


def path_of(platform: str, of_message: str, page: str) -> str:
    """
    Return the request for a page, "" for the first. There is no paging by time.

    https://developers.facebook.com/documentation/business-messaging/messenger-platform/conversations and
    …/docs/graph-api/reference/page/conversations
    """
    fields = quote(f"updated_time,messages.limit({MESSAGES}){{{of_message}}}", safe=",")
    after = f"&after={quote(page, safe='')}" if page else ""
    return f"conversations?platform={platform}&limit={CONVERSATIONS}&fields={fields}{after}"


def read(answer: HttpAnswer, since: Millis, errors: _meta.Table, read_one: Callable[[Object], Event]) -> Listed:
    """Return what customers and the account wrote by a page, the newest first. Raises SendError for what is no list."""
    body = _meta.accepted(answer, errors)
    if type(body.get("data")) is not list:
        raise Unconfirmed("no_list")
    conversations = objects(body["data"])
    events: list[Event] = []
    cut = 0
    for conversation in conversations:
        lines = objects(child(conversation, "messages").get("data"))
        found = [event for one in lines if not isinstance(event := read_one(one), Ignored)]
        cut += len(lines) >= MESSAGES and all((event.sent_at or 0) >= since for event in found)
        events += [event for event in found if isinstance(event, Message | Echo | MalformedBody)]
    events.sort(key=lambda event: event.sent_at or 0, reverse=True)
    oldest = millis(conversations[-1].get("updated_time")) if conversations else None
    goes_on = bool(conversations) and (oldest is None or oldest >= since)
    paging = child(body, "paging")
    following = string(child(paging, "cursors").get("after")) if string(paging.get("next")) else ""
    return Listed(events, following if goes_on else "", cut)


def as_sent(account_id: str, one: Object, message: Object) -> Object:
    """Return a listed message in the shape of its webhook; `message`: what the channel makes of its content."""
    sender = string(child(one, "from").get("id"))
    to = next(iter(objects(child(one, "to").get("data"))), {})
    own: Object = {"is_echo": True} if sender and sender == account_id else {}
    return {
        "sender": {"id": sender},
        "recipient": {"id": string(to.get("id"))},
        "timestamp": one.get("created_time"),
        "message": {"mid": one.get("id"), "text": string(one.get("message")), **message, **own},
    }


def files(one: Object) -> list[Object]:
    """Return the files of a listed message, as a webhook names them."""
    found: list[Object] = []
    for each in objects(child(one, "attachments").get("data")):
        kind = next((name for name in ("image", "video", "audio") if f"{name}_data" in each), "file")
        url = string(child(each, f"{kind}_data").get("url")) or string(each.get("file_url"))
        found.append({"type": kind, "payload": {"url": url}})
    return found
