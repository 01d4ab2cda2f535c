"""
Secrets from SSM: one SecureString of apps per channel, one of tokens per account; cached 5 minutes.

When SSM does not answer, the last known value is used: a webhook must not be lost to a throttled parameter.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import Misconfigured, Retryable
from ..model import Account, Credentials

MAX_AGE_MS = 300_000
_KNOWN = ("current", "previous", "verify_token", "app_id")


def token_name(channel: str, account_id: str) -> str:
    """The token's parameter, below the prefix. "/" would make another level of its path."""
    return f"token/{channel}/{account_id.replace('/', '.')}"


class Secrets:
    """Reads credentials. `ssm` builds the client on first use; `clock` gives milliseconds."""

    def __init__(self, ssm: Callable[[], Any], prefix: str, clock: Callable[[], int]) -> None:
        self._ssm = ssm
        self._prefix = prefix
        self._clock = clock
        self._kept: dict[str, tuple[int, dict[str, Any]]] = {}

    def app(self, channel: str, app_key: str, since: int = 0) -> Credentials:
        """
        The secrets that verify webhooks of this app; empty (nothing verifies) for an unknown app.

        `since` (ms): what was read before is read again.
        """
        app = self._read(f"app/{channel}", since).get(app_key, {})
        known = tuple(secret for secret in (app.get("current", ""), app.get("previous", "")) if secret)
        return Credentials(app_secrets=known, verify_token=app.get("verify_token", ""), app_id=app.get("app_id", ""))

    def account(self, account: Account) -> Credentials:
        """Everything `send` needs: the app's secrets and the account's token, none older than its last connection."""
        app = self.app(account.channel, account.app_key, account.connected_at)
        try:
            token = self._read(token_name(account.channel, account.account_id), account.connected_at)
        except Misconfigured:
            token = {}  # the channel refuses to send without one: TokenExpired, the account is paused
        extra = {key: str(value) for key, value in token.items() if key != "token"}
        return Credentials(
            app_secrets=app.app_secrets,
            verify_token=app.verify_token,
            app_id=app.app_id,
            token=str(token.get("token", "")),
            extra=extra,
        )

    def of_account(self, account: Account) -> Mapping[str, str]:
        """What is kept for this account alone, none of it older than its last connection."""
        held = self._read(token_name(account.channel, account.account_id), account.connected_at)
        return {key: str(value) for key, value in held.items()}

    def forget(self) -> None:
        """Drops what is cached: the next read asks SSM."""
        self._kept.clear()

    def _read(self, name: str, since: int = 0) -> Mapping[str, Any]:
        now = self._clock()
        kept = self._kept.get(name)
        if kept is not None and now - kept[0] < MAX_AGE_MS and kept[0] >= since:
            return kept[1]
        try:
            answer = self._ssm().get_parameter(Name=f"{self._prefix}/{name}", WithDecryption=True)
        except Exception as error:  # noqa: BLE001 - whatever SSM or the network says, the last known value serves
            if kept is not None:
                return kept[1]
            if _error_code(error) != "ParameterNotFound":  # a throttled parameter says nothing about its value
                raise Retryable("secrets", type(error).__name__) from None
            raise Misconfigured(
                f"The SSM parameter {self._prefix}/{name} cannot be read ({type(error).__name__})."
            ) from None
        try:
            value: dict[str, Any] = json.loads(answer["Parameter"]["Value"])
        except ValueError:
            raise Misconfigured(f"The SSM parameter {self._prefix}/{name} must hold a JSON object.") from None
        self._kept[name] = (now, value)
        return value


def _error_code(error: Exception) -> str:
    response: Mapping[str, Any] = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))
