"""
Where a brand's customers can go on, and by which account codes are sent: what its playbook names and is connected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from .model import Account
from .move_port import Way
from .playbook.schema import Playbook
from .ports import Traits


def with_ways(
    playbook: Playbook, accounts: Callable[[], Iterable[Account]], traits: Callable[[str], Traits]
) -> Playbook:
    """Return a playbook with the ways that are open; `accounts` are read only where it names any, or sends codes."""
    if not (playbook.continue_on or playbook.codes):
        return playbook
    found = [each for each in accounts() if not each.paused]
    there = {each.channel for each in found}
    ways = [
        Way(channel, kind.title, kind.way_in, place)
        for channel, place in playbook.continue_on.items()
        if channel in there and (kind := traits(channel)).way_in is not None and kind.private is not None
    ]
    return replace(playbook, ways=tuple(ways), code_by=_code_by(found, traits) if playbook.codes else "")


def _code_by(accounts: Iterable[Account], traits: Callable[[str], Traits]) -> str:
    """Return the account that sends codes: one that writes mails, else one that may write to any telephone."""
    named = sorted(accounts, key=lambda each: (each.channel, each.account_id))
    found = [(each, traits(each.channel).private) for each in named]
    mails = [each for each, surface in found if surface is not None and surface.subject_limit]
    phones = [
        each for each, surface in found if surface is not None and traits(each.channel).phones and not surface.window_ms
    ]
    return next((f"{each.channel}#{each.account_id}" for each in (*mails, *phones)), "")
