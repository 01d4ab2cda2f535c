"""
Names of buttons, fields and modals, and what a button carries.

A value is compact JSON of at most 2,000 characters (Slack's limit); it holds ids only, never a text or a name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, get_args

from ...model import AgentVerb, HideReason

SEND_SUGGESTION = "guichet_send_suggestion"
EDIT_REPLY = "guichet_edit_reply"
CLAIM = "guichet_claim"
NOTE = "guichet_note"
CLOSE = "guichet_close"
GIVE_BACK = "guichet_give_back"
UNDO = "guichet_undo"
UNSEND = "guichet_unsend"  # asks in a dialog, since nothing brings the answer back
RETRY = "guichet_retry"
HOLD = "guichet_hold"
SEND_TEMPLATE = "guichet_send_template"
TAKE_OVER = "guichet_take_over"
SEND_AND_CLOSE = "guichet_send_close"
SNOOZE = "guichet_snooze"  # asks in a dialog when to be reminded
# When -> the dialog's button for it. Slack wants another name for each.
SNOOZE_UNTIL: dict[str, str] = {when: f"guichet_snooze_{when}" for when in ("hours", "tomorrow", "monday")}
CONTINUE = "guichet_continue"  # asks in a dialog where the customer is to be led
CONTINUE_TO = tuple(f"guichet_continue_{number}" for number in range(24))  # the dialog's buttons, a way each
MORE = "guichet_more"  # the overflow menu: its options carry the action
SWITCH = "guichet_switch"  # asks in a dialog whether to stop or to start the bot
STOP_BRAND = "guichet_stop_brand"
START_BRAND = "guichet_start_brand"
START_INTENT = "guichet_start_intent"  # of the notice that an intent stopped by itself
PICK_SUGGESTION = "guichet_pick_suggestion"
# Verdict -> the button that says it. Slack wants another name for each.
JUDGE: dict[str, str] = {
    verdict: f"guichet_judge_{verdict}" for verdict in ("right", "wrong", "person", "other", "dangerous")
}

# Reason -> the button, or the menu's option, that hides a comment for it; and the one that shows it again.
HIDE_FOR: dict[str, str] = {reason: f"guichet_hide_{reason}" for reason in get_args(HideReason)}
SHOW_AGAIN = "guichet_unhide"
UNFOLD = "guichet_unfold"  # shows hateful words to who pressed
HIDE_COMMENT = "guichet_hide"  # asks in a dialog for which of the reasons
ANSWER_EQUAL = "guichet_answer_equal"
ANSWER_COMMENT = "guichet_answer_comment"  # opens a dialog, as the next one does
WRITE_PRIVATELY = "guichet_write_privately"
LIKE = "guichet_like"

CARD = "guichet_card"  # opens the customer's card
CARD_MORE, CARD_LESS = "guichet_card_more", "guichet_card_less"
SAME_YES, SAME_NO, UNLINK = "guichet_same", "guichet_not_same", "guichet_unlink"
UNITE = "guichet_unite"  # asks in a dialog how it was verified

REPLY_MODAL = "guichet_reply_modal"
NOTE_MODAL = "guichet_note_modal"
COMMENT_MODAL = "guichet_comment_modal"
PRIVATE_MODAL = "guichet_private_modal"
SWITCH_MODAL = "guichet_switch_modal"
TAKE_OVER_MODAL = "guichet_take_over_modal"
UNSEND_MODAL = "guichet_unsend_modal"
UNITE_MODAL = "guichet_unite_modal"
ANSWER_BACK = "guichet_answer_back"
ANSWER_MODAL = "guichet_answer_modal"
EXCEPTION_END = "guichet_exception_end"
EXCEPTION_MODAL = "guichet_exception_modal"
JUDGE_MODAL = "guichet_judge_modal"
TEXT_BLOCK = "guichet_text"
TEXT_INPUT = "guichet_text_input"
FILES_BLOCK, FILES_INPUT = "guichet_files", "guichet_files_input"
PICK_BLOCK = "guichet_pick"

COMMAND = "/guichet"

# Button -> the agent's action. Edit & reply claims; Note, Switch and the menu do nothing by themselves.
VERBS: dict[str, AgentVerb] = {
    SEND_SUGGESTION: "reply",
    EDIT_REPLY: "claim",
    CLAIM: "claim",
    **dict.fromkeys(SNOOZE_UNTIL.values(), "claim"),  # who has the ticket has it still, and everybody sees until when
    **dict.fromkeys(CONTINUE_TO, "continue_on"),
    CLOSE: "close",
    GIVE_BACK: "give_back",
    UNDO: "undo",
    RETRY: "retry",
    HOLD: "hold",
    SEND_TEMPLATE: "send_template",
    SEND_AND_CLOSE: "send_close",
    STOP_BRAND: "stop_brand",
    START_BRAND: "start_brand",
    START_INTENT: "start_intent",
    **dict.fromkeys(HIDE_FOR.values(), "hide"),
    SHOW_AGAIN: "unhide",
    ANSWER_EQUAL: "answer_equal",
    LIKE: "like",
    SAME_YES: "link",
    SAME_NO: "refuse_link",
    UNLINK: "unlink",
}
REASON_OF = {name: reason for reason, name in HIDE_FOR.items()}
# Buttons that mean the same however often they are pressed on the same view of a ticket.
ONCE_PER_VIEW = frozenset(
    {SEND_SUGGESTION, SEND_AND_CLOSE, UNDO, RETRY, HOLD, SEND_TEMPLATE, START_INTENT, SAME_YES, SAME_NO, UNLINK}
)
COMMANDS: dict[str, AgentVerb] = {"stop": "stop_brand", "start": "start_brand"}

VALUE_LIMIT = 2_000
METADATA_LIMIT = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """The ids that a button, or a modal's private metadata, carries."""

    brand: str
    ticket_id: str
    account_id: str = ""  # "<team>/<channel>": a modal's submission does not say where it came from
    rev: int = 0  # the ticket's revision that was shown
    seen: int = 0  # how many of the customer's messages were shown
    row_id: str = ""
    mark: str = ""  # `ticket_view.suggestion_mark` of the text that was shown, or the place of an answer to judge
    action: str = ""  # of an overflow's option, of the dialog that asks about the switch, or a verdict
    language: str = ""  # the desk's
    limit: int = 0  # the most that one answer may measure, 0 unknown
    unit: str = ""
    file_limit: int = 0  # bytes of one file beside the answer, 0 where none goes with it
    contact: str = ""  # whose card it is
    scope: str = ""  # the switch to be turned ("intent:return")
    public: int = 0  # 1: everybody will read the answer


