"""
The bodies of a page's `feed` webhooks, and lines of its comments edge.

Source: Meta's Page webhooks reference (feed) and the Graph API's comment.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ..config import AccountConfig
from ..signing import account_scoped, now_ms
from ..world import Bubble


def post_of(account: AccountConfig) -> str:
    """Return the id of the one post that this page has."""
    return f"{account.account_id}_{account_scoped('post', account.account_id, 15)}"


def iso(at: int) -> str:
    """Return a time as the Graph API writes it."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def feed(account: AccountConfig, bubble: Bubble, who: tuple[str, str], verb: str = "add") -> dict[str, object]:
    """Return the webhook of a comment that somebody (id, name) wrote, changed or took back."""
    post = post_of(account)
    value: dict[str, Any] = {
        "from": {"id": who[0], "name": who[1]},
        "post": {
            "id": post,
            "status_type": "added_photos",
            "is_published": True,
            "permalink_url": f"https://www.facebook.com/{post}",
            "promotion_status": "inactive",
        },
        "post_id": post,
        "comment_id": bubble.platform_id,
        "parent_id": bubble.anchor or post,
        "created_time": bubble.at // 1000,
        "item": "comment",
        "verb": verb,
    }
    if verb != "remove":
        value["message"] = bubble.text
    change = {"field": "feed", "value": value}
    return {"object": "page", "entry": [{"id": account.account_id, "time": now_ms() // 1000, "changes": [change]}]}


def line(bubble: Bubble, who: tuple[str, str]) -> dict[str, object]:
    """Return a comment as the comments edge lists it."""
    said = {"id": who[0], "name": who[1]}
    return {"id": bubble.platform_id, "from": said, "message": bubble.text, "created_time": iso(bubble.at)}


def listed(bubble: Bubble, who: tuple[str, str]) -> dict[str, object]:
    """Return a comment as the page's feed lists it: with what it stands under, and hidden ones too."""
    return line(bubble, who) | ({"parent": {"id": bubble.anchor}} if bubble.anchor else {})


def post(account: AccountConfig, at: int, comments: list[dict[str, object]]) -> dict[str, object]:
    """Return the page's post as its feed lists it."""
    own = {"id": account.account_id, "name": account.brand}
    said: dict[str, object] = {
        "id": post_of(account),
        "from": own,
        "created_time": iso(at),
        "promotion_status": "inactive",
    }
    return said | {"comments": {"data": comments}}
