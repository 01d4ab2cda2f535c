"""
Gradual rollout (feature flag), before an automatic answer: who approved its text, and the share, cap and hours set.

A customer outside them gets a ticket with the same text as a suggestion, as under `suggest`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from ..model import Autonomy, Decision, Millis
from ..playbook.hours import local_day, wall
from ..playbook.in_force import approval_of, degrees_of
from ..playbook.release import ALL, FULL, NO_CAP, Approval, Degrees
from ..playbook.schema import Hours, Playbook, effective_autonomy
from ..store import keys
from ..store.caps import Place
from .answer_text import to_person
from .input import View

Free = Callable[[str, str, int], Place | None]  # a free slot of (what the cap counts, day, cap)
_ANYBODY = Approval(owner="-", approved_on="0001-01-01", valid_until="9999-12-31")


def not_open(view: View) -> Decision | None:
    """Return why an intent at `auto` may not answer here and now; None where it may."""
    intent = view.topic or ""
    lacks = approval_of(view.playbook, intent).lacks(local_day(view.playbook.hours, view.now))
    if lacks:
        return to_person(view, "expired") if lacks == "expired" else to_person(view, "unapproved")
    degrees, _ = degrees_of(view.playbook, intent)
    if not in_share(degrees, view.conversation.contact_id):
        return to_person(view, "outside_share")
    if continues(view):
        return None
    if not in_hours(degrees, staffed=view.staffed):
        return to_person(view, "outside_hours")
    return to_person(view, "over_cap") if view.full else None


def in_share(degrees: Degrees, contact_id: str) -> bool:
    """Return whether this contact is in the share: always the same contacts, also when the share grows."""
    return degrees.share >= ALL or int(keys.digest("share", contact_id, length=8), 16) % ALL < degrees.share


def in_hours(degrees: Degrees, *, staffed: bool) -> bool:
    """Return whether the intent may answer now: while people are there (`staffed`), or while nobody is."""
    return degrees.hours in ("all", "open" if staffed else "closed")


def continues(view: View) -> bool:
    """Return whether the customer gives what the bot had asked for: a dialogue that began is finished."""
    return bool(view.topic) and view.conversation.asked_intent == view.topic


def speaks_now(view: View, intent: str) -> bool:
    """Return whether this intent, at `auto`, would answer this contact now, daily caps aside."""
    degrees, _ = degrees_of(view.playbook, intent)
    approved = not approval_of(view.playbook, intent).lacks(local_day(view.playbook.hours, view.now))
    return approved and in_share(degrees, view.conversation.contact_id) and in_hours(degrees, staffed=view.staffed)


def placed(view: View, free: Free) -> View:
    """
    Return the view with the slot of the daily cap that its answer would take, or marked as full.

    One small read (`free`), only where a cap is set and everything else allows the answer.
    """
    topic = view.topic or ""
    if topic not in view.playbook.intents:
        return view
    degrees, subject = degrees_of(view.playbook, topic)
    level = effective_autonomy(view.playbook, topic, view.channel, view.public, view.language)
    if degrees.cap == NO_CAP or level is not Autonomy.AUTO or not_open(view) is not None or continues(view):
        return view
    day = cap_day(view.playbook.hours, view.now)
    found = free(subject, day, degrees.cap)
    return replace(view, place=found, full=found is None)


def cap_day(hours: Hours, now: Millis) -> str:
    """
    Return the day that a cap counts, as a local date: from the week's earliest opening hour to the next one.

    So a night belongs to one day. A brand without hours has days from midnight.
    """
    openings = [shifts[0][0] for shifts in hours.week if shifts]
    return (wall(hours, now) - timedelta(minutes=min(openings, default=0))).date().isoformat()


def without_degrees(playbook: Playbook) -> Playbook:
    """Return the playbook without share, cap and hours: what any customer would be told."""
    intents = {name: replace(intent, degrees=None) for name, intent in playbook.intents.items()}
    return replace(playbook, intents=intents, autonomy=replace(playbook.autonomy, degrees=FULL))


def wide_open(playbook: Playbook) -> Playbook:
    """Return the playbook without share, cap, hours and approvals: what would be said of all its texts."""
    opened = without_degrees(playbook)
    intents = {name: replace(intent, approval=_ANYBODY) for name, intent in opened.intents.items()}
    return replace(opened, intents=intents)
