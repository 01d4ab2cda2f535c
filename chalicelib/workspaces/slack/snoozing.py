"""
"Remind me": when, by the brand's own clock, and the dialog that asks. Pure.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from ...model import Millis
from ...playbook.hours import instant, wall
from ...playbook.schema import Hours
from . import actions
from .actions import Value
from .ticket_view import TicketView
from .times import clock
from .wording import pick, say

# key -> (French, English)
_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Me le rappeler", "Remind me"),
    "leaves": (
        "La demande quitte vos listes jusque-là, ou jusqu'à ce que la personne écrive. Le délai de réponse reste.",
        "The ticket leaves your lists until then, or until the customer writes. The answer's deadline stays.",
    ),
    "hours": ("Dans 2 heures", "In 2 hours"),
    "tomorrow": ("Demain à 9 h", "Tomorrow at 9 am"),
    "monday": ("Lundi à 9 h", "Monday at 9 am"),
    "done": ("C'est noté : rappel {when}.", "Noted: you are reminded {when}."),
    "not_yours": (
        "Seule la personne qui a pris la demande peut se la faire rappeler.",
        "Only who has taken the ticket can be reminded of it.",
    ),
}
_HOURS_MS = 2 * 3_600_000
_NINE = 9 * 60  # minutes of a day


def until(choice: str, hours: Hours, now: Millis) -> Millis | None:
    """Return when that is: in two hours, or at nine tomorrow or next Monday; None for any other word."""
    today = wall(hours, now).date()
    days = {"tomorrow": 1, "monday": 7 - today.weekday()}
    if choice in days:
        return instant(hours, today + timedelta(days=days[choice]), _NINE)
    return Millis(now + _HOURS_MS) if choice == "hours" else None


def snooze_view(view: TicketView) -> dict[str, Any]:
    """Return the dialog that asks when; each button carries its answer."""
    value = Value(brand=view.brand, ticket_id=view.ticket_id, account_id=view.account_id, rev=view.rev, seen=view.seen)
    buttons = [
        {
            "type": "button",
            "action_id": action,
            "text": _plain(_text(view.language, when)),
            "value": actions.encode(replace(value, action=when)),
        }
        for when, action in actions.SNOOZE_UNTIL.items()
    ]
    return {
        "type": "modal",
        "private_metadata": actions.encode(replace(value, language=view.language)),
        "title": _plain(_text(view.language, "title")),
        "close": _plain(say(view.language, "cancel")),
        "blocks": [
            {"type": "section", "text": _plain(_text(view.language, "leaves"))},
            {"type": "actions", "elements": buttons},
        ],
    }


def answer_words(view: TicketView | None, language: str, at: Millis | None, now: Millis) -> str:
    """Return the sentence that says until when (`at`); or, for None, that the ticket is another's."""
    if at is None or view is None:
        return _text(language, "not_yours")
    when = clock(at, view.time_zone, language, now)
    before = "at " if language != "fr" else "le " if "," in when else "à "
    return _text(language, "done", when=before + when)


def _text(language: str, key: str, **values: object) -> str:
    return pick(_WORDS[key], language).format(**values)


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": True}
