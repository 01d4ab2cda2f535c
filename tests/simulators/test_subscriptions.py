"""The simulated platforms say where they send an account's events, as `guichet account doctor` asks them."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.admin.connecting import connecting
from chalicelib.errors import SendError
from chalicelib.http import HttpClient
from chalicelib.model import AccountId, Credentials

from .conftest import Stand

CHANNELS = ["messenger", "whatsapp", "x"]


def account(stand: Stand, channel: str) -> dict[str, Any]:
    found: dict[str, Any] = stand.system.config["brands"][0]["accounts"][channel]
    return found


def asked(stand: Stand, channel: str, secret: str, token: str) -> Any:
    own, steps = account(stand, channel), connecting(channel)
    credentials = Credentials(
        app_secrets=(secret,), app_id=own.get("app_id", ""), token=token, extra={"consumer_key": "consumer-key"}
    )
    assert steps.subscription is not None
    return steps.subscription(HttpClient(f"{stand.url}/{channel}"), credentials, AccountId(own["account_id"]))


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_platform_says_that_it_sends_events_to_the_accounts_address(stand: Stand, channel: str) -> None:
    own = account(stand, channel)
    told = asked(stand, channel, own.get("app_secret") or own["consumer_secret"], own["token"])

    assert told.urls == (own["webhook_url"],)
    assert not told.missing


@pytest.mark.parametrize("channel", CHANNELS)
def test_who_has_neither_secret_nor_token_is_told_nothing(stand: Stand, channel: str) -> None:
    with pytest.raises(SendError):
        asked(stand, channel, "guessed", "guessed")
