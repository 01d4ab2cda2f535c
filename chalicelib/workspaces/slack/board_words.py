"""
The board of a channel in words: how many open tickets there are, by what they wait for. Pure.

Figures only: no name, no subject, no agent.
"""

from __future__ import annotations

from datetime import timedelta

from ...model import Millis
from ...playbook.hours import wall
from ...playbook.schema import Playbook
from .open_lists import Standing
from .times import clock
from .wording import pick

_LEAST_MS = 30 * 60_000  # "before 11 am" is the next full hour that is so far away at least

# key -> (French, English)
_WORDS: dict[str, tuple[str, str]] = {
    "late": ("{count} en retard", "{count} late"),
    "soon": ("{count} avant {when}", "{count} before {when}"),
    "free": ("{count} libre", "{count} free"),
    "frees": ("{count} libres", "{count} free"),
    "taken": ("{count} pris", "{count} taken"),
    "customer": ("{count} attend le client", "{count} waits for the customer"),
    "customers": ("{count} attendent le client", "{count} wait for the customer"),
    "snoozed": ("{count} à rappeler", "{count} to be reminded of"),
    "unread": ("et {count} plus récentes", "and {count} newer ones"),
    "none": ("Aucune demande ouverte.", "No open ticket."),
}


def board_words(stands: Standing, playbook: Playbook) -> str:
    """Return the line of the board: what is late or soon due, who has it, what waits for somebody else."""
    language, soon = playbook.languages[0], next_hour(stands.now, playbook)
    free, taken = len(stands.free), len(stands.waiting) - len(stands.free)
    due = sum(stands.now < each.due_at <= soon for each in stands.waiting)
    parts = [
        ("late", len(stands.late)),
        ("soon", due),
        ("frees" if free > 1 else "free", free),
        ("taken", taken),
        ("customers" if len(stands.customer) > 1 else "customer", len(stands.customer)),
        ("snoozed", len(stands.snoozed)),
        ("unread", stands.unread),
    ]
    when = clock(soon, playbook.hours.time_zone, language)
    found = [_text(language, key, count=count, when=when) for key, count in parts if count]
    return f"📋 {' · '.join(found) or _text(language, 'none')}"


def next_hour(now: Millis, playbook: Playbook) -> Millis:
    """Return the next full hour of the brand's clock that is half an hour away at least."""
    then = wall(playbook.hours, Millis(now + _LEAST_MS))
    start = then.replace(minute=0, second=0, microsecond=0)
    full = start if start == then else start + timedelta(hours=1)
    return Millis(round(full.timestamp() * 1000))


def _text(language: str, key: str, **values: object) -> str:
    return pick(_WORDS[key], language).format(**values)
