"""
The dialogs about one comment of a digest: an answer in public or in private, and for which reason to hide it.

Part of `interactions`. What is sent is decided by `process`; an act that somebody else was faster with is told here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ...report import CommentCard
from . import actions, modals
from .actions import Value
from .clicks import Click, part_of
from .comment_words import DIALOG, REASONS
from .markup import cut, cut_escaped, escape
from .parse import text_block_of, text_of
from .public_answers import wrong_answer
from .wording import pick, say

_Json = dict[str, Any]
_SHOWN = 1_500  # characters of the comment
_TITLE = 24
_MODALS = {
    actions.ANSWER_COMMENT: (actions.COMMENT_MODAL, "answer_comment"),
    actions.WRITE_PRIVATELY: (actions.PRIVATE_MODAL, "write_privately"),
}
_ACTS = dict(_MODALS.values())


def _asks_words(click: Click) -> None:
    """Open the dialog in which a comment is answered, with the proposed words."""
    callback, act = _MODALS[click.action]
    card = _card(click, act)
    if card is not None:
        click.show(_words_view(click, card, callback, act))


def _asks_reason(click: Click) -> None:
    """Open the dialog that asks for which of the reasons a comment is hidden."""
    if _card(click, "hide") is not None:
        click.show(_reasons_view(click))


def _hides(click: Click) -> None:
    """Hide a comment for the reason that was pressed: in the digest, or in the dialog, which then says so."""
    click.services.enqueue(click.brand, click.event)
    if part_of(click.payload, "view"):
        language = click.services.language_of(click.brand)
        click.change(modals.text_view(language, pick(DIALOG["hides"], language)))


def submitted(click: Click, dialog: _Json) -> _Json:
    """Pass the words of a dialog on, or show why they cannot be sent. Returns Slack's answer."""
    act, language = _ACTS[str(dialog.get("callback_id", ""))], click.services.language_of(click.brand)
    wrong = wrong_answer(click, text_of(dialog))
    if wrong:
        return {"response_action": "errors", "errors": {text_block_of(dialog): wrong}}
    card = click.services.comment(click.brand, click.value.ticket_id, act)
    if card is None or act not in card.acts:
        kept = f"{pick(DIALOG['no_longer'], language)}\n> {cut_escaped(text_of(dialog), _SHOWN)}"
        return {"response_action": "update", "view": modals.text_view(language, kept)}
    click.services.enqueue(click.brand, click.event)
    return {"response_action": "clear"}


def _card(click: Click, act: str) -> CommentCard | None:
    """Return the comment, if this may be done about it still; else say so."""
    card = click.services.comment(click.brand, click.value.ticket_id, act)
    if card is not None and act in card.acts:
        return card
    language = click.services.language_of(click.brand)
    click.show(modals.text_view(language, pick(DIALOG["no_longer"], language)))
    return None


def _words_view(click: Click, card: CommentCard, callback: str, act: str) -> _Json:
    language = click.services.language_of(click.brand)
    most = min(card.limit, modals.INPUT_LIMIT)
    value = _value(click, language)
    hint = pick(DIALOG[f"{act}_hint"], language).format(channel=card.channel)
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": actions.encode(
            replace(value, limit=most, unit=card.unit, public=int(callback == actions.COMMENT_MODAL))
        ),
        "title": _plain(cut(pick(DIALOG[act], language), _TITLE)),
        "submit": _plain(cut(say(language, "submit_reply"), _TITLE)),
        "close": _plain(cut(say(language, "cancel"), _TITLE)),
        "blocks": [
            _quoted(card),
            modals.text_field(actions.TEXT_BLOCK, pick(DIALOG["label"], language), card.suggestion, hint),
        ],
    }


def _reasons_view(click: Click) -> _Json:
    language = click.services.language_of(click.brand)
    value = _value(click, language)
    buttons = [
        {
            "type": "button",
            "action_id": name,
            "text": _plain(pick(REASONS[reason], language).capitalize()),
            "value": actions.encode(replace(value, action=name)),
        }
        for reason, name in actions.HIDE_FOR.items()
    ]
    return {
        "type": "modal",
        "private_metadata": actions.encode(value),
        "title": _plain(cut(pick(DIALOG["hide"], language), _TITLE)),
        "close": _plain(cut(say(language, "cancel"), _TITLE)),
        "blocks": [
            {"type": "section", "text": _plain(pick(DIALOG["hide_text"], language))},
            {"type": "actions", "elements": buttons},
        ],
    }


def _value(click: Click, language: str) -> Value:
    return Value(
        brand=click.brand, ticket_id=click.value.ticket_id, account_id=str(click.account_id), language=language
    )


def _quoted(card: CommentCard) -> _Json:
    name = f"*{escape(card.name)}* : " if card.name else ""
    text = f"> {name}{cut_escaped(' '.join(card.text.split()), _SHOWN)}"
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _plain(text: str) -> _Json:
    return {"type": "plain_text", "text": text, "emoji": True}


# Buttons and menu entries of a digest, and of the dialog that asks for a reason.
BUTTONS: Mapping[str, Callable[[Click], None]] = {
    actions.ANSWER_COMMENT: _asks_words,
    actions.WRITE_PRIVATELY: _asks_words,
    actions.HIDE_COMMENT: _asks_reason,
    **dict.fromkeys(actions.HIDE_FOR.values(), _hides),
}
