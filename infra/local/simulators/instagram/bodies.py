"""
The bodies that Instagram posts, and what its lists say: a message, a comment, an echo, as its pages show them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..config import AccountConfig
from ..meta import iso
from ..signing import now_ms
from ..world import Bubble

MEDIA_ID = "18139494541499012"  # the one post that everybody comments on
CDN = "https://lookaside.fbsbx.com/ig_messaging_cdn"


def direct(account: AccountConfig, person_id: str, message: Mapping[str, Any], at: int, *, own: bool) -> dict[str, Any]:
    """Write the webhook of a direct message, or of an echo: no reference but the message's id."""
    sender, recipient = (account.account_id, person_id) if own else (person_id, account.account_id)
    said = {**message, "is_echo": True} if own else message
    item = {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": at, "message": said}
    return {"object": account.channel, "entry": [{"time": now_ms(), "id": account.account_id, "messaging": [item]}]}


def comment(account: AccountConfig, author: Mapping[str, str], bubble: Bubble, upper: str) -> dict[str, Any]:
    """Write the webhook of a comment; `upper`: the top comment that it stands under, "" where it is one."""
    value: dict[str, Any] = {
        "from": author,
        "media": {"id": MEDIA_ID, "media_product_type": "FEED"},
        "id": bubble.platform_id,
        "text": bubble.text,
    }
    if upper:
        value["parent_id"] = upper
    change = {"field": "comments", "value": value}
    entry = {"id": account.account_id, "time": bubble.at // 1000, "changes": [change]}
    return {"object": account.channel, "entry": [entry]}


def listed_message(account: AccountConfig, person_id: str, handle: str, bubble: Bubble) -> dict[str, Any]:
    """Write a message as the list of a conversation has it."""
    person = {"id": person_id, "username": handle}
    own = {"id": account.account_id, "username": account.screen_name}
    sender, to = (own, person) if bubble.side == "brand" else (person, own)
    line = {"id": bubble.platform_id, "created_time": iso(bubble.at), "from": sender, "to": {"data": [to]}}
    line["message"] = bubble.text
    if bubble.file:
        line["attachments"] = {"data": [{"image_data": {"url": f"{CDN}/{bubble.file}-listed"}}]}
    return line


def listed_comment(author: Mapping[str, str], bubble: Bubble) -> dict[str, Any]:
    """Write a comment as the list of what stands under another has it."""
    return {"id": bubble.platform_id, "text": bubble.text, "timestamp": iso(bubble.at), "from": dict(author)}


def post(account: AccountConfig, at: int, comments: list[dict[str, Any]]) -> dict[str, Any]:
    """Write the account's post as the list of its media has it."""
    said = {"id": MEDIA_ID, "timestamp": iso(at), "username": account.screen_name}
    return said | {"comments": {"data": comments}}
