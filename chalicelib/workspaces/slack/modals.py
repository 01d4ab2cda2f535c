"""
Slack's dialogs: reply, note, and one with a single message. Pure.

`private_metadata` carries ticket, brand, account, what was seen and the channel's limit (3,000 characters at most);
limits by docs.slack.dev: title and buttons 24, label 2,000, initial value 3,000, option text 75, 100 options.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...media_types import FILES_MOST, FROM_AGENTS
from ...ports import ALWAYS_MS
from . import actions
from .actions import Value
from .blocks import customer_title
from .markup import cut
from .ticket_view import TicketView
from .wording import say

View = dict[str, Any]

MEGABYTE = 1024 * 1024
INPUT_LIMIT = 3_000  # Slack's most for a text field
_TITLE_LIMIT = 24
_OPTION_LIMIT = 75
_OPTIONS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One answer of the playbook that an agent may start from; `key` is the intent's name."""

    key: str
    title: str
    text: str = field(default="", repr=False)


def reply_view(view: TicketView, *, text: str | None = None, version: str = "") -> View:
    """
    Return the reply dialog, filled with an unsent draft of the agent, the suggestion, or `text`.

    `version` names the answer that was put in: Slack keeps what was typed unless the field gets a new name.
    """
    words = (view.draft or view.suggestion) if text is None else text
    most = min(view.limit or INPUT_LIMIT, INPUT_LIMIT)
    hints = [say(view.language, "reply_public")] if view.public else []
    if view.window_closed:
        hints.append(say(view.language, "reply_held", channel=view.channel_title))
    if view.limit and view.unit == "chars":
        hints.append(say(view.language, "reply_hint", limit=most))
    label = say(view.language, "reply_label", customer=customer_title(view))
    field_id = f"{actions.TEXT_BLOCK}_{version}"[:255] if version else actions.TEXT_BLOCK
    if not (view.file_limit or view.public):
        hints.append(say(view.language, "no_files", channel=view.channel_title))
    files = [_files_field(view)] if view.file_limit and not view.window_closed else []
    blocks = [text_field(field_id, cut(label, 150), words, " ".join(hints)), *files, _pick(view)]
    return _modal(view, actions.REPLY_MODAL, "reply_title", "submit_reply", blocks)


def note_view(view: TicketView) -> View:
    """Return the note dialog: notes are for the team alone."""
    label, hint = say(view.language, "note_label"), say(view.language, "note_hint")
    blocks = [text_field(actions.TEXT_BLOCK, label, "", hint)]
    return _modal(view, actions.NOTE_MODAL, "note_title", "submit_note", blocks)


def switch_view(language: str, value: Value, *, stopped: bool) -> View:
    """Return the dialog that asks before the brand's bot is stopped, or started where it is stopped; by `value` ids."""
    key = "start" if stopped else "stop"
    action = actions.START_BRAND if stopped else actions.STOP_BRAND
    return {
        "type": "modal",
        "callback_id": actions.SWITCH_MODAL,
        "private_metadata": actions.encode(replace(value, action=action, language=language)),
        "title": _plain(cut(say(language, f"{key}_title"), _TITLE_LIMIT)),
        "submit": _plain(cut(say(language, key), _TITLE_LIMIT)),
        "close": _plain(cut(say(language, "cancel"), _TITLE_LIMIT)),
        "blocks": [{"type": "section", "text": _plain(say(language, f"{key}_text"))}],
    }


def take_over_view(view: TicketView) -> View:
    """Return the dialog that asks why somebody takes a colleague's ticket."""
    label, hint = say(view.language, "take_over_label"), say(view.language, "take_over_hint")
    blocks = [text_field(actions.TEXT_BLOCK, label, "", hint)]
    return _modal(view, actions.TAKE_OVER_MODAL, "take_over_title", "submit_take_over", blocks)


