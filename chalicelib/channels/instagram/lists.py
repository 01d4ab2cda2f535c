"""
Reads the account's list of conversations (`_meta_lists`). Comments have one of their own (`comment_lists`).

Source: Meta, "Instagram Platform: conversations API".
"""

from __future__ import annotations

from ...model import AccountId, Millis
from ...ports import HttpAnswer, Listed
from .. import _meta_lists
from .._json_values import Object, child, objects
from .errors import ERRORS
from .messages import NAME
from .messages import read as read_item

_OF_MESSAGE = "id,created_time,from,to,message,attachments,story,shares,is_unsupported"


def path_of(page: str) -> str:
    """Return the request for a page, "" for the first."""
    return _meta_lists.path_of(NAME, _OF_MESSAGE, page)


def read(account_id: AccountId, since: Millis, answer: HttpAnswer) -> Listed:
    """Return a page's messages, the newest first. Raises SendError for what is no list."""
    return _meta_lists.read(answer, since, ERRORS, lambda one: read_item(account_id, _as_sent(account_id, one)))


def _as_sent(account_id: AccountId, one: Object) -> Object:
    """Return a listed message in the shape of its webhook."""
    message: Object = {}
    if attachments := _attachments(one):
        message["attachments"] = attachments
    story = child(one, "story")
    if "reply_to" in story:
        message["reply_to"] = {"story": child(story, "reply_to")}
    if one.get("is_unsupported") is True:
        message["is_unsupported"] = True
    return _meta_lists.as_sent(account_id, one, message)


def _attachments(one: Object) -> list[Object]:
    """Files, shared posts and a story's mention, as a webhook names them."""
    found = _meta_lists.files(one)
    found += [{"type": "share", "payload": {}} for _ in objects(child(one, "shares").get("data"))]
    if "mention" in child(one, "story"):
        found.append({"type": "story_mention", "payload": {}})
    return found
