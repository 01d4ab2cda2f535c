"""
A ticket's buttons: two, the card, and a menu for the rest, by the ticket's state. Pure.

Slack takes five options in an overflow menu, each with a value of 150 characters at most.
"""

from __future__ import annotations

from typing import Any

from ...conversation import ENDED
from ...text import measure
from . import actions
from .actions import Value
from .markup import cut
from .template_words import price_words, words
from .ticket_view import TicketView, suggestion_mark
from .wording import say

Block = dict[str, Any]

BUTTON_LIMIT = 75
MENU_OPTIONS = 5
SUGGESTION_LIMIT = 5_000  # characters that a ticket shows; a longer text is not sent by one click

# A state's menu, what is most likely wanted first. With more than five the note goes, since the thread takes notes as
# well, then the switch, which is a command too, then what sends and closes at once.
_MENUS: dict[str, tuple[tuple[str, str], ...]] = {
    "open": (
        (actions.SEND_AND_CLOSE, "send_close"),
        (actions.NOTE, "note"),
        (actions.CLOSE, "close"),
        (actions.CONTINUE, "continue_on"),
        (actions.SWITCH, "switch"),
    ),
    "claimed": (
        (actions.SEND_AND_CLOSE, "send_close"),
        (actions.NOTE, "note"),
        (actions.GIVE_BACK, "give_back"),
        (actions.SNOOZE, "snooze"),
        (actions.CLOSE, "close"),
        (actions.CONTINUE, "continue_on"),
        (actions.UNSEND, "unsend"),
        (actions.TAKE_OVER, "take_over"),
        (actions.SWITCH, "switch"),
    ),
    "sending": (),
    "answered": (
        (actions.NOTE, "note"),
        (actions.GIVE_BACK, "give_back"),
        (actions.CONTINUE, "continue_on"),
        (actions.UNSEND, "unsend"),
        (actions.TAKE_OVER, "take_over"),
        (actions.SWITCH, "switch"),
    ),
    "failed": (
        (actions.NOTE, "note"),
        (actions.CLOSE, "close"),
        (actions.TAKE_OVER, "take_over"),
        (actions.SWITCH, "switch"),
    ),
    "held": (
        (actions.CLOSE, "close"),
        (actions.NOTE, "note"),
        (actions.TAKE_OVER, "take_over"),
        (actions.SWITCH, "switch"),
    ),
    **dict.fromkeys(
        ENDED,
        (
            (actions.EDIT_REPLY, "reply"),
            (actions.NOTE, "note"),
            (actions.UNSEND, "unsend"),
            (actions.TAKE_OVER, "take_over"),
            (actions.CARD, "card"),
        ),
    ),
}


def buttons(view: TicketView) -> Block:
    """Return the row of buttons for this state."""
    elements = [*_buttons(view), button(view, actions.CARD, "card")]
    if menu := _menu(view, {element["action_id"] for element in elements}):
        elements.append(menu)
    return {"type": "actions", "block_id": "guichet_actions", "elements": elements}


def menu_of_ended(view: TicketView) -> Block:
    """Return the menu of a ticket that has ended, which has no buttons beside it."""
    return _overflow([_option(view, *entry) for entry in _MENUS[view.state] if _possible(view, entry[0])])


def can_send(view: TicketView) -> bool:
    """
    Return whether the suggestion may be sent by one click: it fits into one message, and all of it is on the screen.

    The correction of a wrong answer must be read, and mostly written, in the dialog.
    """
    fits = not view.limit or measure(view.suggestion, view.unit) <= view.limit
    return (
        bool(view.suggestion) and not view.corrects and fits and measure(view.suggestion, "chars") <= SUGGESTION_LIMIT
    )


def confirm(view: TicketView, title: str, text: str) -> Block:
    """Return the question that Slack asks before a button counts."""
    return {
        "title": _plain(cut(say(view.language, title), 100)),
        "text": _plain(cut(text, 300)),
        "confirm": _plain(say(view.language, "yes")),
        "deny": _plain(say(view.language, "cancel")),
    }


def _buttons(view: TicketView) -> list[Block]:
    reply, close = button(view, actions.EDIT_REPLY, "reply"), button(view, actions.CLOSE, "close")
    if view.corrects and view.state in ("open", "claimed"):
        reply = button(view, actions.EDIT_REPLY, "correct", style="primary")
    answer = _send(view) if can_send(view) else reply
    rows: dict[str, list[Block]] = {
        "open": [button(view, actions.CLAIM, "claim"), answer],
        "claimed": [answer, button(view, actions.EDIT_REPLY, "edit")] if can_send(view) else [reply, close],
        "sending": [button(view, actions.UNDO, "undo", style="danger"), button(view, actions.NOTE, "note")],
        "answered": [reply, close],
        "failed": [_again(view), reply],
        "held": [_as_template(view), reply] if sends_template(view) else [reply, close],
    }
    return rows[view.state]


