"""
"Continue on …": the dialog in which an agent leads the customer elsewhere, sends the last answer there, or a code.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...conversation import TicketRecord
from ...playbook.schema import Playbook
from . import actions
from .actions import Value
from .clicks import Click
from .modals import text_view
from .ticket_view import TicketView
from .wording import pick, say

CODE = "code"  # what the verb is told where no channel is meant (`engine.order_codes.BY_AGENT`)
COPY = "copy "  # and before the channel that the last answer is sent on too (`engine.copies.BY_AGENT`)
# key -> (French, English)
_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Continuer ailleurs", "Continue elsewhere"),
    "leads": (
        (
            "La personne reçoit un lien, qui sert une seule fois, pendant 24 heures. Rien n'est montré là-bas avant "
            "qu'elle ait confirmé ici que c'est bien elle."
        ),
        (
            "The customer gets a link, which works once, for 24 hours. Nothing is shown there until they have "
            "confirmed here that it is they."
        ),
    ),
    "copies": (
        "La dernière réponse ne part que là où il est prouvé que c'est la même personne ; le fil le dit.",
        "The last answer goes only where they are proved to be the same person; the thread says so.",
    ),
    "proves": (
        "Le code part à l'adresse de la commande : écrit ici, il réunit ce que la personne a écrit ailleurs.",
        "The code goes to the order's address: typed here, it brings together what the customer wrote elsewhere.",
    ),
    "on": ("Sur {channel}", "On {channel}"),
    "copy": ("Dernière réponse aussi : {channel}", "Last answer too: {channel}"),
    "code": ("Envoyer un code", "Send a code"),
    "done": (
        "C'est parti. Le fil de la demande dira ce qu'il en est, et quand la personne aura confirmé.",
        "It is on its way. The ticket's thread will say what became of it, and when the customer has confirmed.",
    ),
}


def ways_of(ticket: TicketRecord, playbook: Playbook) -> tuple[tuple[str, str], ...]:
    """Return where a ticket's customer can be led, as (what the verb is told, its title); none from a public place."""
    if ticket.public or ticket.window_closed:
        return ()
    ways = [way for way in playbook.ways if way.channel != ticket.address.channel]
    found = tuple((f"{what}{way.channel}", way.title) for what in ("", COPY) for way in ways)
    code = playbook.code_by and playbook.can_look_up and any(each.subject == "order" for each in ticket.orders)
    return (*found, (CODE, "")) if code else found


def continue_view(view: TicketView) -> dict[str, Any]:
    """Return the dialog that asks where; each button carries its answer."""
    value = Value(brand=view.brand, ticket_id=view.ticket_id, account_id=view.account_id, rev=view.rev, seen=view.seen)
    buttons = [
        {
            "type": "button",
            "action_id": action,
            "text": _plain(_text(view.language, _said(where, title), channel=title)),
            "value": actions.encode(replace(value, scope=where)),
        }
        for action, (where, title) in zip(actions.CONTINUE_TO, view.ways, strict=False)
    ]
    told = [_text(view.language, "leads")] if any(title for _, title in view.ways) else []
    told += [_text(view.language, "copies")] if any(where.startswith(COPY) for where, _ in view.ways) else []
    told += [_text(view.language, "proves")] if any(where == CODE for where, _ in view.ways) else []
    return {
        "type": "modal",
        "private_metadata": actions.encode(replace(value, language=view.language)),
        "title": _plain(_text(view.language, "title")),
        "close": _plain(say(view.language, "cancel")),
        "blocks": [
            *({"type": "section", "text": _plain(each)} for each in told),
            {"type": "actions", "elements": buttons},
        ],
    }


def _said(where: str, title: str) -> str:
    return ("copy" if where.startswith(COPY) else "on") if title else CODE


def led(click: Click) -> None:
    """Lead the customer of a ticket elsewhere, and say in the dialog that it is on its way."""
    click.services.enqueue(click.brand, click.event)
    language = click.services.language_of(click.brand)
    click.change(text_view(language, _text(language, "done")))


def _text(language: str, key: str, **values: object) -> str:
    return pick(_WORDS[key], language).format(**values)


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": True}
