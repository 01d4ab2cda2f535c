"""
A person's card as a Slack dialog: five lines, and the rest behind "more". Pure.

The first five: names by channel and the language, open tickets, the last promise, orders, what the brand lets be known.
It is a dialog and no message: nothing of a person stays in the channel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ...contact_card import CardAttribute, CardOrder, ContactCard, Face, OpenTicket
from ...model import Millis
from ...playbook.schema import Playbook
from ...playbook.titles import title_of
from . import actions
from .actions import Value
from .beside_words import status_words
from .card_words import Titles, reasons_text, text
from .markup import UNFORMATTED, cut, escape, message_link
from .modals import text_field
from .same_lines import action_button, same_buttons
from .times import clock
from .wording import say, writes_words

View = dict[str, Any]

_LINE = 500  # characters of one line
_TICKETS = 6
_ATTRIBUTES = 3  # in the five lines


def card_view(
    card: ContactCard, playbook: Playbook, titles: Titles, value: Value, *, whole: bool = False, notice: str = ""
) -> View:
    """
    Return the card's dialog: `whole` with all there is, else five lines.

    `value`: brand, account, ticket if any. `notice`: what became of a press that changed nothing.
    """
    own = replace(value, contact=str(card.contact_id), language=card.language, mark="", action="")
    blocks = [_section(f"⚠️ {escape(notice)}")] if notice else []
    blocks += [_section("\n".join(_lines(card, playbook, titles)))]
    blocks += list(_rest(card, titles, own)) if whole else []
    blocks.append({"type": "actions", "block_id": "guichet_card", "elements": [_turn(card, own, whole=whole)]})
    return {
        "type": "modal",
        "private_metadata": actions.encode(own),
        "title": _plain(text(card.language, "title")),
        "close": _plain(text(card.language, "close")),
        "blocks": blocks,
    }


def unite_view(card: ContactCard, face: Face, titles: Titles, value: Value) -> View:
    """Return the dialog that asks how somebody verified that two are one person."""
    language = card.language
    own = replace(value, contact=str(card.contact_id), mark=face.mark, language=language)
    return {
        "type": "modal",
        "callback_id": actions.UNITE_MODAL,
        "private_metadata": actions.encode(own),
        "title": _plain(cut(text(language, "unite_title"), 24)),
        "submit": _plain(text(language, "unite_submit")),
        "close": _plain(text(language, "cancel")),
        "blocks": [
            _section(f"{_face(face, titles)}\n{escape(text(language, 'unite_text'))}"),
            text_field(actions.TEXT_BLOCK, text(language, "unite_label"), "", ""),
        ],
    }


# --- the five lines -------------------------------------------------------------------------------


def _lines(card: ContactCard, playbook: Playbook, titles: Titles) -> Iterator[str]:
    yield cut(_who(card, titles), _LINE)
    yield _tickets(card, playbook)
    yield _promise(card)
    yield _orders(card)
    yield _attributes(card)


def _who(card: ContactCard, titles: Titles) -> str:
    """Return names by channel, those of linked contacts too; and the language."""
    faces = [_face(each, titles) for each in card.faces if each.tie == "own"]
    linked = [f"{_face(each, titles)} ({text(card.language, 'linked')})" for each in card.faces if each.tie == "linked"]
    speaks = [writes_words(card.language, card.writes)] if card.writes else []
    return " · ".join((*faces, *linked, *speaks))


def _face(face: Face, titles: Titles) -> str:
    name = escape(cut(face.name.translate(UNFORMATTED).strip(), 60))
    where = escape(", ".join(cut(titles(each), 30) for each in face.channels).strip())
    return f"*{name}* ({where})" if name else where or "?"  # Slack takes no empty section


def _tickets(card: ContactCard, playbook: Playbook) -> str:
    if not card.tickets:
        return text(card.language, "no_tickets")
    what = " · ".join(_ticket(card, playbook, each) for each in card.tickets[:_TICKETS])
    return text(card.language, "tickets", what=what)


def _ticket(card: ContactCard, playbook: Playbook, ticket: OpenTicket) -> str:
    language, known = card.language, playbook.intents.get(ticket.intent)
    subject = (known.title.get(language, "") if known else "") or title_of(ticket.intent, language)
    subject = escape(cut(subject if ticket.intent else say(language, "no_subject"), 60))
    link = message_link(ticket.desk_account, ticket.desk_ts) if ticket.desk_ts else ""
    who = f"<@{escape(ticket.assignee)}>" if ticket.assignee else text(language, "nobody")
    of_linked = f" {text(language, 'of_linked')}" if ticket.linked else ""
    return f"{f'<{link}|{subject}>' if link else subject}, {who}{of_linked}"


def _promise(card: ContactCard) -> str:
    if card.promise is None:
        return text(card.language, "no_promise")
    until, kept = card.promise.until, text(card.language, card.promise.kept)
    return text(card.language, "promise", when=_when(card, until), kept=kept)


def _when(card: ContactCard, at: int) -> str:
    return clock(Millis(at), card.time_zone, card.language, card.now)


def _orders(card: ContactCard) -> str:
    if not card.orders:
        return text(card.language, "no_orders")
    return text(card.language, "orders", what=" · ".join(_order(card.language, each) for each in card.orders))


def _order(language: str, order: CardOrder) -> str:
    status = status_words(language, order.status) if order.status else ""
    return escape(f"{cut(order.number, 40)} {status}".strip())


def _attributes(card: ContactCard) -> str:
    if not card.attributes:
        return text(card.language, "no_attributes")
    shown = [f"{escape(cut(each.title, 40))} : {_value(each)}" for each in card.attributes[:_ATTRIBUTES]]
    left = len(card.attributes) - _ATTRIBUTES
    return " · ".join([*shown, *([text(card.language, "attributes_more", count=left)] if left > 0 else [])])


def _value(attribute: CardAttribute) -> str:
    return escape(cut(attribute.value.translate(UNFORMATTED), 120))


# --- the rest -------------------------------------------------------------------------------------


def _rest(card: ContactCard, titles: Titles, value: Value) -> Iterator[View]:
    tied = [each for each in card.faces if each.tie != "own"]
    yield {"type": "divider"}
    yield _section(f"*{text(card.language, 'ties')}*" if tied else text(card.language, "no_ties"))
    for number, face in enumerate(tied):
        yield from _tied(card, face, titles, value, number)
    if card.attributes:
        yield {"type": "divider"}
        yield _section(f"*{text(card.language, 'known')}*")
    for each in card.attributes:
        told = {"title": escape(cut(each.title, 60)), "value": _value(each), "purpose": escape(cut(each.purpose, 300))}
        yield _section(text(card.language, "purpose", **told, until=_day(card, each.until)))
    if card.more:
        yield _section(text(card.language, "shown_more"))


def _tied(card: ContactCard, face: Face, titles: Titles, value: Value, number: int) -> Iterator[View]:
    """Yield one contact that is linked or suggested, why, and what may be decided."""
    language, own = card.language, replace(value, mark=face.mark)
    lines = [_face(face, titles), escape(cut(reasons_text(language, card.time_zone, card.now, face.reasons), _LINE))]
    if face.tie == "linked":
        lines.append(text(language, "linked_by", who=_by(language, face.by), when=_when(card, face.at)))
        buttons = [
            action_button(language, actions.UNLINK, "unlink", own),
            action_button(language, actions.UNITE, "unite", own),
        ]
    else:
        buttons = same_buttons(language, own)
    yield _section("\n".join(filter(None, lines)))
    yield {"type": "actions", "block_id": f"guichet_tied_{number}", "elements": buttons}


def _by(language: str, by: str) -> str:
    """Return who linked two: a member of the workspace, a rule of ours, or whoever gave a command."""
    if by.startswith(("U", "W")) and by.isalnum():
        return f"<@{by}>"
    return text(language, "rule") if by.startswith("rule:") else escape(cut(by, 60))


def _turn(card: ContactCard, value: Value, *, whole: bool) -> View:
    """Return the button that shows the rest, or the five lines again."""
    if whole:
        return action_button(card.language, actions.CARD_LESS, "less", value)
    waiting = sum(each.tie == "suggested" for each in card.faces)
    more = action_button(card.language, actions.CARD_MORE, "more", value)
    return more | ({"text": _plain(text(card.language, "more_to_decide", count=waiting))} if waiting else {})


def _day(card: ContactCard, at: int) -> str:
    return datetime.fromtimestamp(at / 1000, ZoneInfo(card.time_zone)).strftime(
        "%d/%m/%Y" if card.language == "fr" else "%Y-%m-%d"
    )


def found_blocks(cards: Sequence[ContactCard], playbook: Playbook, titles: Titles, value: Value) -> list[View]:
    """Return who was found: one line a person with the button that opens their card."""
    return [
        _section(f"{_who(card, titles)}\n{_tickets(card, playbook)}")
        | {
            "accessory": action_button(
                card.language, actions.CARD, "card", replace(value, contact=str(card.contact_id))
            )
        }
        for card in cards
    ]


def _section(words: str) -> View:
    return {"type": "section", "text": {"type": "mrkdwn", "text": cut(words, 2_900), "verbatim": True}}


def _plain(words: str) -> View:
    return {"type": "plain_text", "text": words, "emoji": True}
