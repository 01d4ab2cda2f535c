"""
The invented brands, accounts and secrets of the local stack. Secrets are drawn at the first run, never in the repo.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field
from typing import Any

from chalicelib.model import Account, AccountId, AccountKey, BrandId, ChannelName

from .state import Home, write_json

BRANDS = {"maison-lune": "Maison Lune", "atelier-nord": "Atelier Nord"}
DEMO_BRAND = "maison-lune"
META = ("messenger", "whatsapp")
X = "x"
SLACK = "slack"
# Invented, shaped like the platforms' own.
ACCOUNT_IDS = {
    ("maison-lune", "messenger"): "104200000000011",
    ("maison-lune", "whatsapp"): "106500000000021",
    ("maison-lune", "x"): "1740000000000000031",
    ("atelier-nord", "messenger"): "104200000000012",
    ("atelier-nord", "whatsapp"): "106500000000022",
    ("atelier-nord", "x"): "1740000000000000032",
}
APP_IDS = {"messenger": "310000000000001", "whatsapp": "310000000000002", "x": "27000001", "slack": "A0GUICHET"}
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
    """Read the stack's identities, or draw and keep them."""
    if place.identities.is_file():
        kept: list[dict[str, Any]] = json.loads(place.identities.read_text(encoding="utf-8"))
        return tuple(Identity(**each) for each in kept)
    signing_secret, bot_token = secrets.token_hex(16), f"xoxb-{secrets.token_hex(16)}"
    drawn = [_draw(brand, channel) for brand in BRANDS for channel in (*META, X)]
    drawn += [
        Identity(
            brand=brand,
            channel=SLACK,
            account_id=f"{TEAM}/{SLACK_CHANNELS[brand]}",
            key=secrets.token_urlsafe(16),
            app_id=APP_IDS[SLACK],
            app_secret=signing_secret,
            verify_token="",
            token=bot_token,
        )
        for brand in BRANDS
    ]
    write_json(place.identities, [asdict(each) for each in drawn])
    return tuple(drawn)


def _draw(brand: str, channel: str) -> Identity:
    is_x = channel == X
    return Identity(
        brand=brand,
        channel=channel,
        account_id=ACCOUNT_IDS[brand, channel],
        key=secrets.token_urlsafe(16),
        app_id=APP_IDS[channel],
        app_secret=secrets.token_hex(16),
        verify_token="" if is_x else secrets.token_hex(8),
        token=secrets.token_hex(24),
        token_secret=secrets.token_hex(24) if is_x else "",
        consumer_key=secrets.token_hex(12) if is_x else "",
    )
