"""
Accounts that receive no events any more: a platform that switches a webhook off tells nobody.

Intake notes, at most twice an hour and process, when an account's last verified event came. From that the sweep stores
which hours of the last four weeks had events, in one small item an account, and counts the accounts that are silent for
too long.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..model import Account, Millis, Pulse
from ..ports import DESK_CHANNEL, LOOKUP_CHANNEL
from ..services import Deps

HOUR_MS = 3_600_000
WEEK = 7 * 24  # hours
WEEKS = 4
LEAST = 6  # hours of silence that are nobody's concern
NEW = 24  # the same, for an account without a week behind it
TIMES = 4
EVERY_MS = 600_000  # how often the sweep looks


def beaten(pulse: Pulse) -> Pulse:
    """Return the activity history with the hour of its last event; hours older than four weeks fall out."""
    hour = pulse.last // HOUR_MS
    if not pulse.hours:
        return replace(pulse, newest=hour, since=hour, hours=1)
    passed = max(0, hour - pulse.newest)
    kept = (1 << (WEEKS * WEEK + 1)) - 1
    return replace(pulse, newest=pulse.newest + passed, hours=(pulse.hours << passed | (hour >= pulse.newest)) & kept)


def patience(pulse: Pulse, now: Millis) -> int:
    """
    Return how many hours of silence are normal: four times the longest seen at this hour of this weekday.

    At least six hours; a day for an account younger than a week.
    """
    hour = now // HOUR_MS
    before = [hour - WEEK * week for week in range(1, WEEKS + 1) if hour - WEEK * week >= pulse.since]
    if not before:
        return NEW
    return max(LEAST, TIMES * max(_silence_at(pulse, each) for each in before))


def _silence_at(pulse: Pulse, hour: int) -> int:
    """Return how many hours before this one the last event was; as long as is remembered where none was."""
    seen = pulse.hours >> (pulse.newest - hour) if hour <= pulse.newest else pulse.hours << (hour - pulse.newest)
    return (seen & -seen).bit_length() - 1 if seen else hour - pulse.since


def silent_since(account: Account, pulse: Pulse | None, now: Millis) -> Millis | None:
    """Return when an account's last event came (or it was connected), if that is too long ago; else None."""
    last = pulse.last if pulse is not None else account.connected_at
    if not last:
        return None
    allowed = patience(pulse, now) if pulse is not None else NEW
    return last if now - last > allowed * HOUR_MS else None


def listen(deps: Deps) -> None:
    """Look at every account of a platform, six times an hour: store its history, and count the silent ones."""
    now = deps.clock()
    if now // 60_000 * 60_000 % EVERY_MS:
        return
    silent = sum(_look(account, now, deps) for account in customers(deps.directory.accounts()))
    if silent:
        deps.counter("silent_accounts", silent)


def customers(accounts: Iterator[Account]) -> Iterator[Account]:
    """Return the accounts at which customers write; Slack and shops may be silent."""
    return (each for each in accounts if each.channel not in (DESK_CHANNEL, LOOKUP_CHANNEL))


def _look(account: Account, now: Millis, deps: Deps) -> bool:
    pulse = deps.directory.pulse(account)
    if pulse is not None and pulse.last // HOUR_MS != pulse.newest:
        deps.directory.keep_pulse(account, beaten(pulse))
    return silent_since(account, pulse, now) is not None
