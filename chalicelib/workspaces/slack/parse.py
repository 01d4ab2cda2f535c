"""
Reads a verified Slack request as events. Pure and total: any bytes end in events, never in an exception.

Events API bodies are JSON; interactivity, options and slash commands are forms (docs.slack.dev). A click that only
opens a modal is Ignored here: `interactions` answers it at once.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs, unquote_to_bytes

from ...media_types import FILES_MOST
from ...model import (
    AccountId,
    AccountNotice,
    Address,
    AgentAction,
    AgentFile,
    AgentReply,
    AgentVerb,
    Event,
    EventId,
    Handshake,
    Ignored,
    MalformedBody,
    Millis,
    PersonId,
)
from .actions import (
    ANSWER_EQUAL,
    COMMANDS,
    COMMENT_MODAL,
    CONTINUE_TO,
    FILES_BLOCK,
    FILES_INPUT,
    MORE,
    NOTE_MODAL,
    ONCE_PER_VIEW,
    PRIVATE_MODAL,
    REASON_OF,
    REPLY_MODAL,
    START_BRAND,
    STOP_BRAND,
    SWITCH_MODAL,
    TAKE_OVER_MODAL,
    TEXT_BLOCK,
    TEXT_INPUT,
    UNITE_MODAL,
    UNSEND_MODAL,
    VERBS,
    Value,
    decode,
)
from .markup import unescape
from .traits import SLACK

_TS = re.compile(r"(\d{1,11})\.(\d{3})\d{0,6}")
# Message subtypes that a person wrote; all others are Slack's or a bot's own.
_HUMAN_SUBTYPES = frozenset({"", "file_share", "thread_broadcast", "me_message"})
_DIALOGS: dict[str, AgentVerb] = {
    REPLY_MODAL: "reply",
    NOTE_MODAL: "note",
    TAKE_OVER_MODAL: "take_over",
    UNSEND_MODAL: "unsend",
    UNITE_MODAL: "merge",
    COMMENT_MODAL: "answer_comment",
    PRIVATE_MODAL: "write_privately",
}
_CHALLENGE_MOST = 1_000
_LINK_MOST, _NAME_MOST = 1_000, 100
_ID_MOST = 128  # Slack's own have eleven characters; what is longer names nobody
HOME_OPENED = "app_home_opened"  # answered at once by `interactions`; here it is Ignored
_NOTICES = frozenset({"app_uninstalled", "tokens_revoked"})

_Json = dict[str, Any]  # what Slack sent; it does not leave this module but to `interactions`


def parse(body: bytes, content_type: str = "") -> Sequence[Event]:
    """Return the body's events, one at least. `content_type` is only a hint: forms are told by their look."""
    payload, kind = read(body, content_type)
    if payload is None:
        return (MalformedBody(event_id=_hash(body), address=_address("", "", ""), sent_at=None, reason="not_slack"),)
    return (event_of(payload, kind, body),)


def event_of(payload: _Json, kind: str, body: bytes) -> Event:
    """Return the one event of an object that `read` gave; `body` is only hashed, where Slack gives no id."""
    reader = _READERS.get(kind)
    return reader(payload, body) if reader else _ignored(payload, kind or "unknown", _hash(body))


def read(body: bytes, content_type: str = "") -> tuple[_Json | None, str]:
    """Return Slack's own object and its kind ("event_callback", "block_actions", …, "command"), or (None, "")."""
    try:
        if body[:1] == b"{":
            return _object(json.loads(body.decode("utf-8", "replace")))
        if body[:8] == b"payload=" and b"&" not in body:  # what Slack sends; four times as fast as the general reader
            return _object(json.loads(unquote_to_bytes(body[8:].replace(b"+", b" ")).decode("utf-8", "replace")))
        text = body.decode("utf-8", "replace").strip()
        if text.startswith("{") or "json" in content_type:
            return _object(json.loads(text))
        form = parse_qs(text, keep_blank_values=True, strict_parsing=True, max_num_fields=100)
        if "payload" in form:
            return _object(json.loads(form["payload"][0]))
        if "command" in form or "ssl_check" in form:
            return {key: values[0] for key, values in form.items()}, "command"
    except (ValueError, RecursionError):
        pass
    return None, ""


def challenge_of(payload: _Json) -> str:
    """Return Slack's challenge when an address is registered, to be sent back: a few dozen characters."""
    return _word(payload, "challenge")[:_CHALLENGE_MOST]


def text_of(view: _Json) -> str:
    """Return the text typed into a modal's text field, "" for none."""
    return _word(_at(view, "state", "values", text_block_of(view), TEXT_INPUT), "value")