_KEYS = {
    "brand": "b",
    "ticket_id": "t",
    "account_id": "a",
    "rev": "r",
    "seen": "s",
    "row_id": "o",
    "mark": "m",
    "action": "c",
    "limit": "l",
    "unit": "u",
    "file_limit": "f",
    "language": "g",
    "scope": "p",
    "contact": "n",
    "public": "w",
}
_NUMBERS = ("rev", "seen", "limit", "file_limit", "public")


def encode(value: Value) -> str:
    """Return the value as compact JSON without what is empty. Raises ValueError over 2,000 characters."""
    raw = {short: getattr(value, name) for name, short in _KEYS.items() if getattr(value, name)}
    text = json.dumps(raw, separators=(",", ":"))
    if len(text) > VALUE_LIMIT:
        raise ValueError("a button's value is over Slack's 2,000 characters: its ids are too long")
    return text


def decode(text: object) -> Value | None:
    """Return the value that `encode` wrote, or None for anything else. Never raises."""
    if not isinstance(text, str) or len(text) > METADATA_LIMIT or not text.startswith("{"):
        return None
    try:
        raw: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, dict):
        return None
    words = {name: raw.get(short, "") for name, short in _KEYS.items() if name not in _NUMBERS}
    numbers = {name: raw.get(_KEYS[name], 0) for name in _NUMBERS}
    if not all(isinstance(word, str) for word in words.values()) or not words["brand"]:
        return None
    if not all(type(number) is int for number in numbers.values()):
        return None
    return Value(**words, **numbers)
