"""
Read the simulators' configuration file.

The file is JSON, written by `guichet run` (or by a test):

    {"brands": [{"brand": "maison-lune", "name": "Maison Lune",
                 "accounts": {"messenger": {"webhook_url", "account_id", "app_secret", "verify_token", "app_id",
                                            "token"},
                              "whatsapp":  {... the same ...},
                              "x": {"webhook_url", "account_id", "consumer_secret", "token", "token_secret",
                                    "screen_name"},
                              "sms": {"webhook_url", "account_id", "auth_token", "account_sid", "token"}},
                 "slack": {"channel_id": "C…"}}],
     "slack": {"events_url", "actions_url", "options_url", "commands_url", "signing_secret", "team_id", "bot_token"},
     "table": {"endpoint": "http://127.0.0.1:…", "name": "…"},          what `explain_source.why` reads (optional)
     "ministack": {"pid_file": "…"} or {"pid": 123}}                     whose children "Break it" may kill (optional)

A missing key is one clear sentence. Secrets stay out of `repr`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from infra.local.played import all_played

ACCOUNT_KEYS = ("webhook_url", "account_id", "token")
SLACK_KEYS = ("events_url", "actions_url", "commands_url", "signing_secret", "team_id", "bot_token")


class ConfigError(Exception):
    """The configuration file cannot be used; the message says which key is missing."""


@dataclass(frozen=True, slots=True)
class AccountConfig:
    """One account of a brand on one platform, with the platform's half of its secrets."""

    channel: str
    brand: str
    account_id: str
    webhook_url: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    token_secret: str = field(default="", repr=False)
    verify_token: str = field(default="", repr=False)
    app_id: str = ""
    screen_name: str = ""
    account_sid: str = ""
    extra: Mapping[str, str] = field(default_factory=dict, repr=False)  # what its channel alone has


@dataclass(frozen=True, slots=True)
class BrandConfig:
    """A brand: its accounts by channel name and its Slack channel."""

    brand: str
    name: str
    accounts: Mapping[str, AccountConfig]
    slack_channel: str = ""


@dataclass(frozen=True, slots=True)
class SlackConfig:
    """The one workspace: where its requests go and how they are signed."""

    events_url: str
    actions_url: str
    options_url: str
    commands_url: str
    team_id: str
    signing_secret: str = field(repr=False)
    bot_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SimulatorConfig:
    """Everything the simulators know of the stack around them."""

    brands: tuple[BrandConfig, ...]
    slack: SlackConfig | None
    table: Mapping[str, str]
    ministack: Mapping[str, str]

    def account(self, channel: str, account_id: str) -> AccountConfig | None:
        """Find an account by the platform's id of it."""
        for brand in self.brands:
            account = brand.accounts.get(channel)
            if account and account.account_id == account_id:
                return account
        return None

    def by_token(self, channel: str, token: str) -> AccountConfig | None:
        """Find the account that a sending token belongs to (`/me/messages`)."""
        for brand in self.brands:
            account = brand.accounts.get(channel)
            if account and token and account.token == token:
                return account
        return None

    def with_account(self, account: AccountConfig) -> SimulatorConfig:
        """Return the configuration with one account of a brand's as it is now."""
        brands = [
            replace(each, accounts={**each.accounts, account.channel: account}) if each.brand == account.brand else each
            for each in self.brands
        ]
        return replace(self, brands=tuple(brands))

    def without_tokens(self, text: str) -> str:
        """Return a path without the accounts' tokens, where a platform wants one there."""
        tokens = (account.token for brand in self.brands for account in brand.accounts.values())
        return next((text.replace(token, "TOKEN") for token in tokens if token in text), text)

    def brand(self, key: str) -> BrandConfig | None:
        """Find a brand by its key."""
        return next((brand for brand in self.brands if brand.brand == key), None)


def _need(block: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    missing = [key for key in keys if not block.get(key)]
    if missing:
        raise ConfigError(
            f"The simulators' configuration lacks {', '.join(missing)} in {where}: add it and start again."
        )


def _account(brand: str, channel: str, raw: Mapping[str, Any]) -> AccountConfig:
    played = all_played()[channel]
    _need(raw, (*ACCOUNT_KEYS, played.secret, *played.told), f"{brand}.accounts.{channel}")
    return AccountConfig(
        channel=channel,
        brand=brand,
        account_id=str(raw["account_id"]),
        webhook_url=str(raw["webhook_url"]),
        secret=str(raw[played.secret]),
        token=str(raw["token"]),
        token_secret=str(raw.get("token_secret", "")),
        verify_token=str(raw.get("verify_token", "")),
        app_id=str(raw.get("app_id", "")),
        screen_name=str(raw.get("screen_name") or brand.replace("-", "_")),
        account_sid=str(raw.get("account_sid", "")),
        extra={name: str(raw[name]) for name in (*played.drawn, *played.invented) if name in raw},
    )


def parse_config(raw: Mapping[str, Any]) -> SimulatorConfig:
    """
    Turn the decoded JSON into a configuration.

    Raises ConfigError naming each missing key. Accounts of channels that no simulator plays are left out.
    """
    _need(raw, ("brands",), "the file")
    brands = []
    for block in raw["brands"]:
        _need(block, ("brand", "accounts"), "a brand")
        accounts = {
            channel: _account(block["brand"], channel, account)
            for channel, account in block["accounts"].items()
            if channel in all_played()
        }
        channel_id = (block.get("slack") or {}).get("channel_id", "")
        brands.append(BrandConfig(block["brand"], block.get("name") or block["brand"], accounts, channel_id))
    slack = raw.get("slack")
    if slack:
        _need(slack, SLACK_KEYS, "slack")
    return SimulatorConfig(
        brands=tuple(brands),
        slack=SlackConfig(
            events_url=slack["events_url"],
            actions_url=slack["actions_url"],
            options_url=slack.get("options_url") or slack["actions_url"],
            commands_url=slack["commands_url"],
            team_id=slack["team_id"],
            signing_secret=slack["signing_secret"],
            bot_token=slack["bot_token"],
        )
        if slack
        else None,
        table={key: str(value) for key, value in (raw.get("table") or {}).items()},
        ministack={key: str(value) for key, value in (raw.get("ministack") or {}).items()},
    )


def load_config(path: Path) -> SimulatorConfig:
    """Read the file at `path`. Raises ConfigError when it is missing, is not JSON, or lacks a key."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"There is no configuration file at {path}: give one with --config.") from None
    except ValueError:
        raise ConfigError(f"{path} is not JSON: write it again.") from None
    return parse_config(raw)
