"""
Accounts that receive no events any more: a platform that switches a webhook off tells nobody.

Intake notes an account's activity, at most twice an hour and process: when an account's last verified event came. From
that the sweep stores which hours of the last four weeks had events, in one small item an account, and counts the
accounts that are silent for too long.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..model import Account, Activity, Millis
from ..ports import LOOKUP_CHANNEL
from ..services import Services

HOUR_MS = 3_600_000
WEEK = 7 * 24  # hours
WEEKS = 4
LEAST = 6  # hours of silence that are always normal
NEW = 24  # the same, for an account without a week behind it
TIMES = 4
EVERY_MS = 600_000  # how often the sweep looks


def beaten(activity: Activity) -> Activity:
    """Return the activity history with the hour of its last event; hours older than four weeks fall out."""
    hour = activity.last // HOUR_MS
    if not activity.hours:
        return replace(activity, newest=hour, since=hour, hours=1)
    passed = max(0, hour - activity.newest)
    kept = (1 << (WEEKS * WEEK + 1)) - 1
    return replace(
        activity, newest=activity.newest + passed, hours=(activity.hours << passed | (hour >= activity.newest)) & kept
    )


def patience(activity: Activity, now: Millis) -> int:
    """
    Return how many hours of silence are normal: four times the longest seen at this hour of this weekday.

    At least six hours; a day for an account younger than a week.
    """
    hour = now // HOUR_MS
    before = [hour - WEEK * week for week in range(1, WEEKS + 1) if hour - WEEK * week >= activity.since]
    if not before:
        return NEW
    return max(LEAST, TIMES * max(_silence_at(activity, each) for each in before))


def _silence_at(activity: Activity, hour: int) -> int:
    """Return how many hours before this one the last event was; the whole history's length where none was."""
    seen = (
        activity.hours >> (activity.newest - hour)
        if hour <= activity.newest
        else activity.hours << (hour - activity.newest)
    )
    return (seen & -seen).bit_length() - 1 if seen else hour - activity.since


def silent_since(account: Account, activity: Activity | None, now: Millis) -> Millis | None:
    """Return when an account's last event came (or the account was connected), if that is too long ago; else None."""
    last = activity.last if activity is not None else account.connected_at
    if not last:
        return None
    allowed = patience(activity, now) if activity is not None else NEW
    return last if now - last > allowed * HOUR_MS else None


def listen(services: Services) -> None:
    """Look at every account of a platform, six times an hour: store its history, and count the silent ones."""
    now = services.clock()
    if now // 60_000 * 60_000 % EVERY_MS:
        return
    silent = sum(
        _look(account, now, services) for account in customers(services.directory.accounts(), services.desk.name)
    )
    if silent:
        services.metrics("silent_accounts", silent)


def customers(accounts: Iterator[Account], workspace: str) -> Iterator[Account]:
    """Return the accounts at which customers write; desks (of this workspace) and shops may be silent."""
    return (each for each in accounts if each.channel not in (workspace, LOOKUP_CHANNEL))


def _look(account: Account, now: Millis, services: Services) -> bool:
    activity = services.directory.activity(account)
    if activity is not None and activity.last // HOUR_MS != activity.newest:
        services.directory.keep_activity(account, beaten(activity))
    return silent_since(account, activity, now) is not None
