"""
Reads the page's feed with the newest comments of each post: what no webhook brought is found there.

A post is looked at for two weeks; what is written under an older one, under an advertisement that is on no wall, or on
a mention elsewhere stands in no list that is read here. A listed comment has its webhook's id and is read as that would
be. Of the page's own nothing is taken.

Source: Meta, "Graph API: Page feed", "Object comments".
"""

from __future__ import annotations

from urllib.parse import quote

from ...errors import Unconfirmed
from ...model import AccountId, Event, MalformedBody, Message, Millis
from ...ports import HttpAnswer, Listed
from .. import _meta
from .._json_values import Object, child, millis, objects, string
from .calls import ERRORS
from .events import read_change

POSTS = 10  # of a page
COMMENTS = 50  # of a post: its newest, those below others among them
BACK_MS = 14 * _meta.DAY_MS  # how old a post may be whose comments are read
TIMEOUT_S = 6.0
_OF_COMMENT = "id,message,from,created_time,parent{id},attachment{type,media}"
_OF_POST = "id,message,from,created_time,promotion_status,full_picture"


def url_of(page_id: AccountId, since: Millis, page: str) -> str:
    """
    Return the request for a page of posts, "" for the first.

    https://developers.facebook.com/docs/graph-api/reference/page/feed and …/object/comments
    """
    edge = f"comments.order(reverse_chronological).filter(stream).limit({COMMENTS}){{{_OF_COMMENT}}}"
    fields = quote(f"{_OF_POST},{edge}", safe=",")
    after = f"&after={quote(page, safe='')}" if page else ""
    posts = f"limit={POSTS}&since={max(since - BACK_MS, 0) // 1000}"
    return f"{_meta.GRAPH}/{quote(page_id, safe='')}/feed?{posts}&fields={fields}{after}"


def read(page_id: AccountId, since: Millis, answer: HttpAnswer) -> Listed:
    """Return what others wrote on these posts, the newest first. Raises SendError for what is no list."""
    body = _meta.accepted(answer, ERRORS)
    if type(body.get("data")) is not list:
        raise Unconfirmed("no_list")
    posts = objects(body["data"])
    events: list[Event] = []
    cut = 0
    for post in posts:
        comments = objects(child(post, "comments").get("data"))
        events += [read_change(page_id, _as_sent(post, one)) for one in (*comments, post)]  # the newest first
        times = [millis(one.get("created_time")) for one in comments]
        cut += len(comments) >= COMMENTS and all(at is None or at >= since for at in times)
    events = [event for event in events if isinstance(event, Message | MalformedBody)]
    events.sort(key=lambda event: event.sent_at or 0, reverse=True)
    oldest = millis(posts[-1].get("created_time")) if posts else None
    goes_on = bool(posts) and (oldest is None or oldest >= since - BACK_MS)
    paging = child(body, "paging")
    following = string(child(paging, "cursors").get("after")) if string(paging.get("next")) else ""
    return Listed(events, following if goes_on else "", cut)


def _as_sent(post: Object, one: Object) -> Object:
    """Return a listed comment, or the post itself, in the shape of its webhook."""
    own, is_post = string(post.get("id")), one is post
    about: Object = {"id": own, "promotion_status": post.get("promotion_status")}
    value: Object = {"verb": "add", "post_id": own, "post": about, "created_time": one.get("created_time")}
    value |= {"from": child(one, "from"), "message": one.get("message")}
    if is_post:
        picture = string(one.get("full_picture"))
        return {"field": "feed", "value": value | {"item": "status"} | ({"photo": picture} if picture else {})}
    value |= {"item": "comment", "comment_id": one.get("id"), "parent_id": child(one, "parent").get("id") or own}
    return {"field": "feed", "value": value | _file(child(one, "attachment"))}


def _file(attachment: Object) -> Object:
    """Return a comment's picture or film as a webhook names it."""
    media = child(attachment, "media")
    source, still = string(media.get("source")), string(child(media, "image").get("src"))
    if "video" in string(attachment.get("type")):
        return {"video": source or still}
    return {"photo": still} if still else {}
