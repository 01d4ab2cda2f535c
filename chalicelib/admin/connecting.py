"""How an account is connected: as its channel says, as the agents' workspace does, or the brand's order service."""

from __future__ import annotations

from .. import shop
from ..channels import REGISTRY
from ..ports import LOOKUP_CHANNEL, ConnectSteps, Secret
from ..workspaces import WORKSPACES

SHOP = ConnectSteps(
    account="",
    secrets=(
        Secret("url", "where the shop answers, public and https, such as https://shop.example/guichet"),
        Secret("secret", "of your own making (openssl rand -hex 32); the shop has the same one"),
    ),
    asks="`guichet account doctor` asks the shop for an order that does not exist",
    check=shop.endpoint,
)
CONNECTABLE = (*REGISTRY, *WORKSPACES, str(LOOKUP_CHANNEL))


def connecting(channel: str) -> ConnectSteps:
    """Return what an account of one of CONNECTABLE needs."""
    if channel == LOOKUP_CHANNEL:
        return SHOP
    return WORKSPACES[channel].connecting() if channel in WORKSPACES else REGISTRY[channel].connecting()


def is_set_by_token(channel: str) -> bool:
    """Return whether a token that was typed can set what is set at the platform, which has no consent page."""
    steps = connecting(channel)
    return steps.subscribe is not None and steps.consent is None