def files_of(view: _Json) -> tuple[AgentFile, ...]:
    """Return the files of a dialog's file field, in order."""
    held = _at(view, "state", "values", FILES_BLOCK, FILES_INPUT, "files")
    files = [each for each in held[:FILES_MOST] if isinstance(each, dict)] if isinstance(held, list) else []
    return tuple(
        AgentFile(
            platform_id=_short(_word(each, "id")),
            url=_word(each, "url_private")[:_LINK_MOST],
            name=" ".join(_word(each, "name").split())[-_NAME_MOST:] or "file",
            size=each["size"] if type(each.get("size")) is int and each["size"] > 0 else 0,
        )
        for each in files
    )


def text_block_of(view: _Json) -> str:
    """Return the id of the modal's text field; it changes when another answer is put into it (`modals`)."""
    values = _at(view, "state", "values")
    found = [key for key in values if key.startswith(TEXT_BLOCK)] if isinstance(values, dict) else []
    return found[0] if found else TEXT_BLOCK


def chosen(payload: _Json) -> tuple[str, Value | None, _Json]:
    """Return (action id, its value, the action) of the first action; an overflow's option names its own action."""
    actions = payload.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    name = _word(action, "action_id")
    if name == MORE:
        value = decode(_at(action, "selected_option", "value"))
        return (value.action if value else ""), value, action
    return name, decode(action.get("value")), action


def account_of(payload: _Json) -> AccountId:
    """Return "<team>/<channel>" of an interaction; a modal carries it in its private metadata."""
    team = _word(payload.get("team"), "id") or _word(payload.get("user"), "team_id")
    channel = _word(payload.get("channel"), "id") or _word(payload.get("container"), "channel_id")
    if not channel:
        metadata = decode(_at(payload, "view", "private_metadata"))
        own_team, _, channel = (metadata.account_id if metadata else "").partition("/")
        if own_team != team:  # a modal of another workspace is ignored
            channel = ""
    return AccountId(_short(f"{team}/{channel}"))


# --- one reader for each kind of body ---


def _url_verification(_payload: _Json, body: bytes) -> Event:
    return Handshake(event_id=_hash(body), address=_address("", "", ""), sent_at=None)


def _event_callback(payload: _Json, body: bytes) -> Event:
    event = payload.get("event")
    event_id = EventId(_short(_word(payload, "event_id"))) or _hash(body)
    if not isinstance(event, dict):
        return _ignored(payload, "no_event", event_id)
    kind, user = _word(event, "type"), _short(_word(event, "user"))
    address = _address(_word(payload, "team_id"), _word(event, "channel"), user)
    if kind in _NOTICES:
        return AccountNotice(event_id=event_id, address=address, sent_at=None, notice=kind)
    ts, thread = _short(_word(event, "ts")), _short(_word(event, "thread_ts"))
    reason = _why_ignored(event, kind, user) or ("" if thread and thread != ts else "not_in_thread")
    if reason:
        return Ignored(event_id=event_id, address=address, sent_at=_millis(ts), reason=reason)
    return AgentReply(
        event_id=event_id,
        address=address,
        sent_at=_millis(ts),
        target_id=ts,
        text=unescape(_word(event, "text")),
        agent_id=user,
        thread_id=thread,
    )


def _why_ignored(event: _Json, kind: str, user: str) -> str:
    """Return why an event is no person's message, "" when it is one."""
    if kind != "message":
        return "not_a_message"
    if event.get("bot_id") or event.get("app_id") or event.get("bot_profile"):
        return "bot_message"
    if _word(event, "subtype") not in _HUMAN_SUBTYPES or event.get("hidden"):
        return "subtype"
    return "" if user else "no_user"


def _block_actions(payload: _Json, body: bytes) -> Event:
    name, value, action = chosen(payload)
    verb = VERBS.get(name)
    event_id = _action_id(payload, name, value, action) or _hash(body)
    if verb is None or value is None:
        return _ignored(payload, "opens_modal" if value else "not_ours", event_id)
    user, equal = _short(_word(payload.get("user"), "id")), name == ANSWER_EQUAL
    scoped = equal or name in CONTINUE_TO
    return AgentAction(
        event_id=event_id,
        address=_of_account(account_of(payload), user),
        sent_at=_millis(_word(action, "action_ts")),
        target_id=value.ticket_id,
        verb=verb,
        agent_id=user,
        text=value.scope if scoped else REASON_OF.get(name, ""),
        row_id=value.mark if equal else value.row_id,
        seen_rev=value.seen,
    )


