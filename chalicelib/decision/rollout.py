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
from ..playbook.in_force import approval_of, rollout_of
from ..playbook.release import ALL, FULL, NO_CAP, Approval, Rollout
from ..playbook.schema import Hours, Playbook, effective_autonomy
from ..store import keys
from ..store.caps import CapSlot
from .answer_text import to_person
from .input import DecisionInput

Free = Callable[[str, str, int], CapSlot | None]  # a free slot of (what the cap counts, day, cap)
_ANYBODY = Approval(owner="-", approved_on="0001-01-01", valid_until="9999-12-31")


def not_open(inputs: DecisionInput) -> Decision | None:
    """Return why an intent at `auto` may not answer here and now; None where it may."""
    intent = inputs.intent or ""
    lacks = approval_of(inputs.playbook, intent).lacks(local_day(inputs.playbook.hours, inputs.now))
    if lacks:
        return to_person(inputs, "expired") if lacks == "expired" else to_person(inputs, "unapproved")
    rollout, _ = rollout_of(inputs.playbook, intent)
    if not in_share(rollout, inputs.conversation.contact_id):
        return to_person(inputs, "outside_share")
    if continues(inputs):
        return None
    if not in_hours(rollout, staffed=inputs.staffed):
        return to_person(inputs, "outside_hours")
    return to_person(inputs, "over_cap") if inputs.full else None


def in_share(rollout: Rollout, contact_id: str) -> bool:
    """Return whether this contact is in the share: always the same contacts, also when the share grows."""
    return rollout.share >= ALL or int(keys.digest("share", contact_id, length=8), 16) % ALL < rollout.share


def in_hours(rollout: Rollout, *, staffed: bool) -> bool:
    """Return whether the intent may answer now: while people are there (`staffed`), or while nobody is."""
    return rollout.hours in ("all", "open" if staffed else "closed")


def continues(inputs: DecisionInput) -> bool:
    """Return whether the customer gives what the bot had asked for: the rollout does not interrupt a dialogue."""
    return bool(inputs.intent) and inputs.conversation.asked_intent == inputs.intent


def speaks_now(inputs: DecisionInput, intent: str) -> bool:
    """Return whether this intent, at `auto`, would answer this contact now, daily caps aside."""
    rollout, _ = rollout_of(inputs.playbook, intent)
    approved = not approval_of(inputs.playbook, intent).lacks(local_day(inputs.playbook.hours, inputs.now))
    return approved and in_share(rollout, inputs.conversation.contact_id) and in_hours(rollout, staffed=inputs.staffed)


def with_slot(inputs: DecisionInput, free: Free) -> DecisionInput:
    """
    Return the input with the slot of the daily cap that its answer would take, or marked as full.

    One small read (`free`), only where a cap is set and everything else allows the answer.
    """
    intent = inputs.intent or ""
    if intent not in inputs.playbook.intents:
        return inputs
    rollout, subject = rollout_of(inputs.playbook, intent)
    level = effective_autonomy(inputs.playbook, intent, inputs.channel, inputs.public, inputs.language)
    if rollout.cap == NO_CAP or level is not Autonomy.AUTO or not_open(inputs) is not None or continues(inputs):
        return inputs
    day = cap_day(inputs.playbook.hours, inputs.now)
    found = free(subject, day, rollout.cap)
    return replace(inputs, slot=found, full=found is None)


def cap_day(hours: Hours, now: Millis) -> str:
    """
    Return the day that a cap counts, as a local date: from the week's earliest opening hour to the next one.

    So a night belongs to one day. A brand without hours has days from midnight.
    """
    openings = [shifts[0][0] for shifts in hours.week if shifts]
    return (wall(hours, now) - timedelta(minutes=min(openings, default=0))).date().isoformat()


def without_rollout(playbook: Playbook) -> Playbook:
    """Return the playbook without share, cap and hours: every customer would be answered."""
    intents = {name: replace(intent, degrees=None) for name, intent in playbook.intents.items()}
    return replace(playbook, intents=intents, autonomy=replace(playbook.autonomy, degrees=FULL))


def wide_open(playbook: Playbook) -> Playbook:
    """Return the playbook without share, cap, hours and approvals: every text could be sent."""
    opened = without_rollout(playbook)
    intents = {name: replace(intent, approval=_ANYBODY) for name, intent in opened.intents.items()}
    return replace(opened, intents=intents)
