"""
The invented brands, accounts and secrets of the local stack. Secrets are drawn at the first run, never in the repo.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from chalicelib.model import Account, AccountId, AccountKey, BrandId, ChannelName

from .played import all_played
from .state import Home, write_json

BRANDS = {"maison-lune": "Maison Lune", "atelier-nord": "Atelier Nord"}
DEMO_BRAND = "maison-lune"
_FIELDS = ("verify_token", "token_secret", "consumer_key")  # drawn secrets that have a field of their own
SLACK, SLACK_APP = "slack", "A0GUICHET"
TEAM = "T0GUICHET"
SLACK_CHANNELS = {"maison-lune": "C0MAISON", "atelier-nord": "C0ATELIER"}


@dataclass(frozen=True, slots=True)
class Identity:
    """One account with the platform's half and ours: ids are public, the rest is secret."""

    brand: str
    channel: str
    account_id: str
    key: str
    app_id: str
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    token: str = field(repr=False)
    token_secret: str = field(default="", repr=False)
    consumer_key: str = field(default="", repr=False)
    extra: Mapping[str, str] = field(default_factory=dict, repr=False)  # what a channel needs beside the fields above

    @property
    def app_key(self) -> str:
        """Each brand has its own platform apps; the workspace is shared, as its app is."""
        return "workspace" if self.channel == SLACK else self.brand

    def account(self) -> Account:
        """Give the account as the table keeps it."""
        return Account(
            key=AccountKey(self.key),
            brand=BrandId(self.brand),
            channel=ChannelName(self.channel),
            account_id=AccountId(self.account_id),
            app_key=self.app_key,
            name=BRANDS[self.brand],
        )


def identities(place: Home) -> tuple[Identity, ...]:
    """Read the stack's identities, or draw and keep them; a channel that came since is drawn then."""
    kept = _kept(place)
    known = {(each.brand, each.channel) for each in kept}
    drawn = [_draw(brand, channel) for brand in BRANDS for channel in all_played() if (brand, channel) not in known]
    if not any(each.channel == SLACK for each in kept):
        drawn += _workspace()
    if drawn:
        write_json(place.identities, [asdict(each) for each in (*kept, *drawn)])
    return (*kept, *drawn)


def shown_on(people: tuple[Identity, ...], page: str) -> tuple[Identity, ...]:
    """Let this machine's own page (its address) show what only some origins may, by either of its names."""
    own = f"{page} {page.replace('127.0.0.1', 'localhost')}"
    return tuple(
        replace(each, extra={**each.extra, "origins": f"{each.extra['origins']} {own}"})
        if "origins" in each.extra
        else each
        for each in people
    )


def _kept(place: Home) -> tuple[Identity, ...]:
    if not place.identities.is_file():
        return ()
    kept: list[dict[str, Any]] = json.loads(place.identities.read_text(encoding="utf-8"))
    return tuple(Identity(**each) for each in kept)


def _workspace() -> list[Identity]:
    signing_secret, bot_token = secrets.token_hex(16), f"xoxb-{secrets.token_hex(16)}"
    return [
        Identity(
            brand=brand,
            channel=SLACK,
            account_id=f"{TEAM}/{SLACK_CHANNELS[brand]}",
            key=secrets.token_urlsafe(16),
            app_id=SLACK_APP,
            app_secret=signing_secret,
            verify_token="",
            token=bot_token,
        )
        for brand in BRANDS
    ]


def _draw(brand: str, channel: str) -> Identity:
    played = all_played()[channel]
    drawn = {name: secrets.token_hex(length) for name, length in played.drawn.items()}
    return Identity(
        brand=brand,
        channel=channel,
        account_id=played.account_ids[brand],
        key=secrets.token_urlsafe(16),
        app_id=played.app_id,
        app_secret=secrets.token_hex(16),
        verify_token=drawn.get("verify_token", ""),
        token=played.token.format(account_id=played.account_ids[brand], drawn=secrets.token_hex(24)),
        token_secret=drawn.get("token_secret", ""),
        consumer_key=drawn.get("consumer_key", ""),
        extra={**played.invented, **{name: value for name, value in drawn.items() if name not in _FIELDS}},
    )