def unsend_view(view: TicketView) -> View:
    """Return the dialog that asks before an answer is deleted at the customer's; or says that it cannot be."""
    if not view.unsend_ms:
        return notice_view(view.language, "unsend_never", channel=view.channel_title)
    words = [say(view.language, "unsend_text")]
    if view.unsend_ms < ALWAYS_MS:
        hours = view.unsend_ms // 3_600_000
        words.append(say(view.language, "unsend_until", channel=view.channel_title, hours=hours))
    blocks: list[View] = [{"type": "section", "text": _plain(" ".join(words))}]
    return _modal(view, actions.UNSEND_MODAL, "unsend_title", "submit_unsend", blocks)


def notice_view(language: str, key: str, **values: object) -> View:
    """Return a dialog with one sentence (somebody else has the ticket, it is gone, …)."""
    return text_view(language, say(language, key, **values))


def text_view(language: str, text: str) -> View:
    """Return a dialog with this text."""
    return {
        "type": "modal",
        "title": _plain("Guichet"),
        "close": _plain(say(language, "ok")),
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}],
    }


def options_answer(found: Sequence[Suggestion]) -> dict[str, Any]:
    """Return the answer to Slack's question for options, 100 at most."""
    options = [{"text": _plain(cut(s.title, _OPTION_LIMIT)), "value": s.key} for s in found if s.title and s.key]
    return {"options": options[:_OPTIONS]}


def _modal(view: TicketView, callback: str, title: str, submit: str, blocks: list[View]) -> View:
    value = Value(
        brand=view.brand,
        ticket_id=view.ticket_id,
        account_id=view.account_id,
        rev=view.rev,
        seen=view.seen,
        row_id=view.sent_row if callback == actions.UNSEND_MODAL else "",
        language=view.language,
        limit=view.limit if callback == actions.REPLY_MODAL else 0,
        unit=view.unit if callback == actions.REPLY_MODAL else "",
        file_limit=view.file_limit if callback == actions.REPLY_MODAL else 0,
        public=int(view.public and callback == actions.REPLY_MODAL),
    )
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": actions.encode(value),
        "title": _plain(cut(say(view.language, title), _TITLE_LIMIT)),
        "submit": _plain(cut(say(view.language, submit), _TITLE_LIMIT)),
        "close": _plain(cut(say(view.language, "cancel"), _TITLE_LIMIT)),
        "blocks": blocks,
    }


def text_field(block_id: str, label: str, words: str, hint: str) -> View:
    """Return a text field; the handler checks an answer's length, in the channel's own measure."""
    element: View = {
        "type": "plain_text_input",
        "action_id": actions.TEXT_INPUT,
        "multiline": True,
        "max_length": INPUT_LIMIT,
        "focus_on_load": True,
    }
    if words:
        element["initial_value"] = cut(words, INPUT_LIMIT)
    block: View = {"type": "input", "block_id": block_id, "label": _plain(label), "element": element}
    return {**block, "hint": _plain(hint)} if hint else block


def _files_field(view: TicketView) -> View:
    """
    Return the field for files that go with the answer.

    https://docs.slack.dev/reference/block-kit/block-elements/file-input-element
    """
    size = view.file_limit // MEGABYTE
    return {
        "type": "input",
        "optional": True,
        "block_id": actions.FILES_BLOCK,
        "label": _plain(say(view.language, "files_label")),
        "hint": _plain(say(view.language, "files_hint", count=FILES_MOST, size=size)),
        "element": {
            "type": "file_input",
            "action_id": actions.FILES_INPUT,
            "filetypes": [ending for endings in FROM_AGENTS.values() for ending in endings],
            "max_files": FILES_MOST,
        },
    }


def _pick(view: TicketView) -> View:
    """Return the list of other answers to start from; choosing one fills the text field."""
    return {
        "type": "section",
        "block_id": actions.PICK_BLOCK,
        "text": _plain(say(view.language, "pick_label")),
        "accessory": {
            "type": "external_select",
            "action_id": actions.PICK_SUGGESTION,
            "placeholder": _plain(say(view.language, "pick_placeholder")),
            "min_query_length": 0,
        },
    }


def _plain(text: str) -> View:
    return {"type": "plain_text", "text": text, "emoji": True}
