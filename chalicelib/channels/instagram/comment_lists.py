"""
Reads the account's newest media with their newest comments, where no webhook brought one.

Media is looked at for two weeks; comments under advertisements that are on no profile, live comments and mentions stand
in no list that is read here. A listed comment has its webhook's id and is read as that would be. Of the account's own
nothing is taken.

Source: Meta, "Instagram Platform: IG User media", "IG Media comments", "IG Comment".
"""

from __future__ import annotations

from urllib.parse import quote

from ...errors import Unconfirmed
from ...model import AccountId, Event, MalformedBody, Message, Millis
from ...ports import HttpAnswer, Listed
from .. import _meta
from .._json_values import Object, child, millis, objects, string
from .comments import read_change
from .errors import ERRORS

MEDIA = 10  # of a page
COMMENTS, REPLIES = 50, 20  # of one media, the newest; of one comment
BACK_MS = 14 * _meta.DAY_MS  # how old a post may be whose comments are read
PAGE = "media:"  # how the name of a page of this list begins
_OF_COMMENT = "id,text,timestamp,from"


def path_of(node: str, page: str) -> str:
    """
    Return the request for a page (`PAGE` and what came with the one before).

    https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media and
    …/ig-media/comments
    """
    below = f"replies.limit({REPLIES}){{{_OF_COMMENT}}}"
    fields = quote(f"id,timestamp,username,comments.limit({COMMENTS}){{{_OF_COMMENT},{below}}}", safe=",")
    token = page.removeprefix(PAGE)
    after = f"&after={quote(token, safe='')}" if token else ""
    return f"{quote(node, safe='')}/media?limit={MEDIA}&fields={fields}{after}"


def read(account_id: AccountId, since: Millis, answer: HttpAnswer) -> Listed:
    """Return what others wrote there, the newest first. Raises SendError for what is no list."""
    body = _meta.accepted(answer, ERRORS)
    if type(body.get("data")) is not list:
        raise Unconfirmed("no_list")
    media = objects(body["data"])
    events: list[Event] = []
    cut = 0
    for each in media:
        comments = objects(child(each, "comments").get("data"))
        for one in comments:
            events += _written(account_id, each, one)
        times = [millis(one.get("timestamp")) for one in comments]
        cut += len(comments) >= COMMENTS and all(at is None or at >= since for at in times)
    events.sort(key=lambda event: event.sent_at or 0, reverse=True)
    oldest = millis(media[-1].get("timestamp")) if media else None
    goes_on = bool(media) and (oldest is None or oldest >= since - BACK_MS)
    paging = child(body, "paging")
    token = string(child(paging, "cursors").get("after")) if string(paging.get("next")) else ""
    return Listed(events, f"{PAGE}{token}" if goes_on and token else "", cut)


def _written(account_id: AccountId, media: Object, comment: Object) -> list[Event]:
    """Return a comment and what stands under it, as their webhooks would be; none of the account's own."""
    below = objects(child(comment, "replies").get("data"))
    found: list[Event] = []
    for one, parent in (*((each, comment.get("id")) for each in below), (comment, "")):  # the newest first
        author = child(one, "from")
        if string(media.get("username")) and author.get("username") == media.get("username"):
            continue
        value: Object = {"id": one.get("id"), "from": author, "media": {"id": media.get("id")}, "text": one.get("text")}
        value |= {"timestamp": one.get("timestamp")} | ({"parent_id": parent} if parent else {})
        event = read_change(account_id, {"field": "comments", "value": value}, None)
        if isinstance(event, Message | MalformedBody):
            found.append(event)
    return found
