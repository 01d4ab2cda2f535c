"""
Secrets from SSM: one SecureString a platform app, one an account; cached 5 minutes.

Secret rotation: an app's current and previous secrets all verify. The sweep alone writes: a token that was renewed.

If SSM does not answer, the last known value is used: a webhook must not be lost to a throttled parameter.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import Misconfigured, Retryable
from ..model import Account, Credentials

MAX_AGE_MS = 300_000
AGAIN_MS = 30_000  # what is not there, or could not be read again, is asked for after this
PAUSES_S = (0.5, 1.5)  # a hundred cold copies ask at once, and SSM answers 40 a second


def app_name(channel: str, app_key: str) -> str:
    """Return the parameter of a platform app, below the prefix."""
    return f"app/{channel}/{app_key}"


def token_name(channel: str, account_id: str) -> str:
    """
    Return the token's parameter, below the prefix. SSM takes neither "/", which would make another level, nor "@".

    An address has its last "@" before a domain, which has no "_": no two addresses have one name.
    """
    return f"token/{channel}/{account_id.replace('/', '.').replace('@', '_at_')}"


def secrets_of(app: Mapping[str, Any]) -> tuple[str, ...]:
    """Return an app's secrets, the current one first, then those that it replaced; each once."""
    previous = app.get("previous", ())
    found = [app.get("current", ""), *([previous] if isinstance(previous, str) else previous)]
    return tuple(dict.fromkeys(secret for secret in found if secret))


@dataclass(frozen=True, slots=True)
class _Kept:
    """A parameter's value, read for the connection of `since` and used until `until` (ms)."""

    since: int
    until: int
    value: Mapping[str, Any]


class Missing(Misconfigured):
    """There is no such parameter."""


class Secrets:
    """
    Reads credentials, and replaces a token.

    `ssm` builds the client on first use; `clock` gives milliseconds, `pause` waits so many seconds.
    """

    def __init__(
        self, ssm: Callable[[], Any], prefix: str, clock: Callable[[], int], pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._ssm = ssm
        self._prefix = prefix
        self._clock = clock
        self._pause = pause
        self._kept: dict[str, _Kept] = {}

    def app(self, channel: str, app_key: str, since: int = 0) -> Credentials:
        """
        Return the secrets that verify webhooks of this app; empty (nothing verifies) for an unknown app.

        `since`: when an account of it was connected (ms); what was read before that was known is read again.
        """
        name = app_name(channel, app_key)
        try:
            app = self._read(name, since)
        except Missing:
            app = {}  # forged requests for an unknown app reach SSM twice a minute at most
            self._kept[name] = _Kept(since, self._clock() + AGAIN_MS, app)
        return Credentials(
            app_secrets=secrets_of(app), verify_token=app.get("verify_token", ""), app_id=app.get("app_id", "")
        )

    def account(self, account: Account) -> Credentials:
        """Return all that `send` needs: the app's secrets and the account's token, no older than its connection."""
        app = self.app(account.channel, account.app_key, account.connected_at)
        try:
            token = self._read(token_name(account.channel, account.account_id), account.connected_at, own=True)
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
        """Return what is stored for this account alone, none of it older than its last connection."""
        held = self._read(token_name(account.channel, account.account_id), account.connected_at, own=True)
        return {key: str(value) for key, value in held.items()}

    def renew(self, account: Account, token: str, instead_of: str) -> bool:
        """
        Store a token in place of another; False where that is not the stored one any more: nothing is written then.

        SSM has no conditional write, but numbers its versions: what somebody else wrote in between is put back.
        """
        name = token_name(account.channel, account.account_id)
        held, version = self._stored(name)
        if held.get("token") != instead_of:
            return held.get("token") == token
        self._kept.pop(name, None)
        wanted = {**held, "token": token}
        written = self._write(name, wanted)
        if written == version + 1:
            return True
        theirs, _ = self._stored(f"{name}:{written - 1}")
        if theirs == wanted:  # a request that AWS took twice
            return True
        self._write(name, theirs)
        return False

    def _stored(self, name: str) -> tuple[dict[str, Any], int]:
        """Return a parameter as SSM has it now, and its version."""
        found = self._ssm().get_parameter(Name=f"{self._prefix}/{name}", WithDecryption=True)["Parameter"]
        value: dict[str, Any] = json.loads(found["Value"])
        return value, int(found["Version"])

    def _write(self, name: str, value: Mapping[str, Any]) -> int:
        """Write a parameter; return its version."""
        text = json.dumps(value, ensure_ascii=False)
        made = self._ssm().put_parameter(Name=f"{self._prefix}/{name}", Value=text, Type="SecureString", Overwrite=True)
        return int(made["Version"])

    def forget(self) -> None:
        """Drop what is cached: the next read asks SSM."""
        self._kept.clear()

    def _read(self, name: str, since: int = 0, *, own: bool = False) -> Mapping[str, Any]:
        """
        Return a parameter. `own`: of one account, which has one connection.

        Secrets are written before the account says that it is connected: what was read for a connection is that
        connection's, whatever anybody's clock says.
        """
        now = self._clock()
        kept = self._kept.get(name)
        if kept is not None and now < kept.until and (kept.since == since if own else kept.since >= since):
            return kept.value
        try:
            text = self._fetched(name, PAUSES_S if kept is None else ())
        except Exception as error:  # noqa: BLE001 - whatever SSM or the network says, the last known value serves
            if kept is not None:
                self._kept[name] = _Kept(since, now + AGAIN_MS, kept.value)
                return kept.value
            if _error_code(error) != "ParameterNotFound":  # a throttled parameter says nothing about its value
                raise Retryable("secrets", type(error).__name__) from None
            raise Missing(f"The SSM parameter {self._prefix}/{name} is missing.") from None
        try:
            value: dict[str, Any] = json.loads(text)
        except ValueError:
            raise Misconfigured(f"The SSM parameter {self._prefix}/{name} must hold a JSON object.") from None
        self._kept[name] = _Kept(since, now + MAX_AGE_MS, value)
        return value

    def _fetched(self, name: str, pauses_s: tuple[float, ...]) -> str:
        """Return the parameter's text; when SSM throttles, ask again after each pause (half of it to all)."""
        for pause_s in (*pauses_s, None):
            try:
                answer = self._ssm().get_parameter(Name=f"{self._prefix}/{name}", WithDecryption=True)
                return str(answer["Parameter"]["Value"])
            except Exception as error:
                if pause_s is None or _error_code(error) != "ThrottlingException":
                    raise
                self._pause(pause_s * (0.5 + random.random() / 2))  # noqa: S311 - jitter, not a secret
        raise AssertionError("unreachable")


def _error_code(error: Exception) -> str:
    response: Mapping[str, Any] = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))