def _action_id(payload: _Json, name: str, value: Value | None, action: _Json) -> EventId:
    """Return an id that a repeated delivery shares, and for some buttons also a second press on the same view."""
    if name in ONCE_PER_VIEW and value is not None:
        return _hash("once", name, value.brand, value.ticket_id, str(value.rev), value.row_id, value.mark)
    trigger = _word(payload, "trigger_id")
    if trigger:
        return _hash("trigger", trigger)
    stamp = _word(action, "action_ts")
    place = _word(payload.get("container"), "message_ts") or _word(payload.get("container"), "view_id")
    return _hash("action", place, stamp) if stamp else EventId("")


def _view_submission(payload: _Json, body: bytes) -> Event:
    view = payload.get("view")
    view = view if isinstance(view, dict) else {}
    value = decode(view.get("private_metadata"))
    callback = _word(view, "callback_id")
    event_id = _hash("view", _word(view, "id")) if _word(view, "id") else _hash(body)
    verb = _submitted_verb(callback, value)
    if value is None or verb is None:
        return _ignored(payload, "not_ours", event_id)
    user = _short(_word(payload.get("user"), "id"))
    return AgentAction(
        event_id=event_id,
        address=_of_account(account_of(payload), user),
        sent_at=None,
        target_id=value.ticket_id,
        verb=verb,
        agent_id=user,
        text=text_of(view),
        row_id=value.row_id,
        seen_rev=value.seen,
        files=files_of(view) if verb == "reply" else (),
    )


def _submitted_verb(callback: str, value: Value | None) -> AgentVerb | None:
    """Return the verb of a dialog's submission; None where the dialog is none of ours."""
    if callback == SWITCH_MODAL:
        return VERBS.get(value.action) if value and value.action in (STOP_BRAND, START_BRAND) else None
    return _DIALOGS.get(callback)


def _command(payload: _Json, body: bytes) -> Event:
    user = _short(_word(payload, "user_id"))
    address = _address(_word(payload, "team_id"), _word(payload, "channel_id"), user)
    trigger = _word(payload, "trigger_id")
    event_id = _hash("trigger", trigger) if trigger else _hash(body)
    word = (_word(payload, "text").split() or ["help"])[0].lower()
    verb = COMMANDS.get(word)
    if verb is None:
        reason = "ssl_check" if payload.get("ssl_check") else "command"
        return Ignored(event_id=event_id, address=address, sent_at=None, reason=reason)
    return AgentAction(event_id=event_id, address=address, sent_at=None, verb=verb, agent_id=user)


_READERS: dict[str, Callable[[_Json, bytes], Event]] = {
    "url_verification": _url_verification,
    "event_callback": _event_callback,
    "block_actions": _block_actions,
    "view_submission": _view_submission,
    "command": _command,
}


# --- small readers that never fail ---


def _object(raw: object) -> tuple[_Json | None, str]:
    return (raw, _word(raw, "type")) if isinstance(raw, dict) else (None, "")


def _word(raw: object, key: str) -> str:
    """Return a text of an object, "" when it is anything else; lone surrogates become "?"."""
    value = raw.get(key, "") if type(raw) is dict else ""
    if type(value) is not str:
        return ""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def _short(own_id: str) -> str:
    return own_id if len(own_id) <= _ID_MOST else ""


def _at(raw: object, *keys: str) -> object:
    for key in keys:
        raw = raw.get(key) if isinstance(raw, dict) else None
    return raw


def _millis(ts: str) -> Millis | None:
    """Return Slack's "1355517523.000005" in milliseconds."""
    match = _TS.fullmatch(ts)
    return Millis(int(match.group(1)) * 1000 + int(match.group(2))) if match else None


def _hash(*parts: str | bytes) -> EventId:
    raw = b"\x00".join(part.encode("utf-8", "replace") if isinstance(part, str) else part for part in parts)
    return EventId(hashlib.sha256(raw).hexdigest()[:32])


def _address(team: str, channel: str, user: str) -> Address:
    return _of_account(AccountId(f"{team}/{channel}" if team or channel else ""), user)


def _of_account(account_id: AccountId, user: str) -> Address:
    return Address(SLACK, AccountId(_short(account_id)), PersonId(user))


def _ignored(payload: _Json, reason: str, event_id: EventId) -> Ignored:
    user = _short(_word(payload.get("user"), "id"))
    return Ignored(event_id=event_id, address=_of_account(account_of(payload), user), sent_at=None, reason=reason[:40])
