"""
A customer's file in its ticket's thread, by Slack's three calls: reserve, upload, share; and an agent's file out of it.

Each call is one part of the row. The file's id is stored on the row before any byte is sent, so a crash leads to no
second file, and an erasure finds it (docs.slack.dev: files.getUploadURLExternal, files.completeUploadExternal,
files.info).
"""

from __future__ import annotations

import json
from typing import Any

from ...errors import RateLimited, Refused, Retryable, TokenExpired, Unconfirmed
from ...media_types import MOST_BYTES
from ...model import NotSent, OutboundPart, OutboxRow, Proof, Sent
from ...own_hosts import host_of
from ...ports import Http
from . import api

FILES_HOST = "files.slack.com"
HOSTS = ("slack.com", FILES_HOST)  # the account's own: nothing is written to any other (`own_hosts`)
PARTS = ("reserve", "upload", "share")
_TIMEOUT_S = 8.0


def send(http: Http, token: str, channel: str, part: OutboundPart) -> Sent:
    """
    Make the call of one part. Raises SendError.

    If the app may not upload files (`files:write` was not granted), this file alone fails, not the Slack account.
    """
    try:
        if part.index == 0:
            return _reserved(http, token, part)
        file_id, _, link = part.known[0].partition(" ")
        return _uploaded(http, file_id, link, part) if part.index == 1 else _shared(http, token, channel, file_id, part)
    except TokenExpired as error:
        if error.code in ("missing_scope", "no_permission"):
            raise Refused(error.code) from None
        raise


def prove(http: Http, token: str, row: OutboxRow) -> Proof:
    """Return whether the part of unknown result was done: a file in the thread was shared. One read."""
    known = [part.platform_id for part in row.parts if part.platform_id]
    if len(known) < len(PARTS) - 1:
        return NotSent()  # reserving again leaves nothing behind, and bytes may be sent twice
    file_id = known[0].partition(" ")[0]
    try:
        file = api.get(http, token, "files.info", {"file": file_id}).get("file")
    except (Refused, TokenExpired):
        return NotSent()
    return Sent(file_id) if _stands_in(file, row.address.account_id.rpartition("/")[2]) else NotSent()


def fetch(http: Http, token: str, link: str) -> bytes:
    """
    Return the bytes behind a file's own link. Raises SendError.

    Slack answers a token that may not read it with a page of its own: then there is no file in it.
    """
    if host_of(link) != FILES_HOST:
        raise Refused("foreign_link")
    headers = {"authorization": f"Bearer {token}"}
    answer = http.request("GET", link, headers=headers, timeout_s=_TIMEOUT_S - 1, most=MOST_BYTES)
    if answer.status == 429:
        raise RateLimited("429", 5.0)
    if answer.status >= 500:
        raise Retryable(str(answer.status))
    if answer.status != 200 or not answer.body:
        raise Refused(f"file_{answer.status}")
    return answer.body


def _reserved(http: Http, token: str, part: OutboundPart) -> Sent:
    file = _read(part.body)
    answer = api.post(
        http, token, "files.getUploadURLExternal", {"filename": file["name"], "length": int(file["size"])}
    )
    file_id, link = answer.get("file_id"), answer.get("upload_url")
    if not (isinstance(file_id, str) and isinstance(link, str) and file_id and _slacks_own(link)):
        raise Refused("no_upload_url")
    return Sent(f"{file_id} {link}")


def _uploaded(http: Http, file_id: str, link: str, part: OutboundPart) -> Sent:
    headers = {"content-type": "application/octet-stream"}
    answer = http.request("POST", link, headers=headers, body=part.data, timeout_s=_TIMEOUT_S)
    if answer.status == 429:
        raise RateLimited("429", 5.0)
    if answer.status >= 500:
        raise Unconfirmed(str(answer.status))
    if answer.status != 200 and part.attempt < 2:  # later: it may be there already, and sharing will tell
        raise Refused(f"upload_{answer.status}")
    return Sent(file_id)


def _shared(http: Http, token: str, channel: str, file_id: str, part: OutboundPart) -> Sent:
    if not part.anchor:
        raise Retryable("no_anchor", "the ticket's own message is not posted yet")
    files = [{"id": file_id, "title": _read(part.body)["name"]}]
    payload: dict[str, Any] = {"files": files, "channel_id": channel, "thread_ts": part.anchor}
    api.post(http, token, "files.completeUploadExternal", payload)
    return Sent(file_id)


def _stands_in(file: object, channel: str) -> bool:
    """Return whether Slack says that the file is shared in the channel."""
    shares = file.get("shares") if isinstance(file, dict) else None
    kinds = shares.values() if isinstance(shares, dict) else ()
    return any(isinstance(kind, dict) and kind.get(channel) for kind in kinds)


def _slacks_own(link: str) -> bool:
    return host_of(link) in HOSTS


def _read(body: str) -> dict[str, Any]:
    try:
        file = json.loads(body)
    except ValueError:
        file = None
    if not isinstance(file, dict) or not {"name", "size"} <= file.keys():
        raise Refused("not_a_file")
    return file
