"""
Slack as a channel that rows are sent to: tickets, their updates, notes in their threads, notices.

A row's body is one call (`calls`); channel and message come from its address and anchor. Each new message carries its
row id as metadata (docs.slack.dev, message metadata), by which `prove` finds it.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from ...errors import Refused, Retryable, TokenExpired
from ...model import (
    AccountId,
    Attachment,
    CannotTell,
    Credentials,
    NotSent,
    OutboundPart,
    OutboxRow,
    Proof,
    Sent,
)
from ...ports import Http, Traits
from . import api, calls, files
from .erasing import erase, found, listed
from .traits import TRAITS

EVENT_TYPE = "guichet_row"
# Calls that do nothing new when made twice.
_REPEATABLE = frozenset({calls.UPDATE, calls.REACT, calls.PIN})


class SlackDesk:
    """`ports.Sender` for desks in Slack; `account_id` is "<team>/<channel>". It hears nothing: `interactions` does."""

    traits: ClassVar[Traits] = TRAITS

    def __init__(self, credentials: Credentials, http: Http) -> None:
        self._credentials = credentials
        self._http = http

    def send(self, part: OutboundPart) -> Sent:
        """Make the row's one call. Raises SendError; `Sent.platform_id` is the message's ts where there is one."""
        channel = part.address.account_id.rpartition("/")[2]
        if part.kind == "erasure":
            erase(self._http, self._token(), channel, part.body)
            return Sent("")
        if part.kind == "file":
            return files.send(self._http, self._token(), channel, part)
        method, payload = _call(part.body)
        payload["channel"] = channel
        _place(method, payload, part.anchor)
        if method == calls.POST:
            known = {"row_id": part.row_id, "index": part.index}
            payload["metadata"] = {"event_type": EVENT_TYPE, "event_payload": known}
        if method == calls.PIN:
            self._pin(payload)
            return Sent("")
        answer = api.post(self._http, self._token(), method, payload)
        ts = answer.get("ts") or answer.get("message_ts") or payload.get("ts") or ""
        return Sent(str(ts))

    def _pin(self, payload: dict[str, Any]) -> None:
        """Pin a message. Where the app was installed without that right, it stays unpinned and nothing else suffers."""
        try:
            api.post(self._http, self._token(), calls.PIN, payload)
        except TokenExpired as error:
            if error.code != "missing_scope":
                raise

    def show_typing(self, part: OutboundPart) -> None:
        """Do nothing: Slack shows no typing for bots."""

    def prove(self, row: OutboxRow) -> Proof:
        """
        Return whether the row's message is in Slack, by one read of its channel or thread.

        What may be repeated (updates, reactions, deletions) is NotSent. A message for one person alone leaves no trace:
        CannotTell. Raises SendError when Slack does not answer.
        """
        if row.kind == "erasure":
            return NotSent()
        if row.kind == "file":
            return files.prove(self._http, self._token(), row)
        method, payload = _call(row.body)
        if method in _REPEATABLE:
            return NotSent()
        if method != calls.POST:
            return CannotTell()
        thread = str(payload.get("thread_ts") or (row.anchor if payload.get("in_thread") else ""))
        channel = row.address.account_id.rpartition("/")[2]
        answer = listed(self._http, self._token(), channel, thread, row.created_at)
        return _proof(answer, row.row_id)

    def called(self, account_id: AccountId) -> str:
        """
        Return the workspace's name; the app must be of that team and in that channel.

        https://docs.slack.dev/reference/methods/auth.test and …/conversations.history
        """
        team, _, channel = account_id.partition("/")
        found = api.post(self._http, self._token(), "auth.test", {})
        if found.get("team_id") != team:
            raise Refused("another_account")
        api.get(self._http, self._token(), "conversations.history", {"channel": channel, "limit": "1"})
        return str(found.get("team") or "")

    def fetch(self, file: Attachment) -> bytes:
        """
        Read a file that an agent put into a dialog, from Slack's own host.

        https://docs.slack.dev/reference/objects/file-object
        """
        return files.fetch(self._http, self._token(), file.url)

    def _token(self) -> str:
        if not self._credentials.token:
            raise TokenExpired("no_token")
        return self._credentials.token


def _call(body: str) -> tuple[str, dict[str, Any]]:
    """Return (method, payload) of a row's body. Raises Refused for anything that `calls` did not write."""
    try:
        raw = json.loads(body)
        method, payload = raw["method"], raw["payload"]
    except (ValueError, KeyError, TypeError):
        raise Refused("not_a_call") from None
    if method not in (calls.POST, calls.UPDATE, calls.REACT, calls.WHISPER, calls.PIN) or not isinstance(payload, dict):
        raise Refused("not_a_call")
    return method, payload


def _place(method: str, payload: dict[str, Any], anchor: str) -> None:
    """
    Add which message is changed, or whose thread is written in. Raises Retryable while that is not known.

    A row that posted a note has ended before the change of that note is sent: if it has no ts by then, it never will.
    """
    in_place = payload.pop("in_place", False)
    if method == calls.UPDATE:
        payload["ts"] = payload.get("ts") or anchor
    elif method == calls.PIN:
        payload["ts"] = payload["timestamp"] = anchor
    elif payload.pop("in_thread", False):
        payload["thread_ts"] = payload.get("thread_ts") or anchor
    else:
        return
    if in_place and not payload["ts"]:
        raise Refused("no_such_line")
    if not (payload.get("ts") or payload.get("thread_ts")):
        raise Retryable("no_anchor", "the ticket's own message is not posted yet")


def _proof(answer: api.Answer, row_id: str) -> Proof:
    """Look for the row's metadata among the messages; an incomplete list without it proves nothing."""
    ts = found(answer, lambda known: known == row_id)
    if ts:
        return Sent(ts)
    return CannotTell() if answer.get("has_more") or not isinstance(answer.get("messages"), list) else NotSent()
