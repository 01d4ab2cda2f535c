"""
The channels that the local stack plays: their invented accounts, which secrets are drawn, and the platform's half.

A channel is one line of `PLAYED`. Its simulator reads the same line (infra.local.simulators).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """
    One channel's accounts in the local stack.

    `account_ids` by brand, `app_id` of our app: public. `secret`: what the platform calls the secret that signs its
    webhooks. `drawn`: other secrets by name, and of how many bytes; `invented`: what is no secret and the same in each
    run. `told`: which of these whoever plays the platform from outside needs beside the secret (COMMANDS.md's promise).
    """

    account_ids: Mapping[str, str]
    app_id: str = ""
    secret: str = "app_secret"  # noqa: S105 - a name
    drawn: Mapping[str, int] = field(default_factory=dict)
    invented: Mapping[str, str] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    by_phone: bool = False  # customers are known by their telephone numbers


def _meta(maison: str, atelier: str, app_id: str, *, by_phone: bool = False) -> Played:
    return Played(
        account_ids={"maison-lune": maison, "atelier-nord": atelier},
        app_id=app_id,
        drawn={"verify_token": 8},
        told=("verify_token",),
        by_phone=by_phone,
    )


def _twilio(maison: str, atelier: str) -> Played:
    return Played(
        account_ids={"maison-lune": maison, "atelier-nord": atelier},
        secret="auth_token",  # noqa: S106 - a name
        invented={"account_sid": "AC00000000000000000000000000000041"},
        told=("account_sid",),
        by_phone=True,
    )


# Shaped like the platforms' own.
PLAYED: Mapping[str, Played] = {
    "messenger": _meta("104200000000011", "104200000000012", "310000000000001"),
    "whatsapp": _meta("106500000000021", "106500000000022", "310000000000002", by_phone=True),
    "x": Played(
        account_ids={"maison-lune": "1740000000000000031", "atelier-nord": "1740000000000000032"},
        app_id="27000001",
        secret="consumer_secret",  # noqa: S106 - a name
        drawn={"token_secret": 24, "consumer_key": 12},
    ),
    "sms": _twilio("33757590041", "33757590042"),
    "whatsapp_twilio": _twilio("33757590051", "33757590052"),
}
