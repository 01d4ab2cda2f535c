"""
Calls to a page's comments: answer, answer in private, hide, show again, like; and what Meta's errors mean here.

Source: Meta, "Graph API: Comment", "Object comments", "Object likes", "Messenger Platform: private replies".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode

from ...errors import RateLimited, Refused, TokenExpired, Unconfirmed, WindowClosed
from ...model import Credentials, Millis, OutboundPart, Sent
from ...ports import Http, HttpAnswer
from .. import _meta
from .._json_values import Object, load_object, string
from .anchors import Anchor, read_anchor

ERRORS: _meta.Table = {
    3: TokenExpired,  # the app may not do this
    (10, 2018065): WindowClosed,
    (10, 2018278): WindowClosed,
    100: Refused,
    (100, 33): Refused,  # gone
    (100, 2018292): Refused,  # no such comment
    368: Refused,  # blocked for a time
    551: Refused,
    613: RateLimited,
    10900: Refused,  # answered in private before
    10902: Refused,  # takes no private reply
}
_LISTED = "id,from,message,created_time"
_PAGE = 100


def _url(node: str, edge: str = "", query: Mapping[str, str] | None = None) -> str:
    path = f"{_meta.GRAPH}/{quote(node, safe='')}" + (f"/{edge}" if edge else "")
    return f"{path}?{urlencode(query)}" if query else path


def _answer(part: OutboundPart, at: Anchor) -> tuple[str, Object]:
    return _url(at.own, "comments"), {"message": part.text}


def _private_reply(part: OutboundPart, at: Anchor) -> tuple[str, Object]:
    """
    Write to whom commented: the comment stands for the person, once. Without an anchor they are named by their id.

    https://developers.facebook.com/docs/messenger-platform/discovery/private-replies
    """
    named: Object = {"post_id": at.own} if at.post else {"comment_id": at.own}
    return _url(part.address.account_id, "messages"), {
        "recipient": named if at.own else {"id": part.address.person_id},
        "messaging_type": "RESPONSE",
        "message": {"text": part.text, "metadata": _meta.row_token(part.row_id, part.index)},
    }


def _hide(_part: OutboundPart, at: Anchor) -> tuple[str, Object]:
    return _url(at.own), {"is_hidden": True}


def _show(_part: OutboundPart, at: Anchor) -> tuple[str, Object]:
    return _url(at.own), {"is_hidden": False}


def _like(_part: OutboundPart, at: Anchor) -> tuple[str, Object]:
    return _url(at.own, "likes"), {}


# What a row's kind does, where it is no words.
ACTS: Mapping[str, Callable[[OutboundPart, Anchor], tuple[str, Object]]] = {
    "hide": _hide,
    "unhide": _show,
    "like": _like,
}


def send(http: Http, credentials: Credentials, part: OutboundPart) -> Sent:
    """Make the one request of a part."""
    if part.kind == "unsend":
        return _delete(http, credentials, part)
    at = read_anchor(part.anchor)
    if not at.own and (part.public or part.kind in ACTS):
        raise Refused("no_anchor")
    if part.index and not part.public:
        raise Refused("one_private_reply")  # the comment stands for its writer once
    make = ACTS.get(part.kind) or (_answer if part.public else _private_reply)
    url, payload = make(part, at)
    found = _meta.accepted(_meta.post(http, credentials, url, payload), ERRORS, part.attempt)
    if part.kind in ACTS:
        return Sent("")
    sent = string(found.get("id")) or string(found.get("message_id"))
    if not sent:
        raise Unconfirmed("no_id")
    return Sent(sent)


def _delete(http: Http, credentials: Credentials, part: OutboundPart) -> Sent:
    """
    Delete what the page said under a comment; what is gone already is deleted.

    https://developers.facebook.com/docs/graph-api/reference/comment#deleting
    """
    if not part.public:
        raise Refused("no_comment")  # no private message can be deleted
    answer = _meta.delete(http, credentials, _url(part.target))
    if not _meta.is_gone(answer):
        _meta.accepted(answer, ERRORS, part.attempt)
    return Sent("")


def answers_to(http: Http, credentials: Credentials, comment: str, since: Millis) -> HttpAnswer:
    """
    Ask for what was written under a comment since then, the newest first.

    https://developers.facebook.com/docs/graph-api/reference/object/comments
    """
    query = {"fields": _LISTED, "filter": "stream", "order": "reverse_chronological"}
    query |= {"since": str(since // 1000), "limit": str(_PAGE)}
    return _meta.get(http, credentials, _url(comment, "comments", query))


def read(answer: HttpAnswer) -> Object:
    """Return the body of an answer; an empty one if it is no object."""
    return load_object(answer.body)
