"""
Reads X's lists: of the posts that mention the account, then of its direct messages, which it wrote or got.

X bills what a list shows, so it is read for accounts alone that ask for it (`WISH`), and without what would cost more:
authors and media by their ids. Quotes and answers that do not mention the account, encrypted messages and the account's
own posts stand in neither list.

Source: docs.x.com, "User mentions timeline", "Direct Messages lookup", "X API pay-per-usage pricing".
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ..errors import Unconfirmed
from ..model import Credentials, Event, MalformedBody, Millis
from ..ports import Listed
from ._json_values import Object, child, millis, objects, string
from ._x_calls import Call
from ._x_events import read_listed_message, read_listed_post

WISH = "read_list"
POSTS, DIRECT = "posts", "direct"
_POSTS_PAGE = 100  # only those since a time are shown
_DIRECT_PAGE = 20  # the newest, however old: each costs once a day
_POST_FIELDS = ["created_at", "author_id", "in_reply_to_user_id", "referenced_tweets", "note_tweet", "attachments"]
_DIRECT_FIELDS = ["created_at", "sender_id", "text", "event_type", "dm_conversation_id", "attachments"]


def is_wished(credentials: Credentials) -> bool:
    """Return whether the account asks for its lists to be read."""
    return credentials.extra.get(WISH, "").strip().lower() in ("yes", "true", "1")


def request(account_id: str, since: Millis, page: str) -> Call:
    """
    Return the request for a page: "" for the first of the posts, else what came with the page before.

    https://docs.x.com/x-api/users/get-mentions and …/x-api/direct-messages/get-dm-events
    """
    which, _, token = page.partition(":")
    more: dict[str, Any] = {"pagination_token": token} if token else {}
    if which == DIRECT:
        more |= {"max_results": _DIRECT_PAGE, "dm_event_fields": _DIRECT_FIELDS, "event_types": "MessageCreate"}
        return lambda x: x.get_direct_message_events(**more)
    start = datetime.fromtimestamp(since // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    more |= {"max_results": _POSTS_PAGE, "tweet_fields": _POST_FIELDS, "start_time": start}
    return lambda x: x.get_users_mentions(account_id, user_auth=True, **more)


def read(account_id: str, since: Millis, page: str, body: Object) -> Listed:
    """Return a page's posts or direct messages; behind the last page of posts come the direct messages."""
    if not ("data" in body or "meta" in body):
        raise Unconfirmed("no_list")
    token = string(child(body, "meta").get("next_token"))
    listed = objects(body.get("data"))
    if not page.startswith(DIRECT):
        events: list[Event] = [read_listed_post(account_id, one) for one in listed]
        return Listed(events, f"{POSTS}:{token}" if token else DIRECT)
    events = [event for one in listed if not _in_group(event := read_listed_message(account_id, one), account_id, one)]
    times = [at for one in listed if (at := millis(one.get("created_at"))) is not None]
    goes_on = token and not (times and min(times) < since)
    return Listed(events, f"{DIRECT}:{token}" if goes_on else "")


def _in_group(event: Event, account_id: str, one: Object) -> bool:
    """Whether it is what the account wrote to a group: nobody's conversation here."""
    return isinstance(event, MalformedBody) and string(one.get("sender_id")) == account_id