def sends_template(view: TicketView) -> bool:
    """Return whether a held answer may go as a template by one click: it is on the screen, and so is its price."""
    return view.template is not None and not view.template.lacks and not view.failure


def _as_template(view: TicketView) -> Block:
    """Return the button that sends a held answer as a template. Slack asks first, and names the price."""
    if view.template is None:
        raise ValueError(view.state)  # asked for where there is none
    price = price_words(view.language, view.template)
    value = actions.encode(_value(view, view.template.mark))
    return {
        "type": "button",
        "action_id": actions.SEND_TEMPLATE,
        "text": _plain(cut(words(view.language, "button", price=price), BUTTON_LIMIT), emoji=True),
        "value": value,
        "confirm": {
            "title": _plain(cut(words(view.language, "sure"), 100)),
            "text": _plain(cut(words(view.language, "cost", price=price), 300)),
            "confirm": _plain(say(view.language, "yes")),
            "deny": _plain(say(view.language, "cancel")),
        },
    }


def _again(view: TicketView) -> Block:
    """Return the buttons for an answer that was not sent; if the channel takes none now, it can be held."""
    if view.window_closed:
        return button(view, actions.HOLD, "hold", style="primary")
    return button(view, actions.RETRY, "retry", style="primary")


def _send(view: TicketView) -> Block:
    """Return the one-click button. It asks first if newer messages came, and is green only for what is proved."""
    style = "primary" if view.proved and not view.newer else ""
    key = "hold_this" if view.window_closed else "publish" if view.public else "send"
    send = button(view, actions.SEND_SUGGESTION, key, style="" if view.window_closed else style)
    if view.newer:
        send["confirm"] = confirm(view, "newer_title", say(view.language, "newer", count=view.newer))
    return send


def button(view: TicketView, action: str, key: str, style: str = "") -> Block:
    """Return one button of a ticket; `key` names its words."""
    mark = suggestion_mark(view.suggestion) if action == actions.SEND_SUGGESTION else ""
    button: Block = {
        "type": "button",
        "action_id": action,
        "text": _plain(cut(say(view.language, key), BUTTON_LIMIT), emoji=True),
        "value": actions.encode(_value(view, mark)),
    }
    return {**button, "style": style} if style else button


def _menu(view: TicketView, shown: set[str]) -> Block | None:
    """Return the menu of actions without a button of their own; None where none is left."""
    entries = [entry for entry in _MENUS[view.state] if entry[0] not in shown and _possible(view, entry[0])]
    if view.state == "open" and actions.EDIT_REPLY not in shown:
        entries.insert(0, (actions.EDIT_REPLY, "edit"))
    for dispensable in (actions.NOTE, actions.SWITCH, actions.SEND_AND_CLOSE):
        if len(entries) > MENU_OPTIONS:
            entries = [entry for entry in entries if entry[0] != dispensable]
    options = [_option(view, action, key) for action, key in entries[:MENU_OPTIONS]]
    return _overflow(options) if options else None


def _overflow(options: list[Block]) -> Block:
    return {"type": "overflow", "action_id": actions.MORE, "options": options}


def _possible(view: TicketView, action: str) -> bool:
    if action == actions.SEND_AND_CLOSE:
        return can_send(view) and not view.newer and not view.window_closed
    if action == actions.UNSEND:
        return bool(view.sent_row)
    if action == actions.CONTINUE:
        return bool(view.ways)
    return action != actions.TAKE_OVER or bool(view.assignee)


def _option(view: TicketView, action: str, key: str) -> Block:
    mark = suggestion_mark(view.suggestion) if action == actions.SEND_AND_CLOSE else ""
    value = Value(brand=view.brand, ticket_id=view.ticket_id, rev=view.rev, seen=view.seen, mark=mark, action=action)
    return {"text": _plain(cut(say(view.language, key), BUTTON_LIMIT), emoji=True), "value": actions.encode(value)}


def _value(view: TicketView, mark: str) -> Value:
    return Value(
        brand=view.brand,
        ticket_id=view.ticket_id,
        account_id=view.account_id,
        rev=view.rev,
        seen=view.seen,
        row_id=view.row_id,
        mark=mark,
    )


def _plain(text: str, *, emoji: bool = False) -> Block:
    return {"type": "plain_text", "text": text, "emoji": emoji}
