"""
Finds a comment whose answer was lost in Instagram's own list of what stands under the same comment.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from ...errors import SendError
from ...model import CannotTell, NotSent, OutboxRow, Part, Proof, Sent
from ...ports import HttpAnswer
from .._json_values import Object, child, load_object, millis, objects, string
from . import anchors

_SKEW_MS = 5_000  # our clock and Instagram's, which has whole seconds
_PAGE = 50


def of_comment(row: OutboxRow, get: Callable[[str], HttpAnswer]) -> Proof:
    """
    Look for the first part without an id: by its words, written by the account, since the row was made.

    NotSent only where the list is whole. https://developers.facebook.com/docs/instagram-platform/…/ig-comment/replies
    """
    anchor = anchors.read(row.anchor)
    part = next((one for one in row.parts if not one.platform_id), None)
    if part is None or anchor.kind != "comment":
        return CannotTell()
    fields = "id,text,timestamp,from"
    try:
        answer = get(f"{quote(anchor.upper, safe='')}/replies?fields={fields}&limit={_PAGE}")
    except SendError:
        return CannotTell()
    return _judge(row, part, answer)


def _judge(row: OutboxRow, part: Part, answer: HttpAnswer) -> Proof:
    body = load_object(answer.body)
    if answer.status != 200 or type(body.get("data")) is not list:
        return CannotTell()
    listed = objects(body["data"])
    times = [millis(item.get("timestamp")) for item in listed]
    if None in times:
        return CannotTell()
    since = row.created_at - _SKEW_MS
    known = {one.platform_id for one in row.parts}
    for item, at in zip(listed, times, strict=True):
        if at is not None and at >= since and string(item.get("id")) not in known and _same(row, part, item):
            return Sent(string(item.get("id")))
    return CannotTell() if string(child(body, "paging").get("next")) else NotSent()


def _same(row: OutboxRow, part: Part, item: Object) -> bool:
    """Whether a listed comment is this part: the account's, in the same words."""
    author = child(item, "from")
    ours = string(author.get("id")) == row.address.account_id or bool(string(author.get("self_ig_scoped_id")))
    return ours and " ".join(string(item.get("text")).split()) == " ".join(part.text.split())
