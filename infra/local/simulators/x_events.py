"""
Bodies of X's Account Activity webhooks: tweet_create_events and direct_message_events.

Source: X's Account Activity data objects. Ids come as numbers and as strings; only the strings are exact in JavaScript.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from .config import AccountConfig
from .world import Bubble, Person

CLASSIC_LENGTH = 140  # longer texts come cut, with the whole in extended_tweet
APP_SOURCE = '<a href="https://example.com/app" rel="nofollow">Brand app</a>'
PHONE_SOURCE = '<a href="http://twitter.com/download/iphone" rel="nofollow">Twitter for iPhone</a>'
NATIVE_APP_ID = "268278"
OWN_APP_ID = "17000001"


def _number(platform_id: str) -> int:
    return int(platform_id) if platform_id.isdigit() else 0


def event(channel: str, account: AccountConfig, person: Person, bubble: Bubble) -> dict[str, Any]:
    """Return the whole webhook body for one post or direct message, of either side."""
    person_id = person.ids[f"{channel}:{account.account_id}"]
    if bubble.surface == "public":
        post = _post(account, person, person_id, bubble)
        body: dict[str, Any] = {"for_user_id": account.account_id}
        if bubble.side == "customer":
            body["user_has_blocked"] = "false"
        return {**body, "tweet_create_events": [post]}
    own_app = account.app_id or OWN_APP_ID
    return {
        "for_user_id": account.account_id,
        "direct_message_events": [_direct_message(account, person_id, bubble)],
        "apps": {own_app: {"id": own_app, "name": "Brand app", "url": "https://example.com/app"}},
        "users": {
            account.account_id: _short_user(account.account_id, account.brand, account.screen_name),
            person_id: _short_user(person_id, person.name, person.handle),
        },
    }


def _post(account: AccountConfig, person: Person, person_id: str, bubble: Bubble) -> dict[str, Any]:
    own = bubble.side == "brand"
    author = (
        _user(account.account_id, account.brand, account.screen_name)
        if own
        else _user(person_id, person.name, person.handle)
    )
    cut = len(bubble.text) > CLASSIC_LENGTH
    entities = _entities(account, bubble.text)
    post: dict[str, Any] = {
        "created_at": datetime.fromtimestamp(bubble.at / 1000, UTC).strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "id": _number(bubble.platform_id),
        "id_str": bubble.platform_id,
        "text": f"{bubble.text[: CLASSIC_LENGTH - 25]}… https://t.co/AbCdEf1234" if cut else bubble.text,
        "source": PHONE_SOURCE if bubble.native or not own else APP_SOURCE,
        "truncated": cut,
        **_answers(account, person, person_id, bubble),
        "user": author,
        **dict.fromkeys(("geo", "coordinates", "place", "contributors")),
        "is_quote_status": False,
        **dict.fromkeys(("quote_count", "reply_count", "retweet_count", "favorite_count"), 0),
        "entities": entities,
        "favorited": False,
        "retweeted": False,
        "filter_level": "low",
        "lang": person.language,
        "timestamp_ms": str(bubble.at),
    }
    if cut:
        post["extended_tweet"] = {
            "full_text": bubble.text,
            "display_text_range": [0, len(bubble.text)],
            "entities": entities,
        }
    return post


def _answers(account: AccountConfig, person: Person, person_id: str, bubble: Bubble) -> dict[str, Any]:
    own = bubble.side == "brand"
    to_id, to_name = (person_id, person.handle) if own else (account.account_id, account.screen_name)
    if not own and not bubble.anchor:
        to_id = to_name = ""
    return {
        "in_reply_to_status_id": _number(bubble.anchor) or None,
        "in_reply_to_status_id_str": bubble.anchor or None,
        "in_reply_to_user_id": _number(to_id) or None,
        "in_reply_to_user_id_str": to_id or None,
        "in_reply_to_screen_name": to_name or None,
    }


def _direct_message(account: AccountConfig, person_id: str, bubble: Bubble) -> dict[str, Any]:
    own = bubble.side == "brand"
    sender, recipient = (account.account_id, person_id) if own else (person_id, account.account_id)
    create: dict[str, Any] = {
        "target": {"recipient_id": recipient},
        "sender_id": sender,
        "message_data": {
            "text": bubble.text,
            "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []},
        },
    }
    if own:
        create["source_app_id"] = NATIVE_APP_ID if bubble.native else account.app_id or OWN_APP_ID
    return {
        "type": "message_create",
        "id": bubble.platform_id,
        "created_timestamp": str(bubble.at),
        "message_create": create,
    }


def _entities(account: AccountConfig, text: str) -> dict[str, Any]:
    mentions = [
        {
            "screen_name": account.screen_name,
            "name": account.brand,
            "id": _number(account.account_id),
            "id_str": account.account_id,
            "indices": [found.start(), found.end()],
        }
        for found in re.finditer(rf"@{re.escape(account.screen_name)}\b", text, re.IGNORECASE)
    ]
    return {"hashtags": [], "urls": [], "user_mentions": mentions, "symbols": []}


def _user(user_id: str, name: str, screen_name: str) -> dict[str, Any]:
    return {
        "id": _number(user_id),
        "id_str": user_id,
        "name": name,
        "screen_name": screen_name,
        "location": None,
        "url": None,
        "description": None,
        "protected": False,
        "verified": False,
        "followers_count": 12,
        "friends_count": 80,
        "statuses_count": 240,
        "created_at": "Tue Mar 03 10:00:00 +0000 2015",
        "lang": None,
    }


def _short_user(user_id: str, name: str, screen_name: str) -> dict[str, Any]:
    return {
        "id": user_id,
        "created_timestamp": "1425376800000",
        "name": name,
        "screen_name": screen_name,
        "protected": False,
        "verified": False,
        "followers_count": 12,
        "friends_count": 80,
        "statuses_count": 240,
    }
