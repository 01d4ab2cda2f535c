"""
The body of an outbox row for Slack: one Web API call as JSON, without its channel and message.

`SlackDesk` adds the channel (from the address) and the message (`anchor`: the ticket message's ts). Pure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from . import verbatim
from .blocks import fallback_text, ticket_blocks
from .markup import cut_escaped
from .ticket_view import TicketView
from .wording import say

TEXT_LIMIT = 3_900  # Slack shows 4,000 characters of a message's text
_HEADING_LIMIT = 3_000
NOT_SENT_MARK = "no_entry_sign"  # the lasting mark on what was typed in a thread

POST = "chat.postMessage"
UPDATE = "chat.update"
REACT = "reactions.add"
WHISPER = "chat.postEphemeral"
PIN = "pins.add"
DELETE = "chat.delete"
DELETE_FILE = "files.delete"


def ticket(view: TicketView) -> str:
    """Return the body of a row of kind `ticket`: a new message in the brand's channel."""
    return _body(POST, {"text": fallback_text(view), "blocks": ticket_blocks(view), "unfurl_links": False})


def ticket_update(view: TicketView, ts: str = "") -> str:
    """Return the body of a row of kind `ticket_update`; without `ts` (the ticket message's) its anchor gives it."""
    return _body(UPDATE, {"text": fallback_text(view), "blocks": ticket_blocks(view)} | ({"ts": ts} if ts else {}))


def thread_note(
    markup: str, thread_ts: str = "", *, words: str = "", below: Sequence[str] = (), broadcast: bool = False
) -> str:
    """
    Return the body of a row of kind `thread_note`: a line in the ticket's thread, already in Slack's markup.

    `words` are quoted under it letter by letter, `below` what came along with them: both stand in the message alone,
    the notification says the first line. Without `thread_ts` (the ticket message's ts) the row's anchor gives it.
    `broadcast`: shown in the channel, too.
    """
    payload: dict[str, Any] = {"text": markup[:TEXT_LIMIT], "in_thread": True, "unfurl_links": False}
    payload |= {"reply_broadcast": True} if broadcast else {}
    if words or below:
        payload["blocks"] = _note_blocks(markup, words, below)
    return _body(POST, payload | ({"thread_ts": thread_ts} if thread_ts else {}))


def note_update(markup: str, *, words: str = "", below: Sequence[str] = ()) -> str:
    """Return the body that changes a note in a thread; the row's anchor names the note."""
    blocks = _note_blocks(markup, words, below)
    return _body(UPDATE, {"text": markup[:TEXT_LIMIT], "blocks": blocks, "in_place": True})


def _note_blocks(markup: str, words: str, below: Sequence[str]) -> list[dict[str, Any]]:
    heading = {"type": "mrkdwn", "text": markup[:_HEADING_LIMIT], "verbatim": True}
    parts = ([verbatim.quotation(words)] if words else []) + [verbatim.line(line) for line in below]
    blocks: list[dict[str, Any]] = [{"type": "section", "text": heading}]
    return [*blocks, verbatim.block(parts)] if parts else blocks


def not_sent_mark(message_ts: str) -> str:
    """Return the body that puts the lasting mark on what an agent typed in the thread (ts of that message)."""
    return _body(REACT, {"name": NOT_SENT_MARK, "timestamp": message_ts})


def not_sent_words(language: str, agent_id: str, thread_ts: str = "") -> str:
    """Return the body that tells the writer alone that a thread is for notes; `thread_ts` as in `thread_note`."""
    payload = {"user": agent_id, "text": say(language, "thread_note"), "in_thread": True}
    return _body(WHISPER, payload | ({"thread_ts": thread_ts} if thread_ts else {}))


def notice(text: str) -> str:
    """Return the body of a row of kind `notice`: a line in the channel (an account that must be reconnected)."""
    return _body(POST, {"text": cut_escaped(text, TEXT_LIMIT), "unfurl_links": False})


def notice_blocks(text: str, blocks: Sequence[Mapping[str, Any]]) -> str:
    """Return the body of a row of kind `notice` that is more than a line; `text` is for notifications."""
    return _body(POST, {"text": cut_escaped(text, TEXT_LIMIT), "blocks": list(blocks), "unfurl_links": False})


def notice_update(text: str, blocks: Sequence[Mapping[str, Any]]) -> str:
    """Return the body that changes such a notice; the row's anchor names it."""
    return _body(UPDATE, {"text": cut_escaped(text, TEXT_LIMIT), "blocks": list(blocks), "in_place": True})


def line_update(text: str) -> str:
    """Return the body that changes a line in the channel; the row's anchor names it."""
    return _body(UPDATE, {"text": cut_escaped(text, TEXT_LIMIT), "in_place": True})


def pin() -> str:
    """Return the body that pins a message of the channel; the row's anchor names it."""
    return _body(PIN, {"in_place": True})


def _body(method: str, payload: dict[str, Any]) -> str:
    return json.dumps({"method": method, "payload": payload}, ensure_ascii=False, separators=(",", ":"))
