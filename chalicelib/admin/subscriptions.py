"""Asks a platform about an account: how long its token lasts, what it may, where events go (`account_checks`)."""

from __future__ import annotations

from collections.abc import Iterator

from ..account_checks import addresses, platform_says
from ..model import Account, Credentials
from ..workspaces import WORKSPACES
from .connecting import connecting
from .findings import Finding
from .services import AccountServices


def subscribed(here: AccountServices, account: Account, held: Credentials, api: str) -> Iterator[Finding]:
    """Ask the platform. `api`: the address that platforms are given; the stage's others serve as well."""
    steps = connecting(account.channel)
    bases = dict.fromkeys([api, *here.settings.public_urls])
    known = account.channel not in WORKSPACES
    ours = addresses(account, bases, here.directory, steps.suffix) if known else [""]
    http = here.http_of(account.channel, held)
    yield from platform_says(steps, account, held, http, ours, here.clock)
