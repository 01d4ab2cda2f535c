"""
Whether a page's answer to a comment is there: Facebook keeps no reference of ours, but it lists what stands under one.

Sent is said only of an answer that can be no other's: under a comment at top level, by the page, with the same words,
since the row was made, and alone in that. What stands under a comment's comment is listed with its neighbours' answers.
"""

from __future__ import annotations

from ...errors import SendError
from ...model import CannotTell, Credentials, Millis, NotSent, OutboxRow, Part, Proof, Sent
from ...ports import Http
from .._json_values import Object, child, millis, objects, string
from .anchors import read_anchor
from .calls import answers_to, read

_SKEW_MS = 5_000  # our clock and Facebook's


def prove(http: Http, credentials: Credentials, row: OutboxRow) -> Proof:
    """Look for the first part without an id in the list of answers to its comment."""
    part = next((one for one in row.parts if not one.platform_id), None)
    if part is None:
        return Sent(row.parts[-1].platform_id) if row.parts else CannotTell()
    at = read_anchor(row.anchor)
    if not row.public or not at.own or at.nested:
        return CannotTell()
    since = Millis(row.created_at - _SKEW_MS)
    try:
        answer = answers_to(http, credentials, at.own, since)
    except SendError:
        return CannotTell()
    body = read(answer)
    if answer.status != 200 or type(body.get("data")) is not list:
        return CannotTell()
    return _judge(row, part, body, since)


def _judge(row: OutboxRow, part: Part, body: Object, since: Millis) -> Proof:
    listed = objects(body["data"])
    times = [millis(one.get("created_time")) for one in listed]
    if None in times:
        return CannotTell()
    known = {one.platform_id for one in row.parts}
    fresh = [one for one, at in zip(listed, times, strict=True) if at is not None and at >= since]
    same = [one for one in fresh if string(one.get("id")) not in known and _same(row, part, one)]
    if len(same) == 1 and string(same[0].get("id")):
        return Sent(string(same[0].get("id")))
    whole = not child(body, "paging").get("next") or len(fresh) < len(listed)
    return NotSent() if not same and whole else CannotTell()


def _same(row: OutboxRow, part: Part, listed: Object) -> bool:
    by_page = string(child(listed, "from").get("id")) == row.address.account_id
    return by_page and string(listed.get("message")).split() == part.text.split()
