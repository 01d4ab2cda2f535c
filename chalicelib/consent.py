"""
How a platform gives an account to us on its own page (OAuth), as values that a channel contributes.

Nothing here or in what implements it is kept: `admin.consents` keeps what must wait, and asks in this order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from .model import Credentials
from .web import Http


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a consent is asked for with: where the platform sends the person back to, our mark, and PKCE's challenge."""

    redirect: str
    state: str
    challenge: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The address of the platform's page, and what of the asking must be kept for its answer."""

    url: str
    kept: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the page `brought`, the `redirect` that it was asked with, PKCE's verifier, and what was `kept`."""

    brought: Mapping[str, str] = field(repr=False)
    redirect: str
    verifier: str = field(repr=False)
    kept: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """
    One account that may be connected now. `held`: its secrets, by their names.

    An id that ends with "/" is completed by whoever chooses. `lacks`: why it would not work, "" where nothing is known.
    """

    account_id: str
    name: str
    held: Mapping[str, str] = field(repr=False)
    lacks: str = ""


Grant = Mapping[str, str]  # what a platform gave for a consent: secrets, by names of the channel's own
Offer = tuple[tuple[Choice, ...], tuple[str, ...]]  # the accounts, and the scopes that were not given


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """
    A platform's consent page. All functions raise SendError.

    `scopes`: the permissions that are asked for. `asks`: the names of the secrets without which it cannot be asked;
    `lent`: those of them that are needed for it alone and never stored, with where they are found. `begin` gives the
    page's address, by one request at most. `takes`: what the page brings back. `exchange` makes a grant of that, once;
    `accounts` says with it which accounts there are, and which of the scopes were not given.
    """

    scopes: tuple[str, ...]
    asks: tuple[str, ...]
    begin: Callable[[Http, Credentials, Asking], Asked]
    exchange: Callable[[Http, Credentials, Answered], Grant]
    accounts: Callable[[Http, Credentials, Grant], Offer]
    takes: tuple[str, ...] = ("code",)
    lent: Mapping[str, str] = field(default_factory=dict)


class Half(NamedTuple):
    """One thing that must be set at a platform for events to come, or to stop: `why` it is not done, "" if it is."""

    what: str
    why: str = ""
