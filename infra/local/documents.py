"""
What the running stack tells others: the ready file (COMMANDS.md's promise) and the simulators' configuration. Pure.
"""

from __future__ import annotations

from typing import Any

from chalicelib.channels import REGISTRY

from .identities import BRANDS, DEMO_BRAND, SLACK, SLACK_CHANNELS, TEAM, Identity
from .played import all_played

SLACK_ROUTES = {"events_url": "events", "actions_url": "actions", "options_url": "options", "commands_url": "commands"}


def bases(simulators: str) -> dict[str, str]:
    """Give what replaces scheme and host of each platform's URLs (LOCAL_BASES)."""
    return {platform: f"{simulators}/{platform}" for platform in (*all_played(), "slack", "shop")}


def ready_document(page: str, api: str, identities: tuple[Identity, ...]) -> dict[str, Any]:
    """Give the ready document: the demo brand's accounts, Slack, and where to see what the system sent."""
    accounts = {
        each.channel: _webhook(each, api) for each in identities if each.brand == DEMO_BRAND and each.channel != SLACK
    }
    return {
        "page": f"{page}/",
        "api": f"{api}/",
        "brand": DEMO_BRAND,
        "accounts": accounts,
        "slack": _slack_urls(api)
        | {
            "signing_secret": _workspace(identities).app_secret,
            "team_id": TEAM,
            "channel_id": SLACK_CHANNELS[DEMO_BRAND],
        },
        "simulator": {"outbound_url": f"{page}/outbound", "faults_url": f"{page}/faults"},
    }


def simulators_document(
    api: str, identities: tuple[Identity, ...], table: dict[str, str], aws_pid: int
) -> dict[str, Any]:
    """Give the simulators' configuration: they play the platforms, so they know the platforms' half of the secrets."""
    brands = []
    for brand, name in BRANDS.items():
        accounts = {
            each.channel: _webhook(each, api) | {"token": each.token} | _platform_half(each)
            for each in identities
            if each.brand == brand and each.channel != SLACK
        }
        brands.append(
            {"brand": brand, "name": name, "accounts": accounts, "slack": {"channel_id": SLACK_CHANNELS[brand]}}
        )
    workspace = _workspace(identities)
    return {
        "brands": brands,
        "slack": _slack_urls(api)
        | {"signing_secret": workspace.app_secret, "team_id": TEAM, "bot_token": workspace.token},
        "table": table,
        "ministack": {"pid": aws_pid},
    }


def _webhook(each: Identity, api: str) -> dict[str, str]:
    played = all_played()[each.channel]
    suffix = REGISTRY[each.channel].connecting().suffix
    address = {"webhook_url": f"{api}/webhooks/{each.channel}/{each.key}{suffix}", "account_id": each.account_id}
    beside = {"verify_token": each.verify_token, **each.extra}
    return address | {played.secret: each.app_secret} | {name: beside[name] for name in played.told}


def _platform_half(each: Identity) -> dict[str, str]:
    held = {"app_id": each.app_id, "token_secret": each.token_secret, "consumer_key": each.consumer_key}
    screen_name = each.brand.replace("-", "_")
    return {**each.extra, **{name: value for name, value in held.items() if value}, "screen_name": screen_name}


def _slack_urls(api: str) -> dict[str, str]:
    return {name: f"{api}/slack/{route}" for name, route in SLACK_ROUTES.items()}


def _workspace(identities: tuple[Identity, ...]) -> Identity:
    return next(each for each in identities if each.channel == SLACK)
