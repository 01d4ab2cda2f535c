"""
Deletes from Slack what was posted about an erased person: one row each, which may be run again at will.

A row's body names it ({"erase": "message" | "file" | "row", "id", "thread", "since"}). A message that is gone already
counts as deleted (docs.slack.dev: chat.delete, files.delete). The message of a row that crashed before it knew the ts
is found by the metadata of our messages; "id" is then the row's digest, which names nobody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from ...errors import Refused, Retryable
from ...ports import Http
from . import api, calls

SKEW_MS = 120_000  # how far apart Slack's clock and ours may be
PAGE = 200
_GONE = frozenset({"message_not_found", "thread_not_found", "file_not_found", "file_deleted"})


def erase(http: Http, token: str, channel: str, body: str) -> None:
    """Delete the message or file that the body names. Raises SendError; Refused when Slack does not allow it."""
    asked = _read(body)
    if asked["erase"] == "file":
        _delete(http, token, calls.DELETE_FILE, {"file": asked["id"]})
        return
    ts = str(asked["id"])
    if asked["erase"] == "row":
        answer = listed(http, token, channel, str(asked.get("thread", "")), int(asked.get("since", 0)))
        ts = found(answer, lambda row_id: hashlib.sha256(row_id.encode()).hexdigest().startswith(asked["id"]))
        if not ts and answer.get("has_more"):
            raise Retryable("too_many_messages", "the row's message may stand behind them")
    if ts:
        _delete(http, token, calls.DELETE, {"channel": channel, "ts": ts})


def listed(http: Http, token: str, channel: str, thread: str, since: int) -> api.Answer:
    """Return the messages of a channel or thread since a time. Raises SendError."""
    query = {
        "channel": channel,
        "oldest": f"{max(0, since - SKEW_MS) / 1000:.6f}",
        "include_all_metadata": "true",
        "limit": str(PAGE),
    }
    if not thread:
        return api.get(http, token, "conversations.history", query)
    try:
        return api.get(http, token, "conversations.replies", {**query, "ts": thread})
    except Refused as error:
        if error.code in _GONE:
            return {"messages": []}
        raise


def found(answer: api.Answer, wanted: Callable[[str], bool]) -> str:
    """Return the ts of the message among those listed whose row is the wanted one, "" when it is not there."""
    messages = answer.get("messages")
    for message in messages if isinstance(messages, list) else ():
        metadata = message.get("metadata") if isinstance(message, dict) else None
        known = metadata.get("event_payload") if isinstance(metadata, dict) else None
        if isinstance(known, dict) and wanted(str(known.get("row_id", ""))):
            return str(message.get("ts", ""))
    return ""


def _read(body: str) -> dict[str, Any]:
    try:
        asked = json.loads(body)
    except ValueError:
        asked = None
    if not isinstance(asked, dict) or not {"erase", "id"} <= asked.keys():
        raise Refused("not_a_call")
    return asked


def _delete(http: Http, token: str, method: str, payload: dict[str, Any]) -> None:
    try:
        api.post(http, token, method, payload)
    except Refused as error:
        if error.code not in _GONE:
            raise
